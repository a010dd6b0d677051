/// One option of a command as it is declared.
public struct OptionRule: Sendable {
    /// What an option takes after it.
    public enum Value: Hashable, Sendable {
        /// Nothing: being there is its meaning.
        case none
        /// Any text; the name stands for it in help.
        case text(String)
        /// A whole number of at least 0.
        case count(String)
        /// One of these words.
        case word([String])
    }

    /// Without the dashes.
    public let name: String
    public let value: Value
    /// Whether it may stand several times.
    public let isRepeatable: Bool
    public let help: String

    init(_ name: String, _ value: Value, isRepeatable: Bool = false, _ help: String) {
        self.name = name
        self.value = value
        self.isRepeatable = isRepeatable
        self.help = help
    }

    /// `limit N`, `format csv|jsonl|table`.
    var spelling: String {
        switch value {
        case .none: name
        case .text(let text), .count(let text): "\(name) \(text)"
        case .word(let words): "\(name) \(words.joined(separator: "|"))"
        }
    }
}
