@testable import EntityTestSupport
@testable import Lake
@testable import Pipeline
@testable import Quarantine
@testable import Rules
import Testing
@testable import Transform

/// Rows of one key in the order in which they are extracted, and what becomes of them however
/// they are split into runs.
struct UnsequencedFactCase: CustomTestStringConvertible, Sendable {
    /// `nil` has no sequence.
    var rows: [(at: Int64?, name: String, isDelete: Bool)]
    var silver: [String]
    /// Names and statuses in quarantine.
    var quarantine: [String] = []

    var testDescription: String {
        rows.map { "\($0.isDelete ? "delete" : $0.name)@\($0.at.map(String.init) ?? "NULL")" }
            .joined(separator: ", ")
    }

    init(_ rows: [(Int64?, String)], _ silver: [String], _ quarantine: [String] = []) {
        self.rows = rows.map { ($0.0, $0.1, $0.1 == "delete") }
        self.silver = silver
        self.quarantine = quarantine
    }
}

@Suite("Facts without a sequence")
struct UnsequencedFactTests {
    static let cases: [UnsequencedFactCase] = [
        .init([(nil, "a")], ["NULL|a"]),
        .init([(nil, "a"), (nil, "b")], ["NULL|b"]),
        .init([(nil, "a"), (10, "b")], ["10|b"]),
        .init([(10, "a"), (nil, "b")], ["10|a"], ["b|open"]),
        .init([(10, "a"), (nil, "b"), (20, "c")], ["20|c"], ["b|superseded"]),
        .init([(nil, "a"), (10, "b"), (nil, "c")], ["10|b"], ["c|open"]),
        .init([(10, "a"), (nil, "b"), (5, "c")], ["10|a"], ["b|superseded"]),
        .init([(nil, "a"), (nil, "delete"), (nil, "b")], ["NULL|b"]),
        .init([(10, "a"), (nil, "delete"), (nil, "b")], ["NULL|b"]),
        .init([(nil, "a"), (nil, "delete")], []),
    ]

    /// The fact `f` alone, dated by a column that is always there.
    static func pipeline(quarantines: Bool = false, sequence: String? = nil) -> Pipeline {
        var fact = FactSpec(
            entity: EntitySpec(name: "f", bronzePath: "bronze/s/t", source: "s.t", key: ["id"]),
            date: "day")
        fact.entity.clean = [
            CleanSpec(
                column: "day", expression: ExpressionSpec(text: "CAST('2026-01-01' AS DATE)"))
        ]
        fact.entity.quarantinesUnsequenced = quarantines
        fact.entity.sequence = sequence
        var pipeline = Pipeline()
        pipeline.facts = [fact]
        return pipeline
    }

    @Test("a row without a sequence is its key's oldest, or waits in quarantine", arguments: cases)
    func rows(row: UnsequencedFactCase) throws {
        let pipeline = UnsequencedFactTests.pipeline()
        for split in 0..<(1 << (row.rows.count - 1)) {
            let lake = try TransformLake()
            for (number, (at, name, isDelete)) in row.rows.enumerated() {
                try lake.fact.commit(
                    [[.init(1, at, isDelete ? nil : name, isDelete: isDelete)]],
                    high: Int64(number), at: 1000 + Int64(number))
                let runs = number + 1 == row.rows.count || split >> number & 1 == 1
                if runs {
                    let results = try lake.run("r\(number)", pipeline: pipeline)
                    #expect(results.compactMap(\.error).isEmpty, "\(results)")
                }
            }
            let text = "split \(String(split, radix: 2))"
            try check(lake, row, pipeline, text)
            let results = try lake.run("rebuild", pipeline: pipeline) { $0.isRebuild = true }
            #expect(results.compactMap(\.error).isEmpty, "\(results)")
            try check(lake, row, pipeline, "rebuild of \(text)")
        }
    }

    /// A row with the microseconds of its time alone.
    private static func microseconds(_ row: String) -> String {
        let parts = row.split(separator: "|")
        guard let text = parts[0].split(separator: ".").last, parts[0] != "NULL" else { return row }
        return "\(Int(text.dropLast()) ?? 0)|\(parts[1])"
    }

