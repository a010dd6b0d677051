import Columnar
@testable import EntityTestSupport
@testable import Events
@testable import Pipeline
@testable import Rules
import Testing

/// Rules of kind `unique`, within a run and against silver.
@Suite("Unique values")
struct UniqueRuleTests {
    private static let rule = RuleSpec(id: "email", kind: .unique(["email"]))

    private func events(
        _ ids: [Int64?], _ emails: [String?], deletes: [Int] = [], version: Int64 = 1
    ) -> EventBatch {
        RuleSamples.events(
            [("id", RuleSamples.long(ids)), ("email", RuleSamples.codes(emails))],
            deletes: deletes, version: version)
    }

    @Test("the first good row keeps the value, another key that brings it fails")
    func within() throws {
        let judged = try RuleSamples.judge(
            [UniqueRuleTests.rule],
            [events([1, 2, 3], ["a", "b", "a"]), events([4, 5], ["b", "c"], version: 2)])
        #expect(judged.rejected == [[2: "email"], [0: "email"]])
        #expect(judged.count("email")?.failed == 2)
    }

    @Test("a row sent again is no duplicate of itself")
    func sameKey() throws {
        let judged = try RuleSamples.judge(
            [UniqueRuleTests.rule], [events([1, 1, 1], ["a", "a", "b"])])
        #expect(judged.rejected == [[:]])
    }

    @Test("NULL equals nothing, not even NULL")
    func nulls() throws {
        let judged = try RuleSamples.judge(
            [UniqueRuleTests.rule], [events([1, 2, 3], [nil, nil, "a"])])
        #expect(judged.rejected == [[:]])
    }

    @Test("a value that its key let go of is free")
    func released() throws {
        let judged = try RuleSamples.judge(
            [UniqueRuleTests.rule], [events([1, 1, 2], ["a", "b", "a"])])
        #expect(judged.rejected == [[:]])
    }

    @Test("a row set aside by another rule holds no value")
    func rejectedHoldsNothing() throws {
        let known = RuleSpec(
            id: "id", kind: .range(column: "id", minimum: "2", maximum: nil))
        let judged = try RuleSamples.judge(
            [UniqueRuleTests.rule, known], [events([1, 2], ["a", "a"])])
        #expect(judged.rejected == [[0: "id"]])
    }

    @Test("silver's rows hold their values unless they let go of them in this run")
    func silver() throws {
        var held = HashedValues()
        let silver = RuleSamples.batch([
            ("id", RuleSamples.long([1, 2])), ("email", RuleSamples.text(["a", "b"])),
        ])
        let batch = events([1, 3, 2, 4], ["a", "a", "c", "b"])
        held.expect(batch.rows, columns: ["email"])
        held.insert(silver, columns: ["email"], key: ["id"])
        var probes = RuleProbes(now: RuleSamples.now)
        probes.held = held
        let judged = try RuleSamples.judge([UniqueRuleTests.rule], [batch], probes: probes)
        #expect(judged.rejected == [[1: "email"]])
    }

    @Test("a key that is deleted, or has the value no more, lets go of what silver says it holds")
    func letsGo() throws {
        var held = HashedValues()
        let silver = RuleSamples.batch([
            ("id", RuleSamples.long([1, 2])), ("email", RuleSamples.text(["a", "b"])),
        ])
        var batch = events([1, 2, 3, 4], [nil, "b", "a", "b"])
        held.expect(batch.rows, columns: ["email"])
        held.insert(silver, columns: ["email"], key: ["id"])
        var probes = RuleProbes(now: RuleSamples.now)
        probes.held = held
        batch.deletes = Bitmap([false, true, false, false])
        let judged = try RuleSamples.judge([UniqueRuleTests.rule], [batch], probes: probes)
        #expect(judged.rejected == [[:]])
    }

    @Test("how rows are cut into batches does not matter", arguments: 0..<20)
    func splits(seed: UInt64) throws {
        var random = SeededNumbers(seed)
        let ids = (0..<60).map { _ in Int64.random(in: 0..<25, using: &random) }
        let emails = (0..<60).map { _ in
            ["a", "b", "c", "d", "e", "f", "g", nil].randomElement(using: &random) ?? nil
        }
        func failing(_ cuts: [Int]) throws -> [Int] {
            var batches: [EventBatch] = []
            for (start, end) in zip([0] + cuts, cuts + [60]) where start < end {
                batches.append(events(Array(ids[start..<end]), Array(emails[start..<end])))
            }
            let judged = try RuleSamples.judge([UniqueRuleTests.rule], batches)
            var failing: [Int] = []
            var start = 0
            for (rows, batch) in zip(judged.rejected, batches) {
                failing += rows.keys.map { $0 + start }
                start += batch.rows.count
            }
            return failing.sorted()
        }
        let whole = try failing([])
        let cuts = (0..<5).map { _ in Int.random(in: 0..<60, using: &random) }.sorted()
        #expect(try failing(cuts) == whole)
        #expect(!whole.isEmpty)
    }
}
