import JSON

/// `sluice help --json`: the commands as one document, from which the manual page and
/// completions are made.
struct HelpDocument {
    private let help: Help

    init(_ help: Help) { self.help = help }

    /// The commands that begin with `words`, and the options of all.
    func text(for words: [String]) throws(Failure) -> String {
        if !words.isEmpty { _ = try help.text(for: words) }
        let commands = help.commands.filter { $0.words.starts(with: words) }
        let document = JSONValue.object([
            "program": "sluice", "summary": .string(Help.summary),
            "commands": .array(commands.map(HelpDocument.document)),
            "options": .array(
                (GlobalOptions.rules + [GlobalOptions.version.rule]).map(HelpDocument.document)),
        ])
        return String(decoding: document.prettyBytes, as: UTF8.self) + "\n"
    }

    private static func document(_ rule: CommandRule) -> JSONValue {
        [
            "command": .string(rule.name), "summary": .string(rule.summary),
            "details": .string(rule.details), "arguments": .array(rule.arguments.map(document)),
            "options": .array(rule.options.map(document)),
            "examples": .array(rule.examples.map(JSONValue.string)),
        ]
    }

    private static func document(_ rule: ArgumentRule) -> JSONValue {
        [
            "name": .string(rule.name), "required": .bool(rule.isRequired),
            "repeatable": .bool(rule.isRepeatable), "help": .string(rule.help),
        ]
    }

    private static func document(_ rule: OptionRule) -> JSONValue {
        [
            "option": .string("--" + rule.name), "spelling": .string("--" + rule.spelling),
            "repeatable": .bool(rule.isRepeatable), "help": .string(rule.help),
        ]
    }
}
