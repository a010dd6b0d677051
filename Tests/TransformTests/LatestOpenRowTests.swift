@testable import EntityTestSupport
@testable import Pipeline
@testable import Quarantine
import Testing
@testable import Transform

/// Versions of key 1 in the order in which they are extracted; names that begin with `bad` break
/// the rule.
struct LatestOpenRowCase: CustomTestStringConvertible, Sendable {
    var rows: [(at: Int64?, name: String)]
    /// Names and statuses in quarantine.
    var quarantine: [String]

    var testDescription: String {
        rows.map { "\($0.name)@\($0.at.map(String.init) ?? "NULL")" }.joined(separator: ", ")
    }

    init(_ rows: [(Int64?, String)], _ quarantine: [String]) {
        self.rows = rows.map { ($0.0, $0.1) }
        self.quarantine = quarantine
    }
}

/// Of the rows of a fact's key that wait in quarantine at most one is open: the latest.
@Suite("One open row a key")
struct LatestOpenRowTests {
    typealias Row = BronzeLake.Row

    static let cases: [LatestOpenRowCase] = [
        .init([(10, "bad1"), (20, "bad2")], ["bad1|superseded", "bad2|open"]),
        .init([(20, "bad1"), (10, "bad2")], ["bad1|open", "bad2|superseded"]),
        .init([(10, "bad1"), (10, "bad2")], ["bad1|superseded", "bad2|open"]),
        .init(
            [(30, "bad1"), (10, "bad2"), (20, "bad3")],
            ["bad1|open", "bad2|superseded", "bad3|superseded"]),
        .init([(10, "bad1"), (20, "bad2"), (15, "a")], ["bad1|superseded", "bad2|open"]),
        .init([(10, "bad1"), (20, "bad2"), (30, "a")], ["bad1|superseded", "bad2|superseded"]),
        .init([(nil, "bad1"), (10, "bad2")], ["bad1|superseded", "bad2|open"]),
        .init([(nil, "bad1"), (nil, "bad2")], ["bad1|superseded", "bad2|open"]),
        // What the source has now stays visible.
        .init([(10, "bad1"), (nil, "bad2")], ["bad1|superseded", "bad2|open"]),
        .init([(10, "a"), (nil, "b"), (nil, "bad")], ["bad|open", "b|superseded"]),
        .init([(10, "a"), (nil, "b"), (nil, "c")], ["b|superseded", "c|open"]),
    ]

    static func pipeline() -> Pipeline {
        var pipeline = UnsequencedFactTests.pipeline(sequence: "updated_at")
        pipeline.facts[0].entity.rules = [
            RuleSpec(id: "named", kind: .matches(column: "name", pattern: "^[^b]|^b$"))
        ]
        return pipeline
    }

    private func quarantine(_ lake: TransformLake) throws -> [String] {
        try lake.rows("quarantine/f", ["name", "status"])
    }

    private func expectBalance(_ lake: TransformLake, _ text: String = "") throws {
        for receipt in try lake.reconcile(pipeline: LatestOpenRowTests.pipeline()) {
            #expect(receipt.isBalanced, "\(text): \(receipt)")
        }
    }

    @Test("a later version, good or bad, ends the earlier ones", arguments: cases, ["day", nil])
    func events(row: LatestOpenRowCase, date: String?) throws {
        var pipeline = LatestOpenRowTests.pipeline()
        pipeline.facts[0].date = date
        for split in 0..<(1 << (row.rows.count - 1)) {
            let lake = try TransformLake()
            for (number, (at, name)) in row.rows.enumerated() {
                try lake.fact.commit(
                    [[Row(1, at, name)]], high: Int64(number), at: 1000 + Int64(number))
                if number + 1 == row.rows.count || split >> number & 1 == 1 {
                    let results = try lake.run("r\(number)", pipeline: pipeline)
                    #expect(results.compactMap(\.error).isEmpty, "\(results)")
                }
            }
            let text = "split \(String(split, radix: 2))"
            #expect(try quarantine(lake) == row.quarantine, "\(text)")
            try expectBalance(lake, text)
            _ = try lake.run("rebuild", pipeline: pipeline) { $0.isRebuild = true }
            #expect(try quarantine(lake) == row.quarantine, "rebuild of \(text)")
            try expectBalance(lake, text)
        }
    }

