import Columnar
@testable import EntityTestSupport
@testable import Events
@testable import Lake
@testable import Pipeline
@testable import Rules
import Testing

/// Rules and cleaning that are expressions.
@Suite("Clean and check")
struct CleanAndCheckTests {
    private func check(_ text: String, nulls: Bool = false) -> RuleSpec {
        RuleSpec(
            id: "c",
            kind: .check(
                ExpressionSpec(text: text, file: "agent.conf", line: 7, column: 20),
                failsOnNull: nulls))
    }

    private func orders(_ status: [String?], _ quantity: [Int32?]) -> EventBatch {
        RuleSamples.events([
            ("id", RuleSamples.long(status.indices.map { Int64($0) })),
            ("status", RuleSamples.codes(status)), ("qty", RuleSamples.int(quantity)),
        ])
    }

    @Test("a check passes on NULL unless it says otherwise")
    func nulls() throws {
        let events = orders(["a", "b", "c"], [1, -1, nil])
        let lenient = try RuleSamples.judge([check("qty > 0")], [events])
        #expect(lenient.rejected == [[1: "c"]])
        let strict = try RuleSamples.judge([check("qty > 0", nulls: true)], [events])
        #expect(strict.rejected[0].keys.sorted() == [1, 2])
    }

    @Test("rows outside `where`, or where it is NULL, are not evaluated")
    func condition() throws {
        var rule = check("qty > 0")
        rule.condition = ExpressionSpec(text: "status <> 'draft'")
        let events = orders(["draft", "sent", nil, "sent"], [-1, -1, -1, 1])
        let judged = try RuleSamples.judge([rule], [events])
        #expect(judged.rejected == [[1: "c"]])
        #expect(judged.count("c")?.evaluated == 2)
    }

    @Test("uniqueness under a filter ignores rows outside the filter")
    func filteredUnique() throws {
        var rule = RuleSpec(id: "u", kind: .unique(["qty"]))
        rule.condition = ExpressionSpec(text: "status = 'live'")
        let events = orders(["gone", "live", "gone", "live", "live"], [5, 5, 5, 5, 6])
        let judged = try RuleSamples.judge([rule], [events])
        #expect(judged.rejected == [[3: "u"]])
        #expect(judged.count("u")?.evaluated == 3)
    }

