import Columnar
@testable import EntityTestSupport
@testable import Events
@testable import Pipeline
import Profile
@testable import Rules
import Testing

/// Rules read without data, and rules proposed.
@Suite("Lint and suggest")
struct RuleLintTests {
    private let schema = Schema([
        Field("id", .long), Field("status", .string), Field("qty", .integer),
        Field("customer", .string), Field("day", .date),
    ])

    private func findings(_ rules: [RuleSpec], clean: [CleanSpec] = []) -> [RuleFinding] {
        var entity = RuleSamples.entity(rules)
        entity.clean = clean
        return RuleLint.findings(
            entity, date: "day", bronze: schema,
            dimensions: ["customer": [Field("code", .string)]], now: RuleSamples.now)
    }

    @Test("every rule that cannot run is told, not only the first")
    func errors() {
        let found = findings(
            [
                RuleSpec(id: "a", kind: .notNull(["statsu"])),
                RuleSpec(
                    id: "b", kind: .check(ExpressionSpec(text: "qty >"), failsOnNull: false)),
                RuleSpec(id: "b", kind: .range(column: "qty", minimum: "x", maximum: nil)),
                RuleSpec(id: "c", kind: .references(dimension: "product", on: ["status": "code"])),
                RuleSpec(id: "d", kind: .matches(column: "status", pattern: "(")),
                RuleSpec(id: "e", kind: .length(column: "qty", minimum: 1, maximum: nil)),
                RuleSpec(id: "f", kind: .length(column: "status", minimum: 3, maximum: 2)),
                RuleSpec(id: "null_key", kind: .notNull(["qty"])),
            ], clean: [CleanSpec(column: "status", expression: .init(text: "uper(status)"))])
        let errors = found.filter { $0.weight == .error }.map(\.rule)
        #expect(errors == ["status", "a", "b", "b", "b", "c", "d", "e", "f", "null_key"])
        #expect(found.first { $0.rule == "a" }?.hint == "Is it status?")
    }

    @Test("what can run but hardly was meant so is a warning")
    func warnings() {
        var empty = RuleSpec(id: "g", kind: .rowCount(minimum: 1, maximum: nil))
        empty.fatalIf = .percent(100)
        let found = findings([
            RuleSpec(id: "a", kind: .range(column: "qty", minimum: "5", maximum: "1")),
            RuleSpec(id: "b", kind: .check(ExpressionSpec(text: "1 = 1"), failsOnNull: false)),
            RuleSpec(id: "c", kind: .notNull(["id"])),
            RuleSpec(id: "d", kind: .unique(["id"])),
            RuleSpec(
                id: "e", kind: .values(column: "status", ["New", "new "], failsOnNull: false)),
            RuleSpec(
                id: "f", kind: .values(column: "status", ["new ", "New"], failsOnNull: false)),
            empty, RuleSpec(id: "h", kind: .length(column: "status", minimum: 0, maximum: nil)),
        ])
        #expect(found.allSatisfy { $0.weight == .warning })
        #expect(Set(found.map(\.rule)) == ["a", "b", "c", "d", "e", "f", "g", "h"])
        #expect(found.contains { $0.rule == "f" && $0.message == "asks the same as e" })
        #expect(found.filter { $0.rule == "g" }.count == 2)
    }

    @Test("a good rule gets no finding")
    func clean() {
        let rules = [
            RuleSpec(
                id: "a",
                kind: .check(
                    ExpressionSpec(text: "qty > 0 and day > '2020-01-01'"), failsOnNull: false)),
            RuleSpec(id: "b", kind: .references(dimension: "customer", on: ["customer": "code"])),
        ]
        #expect(findings(rules).isEmpty)
    }

