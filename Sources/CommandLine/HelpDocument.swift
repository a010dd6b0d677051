import JSON

/// `sluice help --json`: the argument table as one document, from which the manual page and
/// completions are made.
enum HelpDocument {
    /// The commands that begin with `words`, and the options of all.
    static func text(for words: [String]) throws(Failure) -> String {
        if !words.isEmpty { _ = try Help.text(for: words) }
        let commands = ArgumentTable.commands.filter { $0.words.starts(with: words) }
        let version = OptionRule("version", "print the version")
        let document = JSONValue.object([
            "program": "sluice", "summary": .string(Help.summary),
            "commands": .array(commands.map(document)),
            "options": .array((ArgumentTable.globalOptions + [version]).map(document)),
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
            "option": .string("--" + rule.name), "spelling": .string("--" + Help.spelling(rule)),
            "repeatable": .bool(rule.isRepeatable), "help": .string(rule.help),
        ]
    }
}
