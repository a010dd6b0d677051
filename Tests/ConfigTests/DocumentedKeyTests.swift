import Config
import Foundation
import Testing

/// docs/configuration.md and docs/rules.md hold every key that is read, and no other.
@Suite("Documented keys")
struct DocumentedKeyTests {
    /// A section of the file: its heading in docs/configuration.md, and a file with `unknown:` in
    /// it.
    struct Place: CustomTestStringConvertible {
        var heading: String
        var text: String
        var testDescription: String { heading }

        init(_ heading: String, _ text: String) {
            self.heading = heading
            self.text = text
        }

        static func rule(_ kind: String) -> Place {
            Place(
                "rules.\(kind)",
                "transform: {facts: {f: {from: a.b, key: all, "
                    + "rules: [{id: r, \(kind): {qqqqqqqq: 1}}]}}}")
        }
    }

    static let places = [
        Place("Top level", "qqqqqqqq: 1"),
        Place("source", "source: {qqqqqqqq: 1}"),
        Place("extract", "extract: {qqqqqqqq: 1}"),
        Place("extract.tables.TABLE", "extract: {tables: {t: {qqqqqqqq: 1}}}"),
        Place("extract.tables.TABLE.columns", "extract: {tables: {t: {columns: {qqqqqqqq: 1}}}}"),
        Place("upkeep", "upkeep: {qqqqqqqq: 1}"),
        Place("transform", "transform: {qqqqqqqq: 1}"),
        Place("transform.dimensions.NAME", "transform: {dimensions: {d: {qqqqqqqq: 1}}}"),
        Place("transform.facts.NAME", "transform: {facts: {f: {qqqqqqqq: 1}}}"),
        Place("transform.one_big_tables.NAME", "transform: {one_big_tables: {o: {qqqqqqqq: 1}}}"),
        Place(
            "transform.one_big_tables.NAME.columns",
            "transform: {one_big_tables: {o: {fact: f, columns: {qqqqqqqq: 1}}}}"),
        Place(
            "transform.one_big_tables.NAME.join.NAME",
            "transform: {one_big_tables: {o: {fact: f, join: {d: {qqqqqqqq: 1}}}}}"),
        .rule("values"), .rule("range"), .rule("matches"), .rule("length"),
        .rule("freshness"), .rule("row_count"),
    ]

    @Test("a section's table has the keys that the reader knows", arguments: places)
    func keys(place: Place) throws {
        let known = try DocumentedKeyTests.known(place.text)
        let shown = try DocumentedKeyTests.shown("configuration.md")[place.heading] ?? []
        #expect(Set(shown) == Set(known), "\(place.heading)")
        #expect(shown.count == Set(shown).count, "each once")
    }

    @Test("no table of configuration.md is left out here")
    func everyTable() throws {
        let tables = Set(try DocumentedKeyTests.shown("configuration.md").keys)
        let places = Set(DocumentedKeyTests.places.map(\.heading))
        #expect(tables.subtracting(places) == ["rules"])
    }

    @Test("every kind of rule, and every key beside it")
    func rules() throws {
        let known = try DocumentedKeyTests.known(
            "transform: {facts: {f: {from: a.b, key: all, rules: [{qqqqqqqq: 1}]}}}")
        let kinds = try DocumentedKeyTests.shown("rules.md", header: "kind")["Kinds"] ?? []
        let keys = try DocumentedKeyTests.shown("configuration.md")["rules"] ?? []
        #expect(Set(kinds + keys) == Set(known) && kinds.count >= 9)
        #expect(Set(kinds).isDisjoint(with: keys))
    }

    /// The keys that the reader lists where it finds one that it does not know.
    private static func known(_ text: String) throws -> [String] {
        let error = #expect(throws: ConfigError.self) {
            try Configuration.parse(Array(text.utf8), file: "agent.conf", folder: "/")
        }
        let hints = try #require(error).problems.compactMap(\.hint)
        let hint = try #require(hints.first { $0.hasPrefix("Known keys: ") }, "\(hints)")
        return hint.dropFirst(12).dropLast().split(separator: ", ").map(String.init)
    }

    /// By heading, the first cells of the tables whose first column is called `header`.
    private static func shown(
        _ page: String, header: String = "key"
    ) throws -> [String: [String]] {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/\(page)")
        var found: [String: [String]] = [:]
        var heading = ""
        var isTable = false
        for line in try String(contentsOf: path, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
            } else if line.hasPrefix("| \(header) |") {
                isTable = true
            } else if !line.hasPrefix("|") {
                isTable = false
            } else if isTable, let cell = line.firstMatch(of: /^\| `([a-z0-9_]+)` \|/)?.1 {
                found[heading, default: []].append(String(cell))
            }
        }
        return found
    }
}
