@testable import EntityTestSupport
@testable import Pipeline
import Testing
@testable import Transform

/// Columns that the source drops and gets again, as bronze has them: the table keeps the column,
/// the files do not have it.
@Suite("Columns that the source lost")
struct AbsentColumnTests {
    typealias Row = BronzeLake.Row

    private static func pipeline(mode: String, _ clean: [CleanSpec]) -> Pipeline {
        var dimension = DimensionSpec(
            entity: EntitySpec(name: "d", bronzePath: "bronze/s/d", source: "s.d", key: ["id"]))
        dimension.entity.clean = clean
        dimension.tracked = ["name", "small"] + clean.map(\.column).filter { $0 != "name" }
        dimension.entity.sequence = mode == "snapshot" ? nil : "updated_at"
        var pipeline = Pipeline()
        pipeline.dimensions = [dimension]
        return pipeline
    }

    private static let cleans: [[CleanSpec]] = [
        [], [CleanSpec(column: "name", expression: ExpressionSpec(text: "upper(name)"))],
        [
            CleanSpec(
                column: "label",
                expression: ExpressionSpec(text: "concat(coalesce(name, 'none'), '!')"))
        ],
        [CleanSpec(column: "label", expression: ExpressionSpec(text: "concat(name, small)"))],
    ]

    @Test(
        "a dropped column makes no version; what comes later has NULL, until it is back",
        arguments: ["snapshot", "incremental"], [0, 1, 2, 3])
    func dropped(mode: String, clean: Int) throws {
        let lake = try TransformLake()
        let pipeline = AbsentColumnTests.pipeline(mode: mode, AbsentColumnTests.cleans[clean])
        let text = { (name: String) in clean == 1 ? name.uppercased() : name }
        func run(_ rows: [Row], _ time: Int64, absent: Bool = false) throws {
            try lake.dimension.commit(
                [rows], mode: mode, high: time, at: time, absent: absent ? ["name"] : [])
            let results = try lake.run("r\(time)", pipeline: pipeline)
            #expect(results.compactMap(\.error).isEmpty, "\(results.compactMap(\.error))")
        }
        func versions() throws -> [String] {
            try lake.rows("silver/d", ["id", "name", "is_current"])
        }
        try run([Row(1, 10, "a"), Row(2, 10, "b")], 10)
        try run([Row(1, 20, nil), Row(2, 20, nil)], 20, absent: true)
        #expect(try versions() == ["1|\(text("a"))|true", "2|\(text("b"))|true"])
        try run([Row(1, 30, nil), Row(2, 30, nil), Row(3, 30, nil)], 30, absent: true)
        let dropped = ["1|\(text("a"))|true", "2|\(text("b"))|true", "3|NULL|true"]
        #expect(try versions() == dropped)
        // It is back: what is as it was stays, what is not known is filled, what differs is new.
        try run([Row(1, 40, "a"), Row(2, 40, "c"), Row(3, 40, "d")], 40)
        let back = [
            "1|\(text("a"))|true", "2|\(text("b"))|false", "2|\(text("c"))|true",
            "3|\(text("d"))|true",
        ]
        #expect(try versions() == back)
        // From now on a NULL is the source's.
        try run([Row(1, 50, nil), Row(2, 50, "c"), Row(3, 50, "d")], 50)
        let known = [
            "1|NULL|true", "1|\(text("a"))|false", "2|\(text("b"))|false",
            "2|\(text("c"))|true", "3|\(text("d"))|true",
        ]
        #expect(try versions() == known.sorted())
        let results = try lake.run("rebuild", pipeline: pipeline) { $0.isRebuild = true }
        #expect(results.compactMap(\.error).isEmpty, "\(results.compactMap(\.error))")
        #expect(try versions() == known.sorted())
    }

    @Test("a fact's rows of a full state stay as they are when the source drops a column")
    func fact() throws {
        let lake = try TransformLake()
        let pipeline = UnsequencedFactTests.pipeline(sequence: "updated_at")
        try lake.fact.commit(
            [[Row(1, 10, "a"), Row(2, 10, "b")]], mode: "snapshot", high: 1, at: 1000)
        _ = try lake.run(pipeline: pipeline)
        try lake.fact.commit(
            [[Row(1, 10, nil), Row(2, 20, nil)]], mode: "snapshot", high: 2, at: 2000,
            absent: ["name"])
        let results = try lake.run(pipeline: pipeline)
        #expect(results.compactMap(\.error).isEmpty)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|NULL"])
    }
}
