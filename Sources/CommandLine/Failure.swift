public import JSON

/// What a failed command tells: the error document of docs/specification/commands.md#output and its
/// exit code.
public struct Failure: Error, Sendable {
    /// A word to switch on, for example `refused`.
    public var code: String
    /// What was being done.
    public var operation: String
    /// On which table, file or option.
    public var subject: String
    /// Why; may have several lines. Never a secret.
    public var message: String
    /// What to do next.
    public var hint: String?
    public var exitCode: ExitCode

    public init(
        code: String, operation: String, subject: String, message: String, hint: String? = nil,
        exitCode: ExitCode
    ) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.message = message
        self.hint = hint
        self.exitCode = exitCode
    }

    /// A wrong command line: exit 2.
    public static func usage(
        _ subject: String, _ message: String, hint: String? = nil
    ) -> Failure {
        Failure(
            code: "usage", operation: "read the command line", subject: subject, message: message,
            hint: hint, exitCode: .usage)
    }

    /// `sluice: error: what — where: why`, then the hint on a line of its own.
    public var text: String {
        let place = subject.isEmpty ? "" : " — \(subject)"
        let lines = message.split(separator: "\n", omittingEmptySubsequences: true)
        var text = "sluice: error: \(operation)\(place):"
        if lines.count == 1 {
            text += " \(lines[0])"
        } else {
            for line in lines { text += "\n  \(line)" }
        }
        if let hint { text += "\n  hint: \(hint)" }
        return text
    }

    /// `{"error": {"code", "operation", "subject", "message", "hint"}}`.
    public var document: JSONValue {
        [
            "error": [
                "code": .string(code), "operation": .string(operation),
                "subject": .string(subject), "message": .string(message), "hint": JSONValue(hint),
            ]
        ]
    }
}
