/// One thing wrong in a configuration file.
public struct ConfigProblem: Hashable, Sendable, CustomStringConvertible {
    public var file: String
    public var position: ConfigPosition
    /// What is wrong, on which key; never a secret.
    public var message: String
    /// What to write instead, where there is something to say.
    public var hint: String?

    public init(
        file: String, position: ConfigPosition, message: String, hint: String? = nil
    ) {
        self.file = file
        self.position = position
        self.message = message
        self.hint = hint
    }

    /// `agent.conf:12:5: unknown key 'watermrk' in extract. Did you mean 'watermark'?`
    public var description: String {
        let place = "\(file):\(position.line):\(position.column): \(message)"
        return hint.map { "\(place). \($0)" } ?? place
    }
}

/// A configuration that cannot be used, with every problem found in it.
public struct ConfigError: Error, Sendable {
    /// The kinds of failure a caller may switch on; all of them are exit 2.
    public enum Code: String, Sendable {
        /// There is no configuration file where one was looked for.
        case missing
        /// The file cannot be read.
        case unreadable
        /// The text is not YAML.
        case syntax
        /// Keys or values are wrong.
        case invalid
        /// A secret cannot be fetched from where the configuration says it is.
        case secret
    }

    public var code: Code
    /// What was being done, for example `read the configuration`.
    public var operation: String
    /// The file, or the key of a secret.
    public var subject: String
    /// Why; with several problems each on its own line.
    public var message: String
    public var hint: String?
    /// Everything wrong in the file, in the order of its lines; empty for other failures.
    public var problems: [ConfigProblem]

    public init(
        _ code: Code, operation: String, subject: String, message: String, hint: String? = nil,
        problems: [ConfigProblem] = []
    ) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.message = message
        self.hint = hint
        self.problems = problems
    }

    /// The error that lists `problems`, which must not be empty.
    init(_ code: Code, file: String, problems: [ConfigProblem]) {
        let sorted = problems.sorted {
            ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
        }
        self.init(
            code, operation: "read the configuration", subject: file,
            message: sorted.map(\.description).joined(separator: "\n"), problems: sorted)
    }
}
