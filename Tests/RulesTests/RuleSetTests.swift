import Columnar
@testable import EntityTestSupport
@testable import Lake
@testable import Pipeline
@testable import Rules
import Testing

/// Every kind of rule, and the defects other systems had (docs/specification/quality.md#promises).
@Suite("Rules")
struct RuleSetTests {
    private func values(_ list: [String], column: String = "v", nulls: Bool = false) -> RuleSpec {
        RuleSpec(id: "known", kind: .values(column: column, list, failsOnNull: nulls))
    }

    private func ids(_ count: Int) -> (String, Column) {
        ("id", RuleSamples.long((0..<count).map { Int64($0) }))
    }

    @Test("every rule a row violates is recorded, implicit ones first")
    func everyRule() throws {
        let events = RuleSamples.events(
            [
                ("id", RuleSamples.long([1, nil, 3, 4])),
                ("day", RuleSamples.int([20_000, nil, 20_001, 20_002], .date)),
                ("v", RuleSamples.text(["a", "x", "b", "a"])),
                ("n", RuleSamples.int([1, -5, 2, nil])),
            ], sequence: [1, 2, nil, 4])
        let rules = [
            values(["a", "b"]),
            RuleSpec(id: "positive", kind: .range(column: "n", minimum: "1", maximum: nil)),
            RuleSpec(id: "n_there", kind: .notNull(["n"])),
        ]
        let judged = try RuleSamples.judge(rules, [events], date: "day")
        #expect(
            judged.rejected == [
                [1: "null_key,null_date,known,positive", 2: "null_sequence", 3: "n_there"]
            ])
        #expect(judged.count("known")?.failed == 1)
        #expect(judged.count("known")?.evaluated == 4)
        #expect(judged.count("positive")?.percent == 25)
    }

    @Test("dictionary columns and plain ones give the same verdict", arguments: [true, false])
    func dictionaries(isCoded: Bool) throws {
        let texts: [String?] = ["INR", "USD", nil, "inr", "", "USD ", "INR"]
        let column = isCoded ? RuleSamples.codes(texts) : RuleSamples.text(texts)
        let events = RuleSamples.events([ids(7), ("v", column)])
        let judged = try RuleSamples.judge([values(["INR", "USD"])], [events])
        #expect(judged.rejected == [[3: "known", 4: "known", 5: "known"]])
        let strict = try RuleSamples.judge([values(["INR", "USD"], nulls: true)], [events])
        #expect(strict.rejected[0].keys.sorted() == [2, 3, 4, 5])
    }

    @Test("a bare word in a list is a value, never a column's name")
    func bareWord() throws {
        let events = RuleSamples.events([
            ids(2), ("v", RuleSamples.text(["id", "other"])),
        ])
        let judged = try RuleSamples.judge([values(["id"])], [events])
        #expect(judged.rejected == [[1: "known"]])
    }

    @Test("words that YAML may take for booleans, and numbers, are texts for a text column")
    func yamlWords() throws {
        let events = RuleSamples.events([
            ids(5), ("v", RuleSamples.text(["on", "off", "no", "1.0", "true"])),
        ])
        let judged = try RuleSamples.judge([values(["on", "off", "no", "1"])], [events])
        #expect(judged.rejected == [[3: "known", 4: "known"]])
    }

    @Test("numbers in a list are compared as numbers")
    func numbersInLists() throws {
        let decimals = Column(.decimal(precision: 10, scale: 2), storage: .int64([110, 500, 501]))
        let events = RuleSamples.events([ids(3), ("v", decimals)])
        let judged = try RuleSamples.judge([values(["1.1", "5"])], [events])
        #expect(judged.rejected == [[2: "known"]])
    }

    @Test("a list that cannot hold values of the column is an error, not a failure")
    func wrongList() throws {
        let events = RuleSamples.events([ids(1), ("v", RuleSamples.int([1]))])
        let error = try #require(throws: LakeError.self) {
            try RuleSamples.judge([values(["1", "yes"])], [events])
        }
        #expect(error.code == .configuration)
        #expect(error.subject == "orders.known")
        #expect(error.message.contains("yes"))
    }

    struct Bounds: Sendable, CustomTestStringConvertible {
        var minimum: String?
        var maximum: String?
        var failing: [Int]
        var testDescription: String { "\(minimum ?? "…") to \(maximum ?? "…")" }
    }

    @Test(
        "bounds are inclusive and exact",
        arguments: [
            Bounds(minimum: "0", maximum: "10", failing: [0, 4]),
            Bounds(minimum: "-0.01", maximum: nil, failing: []),
            Bounds(minimum: "0.005", maximum: "9.999", failing: [0, 1, 3, 4]),
            Bounds(minimum: "10.01", maximum: "9", failing: [0, 1, 2, 3, 4]),
        ])
    func ranges(bounds: Bounds) throws {
        // -0.01, 0, 0.01, 10, 10.01, NULL
        let present = Bitmap([true, true, true, true, true, false])
        let column = Column(
            .decimal(precision: 10, scale: 2), storage: .int64([-1, 0, 1, 1000, 1001, 99_999]),
            validity: present)
        let events = RuleSamples.events([ids(6), ("n", column)])
        let rule = RuleSpec(
            id: "r",
            kind: .range(column: "n", minimum: bounds.minimum, maximum: bounds.maximum))
        let judged = try RuleSamples.judge([rule], [events])
        #expect(judged.rejected[0].keys.sorted() == bounds.failing)
    }

    @Test("bounds of dates, times and texts are literals of their type")
    func rangesOfOtherTypes() throws {
        let events = RuleSamples.events([
            ids(3), ("d", RuleSamples.int([19_722, 19_723, 20_089], .date)),
            (
                "t",
                RuleSamples.long(
                    [1_704_067_199_999_999, 1_704_067_200_000_000, nil], .timestamp)
            ),
            ("s", RuleSamples.codes(["a", "m", "z"])),
        ])
        let rules = [
            RuleSpec(
                id: "d",
                kind: .range(column: "d", minimum: "'2024-01-01'", maximum: "DATE '2024-12-31'")),
            RuleSpec(
                id: "t",
                kind: .range(column: "t", minimum: "TIMESTAMP '2024-01-01 00:00:00'", maximum: nil)
            ),
            RuleSpec(id: "s", kind: .range(column: "s", minimum: "'b'", maximum: "'y'")),
        ]
        let judged = try RuleSamples.judge(rules, [events])
        #expect(judged.rejected == [[0: "d,t,s", 2: "d,s"]])
        let wrong = RuleSpec(id: "w", kind: .range(column: "d", minimum: "5", maximum: nil))
        #expect(throws: LakeError.self) { try RuleSamples.judge([wrong], [events]) }
    }

    @Test(
        "lengths count characters, not bytes; both bounds are allowed, and NULL passes",
        arguments: [
            Lengths(minimum: 2, maximum: 4, failing: [0, 1, 5, 6]),
            Lengths(minimum: 2, maximum: nil, failing: [0, 1]),
            Lengths(minimum: nil, maximum: 4, failing: [5, 6]),
            Lengths(minimum: 4, maximum: 4, failing: [0, 1, 2, 5, 6]),
            Lengths(minimum: 0, maximum: 0, failing: [1, 2, 3, 5, 6]),
        ], [true, false])
    func lengths(bounds: Lengths, isCoded: Bool) throws {
        // The accent of the sixth is a character of its own.
        let texts: [String?] = ["", "\u{1F600}", "a\u{8868}", "éééé", nil, "cafe\u{301}", "aaaaa"]
        let column = isCoded ? RuleSamples.codes(texts) : RuleSamples.text(texts)
        let events = RuleSamples.events([ids(7), ("v", column)])
        let rule = RuleSpec(
            id: "r",
            kind: .length(column: "v", minimum: bounds.minimum, maximum: bounds.maximum))
        let judged = try RuleSamples.judge([rule], [events])
        #expect(judged.rejected[0].keys.sorted() == bounds.failing)
    }

    struct Lengths: Sendable, CustomTestStringConvertible {
        var minimum: Int?
        var maximum: Int?
        var failing: [Int]
        var testDescription: String {
            "\(minimum.map(String.init) ?? "…") to \(maximum.map(String.init) ?? "…")"
        }
    }

    @Test("a reference is looked up across types, and NULL names nobody")
    func references() throws {
        var members = HashedMembers(key: [Field("code", .decimal(precision: 20, scale: 0))])
        let codes = Column(.decimal(precision: 20, scale: 0), storage: .int128([1, 2]))
        members.insert([codes], count: 2)
        var probes = RuleProbes(now: RuleSamples.now)
        probes.members["customer"] = members
        let rule = RuleSpec(
            id: "fk", kind: .references(dimension: "customer", on: ["customer_code": "code"]))
        let events = RuleSamples.events([
            ids(4), ("customer_code", RuleSamples.int([1, 3, nil, 2])),
        ])
        let judged = try RuleSamples.judge([rule], [events], probes: probes)
        #expect(judged.rejected == [[1: "fk"]])
    }

    @Test("a reference by text, dictionary or not, and one to a dimension that is not there")
    func textReferences() throws {
        var members = HashedMembers(key: [Field("code", .string)])
        members.insert([RuleSamples.codes(["a", "b", nil])], count: 3)
        #expect(members.count == 2)
        var probes = RuleProbes(now: RuleSamples.now)
        probes.members["customer"] = members
        let rule = RuleSpec(
            id: "fk", kind: .references(dimension: "customer", on: ["c": "code"]))
        for column in [RuleSamples.text(["a", "c", nil]), RuleSamples.codes(["a", "c", nil])] {
            let events = RuleSamples.events([ids(3), ("c", column)])
            #expect(
                try RuleSamples.judge([rule], [events], probes: probes).rejected == [[1: "fk"]])
        }
        let wrong = RuleSpec(
            id: "fk", kind: .references(dimension: "custmer", on: ["c": "code"]))
        let error = try #require(throws: LakeError.self) {
            try RuleSamples.judge(
                [wrong], [RuleSamples.events([ids(1), ("c", RuleSamples.text(["a"]))])],
                probes: probes)
        }
        #expect(error.hint == "Is it customer?")
    }

    @Test("severity warn counts and keeps; fatal stops; deletes are not judged")
    func severities() throws {
        var warn = RuleSpec(id: "w", kind: .notNull(["v"]))
        warn.severity = .warn
        let events = RuleSamples.events(
            [ids(3), ("v", RuleSamples.text([nil, "a", nil]))], deletes: [2])
        let judged = try RuleSamples.judge([warn], [events])
        #expect(judged.rejected == [[:]])
        #expect(judged.count("w")?.failed == 1)
        #expect(judged.count("w")?.evaluated == 2)
        #expect(judged.stop == nil)
        var fatal = warn
        fatal.severity = .fatal
        let stopped = try RuleSamples.judge([fatal], [events])
        #expect(stopped.stop?.code == .guarded)
        #expect(stopped.stop?.subject == "orders.w")
    }

    @Test("thresholds by count and by percent are passed when more fail, not when as many do")
    func thresholds() throws {
        let column = RuleSamples.text(Array(repeating: "a", count: 98) + [nil, nil])
        let events = RuleSamples.events([ids(100), ("v", column)])
        var rule = RuleSpec(id: "w", kind: .notNull(["v"]))
        for (threshold, stops) in [
            (RuleSpec.Threshold.percent(2), false), (.percent(1.9), true), (.count(2), false),
            (.count(1), true),
        ] {
            rule.fatalIf = threshold
            let judged = try RuleSamples.judge([rule], [events])
            #expect((judged.stop != nil) == stops)
            #expect(judged.count("w")?.status == (stops ? .fatal : .failed))
        }
        rule.fatalIf = nil
        rule.warnIf = .count(2)
        #expect(try RuleSamples.judge([rule], [events]).count("w")?.status == .tolerated)
    }

    @Test("a rule about the batch fails once and sets no row aside")
    func batchRules() throws {
        var volume = RuleSpec(id: "volume", kind: .rowCount(minimum: 3, maximum: 10))
        volume.severity = .warn
        var fresh = RuleSpec(
            id: "fresh", kind: .freshness(column: "t", maximumAge: 3_600_000_000))
        fresh.severity = .fatal
        let old = RuleSamples.now - 3_600_000_001
        let events = RuleSamples.events([
            ids(2), ("t", RuleSamples.long([old, nil], .timestamp)),
        ])
        let judged = try RuleSamples.judge([volume, fresh], [events])
        #expect(judged.rejected == [[:]])
        #expect(judged.count("volume")?.failed == 1)
        #expect(judged.count("fresh")?.status == .fatal)
        var probes = RuleProbes(now: RuleSamples.now)
        probes.newest["t"] = RuleSamples.now - 1
        #expect(try RuleSamples.judge([fresh], [events], probes: probes).stop == nil)
    }

    @Test("a rule without a row in its scope is skipped, which is not passed")
    func skipped() throws {
        let events = RuleSamples.events([ids(1), ("v", RuleSamples.text(["a"]))], deletes: [0])
        let judged = try RuleSamples.judge([values(["b"])], [events])
        #expect(judged.count("known")?.status == .skipped)
    }

    @Test("an unknown column names the nearest known one")
    func unknownColumn() throws {
        let events = RuleSamples.events([ids(1), ("sales_qty", RuleSamples.int([1]))])
        let rule = RuleSpec(id: "q", kind: .notNull(["sale_qty"]))
        let error = try #require(throws: LakeError.self) {
            try RuleSamples.judge([rule], [events])
        }
        #expect(error.code == .configuration)
        #expect(error.hint == "Is it sales_qty?")
    }
}