    @Test("a filter that cannot run is an error; the check is not silently skipped")
    func badFilter() throws {
        var rule = check("qty > 0")
        rule.condition = ExpressionSpec(
            text: "stats = 'x'", file: "agent.conf", line: 9, column: 5)
        let error = try #require(throws: LakeError.self) {
            try RuleSamples.judge([rule], [orders(["a"], [1])])
        }
        #expect(error.code == .configuration)
        #expect(error.message.contains("agent.conf:9:5"))
        #expect(error.hint?.contains("status") == true)
        rule.condition = ExpressionSpec(text: "qty + 1")
        #expect(throws: LakeError.self) {
            try RuleSamples.judge([rule], [orders(["a"], [1])])
        }
    }

    @Test("the dollar of a pattern is the end of the text, not the place before a line feed")
    func dollar() throws {
        let events = RuleSamples.events([
            ("id", RuleSamples.long([1, 2, 3, 4])),
            ("code", RuleSamples.codes(["A1", "A1\n", "xA1", nil])),
        ])
        let rule = RuleSpec(id: "m", kind: .matches(column: "code", pattern: "^[A-Z$]\\d$"))
        #expect(try RuleSamples.judge([rule], [events]).rejected == [[1: "m", 2: "m"]])
        let literal = RuleSpec(id: "m", kind: .matches(column: "code", pattern: "\\$|[$]"))
        #expect(
            try RuleSamples.judge([literal], [events]).rejected[0].keys.sorted() == [0, 1, 2])
    }

    struct Dollar: Sendable, CustomTestStringConvertible {
        let pattern: String
        /// Of `A$`, `A`, `A` and a line feed, `A`, a line feed and `B`: which match.
        let matching: [Int]

        var testDescription: String { pattern }
    }

    @Test(
        "a dollar that is quoted is a dollar, and one of a line is the end of each",
        arguments: [
            Dollar(pattern: "^A\\Q$\\E$", matching: [0]),
            Dollar(pattern: "^A$", matching: [1]),
            Dollar(pattern: "(?im)^a$", matching: [1, 2, 3]),
            Dollar(pattern: "(?i)^a$", matching: [1]),
            Dollar(pattern: "^A(?m:$)", matching: [1, 2, 3]),
            Dollar(pattern: "^A[$]$", matching: [0]),
        ])
    func quotedDollar(row: Dollar) throws {
        let events = RuleSamples.events([
            ("id", RuleSamples.long([1, 2, 3, 4])),
            ("code", RuleSamples.codes(["A$", "A", "A\n", "A\nB"])),
        ])
        let rule = RuleSpec(id: "m", kind: .matches(column: "code", pattern: row.pattern))
        let rejected = try RuleSamples.judge([rule], [events]).rejected[0].keys
        #expect((0..<4).filter { !rejected.contains($0) } == row.matching)
    }

    @Test(
        "quotes in names, patterns and lists stay what they are",
        arguments: ["' OR 1 = 1 --", "`", "\\", "a'b", "%_\\'"])
    func injection(text: String) throws {
        var pattern = ""
        for scalar in text.unicodeScalars { pattern += "\\x{\(String(scalar.value, radix: 16))}" }
        let name = "a`b' c"
        let events = RuleSamples.events([
            ("id", RuleSamples.long([1, 2])), (name, RuleSamples.text([text, "other"])),
        ])
        let rules = [
            RuleSpec(id: "v", kind: .values(column: name, [text], failsOnNull: false)),
            RuleSpec(id: "m", kind: .matches(column: name, pattern: "^\(pattern)$")),
        ]
        #expect(try RuleSamples.judge(rules, [events]).rejected == [[1: "v,m"]])
    }

    @Test("cleaning sees the row as it was in bronze, and may add columns")
    func clean() throws {
        var entity = RuleSamples.entity()
        entity.clean = [
            CleanSpec(column: "status", expression: .init(text: "upper(trim(status))")),
            CleanSpec(column: "was", expression: .init(text: "status")),
            CleanSpec(column: "qty", expression: .init(text: "cast(qty as bigint)")),
        ]
        let events = orders([" a ", nil], [1, nil])
        let clean = try Clean(entity, bronze: events.rows.schema, now: RuleSamples.now)
        let cleaned = try clean.apply(events)
        #expect(cleaned.rows.schema.fields.map(\.name) == ["id", "status", "qty", "was"])
        #expect(cleaned.rows["qty"]?.type == .long)
        #expect(cleaned.rows["status"]?.text(0) == "A")
        #expect(cleaned.rows["was"]?.text(0) == " a ")
        #expect(cleaned.rows["status"]?.isNull(1) == true)
        entity.clean = [CleanSpec(column: "statis", expression: .init(text: "status"))]
        let error = try #require(throws: LakeError.self) {
            try Clean(entity, bronze: events.rows.schema, now: RuleSamples.now)
        }
        #expect(error.hint?.hasPrefix("Is it status?") == true)
    }

    @Test("a new column may be called much like one that is there, but not a letter away")
    func newNames() throws {
        let events = orders(["a"], [1])
        for (name, isNew) in [
            ("status2", true), ("state", true), ("q", true), ("Status", false), ("sttus", false),
        ] {
            var entity = RuleSamples.entity()
            entity.clean = [CleanSpec(column: name, expression: .init(text: "status"))]
            let clean = try? Clean(entity, bronze: events.rows.schema, now: RuleSamples.now)
            #expect((clean != nil) == isNew, "\(name)")
        }
    }

    @Test("reasons tell what was seen in each column a check reads")
    func observed() throws {
        let events = orders(["sent", nil], [-2, -1])
        let set = try RuleSet(
            RuleSamples.entity([check("qty > 0 or status = 'draft'", nulls: true)]),
            schema: events.rows.schema, probes: RuleProbes(now: RuleSamples.now))
        let verdict = try set.evaluate(events)
        let first = set.violations([0], in: events, verdict)[0]
        #expect(first.map(\.rule) == ["c"])
        #expect(first.first?.observed?.contains("qty=-2") == true)
        #expect(first.first?.observed?.contains("status=sent") == true)
        let second = set.violations([1], in: events, verdict)[0]
        #expect(second.first?.observed?.contains("status=NULL") == true)
    }
}