    @Test("a fingerprint does not depend on the order of a set, nor on the id")
    func fingerprints() {
        func rule(_ id: String, _ list: [String]) -> String {
            RuleSpec(id: id, kind: .values(column: "v", list, failsOnNull: false)).fingerprint
        }
        #expect(rule("a", ["x", "y", "z"]) == rule("b", ["z", "x", "y"]))
        #expect(rule("a", ["x", "y"]) != rule("a", ["x", "y", "z"]))
        #expect(
            RuleSpec(id: "a", kind: .unique(["p", "q"])).fingerprint
                != RuleSpec(id: "a", kind: .notNull(["p", "q"])).fingerprint)
    }

    @Test("what the source declares becomes rules, what its rows look like warnings")
    func suggestions() throws {
        var source = SourceDeclaration()
        source.notNull = ["id", "status"]
        source.labels = ["status": ["NEW", "off"]]
        source.uniqueKeys = [["id"], ["customer", "day"]]
        source.foreignKeys = [
            .init(columns: ["customer"], table: "s.customer", referencedColumns: ["code"]),
            .init(columns: ["customer"], table: "s.nobody", referencedColumns: ["code"]),
        ]
        source.checks = [
            .init(name: "qty_ok", clause: "(`qty` > 0)"),
            .init(name: "odd", clause: "json_valid(`status`)"),
            .init(name: "new_only", clause: "((`status` <> _utf8mb4\\'x\\'))"),
        ]
        let customer = DimensionSpec(
            entity: EntitySpec(
                name: "customer", bronzePath: "b", source: "s.customer", key: ["code"]))
        var profile = TableProfile(now: RuleSamples.now)
        profile.add(
            RuleSamples.batch([
                ("id", RuleSamples.long((0..<1500).map { Int64($0) })),
                ("status", RuleSamples.codes((0..<1500).map { $0 % 2 == 0 ? "NEW" : "off" })),
                ("qty", RuleSamples.int((0..<1500).map { $0 == 7 ? nil : Int32($0) })),
                ("customer", RuleSamples.text((0..<1500).map { "c\($0)" })),
            ]))
        let found = RuleSuggestions.rules(
            for: RuleSamples.entity(), schema: schema, declaration: source,
            dimensions: [customer], profile: profile)
        #expect(
            found.map(\.rule.yaml) == [
                "- {id: status_present, not_null: [status]}",
                "- {id: status_known, values: {column: status, in: [NEW, \"off\"]}}",
                "- {id: customer_day_unique, unique: [customer, day]}",
                "- {id: known_customer, references: customer, on: {customer: code}}",
                "- {id: qty_ok, check: \"`qty` > 0\"}",
                "- {id: new_only, check: \"`status` <> 'x'\"}",
                "- {id: customer_present, not_null: [customer], severity: warn}",
            ])
    }

    @Test("columns that a rule asks for already, or the sequence, are not suggested one by one")
    func suggestedOnce() {
        var entity = RuleSamples.entity([
            RuleSpec(id: "present", kind: .notNull(["status", "customer"]))
        ])
        entity.sequence = "day"
        var source = SourceDeclaration()
        source.notNull = ["id", "status", "customer", "qty", "day"]
        let found = RuleSuggestions.rules(
            for: entity, schema: schema, declaration: source, dimensions: [], profile: nil)
        #expect(found.map(\.rule.id) == ["qty_present"])
    }

    @Test("amounts of which a few are zero or less are a comment of a fact, with the figure")
    func positives() {
        let schema = Schema([
            Field("id", .long), Field("sales_qty", .integer), Field("price", .double),
            Field("is_gift", .integer), Field("totalCost", .integer),
        ])
        var profile = TableProfile(now: 0)
        let (all, numbers) = (0..<1200, (0..<1200).map { Int32($0) })
        profile.add(
            RuleSamples.batch([
                ("id", RuleSamples.long(all.map { Int64($0) })),
                ("sales_qty", RuleSamples.int(numbers.map { $0 - 2 })),
                ("price", Column(.double, storage: .double(all.map { Double($0) }))),
                ("is_gift", RuleSamples.int(numbers.map { min($0, 1) })),
                ("totalCost", RuleSamples.int(numbers.map { $0 - 600 })),
            ]))
        for isFact in [false, true] {
            var suggestions = RuleSuggestions(
                RuleSamples.entity(), schema, implied: ["sales_qty", "price"], isFact: isFact)
            suggestions.seen(profile)
            let comments = suggestions.found.filter(\.isComment).map { $0.yaml + " # " + $0.reason }
            let figures = [
                "# - {id: sales_qty_positive, check: \"sales_qty > 0\"}"
                    + " # 3 of 1,200 rows are not (0.25 %)",
                "# - {id: price_positive, check: \"price > 0\"}"
                    + " # 1 of 1,200 rows are not (0.08 %)",
            ]
            #expect(comments == (isFact ? figures : []))
        }
    }

    /// What is suggested for rows of the schema with these rules and this cleaning.
    private func suggested(
        _ rules: [RuleSpec], clean: [CleanSpec] = [], _ source: SourceDeclaration
    ) throws -> [String] {
        var entity = RuleSamples.entity(rules)
        entity.clean = clean
        let cleaning = try Clean(entity, bronze: schema, now: RuleSamples.now)
        let count = 1200
        let raw = RuleSamples.events(
            [
                ("id", RuleSamples.long((0..<count).map { Int64($0) })),
                ("status", RuleSamples.codes((0..<count).map { $0 % 2 == 0 ? " new" : "off " })),
                ("qty", RuleSamples.int((0..<count).map { Int32($0 % 7) })),
                ("customer", RuleSamples.text((0..<count).map { $0 % 3 == 0 ? "" : "c\($0)" })),
                ("day", Column(.date, storage: .int32(Array(repeating: 20_000, count: count)))),
            ], sequence: (0..<count).map { Int64($0) })
        var suggestions = RuleSuggestions(
            entity, cleaning.schema, clean: cleaning, implied: ["day"])
        suggestions.declared(source, [])
        var trial = RuleTrial(suggestions.found.map(\.rule), entity, cleaning.schema)
        let cleaned = try cleaning.apply(raw)
        var profile = TableProfile(now: RuleSamples.now)
        profile.add(cleaned.rows)
        try trial.take(cleaned)
        suggestions.judge(trial.failed, of: Int64(profile.rows))
        suggestions.seen(profile)
        return suggestions.found.map { $0.rule.yaml + " # " + $0.reason }
    }

    @Test("suggestions are judged by cleaned values")
    func suggestedOnCleanedValues() throws {
        var source = SourceDeclaration()
        source.notNull = ["customer", "qty"]
        source.labels = ["status": [" new", "off ", "gone"]]
        source.checks = [
            .init(name: "lower_case", clause: "`status` = lower(`status`)"),
            .init(name: "few", clause: "`qty` < 6"),
        ]
        let found = try suggested(
            [],
            clean: [
                CleanSpec(column: "status", expression: .init(text: "upper(trim(status))")),
                CleanSpec(column: "customer", expression: .init(text: "nullif(customer, '')")),
            ], source)
        #expect(
            found == [
                "- {id: qty_present, not_null: [qty]} # declared NOT NULL",
                "- {id: status_known, values: {column: status, in: [NEW, \"OFF\", GONE]}}"
                    + " # declared ENUM",
                "- {id: few, check: \"`qty` < 6\"} # the constraint few"
                    + ", broken by 171 of 1200 rows",
                "- {id: status_present, not_null: [status], severity: warn}"
                    + " # never NULL in 1200 rows",
                "- {id: qty_not_negative, range: {column: qty, min: \"0\"}, severity: warn}"
                    + " # never negative in 1200 rows",
            ])
    }

    @Test("what a rule asks already in other words is not suggested")
    func suggestedWhatIsNew() throws {
        var source = SourceDeclaration()
        source.notNull = ["customer", "qty", "day", "status"]
        source.labels = ["status": [" new", "off "]]
        source.uniqueKeys = [["customer", "id"], ["customer", "day", "status"]]
        source.checks = [
            .init(name: "few", clause: "(`qty` < 100)"), .init(name: "fine", clause: "`qty` > 1"),
        ]
        let found = try suggested(
            [
                RuleSpec(
                    id: "a", kind: .check(ExpressionSpec(text: "QTY<100"), failsOnNull: false)),
                RuleSpec(
                    id: "b",
                    kind: .check(
                        ExpressionSpec(text: "qty >= 0 AND day > DATE '2000-01-01'"),
                        failsOnNull: false)),
                RuleSpec(
                    id: "c",
                    kind: .check(ExpressionSpec(text: "customer IS NOT NULL"), failsOnNull: false)),
                RuleSpec(
                    id: "d",
                    kind: .check(
                        ExpressionSpec(text: "status IN (' new', 'off ')"), failsOnNull: true)),
                RuleSpec(id: "e", kind: .unique(["day", "customer"])),
            ], source)
        #expect(
            found == [
                "- {id: qty_present, not_null: [qty]} # declared NOT NULL",
                "- {id: fine, check: \"`qty` > 1\"} # the constraint fine"
                    + ", broken by 344 of 1200 rows",
            ])
    }
}
