import Delta
@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
@testable import Pipeline
import Testing
@testable import Transform

@Suite("A transformation")
struct TransformRunTests {
    typealias Row = BronzeLake.Row

    /// A lake of two members and four facts, of which two break rules.
    private func lake() throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "x"), Row(2, 20, "y")]], high: 20)
        try lake.fact.commit(
            [[Row(1, 100, "a"), Row(2, 200, "b")], [Row(3, 300, "a"), Row(1, 400, "zzz")]],
            high: 400)
        return lake
    }

    @Test("good rows reach silver, bad ones quarantine, and every event is accounted for")
    func first() throws {
        let lake = try lake()
        let results = try lake.run()
        #expect(results.map(\.table) == ["d", "f"] && results.allSatisfy { $0.error == nil })
        #expect(results.map(\.mode) == [.dimension, .fact])
        #expect(results.map(\.rows) == [2, 4])
        #expect(results[0].receipt == "2 events = 2 rows")
        #expect(results[1].receipt == "4 events = 2 rows + 2 quarantined")
        #expect(results.map(\.low) == [nil, nil] && results.map(\.high) == [0, 0])
        #expect(results.allSatisfy { $0.files > 0 && $0.bytes > 0 && $0.version != nil })
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b"])
        #expect(
            try lake.rows("quarantine/f", ["id", "rules", "status", "_sluice_position"])
                == ["1|named|open|0.1.1", "3|known|open|0.1.0"])
    }

    @Test("a first run has nothing to warn of; gold that is built as a whole later says why")
    func nothingToWarnOf() throws {
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "x")]], high: 20)
        try lake.fact.commit([[Row(1, 100, "a")]], high: 400)
        var pipeline = lake.wholePipeline
        let first = try lake.run(pipeline: pipeline)
        #expect(first.map(\.mode) == [.dimension, .fact, .oneBigTable])
        #expect(first.allSatisfy { $0.error == nil && $0.notes.isEmpty })
        pipeline.oneBigTables[0].joins[0].columns = ["name", "small"]
        let changed = try lake.run("r2", pipeline: pipeline)
        #expect(changed.last?.notes == ["built as a whole: its columns changed"])
    }

    @Test("a second run without news writes no file and no version")
    func unchanged() throws {
        let lake = try lake()
        _ = try lake.run()
        let before = lake.fact.folder.files()
        let results = try lake.run("r2")
        #expect(results.allSatisfy { $0.receipt == "unchanged" && $0.error == nil })
        #expect(results.allSatisfy { $0.rows == 0 && $0.files == 0 && $0.version == nil })
        #expect(lake.fact.folder.files() == before)
    }

    @Test("a later run takes only what is new; a good version marks the bad one superseded")
    func increment() throws {
        let lake = try lake()
        _ = try lake.run()
        try lake.dimension.commit([[Row(3, 30, "z")]], high: 30)
        try lake.fact.commit(
            [[Row(3, 500, "c"), Row(2, nil, nil, isDelete: true)]], high: 500, at: 600)
        let results = try lake.run("r2")
        #expect(results.map(\.rows) == [1, 2] && results.map(\.low) == [0, 0])
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "3|c"])
        #expect(
            try lake.rows("quarantine/f", ["id", "status"]) == ["1|open", "3|superseded"])
        #expect(results[1].account.isBalanced && results[1].account.deleted == 1)
    }

    @Test("rows that the merge refuses stand in quarantine with its reason")
    func refused() throws {
        let lake = try lake()
        try lake.dimension.commit([[Row(1, 50, "p"), Row(1, 50, "q")]], high: 50)
        let results = try lake.run()
        #expect(results[0].receipt == "4 events = 2 rows + 2 quarantined")
        #expect(
            try lake.rows("quarantine/d", ["id", "name", "rules"])
                == ["1|p|sequence_conflict", "1|q|sequence_conflict"])
        #expect(try lake.rows("silver/d", ["id", "name"]) == ["1|x", "2|y"])
    }

    @Test("a fatal rule publishes nothing of its table, and the others go on")
    func fatal() throws {
        let lake = try lake()
        var pipeline = lake.pipeline
        pipeline.facts[0].entity.rules[1].fatalIf = .count(0)
        let results = try lake.run(pipeline: pipeline)
        #expect(results[0].error == nil && results[1].error?.code == .guarded)
        #expect(try lake.rows("silver/d", ["id"]) == ["1", "2"])
        #expect(try lake.version("silver/f") == nil)
        #expect(try lake.rows("quarantine/f", ["id", "status"]) == ["1|blocked"])
    }

    @Test("what refers to a table that failed is not begun")
    func blocked() throws {
        let lake = try lake()
        var pipeline = lake.pipeline
        pipeline.dimensions[0].entity.rules = [
            RuleSpec(id: "short", kind: .rowCount(minimum: 5, maximum: nil))
        ]
        pipeline.dimensions[0].entity.rules[0].severity = .fatal
        let results = try lake.run(pipeline: pipeline)
        #expect(results.map { $0.error?.code } == [.guarded, .guarded])
        #expect(results[1].error?.message.contains("it depends on d, which failed") == true)
        #expect(try lake.version("silver/f") == nil)
    }

    @Test("only what is named is transformed, and a slip is refused")
    func only() throws {
        let lake = try lake()
        #expect(try lake.run { $0.only = ["d"] }.map(\.table) == ["d"])
        #expect(try lake.run { $0.only = ["f"] }.map(\.table) == ["f"])
        #expect(throws: LakeError.self) { try lake.run { $0.only = ["ff"] } }
    }

    @Test("a rebuild comes to what the increments came to")
    func rebuild() throws {
        let lake = try lake()
        _ = try lake.run()
        try lake.dimension.commit([[Row(2, 40, "w"), Row(4, 30, "z")]], high: 40)
        try lake.fact.commit([[Row(2, 500, "c"), Row(1, 50, "c")]], high: 500)
        _ = try lake.run("r2")
        let state = try lake.state()
        let results = try lake.run("r3") { $0.isRebuild = true }
        #expect(results.allSatisfy { $0.error == nil && $0.low == nil && $0.high == 1 })
        #expect(try lake.state() == state)
        #expect(try lake.run("r4").allSatisfy { $0.receipt == "unchanged" })
    }

    @Test("a row that is good when it is judged again leaves quarantine")
    func judgedAgain() throws {
        let lake = try lake()
        _ = try lake.run()
        try lake.dimension.commit([[Row(3, 30, "z")]], high: 40)
        _ = try lake.run("r2") { $0.only = ["d"] }
        #expect(try lake.rows("quarantine/f", ["id", "status"]) == ["1|open", "3|open"])
        _ = try lake.run("r3") { $0.isRebuild = true }
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b", "3|a"])
        #expect(
            try lake.rows("quarantine/f", ["id", "status"]) == ["1|open", "3|replayed"])
    }

    @Test("of a snapshot that lacks a member the member is closed, unless too many are gone")
    func snapshots() throws {
        let lake = try TransformLake()
        let all = (1...10).map { Row(Int64($0), nil, "n") }
        try lake.dimension.commit([all], mode: "snapshot", high: 1, at: 10)
        #expect(try lake.run { $0.only = ["d"] }[0].error == nil)
        try lake.dimension.commit([Array(all.dropLast())], mode: "snapshot", high: 2, at: 20)
        #expect(try lake.run { $0.only = ["d"] }[0].notes == ["1 members gone from the source"])
        #expect(
            try lake.rows("silver/d", ["id", "is_current"]).filter { $0.hasSuffix("false") }
                == ["10|false"])
        try lake.dimension.commit([], mode: "snapshot", high: 3, at: 30)
        let version = try lake.version("silver/d")
        #expect(try lake.run { $0.only = ["d"] }[0].error?.code == .refused)
        #expect(try lake.version("silver/d") == version)
    }

    @Test("a rebuild of a dimension read as full states keeps the versions that only silver has")
    func rebuiltSnapshots() throws {
        let lake = try TransformLake()
        func state(_ names: [Int64: String], _ high: Int64) throws {
            let rows = names.sorted { $0.key < $1.key }.map { Row($0.key, nil, $0.value) }
            try lake.dimension.commit([rows], mode: "snapshot", high: high, at: high * 10)
            #expect(try lake.run("r\(high)") { $0.only = ["d"] }[0].error == nil)
        }
        try state([1: "a", 2: "b", 3: "c", 4: "d", 5: "e", 6: "f"], 1)
        try state([1: "a2", 2: "b", 3: "c", 4: "d", 5: "e"], 2)
        try state([1: "a3", 2: "b", 3: "c", 4: "d", 5: "e"], 3)
        let columns = ["id", "name", "valid_from", "valid_to", "is_deleted", "surrogate_key"]
        let rows = try lake.rows("silver/d", columns)
        #expect(rows.count == 8)
        let again = try lake.run("r4") {
            $0.only = ["d"]
            $0.isRebuild = true
        }
        #expect(again[0].error == nil && again[0].files == 0)
        #expect(try lake.rows("silver/d", columns) == rows)
        #expect(try lake.run("r5") { $0.only = ["d"] }[0].receipt == "unchanged")
    }

    @Test("S30 a changed tracked set is refused, and accepted, without any news")
    func trackingWithoutNews() throws {
        let lake = try lake()
        _ = try lake.run()
        var pipeline = lake.pipeline
        pipeline.dimensions[0].tracked = ["name", "small"]
        let refused = try lake.run("r2", pipeline: pipeline) { $0.only = ["d"] }
        #expect(refused[0].error?.code == .drift)
        let accepted = try lake.run("r3", pipeline: pipeline) {
            $0.only = ["d"]
            $0.acceptsTracking = true
        }
        #expect(accepted[0].error == nil && accepted[0].files == 0)
        #expect(accepted[0].version != nil)
        let after = try lake.run("r4", pipeline: pipeline) { $0.only = ["d"] }
        #expect(after[0].receipt == "unchanged" && after[0].error == nil)
        #expect(try lake.run("r5") { $0.only = ["d"] }[0].error?.code == .drift)
    }

    @Test("a bronze table without rows makes empty tables")
    func empty() throws {
        let lake = try TransformLake()
        try lake.dimension.commit([])
        try lake.fact.commit([])
        let results = try lake.run()
        #expect(results.allSatisfy { $0.error == nil && $0.rows == 0 })
        #expect(try lake.version("silver/d") != nil && lake.version("silver/f") != nil)
        #expect(try lake.run().allSatisfy { $0.receipt == "unchanged" })
    }

    @Test("two runs at once publish once")
    func concurrent() async throws {
        let lake = try lake()
        let all = try await withThrowingTaskGroup(of: [TransformResult].self) { group in
            for number in 0..<4 { group.addTask { try lake.run("r\(number)") } }
            var all: [[TransformResult]] = []
            for try await results in group { all.append(results) }
            return all
        }
        let published = all.flatMap { $0 }.filter { $0.version != nil }
        #expect(published.map(\.table).sorted() == ["d", "f"])
        #expect(try lake.rows("silver/d", ["id"]) == ["1", "2"])
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b"])
        #expect(try lake.rows("quarantine/f", ["id"]) == ["1", "3"])
    }

    @Test("a crash at any call loses nothing and doubles nothing")
    func crash() throws {
        let reference = try lake()
        let counter = FaultStorage(reference.storage)
        _ = try reference.run(on: counter)
        let state = try reference.state()
        #expect(counter.calls.count > 50)
        for failing in counter.sample(.crash, about: 20) {
            let lake = try lake()
            let faulty = FaultStorage(lake.storage, failing: failing, fault: .crash)
            let results = (try? lake.run("r1", on: faulty)) ?? []
            #expect(faulty.hasFired)
            for result in results where result.error == nil {
                #expect(try lake.version("silver/\(result.table)") != nil)
            }
            let again = try lake.run("r2")
            #expect(again.allSatisfy { $0.error == nil }, "call \(failing): \(again)")
            #expect(try lake.state() == state, "call \(failing)")
        }
    }
}