    @Test("a later version that was discarded counts; one that was waived is overtaken")
    func decided() throws {
        let lake = try TransformLake()
        let pipeline = LatestOpenRowTests.pipeline()
        let steward = QuarantineSteward(pipeline.facts[0].entity, storage: lake.storage)
        let decision = QuarantineDecision(who: "ann", at: 5, note: "known")
        try lake.fact.commit([[Row(1, 20, "bad1"), Row(2, 20, "bad1")]], at: 1000)
        _ = try lake.run("r1", pipeline: pipeline)
        #expect(try steward.discard(.ids([lake.quarantined(1, "open")]), decision) == 1)
        #expect(try steward.waive(.ids([lake.quarantined(2, "open")]), until: nil, decision) == 1)
        try lake.fact.commit([[Row(1, 10, "bad2"), Row(2, 30, "bad2")]], at: 1001)
        for isRebuild in [false, true] {
            _ = try lake.run("r2", pipeline: pipeline) { $0.isRebuild = isRebuild }
            #expect(
                try lake.rows("quarantine/f", ["id", "name", "status"])
                    == [
                        "1|bad1|discarded", "1|bad2|superseded", "2|bad1|superseded",
                        "2|bad2|open",
                    ])
            try expectBalance(lake)
        }
    }

    @Test("good and bad copies of a key in a full state: all are set aside, once")
    func copies() throws {
        let lake = try TransformLake()
        let pipeline = LatestOpenRowTests.pipeline()
        func night(_ number: Int64, _ rows: [Row]) throws {
            try lake.fact.commit(
                [rows + [Row(9, number, "x")]], mode: "snapshot", high: number, at: 1000 + number)
            let results = try lake.run("r\(number)", pipeline: pipeline)
            #expect(results.compactMap(\.error).isEmpty, "\(results)")
            try expectBalance(lake, "night \(number)")
        }
        let copies = [Row(1, 20, "c"), Row(1, 20, "bad"), Row(1, 15, "d")]
        try night(1, [Row(1, 10, "a")])
        var version: Int64?
        for number in 2...5 as ClosedRange<Int64> {
            try night(number, number % 2 == 0 ? copies : copies.reversed())
            #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "9|x"])
            let waiting = try lake.rows("quarantine/f", ["name", "rules", "status"])
            #expect(waiting.count == 3 && waiting.count { $0.hasSuffix("|open") } == 1)
            #expect(waiting.contains("d|duplicate_key|superseded"))
            #expect(try version == nil || lake.version("quarantine/f") == version)
            version = try lake.version("quarantine/f")
        }
        _ = try lake.run("rebuild", pipeline: pipeline) { $0.isRebuild = true }
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "9|x"])
        #expect(try lake.version("quarantine/f") == version)
        // The bad copy given up, the good ones are what there is.
        let steward = QuarantineSteward(pipeline.facts[0].entity, storage: lake.storage)
        let decision = QuarantineDecision(who: "ann", at: 5, note: "a slip")
        #expect(try steward.discard(.ids([lake.quarantined(1, "open")]), decision) == 1)
        try night(6, copies)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|c", "9|x"])
        // And what is as it should be again leaves nothing open.
        try night(7, [Row(1, 30, "e")])
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|e", "9|x"])
        #expect(try lake.rows("quarantine/f", ["status"]).allSatisfy { $0 != "open" })
    }

    @Test("a row that goes and comes back as it was is the same row, open again")
    func comesBack() throws {
        let lake = try TransformLake()
        let pipeline = LatestOpenRowTests.pipeline()
        var ids: Set<String> = []
        for (night, name) in ["bad", "a", "bad", "bad"].enumerated() {
            try lake.fact.commit(
                [[Row(1, 10, name), Row(2, 20, "x")]], mode: "snapshot", high: Int64(night),
                at: 1000 + Int64(night))
            _ = try lake.run("r\(night)", pipeline: pipeline)
            ids.formUnion(try lake.rows("quarantine/f", ["quarantine_id"]))
            #expect(try quarantine(lake) == ["bad|\(name == "a" ? "superseded" : "open")"])
            try expectBalance(lake)
        }
        #expect(ids.count == 1)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|x"])
    }
}
