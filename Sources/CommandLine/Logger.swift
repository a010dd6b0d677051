import Columnar
public import JSON

/// Writes structured lines to standard error. Safe to use from any thread.
///
/// Text: `2026-01-31T12:30:00.000Z warning message key=value`; JSON: one object a line with
/// `time`, `level`, `message` and the fields. Nothing secret is ever handed to it.
public struct Logger: Sendable {
    /// How much a line matters, least first.
    public enum Level: String, Sendable, Comparable, CaseIterable {
        case debug, info, warning, error

        public static func < (left: Level, right: Level) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }
    }

    public enum Format: Sendable { case text, json }

    /// A key and its value.
    public typealias Field = (key: String, value: JSONValue)

    private let stream: ErrorStream
    private let format: Format
    private let minimum: Level
    private let fields: [Field]
    private let clock: @Sendable () -> Int64

    /// A logger of lines from `minimum` on. `clock` gives microseconds since the epoch.
    public init(
        _ stream: ErrorStream, format: Format, minimum: Level = .info, fields: [Field] = [],
        clock: @escaping @Sendable () -> Int64 = Logger.wallClock
    ) {
        self.stream = stream
        self.format = format
        self.minimum = minimum
        self.fields = fields
        self.clock = clock
    }

    /// The logger an invocation asks for: `--quiet` leaves warnings and errors, which cron
    /// mails; `--log-format json` objects.
    public init(_ stream: ErrorStream, for invocation: Invocation) {
        self.init(
            stream, format: invocation.logsAreJSON ? .json : .text,
            minimum: invocation.isQuiet ? .warning : .info)
    }

    /// The same logger with more fields on every line.
    public func with(_ more: [Field]) -> Logger {
        Logger(stream, format: format, minimum: minimum, fields: fields + more, clock: clock)
    }

    public func debug(_ message: String, _ fields: [Field] = []) { log(.debug, message, fields) }
    public func info(_ message: String, _ fields: [Field] = []) { log(.info, message, fields) }
    public func warning(_ message: String, _ fields: [Field] = []) {
        log(.warning, message, fields)
    }
    public func error(_ message: String, _ fields: [Field] = []) { log(.error, message, fields) }

    /// Writes one line unless its level is below the minimum.
    public func log(_ level: Level, _ message: String, _ more: [Field] = []) {
        guard level >= minimum else { return }
        let time = Timestamp.text(microseconds: clock(), fractionDigits: 3)
        switch format {
        case .json:
            var object = JSONObject()
            object["time"] = .string(time)
            object["level"] = .string(level.rawValue)
            object["message"] = .string(message)
            for field in fields + more { object[field.key] = field.value }
            stream.write(line: JSONValue.object(object).description)
        case .text:
            var line = "\(time) \(level.rawValue) \(Logger.oneLine(message))"
            for field in fields + more { line += " \(field.key)=\(Logger.text(field.value))" }
            stream.write(line: line)
        }
    }

    /// A value bare where it is one word, else as JSON.
    private static func text(_ value: JSONValue) -> String {
        guard let text = value.string else { return value.description }
        let isWord = text.utf8.allSatisfy { $0 > 32 && $0 != 127 && $0 != 34 && $0 != 61 }
        return isWord && !text.isEmpty ? text : value.description
    }

    /// Line feeds indented, so that what follows belongs visibly to the line before.
    private static func oneLine(_ message: String) -> String {
        message.split(separator: "\n").joined(separator: "\n    ")
    }

    /// Microseconds since the epoch.
    public static func wallClock() -> Int64 {
        let (seconds, nanoseconds) = Terminal.wallClock()
        return Int64(seconds) * 1_000_000 + Int64(nanoseconds) / 1000
    }
}
