import Columnar
@testable import EntityTestSupport
@testable import Events
@testable import Lake
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
@testable import Rules
import Storage
import Testing

/// What a steward does with quarantined rows.
@Suite("Steward")
struct StewardTests {
    private typealias Order = QuarantineLake.Order
    private let ann = QuarantineDecision(who: "ann", at: RuleSamples.now + 7, note: "checked")

    private func lake() throws -> QuarantineLake {
        let lake = try QuarantineLake()
        try lake.run([
            lake.events([
                Order(1, "odd", 1, 10), Order(2, "new", -1, 11), Order(3, "new", -2, 12),
                Order(4, "odd", 0, 13),
            ])
        ])
        return lake
    }

    private func export(_ lake: QuarantineLake, _ selection: QuarantineSelection) throws -> String {
        var text = ""
        _ = try lake.steward.export(selection, now: RuleSamples.now) { text += $0 }
        return text
    }

    @Test("an export that is fixed and replayed: good rows go on, the rest stays with new reasons")
    func fixAndReplay() throws {
        let lake = try lake()
        let csv = try export(lake, .rule("status_known"))
        let lines = csv.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "quarantine_id,rules,reasons,id,status,qty,price,at")
        #expect(lines[1].contains(",\"status_known: status ODD not one of "))
        let fixed = csv.split(separator: "\n").map { line in
            line.contains(",1,ODD,") || line.contains(",4,ODD,")
                ? line.split(separator: ",").map { $0 == "ODD" ? " done " : String($0) }
                    .joined(separator: ",") : String(line)
        }.joined(separator: "\r\n")
        let fixes = try lake.fixes(fixed)
        #expect(fixes.rows.count == 2)
        let replay = try lake.replay(.ids(fixes.ids), fixes: fixes)
        #expect(replay.passed.map(\.position.text) == ["1.0.0"])
        #expect(replay.failed.map { $0.violations.map(\.rule) } == [["qty_positive"]])
        #expect(replay.batches.count == 1)
        let batch = replay.batches[0]
        #expect(batch.rows["status"]?.text(0) == "DONE")
        #expect(batch.first == BronzePosition(version: 1, file: 0, row: 0))
        #expect(batch.runID == "extract-1")
        guard case .int64(let sequence) = batch.sequence.storage else { return }
        #expect(sequence == [10])
        // So far nothing was written: that was the dry run.
        #expect(try lake.rows().allSatisfy { $0.status == .open })
        let result = try lake.finish(replay, runID: "run-2", ann)
        #expect(result.replayed == 1)
        #expect(result.stillOpen == 1)
        let rows = try lake.rows()
        #expect(rows.map(\.status) == [.replayed, .open, .open, .open])
        #expect(rows[0].fix.first?.text == " done ")
        #expect(rows[0].values.first { $0.column == "status" }?.text == "ODD")
        #expect(rows[0].decidedBy == "ann")
        #expect(rows[0].decidedAt == RuleSamples.now + 7)
        #expect(rows[3].reasons.map(\.rule) == ["qty_positive"])
    }

    @Test("replaying twice does nothing the second time")
    func idempotent() throws {
        var lake = try lake()
        lake.entity.rules[1] = RuleSpec(
            id: "status_known",
            kind: .values(column: "status", ["NEW", "DONE", "ODD"], failsOnNull: false))
        let replay = try lake.replay(.all)
        #expect(replay.passed.count == 1)
        #expect(replay.failed.count == 3)
        _ = try lake.finish(replay, runID: "run-2", ann)
        let again = try lake.replay(.all)
        #expect(again.passed.isEmpty)
        #expect(again.failed.count == 3)
        // A crash between silver and `finish`: the same marks once more.
        let repeated = try lake.finish(replay, runID: "run-3", ann)
        #expect(repeated.replayed == 1)
        #expect(try lake.rows().map(\.status) == [.replayed, .open, .open, .open])
        #expect(try lake.rows().count == 4)
    }

    @Test("current cleaning is applied to what bronze had, not to what was cleaned before")
    func cleanedAnew() throws {
        var lake = try QuarantineLake()
        lake.entity.clean = [
            CleanSpec(column: "status", expression: .init(text: "concat('X', status)"))
        ]
        try lake.run([lake.events([Order(1, "new", 1, 10)])])
        #expect(try lake.rows()[0].values.first { $0.column == "status" }?.text == "Xnew")
        lake.entity.clean = [CleanSpec(column: "status", expression: .init(text: "upper(status)"))]
        let replay = try lake.replay(.all)
        #expect(replay.passed.count == 1)
        #expect(replay.batches.first?.rows["status"]?.text(0) == "NEW")
    }

    @Test("a row that silver overtook is superseded, not replayed")
    func stale() throws {
        var lake = try lake()
        lake.entity.rules = []
        let replay = try lake.replay(.all)
        #expect(replay.passed.count == 4)
        #expect(replay.batches.count == 1)
        let result = try lake.finish(
            replay, stale: [BronzePosition(version: 1, file: 0, row: 2)], runID: "run-2", ann)
        #expect(result.superseded == 1)
        #expect(try lake.rows().map(\.status) == [.replayed, .replayed, .superseded, .replayed])
    }

    @Test("rows that do not follow each other in bronze come in batches of their own")
    func batches() throws {
        let lake = try lake()
        var fixes = QuarantineFixes()
        for row in try lake.rows() where row.position != "1.0.1" {
            fixes.set(row.id, "qty", "5")
            fixes.set(row.id, "status", "new")
        }
        let replay = try lake.replay(.ids(fixes.ids), fixes: fixes)
        #expect(replay.batches.map(\.first.row) == [0, 2])
        #expect(replay.batches.map(\.rows.count) == [1, 2])
    }

    @Test("a fix that is no value of its column is refused, with the row's id")
    func wrongFix() throws {
        let lake = try lake()
        let id = try lake.rows()[0].id
        var fixes = QuarantineFixes()
        fixes.set(id, "qty", "many")
        let error = try #require(throws: LakeError.self) {
            try lake.replay(.ids([id]), fixes: fixes)
        }
        #expect(error.code == .configuration)
        #expect(error.subject.contains(id))
        #expect(error.message.contains("many"))
    }

    @Test("a reason names the columns that are null, and what the source holds without typed form")
    func nulls() throws {
        var lake = try QuarantineLake()
        lake.entity.rules = [RuleSpec(id: "whole", kind: .notNull(["status", "qty"]))]
        var events = lake.events([
            Order(1, "new", nil, 10), Order(2, nil, nil, 11), Order(3, "new", nil, 12),
            Order(4, "new", 1, 13),
        ])
        events.invalid = Column(
            .string, storage: .bytes(ByteVector(["{\"qty\":\"9e99\"}", "", "", "{\"at\":\"0\"}"])),
            validity: Bitmap([true, false, false, true]))
        try lake.run([events])
        let reasons = try lake.rows().map { row in
            row.reasons.map { "\($0.column) \($0.observed ?? "-") \($0.message)" }
        }
        #expect(
            reasons == [
                ["qty 9e99 is null: the source's value has no typed form"],
                ["status, qty status=NULL, qty=NULL is null"], ["qty - is null"],
            ])
    }

    @Test("a waiver leaves rows aside until its day; naming the row lets it through")
    func waivers() throws {
        let lake = try lake()
        let until = RuleSamples.now + 100
        #expect(try lake.steward.waive(.rule("status_known"), until: until, ann) == 2)
        #expect(try lake.rows().map(\.status) == [.waived, .open, .open, .waived])
        #expect(try lake.replay(.all).count == 2)
        #expect(try lake.replay(.all, now: until + 1).count == 4)
        let id = try lake.rows()[0].id
        let replay = try lake.replay(.ids([id]))
        #expect(replay.passed.map(\.id) == [id])
        #expect(throws: LakeError.self) {
            try lake.steward.waive(
                .all, until: nil, QuarantineDecision(who: "ann", at: RuleSamples.now))
        }
    }

    @Test("discarded rows are not replayed, not even by name")
    func discarded() throws {
        let lake = try lake()
        let id = try lake.rows()[0].id
        #expect(try lake.steward.discard(.ids([id]), ann) == 1)
        #expect(try lake.replay(.ids([id])).count == 0)
        #expect(try lake.steward.discard(.ids([id]), ann) == 0)
    }

    @Test("the report counts runs and rows, with the change and the trend")
    func report() throws {
        let lake = try QuarantineLake()
        let history = RuleHistory(storage: lake.storage)
        for number in 1...16 {
            let version = Int64(number)
            let orders = (0..<10).map { row in
                Order(version * 100 + Int64(row), row < number % 4 ? "odd" : "new", 1, version)
            }
            let now = RuleSamples.now + version * 1_000_000
            let (_, _, counts) = try lake.run(
                [lake.events(orders, version: version)], runID: "run-\(number)", now: now)
            try history.append(
                counts.map {
                    RuleRun(runID: "run-\(number)", at: now, entity: "orders", count: $0)
                })
        }
        _ = try lake.steward.waive(.ids([try lake.rows()[0].id]), until: nil, ann)
        let report = QuarantineReport(storage: lake.storage)
        let lines = try report.content([lake.entity], now: RuleSamples.now + 100).lines
        #expect(lines.count == 4)
        let line = try #require(lines.first { $0.rule == "status_known" })
        #expect(line.evaluated == 10)
        #expect(line.failed == 0)
        #expect(line.percent == 0)
        #expect(line.change == -30)
        #expect(line.history.count == 14)
        #expect(line.sparkline.count == 14)
        #expect(line.sparkline.hasSuffix("█▁"))
        #expect(line.open == 23)
        #expect(line.waived == 1)
        #expect(line.sampleKeys.count == 3)
        #expect(line.sampleIDs.map(\.count) == [32, 32, 32])
        #expect(line.oldestOpen == RuleSamples.now + 2_000_000)
        #expect(line.status == .passed)
        let byDay = try report.content([lake.entity], by: .day, now: RuleSamples.now).lines
        #expect(byDay.first { $0.rule.hasPrefix("2026-") }?.open == 23)
        let byTable = try report.content([lake.entity], by: .table, now: RuleSamples.now).lines
        #expect(byTable.map(\.table) == ["orders"])
        #expect(byTable.first?.open == 23)
    }

    @Test("days stand in their order, each with the share of those before it")
    func days() throws {
        let lake = try QuarantineLake()
        let history = RuleHistory(storage: lake.storage)
        for number in 0..<16 {
            let count = RuleCount(
                rule: "r", severity: .error, owner: nil, status: .failed, evaluated: 100,
                failed: Int64(number), message: nil)
            let at = RuleSamples.now + Int64(number) * Timestamp.microsecondsPerDay
            try history.append([
                RuleRun(runID: "run-\(number)", at: at, entity: "orders", count: count)
            ])
        }
        let lines = try QuarantineReport(storage: lake.storage).content(
            [lake.entity], by: .day, now: RuleSamples.now
        ).lines
        #expect(lines.map(\.failed) == Array(0..<16))
        #expect(lines.map(\.rule) == lines.map(\.rule).sorted())
        #expect(lines.map(\.change) == [nil] + Array(repeating: 1, count: 15))
        #expect(lines[15].history == (2..<16).map(Double.init))
    }

    @Test("by table and owner a row that breaks several rules counts once, run by run")
    func rowsOfRuns() throws {
        typealias Row = BronzeLake.Row
        let lake = try TransformLake()
        var pipeline = lake.pipeline
        pipeline.facts[0].entity.owner = "ann"
        pipeline.facts[0].entity.rules[0].owner = "bo"
        try lake.dimension.commit([[Row(1, 10, "x"), Row(2, 10, "x")]], high: 20)
        try lake.fact.commit(
            [[Row(1, 100, "bad"), Row(2, 100, "b"), Row(3, 100, "bad"), Row(4, 100, "c")]],
            high: 100)
        _ = try lake.run(pipeline: pipeline)
        try lake.fact.commit([[Row(5, 200, "bad"), Row(6, 200, "bad")]], high: 200)
        _ = try lake.run("r2", pipeline: pipeline)
        let report = QuarantineReport(storage: lake.storage)
        let entities = [pipeline.facts[0].entity]
        let table = try report.content(entities, by: .table, now: 0)
        #expect(table.lines.map(\.history) == [[75, 100]])
        #expect(table.lines.map(\.evaluated) == [2] && table.lines.map(\.failed) == [2])
        #expect(table.rows == [.open: 5])
        let owners = try report.content(entities, by: .owner, now: 0).lines
        let shares = Dictionary(uniqueKeysWithValues: owners.map { ($0.rule, $0.history) })
        #expect(shares == ["ann": [50, 100], "bo": [50, 100]])
    }

    @Test("the history of rules is kept in few files, in order")
    func history() throws {
        let lake = try QuarantineLake()
        let history = RuleHistory(storage: lake.storage)
        for number in 0..<70 {
            let count = RuleCount(
                rule: "r", severity: .warn, owner: nil, status: .failed, evaluated: 10,
                failed: Int64(number), message: nil)
            try history.append([
                RuleRun(runID: "run-\(number)", at: Int64(number), entity: "e", count: count)
            ])
        }
        #expect(try history.runs().map(\.count.failed) == Array(0..<70))
        #expect(try history.runs(since: 60).count == 10)
    }
}
