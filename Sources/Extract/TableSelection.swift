import Names
import Spelling

/// Which tables of a schema a run takes.
public struct TableSelection: Sendable {
    /// Patterns with `*` (any text) and `?` (one character), compared ignoring case.
    public var include = ["*"]
    public var exclude: [String] = []
    /// Names asked for on the command line; empty takes all that the patterns admit.
    public var names: [String] = []

    public init() {}

    /// Whether the patterns admit a table.
    public func admits(_ table: String) -> Bool {
        include.contains { matches(table, $0) } && !exclude.contains { matches(table, $0) }
    }

    /// The names to take of `tables`, in the order of their bytes. Throws `configuration` for a
    /// name asked for that is not there or that the patterns exclude.
    func select(_ tables: [String], schema: String) throws(ExtractError) -> [String] {
        for name in names where !tables.holds(name) {
            throw ExtractError(
                .configuration, operation: "select", subject: "\(schema).\(name)",
                message: "there is no such table",
                hint: Spelling.nearest(to: name, in: tables).map { "Did you mean '\($0)'?" }
                    ?? "`sluice discover` lists the tables.")
        }
        for name in names where !admits(name) {
            throw ExtractError(
                .configuration, operation: "select", subject: "\(schema).\(name)",
                message: "the table is excluded by extract.include or extract.exclude",
                hint: "Change the patterns in agent.conf.")
        }
        let wanted = names.isEmpty ? tables.filter(admits) : names
        return Set(wanted.map { ByteName($0) }).sorted().map(\.text)
    }
}

/// Whether `text` fits a pattern of `*` and `?`, ignoring case. O(text × pattern).
func matches(_ text: String, _ pattern: String) -> Bool {
    let text = Array(text.lowercased().unicodeScalars)
    // reached[i]: the pattern so far fits the first i characters.
    var reached = [Bool](repeating: false, count: text.count + 1)
    reached[0] = true
    for scalar in pattern.lowercased().unicodeScalars {
        var next = [Bool](repeating: false, count: text.count + 1)
        if scalar == "*" {
            var any = false
            for index in reached.indices {
                any = any || reached[index]
                next[index] = any
            }
        } else {
            for index in text.indices where scalar == "?" || scalar == text[index] {
                next[index + 1] = reached[index]
            }
        }
        reached = next
    }
    return reached[text.count]
}