    private func check(
        _ lake: TransformLake, _ row: UnsequencedFactCase, _ pipeline: Pipeline, _ text: String
    ) throws {
        let silver = try lake.rows("silver/f", ["updated_at", "name"]).map(
            UnsequencedFactTests.microseconds)
        #expect(silver == row.silver, "\(text)")
        #expect(
            try lake.rows("quarantine/f", ["name", "status"]) == row.quarantine, "\(text)")
        for receipt in try lake.reconcile(pipeline: pipeline) {
            #expect(receipt.differences.isEmpty, "\(text): \(receipt)")
        }
    }

    @Test("null_sequence: quarantine sets every one aside")
    func asked() throws {
        let lake = try TransformLake()
        try lake.fact.commit([[.init(1, nil, "a"), .init(2, 10, "b")]])
        _ = try lake.run(pipeline: UnsequencedFactTests.pipeline(quarantines: true))
        #expect(try lake.rows("silver/f", ["id"]) == ["2"])
        #expect(try lake.rows("quarantine/f", ["id", "rules"]) == ["1|null_sequence"])
    }

    @Test("a row of a full state whose sequence became NULL stays open, once, and visible")
    func fullState() throws {
        let lake = try TransformLake()
        let pipeline = UnsequencedFactTests.pipeline(sequence: "updated_at")
        let sequences: [Int64?] = [10, nil, nil, nil]
        for (number, at) in sequences.enumerated() {
            let other = BronzeLake.Row(2, Int64(number), "x")
            try lake.fact.commit(
                [[.init(1, at, number == 0 ? "a" : "b"), other]], mode: "snapshot",
                high: Int64(number), at: 1000 + Int64(number))
            let results = try lake.run("r\(number)", pipeline: pipeline)
            #expect(results.compactMap(\.error).isEmpty, "\(results)")
        }
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|x"])
        #expect(
            try lake.rows("quarantine/f", ["id", "name", "rules", "status"])
                == ["1|b|null_sequence|open"])
        for receipt in try lake.reconcile(pipeline: pipeline) {
            #expect(receipt.differences.isEmpty)
        }
    }

    @Test("replayed as it is, it fails for the same reason; corrected, it takes its place")
    func replayed() throws {
        let lake = try TransformLake()
        let pipeline = UnsequencedFactTests.pipeline(sequence: "updated_at")
        try lake.fact.commit([[.init(1, 10, "a")]], at: 1000)
        try lake.fact.commit([[.init(1, nil, "b")]], at: 1001)
        _ = try lake.run(pipeline: pipeline)
        let id = try lake.quarantined(1, "open")
        let failed = try lake.replay(.ids([id]), pipeline: pipeline)
        #expect(failed.failures.map { $0.violations.map(\.rule) } == [["null_sequence"]])
        #expect(try lake.quarantined(1, "open") == id)
        var fixes = QuarantineFixes()
        fixes.set(id, "updated_at", "1970-01-01 00:00:01")
        let replayed = try lake.replay(.ids([id]), fixes: fixes, pipeline: pipeline)
        #expect(replayed.passed == 1)
        #expect(try lake.rows("silver/f", ["name"]) == ["b"])
    }

    @Test("a sequence may be an expression over columns")
    func expression() throws {
        let text = "coalesce(updated_at, CAST('1970-01-01 00:00:05' AS TIMESTAMP))"
        let lake = try TransformLake()
        let pipeline = UnsequencedFactTests.pipeline(sequence: text)
        try lake.fact.commit([[.init(1, nil, "a"), .init(2, 9_000_000, "x")]], at: 1000)
        _ = try lake.run(pipeline: pipeline)
        // Earlier than the one that has none, then later.
        try lake.fact.commit([[.init(1, 4_000_000, "b"), .init(2, nil, "y")]], at: 1001)
        _ = try lake.run(pipeline: pipeline)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|x"])
        try lake.fact.commit([[.init(1, 6_000_000, "c"), .init(2, nil, "z", isDelete: true)]])
        _ = try lake.run(pipeline: pipeline)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|c", "2|x"])
        let wrong = UnsequencedFactTests.pipeline(sequence: "coalesce(updatedat, small)")
        let results = try lake.run(pipeline: wrong) { $0.isRebuild = true }
        #expect(results[0].error?.code == .configuration)
        let text2 = results[0].error.map { "\($0.message) \($0.hint ?? "")" } ?? ""
        #expect(text2.contains("updated_at"))
    }
}
