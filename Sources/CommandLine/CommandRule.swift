/// One command, or one of a command's verbs, as it is declared.
public struct CommandRule: Sendable {
    /// The words that name it: `["lake", "cat"]`.
    public let words: [String]
    public let summary: String
    /// What help says beyond the summary: sentences, wrapped when printed.
    public let details: String
    public let arguments: [ArgumentRule]
    public let options: [OptionRule]
    public let examples: [String]

    public init(
        _ words: [String], _ summary: String, details: String = "",
        arguments: [ArgumentRule] = [], options: [any DeclaredOption] = [], examples: [String] = []
    ) {
        self.words = words
        self.summary = summary
        self.details = details
        self.arguments = arguments
        self.options = options.map(\.rule)
        self.examples = examples
    }

    /// `lake cat`.
    public var name: String { words.joined(separator: " ") }
}
