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

    mutating func add(_ value: String, to option: OptionRule) {
        values[option.name, default: []].append(value)
    }

    func has(_ option: OptionRule) -> Bool { values[option.name] != nil }

    /// What an option says.
    public subscript<Value>(option: CommandOption<Value>) -> Value {
        option.read(values[option.rule.name] ?? [])
    }

    /// `--config`.
    public var configPath: String? { self[GlobalOptions.config] }
    /// `--json`: one document on stdout.
    public var isJSON: Bool { self[GlobalOptions.json] }
    /// `--quiet`.
    public var isQuiet: Bool { self[GlobalOptions.quiet] }
    /// `--log-format json`.
    public var logsAreJSON: Bool { self[GlobalOptions.logFormat] == .json }
}

/// What came of reading the command line.
public enum Request: Sendable {
    /// Execute a command.
    case command(Invocation)
    /// Print this text on stdout and end with success.
    case print(String)
}
