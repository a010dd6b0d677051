import Columnar
import Delta
@testable import EntityTestSupport
@testable import Events
import JSON
@testable import Lake
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
@testable import Rules
import Storage
import Testing

/// Rows set aside: their table, and that runs which are repeated converge.
@Suite("Quarantine")
struct QuarantineTests {
    private typealias Order = QuarantineLake.Order

    private func orders() -> [Order] {
        [
            Order(1, " new", 1, 10), Order(2, "odd", -1, 11), Order(nil, "new", 2, 12),
            Order(4, "done", 0, 13), Order(5, nil, nil, nil),
        ]
    }

    @Test("a row is kept with every rule, what was seen, and what bronze had before cleaning")
    func rows() throws {
        let lake = try QuarantineLake()
        let (good, result, counts) = try lake.run([lake.events(orders())])
        #expect(good == [1])
        #expect(result.added == 4)
        let rows = try lake.rows()
        #expect(
            rows.map { $0.reasons.map(\.rule) } == [
                ["qty_positive", "status_known"], ["null_key"], ["qty_positive"], ["null_sequence"],
            ])
        #expect(rows[0].reasons[1].observed == "ODD")
        #expect(rows[0].reasons[1].column == "status")
        #expect(rows[0].raw.first?.text == "odd")
        #expect(rows[0].values.first { $0.column == "price" }?.text == "1.05")
        #expect(rows.allSatisfy { $0.status == .open && $0.id.utf8.count == 32 })
        #expect(rows[0].position == "1.0.1")
        #expect(counts.first { $0.rule == "qty_positive" }?.failed == 2)
    }

    @Test("a run that is repeated converges: same ids, same rows, first seen when it was")
    func rerun() throws {
        let lake = try QuarantineLake()
        try lake.run([lake.events(orders())])
        let before = try lake.rows()
        let (_, result, _) = try lake.run(
            [lake.events(orders())], runID: "run-2", now: RuleSamples.now + 5)
        let after = try lake.rows()
        #expect(result.added == 0)
        #expect(result.seenAgain == 4)
        #expect(after.map(\.id) == before.map(\.id))
        #expect(after.map(\.firstSeen) == before.map(\.firstSeen))
        #expect(after.allSatisfy { $0.lastSeen == RuleSamples.now + 5 && $0.runID == "run-2" })
    }

    @Test("of two runs that opened the table at once the second sets nothing aside twice")
    func concurrent() throws {
        let lake = try QuarantineLake()
        let clean = try Clean(lake.entity, bronze: lake.bronze, now: RuleSamples.now)
        let set = try RuleSet(
            lake.entity, schema: clean.schema, probes: RuleProbes(now: RuleSamples.now))
        let loads = try ["run-1", "run-2"].map { runID in
            try QuarantineLoad(
                QuarantineTable(lake.entity.name, storage: lake.storage), lake.entity,
                rows: clean.schema, runID: runID, now: RuleSamples.now)
        }
        let raw = lake.events(orders())
        let events = try clean.apply(raw)
        for load in loads { try load.add(events, raw: raw, set, try set.evaluate(events)) }
        #expect(try loads[0].commit().added == 4)
        #expect(throws: LakeError.self) { try loads[1].commit() }
        #expect(try lake.rows().count == 4)
    }

    @Test("rows split over batches in any way have the same ids", arguments: [1, 2, 3, 5])
    func splits(size: Int) throws {
        let whole = try QuarantineLake()
        try whole.run([whole.events(orders())])
        let lake = try QuarantineLake()
        var batches: [EventBatch] = []
        for start in stride(from: 0, to: 5, by: size) {
            let part = Array(orders()[start..<min(start + size, 5)])
            batches.append(lake.events(part, row: Int64(start)))
        }
        try lake.run(batches)
        #expect(try lake.rows().map(\.id) == whole.rows().map(\.id))
    }

    @Test("a run without bad rows writes no data file")
    func nothing() throws {
        let lake = try QuarantineLake()
        let (_, result, _) = try lake.run([lake.events([Order(1, "new", 1, 10)])])
        #expect(result.version == nil)
        #expect(try lake.fileCount() == 0)
        #expect(lake.folder.files().allSatisfy { $0.contains("_delta_log") })
    }

    @Test("a later good version supersedes; an earlier one, or another key's, does not")
    func superseded() throws {
        let lake = try QuarantineLake()
        try lake.run([
            lake.events([Order(1, "x", 1, 10), Order(2, "x", 1, 20), Order(3, "x", 1, 30)])
        ])
        let (_, result, _) = try lake.run(
            [lake.events([Order(1, "new", 1, 11), Order(2, "new", 1, 19)], version: 2)],
            runID: "run-2")
        #expect(result.superseded == 1)
        #expect(try lake.rows().map(\.status) == [.superseded, .open, .open])
        #expect(try lake.rows()[0].note?.contains("run-2") == true)
    }

    @Test("a good version in the same run supersedes, wherever it stands")
    func supersededWithin() throws {
        let lake = try QuarantineLake()
        let (_, result, _) = try lake.run([
            lake.events([Order(1, "new", 1, 12), Order(2, "x", 1, 10)]),
            lake.events([Order(1, "x", 1, 11), Order(2, "new", 1, 11)], version: 2),
        ])
        #expect(result.added == 2)
        #expect(result.superseded == 2)
        #expect(try lake.rows().map(\.status) == [.superseded, .superseded])
        #expect(try lake.fileCount() == 1)
    }

    @Test("a decided row stays decided when its run is repeated")
    func decided() throws {
        let lake = try QuarantineLake()
        try lake.run([lake.events(orders())])
        let id = try lake.rows()[0].id
        let decision = QuarantineDecision(who: "ann", at: RuleSamples.now + 1, note: "known")
        #expect(try lake.steward.discard(.ids([id]), decision) == 1)
        let (_, result, _) = try lake.run([lake.events(orders())], runID: "run-2")
        #expect(result.decided == 1)
        #expect(result.seenAgain == 3)
        let row = try lake.rows()[0]
        #expect(row.status == .discarded)
        #expect(row.decidedBy == "ann")
        #expect(row.note == "known")
    }

    @Test("only files with a row that changes are written again")
    func touched() throws {
        let lake = try QuarantineLake()
        for version in 1...4 {
            let number = Int64(version)
            try lake.run(
                [lake.events([Order(number, "x", 1, 10)], version: number)],
                runID: "run-\(version)")
        }
        let table = DeltaTable(storage: lake.storage, path: "quarantine/orders")
        let before = try #require(try table.snapshot()).files.map(\.path)
        let id = try lake.rows()[2].id
        _ = try lake.steward.discard(
            .ids([id]), QuarantineDecision(who: "ann", at: 1, note: "no"))
        let after = try #require(try table.snapshot()).files.map(\.path)
        #expect(Set(before).subtracting(after) == [before[2]])
    }

    @Test("many small files are written together")
    func compaction() throws {
        let lake = try QuarantineLake()
        for version in 1...20 {
            let number = Int64(version)
            try lake.run([lake.events([Order(number, "x", 1, 10)], version: number)])
        }
        #expect(try lake.fileCount() < 17)
        #expect(try lake.rows().count == 20)
    }

    @Test("columns are added and widened as the entity's are; names of the table's own give way")
    func evolution() throws {
        let lake = try QuarantineLake()
        try lake.run([lake.events(orders())])
        let wider = RuleSamples.events([
            ("id", RuleSamples.long([9])), ("status", RuleSamples.text(["x"])),
            ("qty", RuleSamples.long([5_000_000_000])), ("note", RuleSamples.text(["hello"])),
        ])
        let set = try RuleSet(
            RuleSamples.entity(lake.entity.rules), schema: wider.rows.schema,
            probes: RuleProbes(now: RuleSamples.now))
        let load = try QuarantineLoad(
            QuarantineTable("orders", storage: lake.storage), lake.entity, rows: wider.rows.schema,
            runID: "run-2", now: RuleSamples.now)
        let verdict = try set.evaluate(wider)
        try load.add(wider, set, verdict)
        _ = try load.commit()
        let rows = try lake.rows()
        #expect(rows.count == 5)
        let new = try #require(rows.first { $0.runID == "run-2" })
        #expect(new.values.first { $0.column == "note" }?.text == "hello")
        #expect(new.values.first { $0.column == "qty" }?.text == "5000000000")
        #expect(new.note == nil)
        let table = DeltaTable(storage: lake.storage, path: "quarantine/orders")
        let schema = try #require(try table.snapshot()).schema
        #expect(schema["note_2"]?.type == .string)
        #expect(schema["status_2"]?.type == .string)
        #expect(schema["qty"]?.type == .long)
    }

    @Test(
        "a failure at any call of the storage leaves the table as it was or as it should be",
        arguments: FaultStorage.Fault.allCases)
    func faults(fault: FaultStorage.Fault) throws {
        let prepared = try QuarantineLake()
        try prepared.run([prepared.events(orders())])
        let news = [Order(7, "x", 1, 10), Order(2, "new", 1, 12)]
        let counter = FaultStorage(try prepared.folder.copy().storage)
        let reference = try QuarantineLake(storage: counter)
        try reference.run([reference.events(news, version: 2)], runID: "run-2")
        #expect(counter.calls.count > 10)
        for number in counter.sample(fault, about: 12) {
            let base = try prepared.folder.copy()
            let faulty = FaultStorage(base.storage, failing: number, fault: fault)
            let lake = try QuarantineLake(storage: base.storage)
            let batch = lake.events(news, version: 2)
            let second = try QuarantineLake(storage: faulty)
            do { try second.run([batch], runID: "run-2") } catch {
                #expect(error is LakeError)
            }
            #expect(faulty.hasFired)
            #expect([4, 5].contains(try lake.rows().count))
            try lake.run([batch], runID: "run-3")
            let rows = try lake.rows()
            #expect(rows.count == 5)
            #expect(rows[0].status == .superseded)
            #expect(Set(rows.map(\.id)).count == 5)
        }
    }

    @Test("deltalake and DuckDB read the table")
    func readers() throws {
        let lake = try QuarantineLake()
        try lake.run([lake.events(orders())])
        let path = lake.folder.file("quarantine/orders")
        let script = """
            import sys, os, glob, json, deltalake, duckdb, duckdb_extension_delta
            names = ["rules", "reasons", "status", "quarantine_id"]
            lake = deltalake.DeltaTable(sys.argv[1]).to_pyarrow_table().select(names).to_pylist()
            c = duckdb.connect()
            folder = os.path.dirname(duckdb_extension_delta.__file__)
            found = glob.glob(folder + "/**/*.duckdb_extension", recursive=True)
            c.execute(f"load '{found[0]}'")
            duck = c.execute(f"select {','.join(names)} from delta_scan('{sys.argv[1]}')")
            duck = [dict(zip(names, row)) for row in duck.fetchall()]
            def shown(rows):
                rows = sorted(rows, key=lambda r: r["quarantine_id"])
                return [[r["rules"], json.loads(r["reasons"])[0]["rule"], r["status"]]
                        for r in rows]
            print(json.dumps([shown(lake), shown(duck)]))
            """
        let read = try Python.json(script, [path])
        let ours = try lake.rows().sorted { $0.id < $1.id }.map { row in
            let rules = row.reasons.map(\.rule)
            return JSONValue.array([
                .string(rules.joined(separator: ",")), .string(rules[0]), "open",
            ])
        }
        #expect(read == .array([.array(ours), .array(ours)]))
    }
}
