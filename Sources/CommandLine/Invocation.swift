/// What the command line asks for: a command with checked options and arguments.
public struct Invocation: Sendable {
    /// The command's words: `["lake", "cat"]`.
    public var words: [String]
    /// Positional arguments in order.
    public var arguments: [String] = []
    private var values: [String: [String]] = [:]

    /// `lake cat`.
    public var name: String { words.joined(separator: " ") }

    init(_ words: [String]) { self.words = words }

    mutating func add(_ value: String, to option: String) {
        values[option, default: []].append(value)
    }

    /// Whether an option is there, by its name without dashes.
    public func has(_ option: String) -> Bool { values[option] != nil }

    /// The text of an option that may stand once.
    public func text(_ option: String) -> String? { values[option]?.last }

    /// Every text of an option that may be repeated, in order.
    public func texts(_ option: String) -> [String] { values[option] ?? [] }

    /// The number of an option declared to take one.
    public func count(_ option: String) -> Int? { text(option).flatMap { Int($0) } }

    /// `--config`.
    public var configPath: String? { text("config") }
    /// `--json`: one document on stdout.
    public var isJSON: Bool { has("json") }
    /// `--quiet`.
    public var isQuiet: Bool { has("quiet") }
    /// `--log-format json`.
    public var logsAreJSON: Bool { text("log-format") == "json" }
}

/// What came of reading the command line.
public enum Request: Sendable {
    /// Execute a command.
    case command(Invocation)
    /// Print this text on stdout and end with success.
    case print(String)
}
