@testable import EntityTestSupport
@testable import Pipeline
@testable import Rules
import Testing
@testable import Transform

@Suite("Suggestions by what the rows look like")
struct SuggestionTests {
    typealias Row = BronzeLake.Row

    /// Members 1 to 40 by `small`, and a fact without rules.
    private func lake(_ facts: [Row]) throws -> (TransformLake, Pipeline) {
        let lake = try TransformLake()
        try lake.dimension.commit([(1...40).map { Row(Int64($0), 10, "x\($0)") }], high: 20)
        try lake.fact.commit([facts], high: 400)
        var pipeline = lake.pipeline
        pipeline.dimensions[0].entity.key = ["small"]
        pipeline.facts[0].entity.rules = []
        return (lake, pipeline)
    }

    private func lines(_ facts: [Row]) throws -> (clean: [String], rules: [String]) {
        let (lake, pipeline) = try lake(facts)
        _ = try lake.run(pipeline: pipeline)
        let found = try #require(lake.suggestions(pipeline).first { $0.entity == "f" })
        return (
            found.clean.map { $0.yaml + "   # " + $0.reason },
            found.suggestions.map { $0.yaml + "   # " + $0.reason }
        )
    }

    private let reference = "- {id: known_small, references: d, on: {small: small}, "

    @Test("a column called as a dimension's key refers to it, with the share that is found")
    func references() throws {
        #expect(
            try lines((1...40).map { Row(Int64($0), 100, "a") }).rules == [
                reference + "severity: warn}   # guessed: all values are in d"
            ])
        // 41 to 60 are nobody: more than half is there, and the name can mean nothing else.
        #expect(
            try lines((1...60).map { Row(Int64($0), 100, "a") }).rules == [
                reference + "severity: warn}   "
                    + "# guessed: 20 of 60 rows name nothing in d (33.33 %)"
            ])
        #expect(try lines((1...90).map { Row(Int64($0), 100, "a") }).rules == [])
    }

    @Test("where 0 stands for none, it is left out")
    func nones() throws {
        let facts = (1...40).map { Row(Int64($0), 100, "a") }
        let none = (1...30).map { Row(Int64($0) << 32, 100, "a") }
        #expect(
            try lines(facts + none).rules == [
                "- {id: known_small, references: d, on: {small: small}, where: \"small <> 0\", "
                    + "severity: warn}   # guessed: all values are in d"
            ])
    }

    @Test("blanks and control characters at the ends are a line of clean, with an example")
    func padded() throws {
        let names = ["a", "b ", "c\r"]
        let facts = (1...30).map { Row(Int64($0), 100, names[$0 % 3]) }
        let (lake, base) = try lake(facts)
        var pipeline = base
        let found = try #require(lake.suggestions(pipeline).first { $0.entity == "f" })
        #expect(found.suggestions.isEmpty)  // The dimension is not in silver yet.
        let clean = try #require(found.clean.first)
        #expect(clean.yaml == #"name: "trim(both ' \\t\\r\\n' from name)""#)
        #expect(clean.reason == "'b ' and the like, in 20 of 30 rows")
        #expect(found.clean.count == 1)
        // Done as suggested nothing is left to suggest.
        pipeline.facts[0].entity.clean = [
            CleanSpec(column: "name", expression: ExpressionSpec(text: clean.expression))
        ]
        #expect(try lake.suggestions(pipeline).first { $0.entity == "f" }?.clean == [])
        _ = try lake.run(pipeline: pipeline)
        #expect(Set(try lake.rows("silver/f", ["name"])) == ["a", "b", "c"])
    }

    @Test("a list of values has them as the suggested cleaning leaves them")
    func cleanedList() throws {
        let names = ["a", "a\r", " b", "b"]
        let rules = try lines((1...1000).map { Row(Int64($0), 100, names[$0 % 4]) }).rules
        #expect(
            rules.contains(
                "- {id: name_known, values: {column: name, in: [a, b]}, severity: warn}   "
                    + "# 2 values in 1000 rows"))
    }

    @Test(
        "names tell table and key, whatever the number and the prefix",
        arguments: [
            ("market_code", "markets_code", "markets", ReferenceName.Match.sure),
            ("customer_id", "id", "customers", .sure), ("categoryId", "id", "categories", .sure),
            ("customer_id", "customer_id", "oc_customer", .sure),
            ("member_id", "code", "ums_member", .likely), ("id", "id", "customers", nil),
            ("status", "id", "status", nil), ("value_id", "id", "customers", nil),
            ("code", "code", "customers", nil), ("order_id", "id", "border", nil),
            ("billing_address_id", "id", "address", .hinted),
            ("client", "code", "clients", .hinted), ("type", "id", "type", nil),
            ("clients_name", "code", "clients", nil),
        ])
    func names(
        column: String, key: String, table: String, match: ReferenceName.Match?
    ) {
        #expect(ReferenceName.match(column, key: key, of: [table]) == match)
    }
}
