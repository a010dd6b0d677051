@testable import EntityTestSupport
@testable import Lake
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
@testable import Rules
import Testing
@testable import Transform

@Suite("Rows whose member is itself in quarantine")
struct AbsentMembersTests {
    typealias Row = BronzeLake.Row

    /// Member 3 has no name, members 1 and 2 are good. Facts 1 and 2 are good, `waiting` refer to
    /// member 3, and fact 4 to one that never was.
    private func lake(waiting: Int = 2, mode: String = "incremental") throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "x"), Row(2, 20, "y"), Row(3, 30, "")]], high: 30)
        let facts = [Row(1, 100, "a"), Row(2, 200, "b"), Row(4, 400, "c")]
        try lake.fact.commit([facts + children(waiting)], mode: mode, high: 400)
        return lake
    }

    /// Facts of their own numbers that refer to member 3.
    private func children(_ count: Int) -> [Row] {
        (0..<count).map { Row(3 + Int64($0) << 32, 300, "a") }
    }

    private func pipeline(_ lake: TransformLake) -> Pipeline {
        var pipeline = lake.wholePipeline
        pipeline.dimensions[0].entity.rules = [
            RuleSpec(
                id: "present", kind: .check(ExpressionSpec(text: "name <> ''"), failsOnNull: false))
        ]
        return pipeline
    }

    /// The messages of the open rows of a quarantine, each once.
    private func messages(_ lake: TransformLake, of table: String = "f") throws -> [String] {
        let rows = try lake.rows("quarantine/\(table)", ["status", "reasons"])
        let messages = rows.filter { $0.hasPrefix("open|") }.flatMap { row in
            QuarantinedRow.reasons(String(row.dropFirst(5))).map(\.message)
        }
        return Set(messages).sorted()
    }

    private func steward(_ lake: TransformLake) -> QuarantineSteward {
        QuarantineSteward(pipeline(lake).dimensions[0].entity, storage: lake.storage)
    }

    private let decision = QuarantineDecision(who: "ann", at: 5, note: "known")
    private let plain = "no such member of d"
    private let discarded = "no such member of d: its row was discarded there (rule present)"
    private let waived =
        "no such member of d: its row is itself in quarantine there, waived (rule present)"
    private let inQuarantine =
        "no such member of d: its row is itself in quarantine there (rule present)"

    @Test(
        "say so, and what became of it, until it comes and they with it",
        arguments: ["incremental", "snapshot"])
    func story(mode: String) throws {
        let lake = try lake(mode: mode)
        let pipeline = pipeline(lake)
        let fact = try #require(lake.run(pipeline: pipeline).first { $0.table == "f" })
        #expect(fact.waits["known"]?.rows == 2 && fact.waits["known"]?.memberCount == 1)
        #expect(
            fact.waits.text(of: "f") == "1 row of d is in quarantine (rule present), "
                + "2 rows of f wait for it")
        #expect(try messages(lake) == [plain, inQuarantine])
        #expect(try lake.waits(pipeline)["f"]?["known"]?.rows == 2)
        let before = lake.fact.folder.files()
        #expect(try lake.run("r2", pipeline: pipeline).allSatisfy { $0.version == nil })
        #expect(lake.fact.folder.files() == before)

        // Given up, it is waited for no more.
        let id = try lake.quarantined(3, "open", of: "d")
        #expect(try steward(lake).discard(.ids([id]), decision) == 1)
        try lake.tellAbsences(of: "d", pipeline: pipeline)
        #expect(try messages(lake) == [plain, discarded])
        #expect(try lake.waits(pipeline)["f"]?.isEmpty == true)
        #expect(try lake.reopen(.ids([id]), of: "d", decision, pipeline: pipeline).reopened == 1)
        // A run tells it too.
        #expect(try lake.run("r3", pipeline: pipeline).allSatisfy { $0.error == nil })
        #expect(try messages(lake) == [plain, inQuarantine])
        #expect(try steward(lake).waive(.ids([id]), until: nil, decision) == 1)
        _ = try lake.run("r4", pipeline: pipeline)
        #expect(try messages(lake) == [plain, waived])

        try lake.dimension.commit([[Row(3, 40, "z")]], high: 40)
        let last = try #require(lake.run("r5", pipeline: pipeline).first { $0.table == "f" })
        #expect(last.receipt.contains("2 rows that waited for members"))
        #expect(try messages(lake) == [plain])
        #expect(try lake.rows("gold/o", ["small", "d_name"]).filter { $0 == "3|z" }.count == 2)
        #expect(try lake.reconcile(pipeline: pipeline).allSatisfy(\.isBalanced))
    }

    @Test("a replay of the member's row mends them with the next run")
    func replayed() throws {
        let lake = try lake()
        var pipeline = pipeline(lake)
        _ = try lake.run(pipeline: pipeline)
        pipeline.dimensions[0].entity.rules = []
        #expect(try lake.replay(.all, of: "d", pipeline: pipeline).passed == 1)
        try lake.tellAbsences(of: "d", pipeline: pipeline)
        // It is there: nothing is the cause any more, and the report says that they would pass.
        #expect(try messages(lake) == [plain])
        #expect(try lake.waits(pipeline)["f"]?.isEmpty == true)
        _ = try lake.run("r2", pipeline: pipeline)
        #expect(try lake.rows("silver/f", ["small"]) == ["1", "2", "3", "3"])
    }

    @Test("a member of a member: each says what it waits for, all come with the first")
    func chain() throws {
        let lake = try TransformLake()
        try lake.dimension.commit([[Row(1, 10, "x"), Row(3, 30, "")]], high: 30)
        try lake.fact.commit([[Row(1, 100, "a"), Row(3, 300, "a")]], high: 400)
        var pipeline = pipeline(lake)
        var middle = DimensionSpec(
            entity: EntitySpec(name: "e", bronzePath: "bronze/s/t", source: "s.t", key: ["id"]))
        middle.entity.rules = [
            RuleSpec(id: "parent", kind: .references(dimension: "d", on: ["id": "id"]))
        ]
        pipeline.dimensions.append(middle)
        pipeline.facts[0].entity.rules[0].kind = .references(dimension: "e", on: ["small": "id"])
        let results = try lake.run(pipeline: pipeline)
        #expect(try messages(lake, of: "e") == [inQuarantine])
        #expect(
            try messages(lake)
                == ["no such member of e: its row is itself in quarantine there (rule parent)"])
        #expect(
            results.compactMap { $0.waits.text(of: $0.table) } == [
                "1 row of d is in quarantine (rule present), 1 row of e waits for it",
                "1 row of e is in quarantine (rule parent), 1 row of f waits for it",
            ])
        try lake.dimension.commit([[Row(3, 40, "z")]], high: 40)
        #expect(try lake.run("r2", pipeline: pipeline).allSatisfy { $0.error == nil })
        #expect(try lake.rows("silver/f", ["id"]) == ["1", "3"])
        #expect(try messages(lake).isEmpty)
    }

    @Test("what is wrong beside counts, what only warns does not")
    func others() throws {
        let lake = try lake(waiting: 1)
        try lake.fact.commit(
            [[Row(3 + 1 << 32, 500, "bad"), Row(3 + 1 << 33, 500, "a")]], high: 500)
        var pipeline = pipeline(lake)
        _ = try lake.run(pipeline: pipeline)
        #expect(try lake.waits(pipeline)["f"]?["known"]?.rows == 2)
        pipeline.facts[0].entity.rules[1].severity = .warn
        #expect(try lake.waits(pipeline)["f"]?["known"]?.rows == 3)
        #expect(try lake.waits(pipeline)["f"]?["named"] == nil)
    }

    @Test("a member's quarantine is read once a run, and only when a member is missing")
    func reads() throws {
        let lake = try lake()
        var pipeline = pipeline(lake)
        var other = pipeline.facts[0]
        other.entity.name = "f2"
        pipeline.facts.append(other)
        _ = try lake.run(pipeline: pipeline) { $0.only = ["d"] }
        func reads(_ id: String, _ lake: TransformLake) throws -> Int {
            let storage = FaultStorage(lake.storage)
            let results = try lake.run(id, pipeline: pipeline, on: storage) {
                $0.only = ["f", "f2"]
            }
            #expect(results.allSatisfy { $0.error == nil })
            let files = storage.calls.filter {
                $0.contains("quarantine/d/") && $0.contains(".parquet") && $0.hasPrefix("open")
            }
            return files.count
        }
        #expect(try reads("r1", lake) == 1)
        let good = try TransformLake()
        try good.dimension.commit([[Row(1, 10, "x"), Row(3, 30, "")]], high: 30)
        try good.fact.commit([[Row(1, 100, "a")]], high: 400)
        _ = try good.run(pipeline: pipeline) { $0.only = ["d"] }
        #expect(try reads("r1", good) == 0)
    }

    @Test(
        "whatever comes and is decided, every reason tells what is so after the run",
        arguments: 1...3)
    func anyOrder(seed: UInt64) throws {
        var numbers = SeededNumbers(seed)
        var seen: Set<String> = []
        let lake = try TransformLake()
        let pipeline = pipeline(lake)
        try lake.dimension.commit([[Row(9, 1, "x")]], high: 1)
        try lake.fact.commit([[Row(9, 1, "a")]], high: 1)
        for night in 1...8 {
            let at = Int64(night * 100)
            let members = (1...6).filter { _ in numbers.next() % 4 == 0 }.map { id in
                Row(Int64(id), at, numbers.next() % 3 == 0 ? "x" : "")
            }
            if !members.isEmpty { try lake.dimension.commit([members], high: at) }
            let facts = (1...8).filter { _ in numbers.next() % 3 == 0 }.map { id in
                Row(
                    Int64(id) + Int64(numbers.next() % 2) << 32, at,
                    numbers.next() % 5 == 0 ? "bad" : "a")
            }
            if !facts.isEmpty { try lake.fact.commit([facts], high: at) }
            let results = try lake.run("r\(night)", pipeline: pipeline)
            #expect(results.allSatisfy { $0.error == nil })
            seen.formUnion(try expectReasons(lake, pipeline, "night \(night)"))
            let rows = try lake.rows("quarantine/d", ["quarantine_id", "status"]).map {
                $0.split(separator: "|").map(String.init)
            }
            for row in rows {
                let selection = QuarantineSelection.ids([row[0]])
                switch (row[1], numbers.next() % 5) {
                case ("open", 0): _ = try steward(lake).discard(selection, decision)
                case ("open", 1): _ = try steward(lake).waive(selection, until: nil, decision)
                case ("discarded", 0), ("waived", 1):
                    _ = try lake.reopen(selection, of: "d", decision, pipeline: pipeline)
                default: break
                }
            }
            try lake.tellAbsences(of: "d", pipeline: pipeline)
            seen.formUnion(try expectReasons(lake, pipeline, "decided after night \(night)"))
        }
        #expect(seen.count > 2, "\(seen)")
    }

    /// Compares every open row's reason, and what waits, with what the tables say. Returns the
    /// reasons.
    private func expectReasons(
        _ lake: TransformLake, _ pipeline: Pipeline, _ when: String
    ) throws -> Set<String> {
        var seen: Set<String> = []
        let known = Set(try lake.rows("silver/d", ["small"]))
        var statuses: [String: Set<String>] = [:]
        for row in try lake.rows("quarantine/d", ["small", "status"]) {
            let parts = row.split(separator: "|").map(String.init)
            statuses[parts[0], default: []].insert(parts[1])
        }
        var waiting: Int64 = 0
        for row in try lake.rows("quarantine/f", ["status", "small", "rules", "reasons"]) {
            let parts = row.split(separator: "|", maxSplits: 3).map(String.init)
            guard parts[0] == "open" else { continue }
            let reasons = QuarantinedRow.reasons(parts[3])
            guard let reason = reasons.first(where: { $0.rule == "known" }) else { continue }
            let told = known.contains(parts[1]) ? [] : statuses[parts[1]] ?? []
            let cause =
                told.contains("open")
                ? inQuarantine
                : told.contains("waived")
                    ? waived : told.contains("discarded") ? discarded : plain
            #expect(reason.message == cause, "\(when), \(row)")
            seen.insert(cause)
            if parts[2] == "known", cause == inQuarantine || cause == waived { waiting += 1 }
        }
        #expect(try lake.waits(pipeline)["f"]?.rows ?? 0 == waiting, "\(when)")
        return seen
    }

    @Test("guards that stop a table name the first cause")
    func guards() throws {
        let lake = try lake(waiting: 20)
        var pipeline = pipeline(lake)
        let cause = "1 row of d is in quarantine (rule present), 20 rows of f wait for it"
        pipeline.facts[0].entity.maxQuarantinedPercent = 50
        var error = try #require(lake.run(pipeline: pipeline).first { $0.table == "f" }?.error)
        #expect(error.message.hasSuffix("rule known: " + cause))
        pipeline.facts[0].entity.rules[0].fatalIf = .percent(10)
        error = try #require(lake.run("r2", pipeline: pipeline).first { $0.table == "f" }?.error)
        #expect(error.message.hasSuffix("; " + cause))
        #expect(try lake.rows("quarantine/f", ["status"]).allSatisfy { $0 == "blocked" })
        // The member mended, nothing is left of it but what refers to none.
        try lake.dimension.commit([[Row(3, 40, "z")]], high: 40)
        #expect(try lake.run("r3", pipeline: pipeline).allSatisfy { $0.error == nil })
        #expect(try lake.rows("silver/f", ["small"]).count == 22)
    }

    @Test("a table that is mostly set aside says that it waits")
    func degraded() throws {
        let lake = try lake(waiting: 150)
        for run in ["r1", "r2"] {
            let fact = try #require(
                lake.run(run, pipeline: pipeline(lake)).first { $0.table == "f" })
            #expect(
                fact.degraded == "151 of 153 rows of f are in quarantine; rule known: 1 row of d "
                    + "is in quarantine (rule present), 150 rows of f wait for it")
        }
    }
}
