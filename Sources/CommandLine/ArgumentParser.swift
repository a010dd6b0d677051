import Spelling

/// Reads command-line words against the commands that there are.
///
/// `--name value` and `--name=value` are alike; `--` ends the options; options may stand anywhere,
/// before the command too. Unknown words are refused with the nearest known one.
public struct ArgumentParser {
    /// What `--version` prints.
    private let version: String
    private let commands: [CommandRule]
    private var words: [String]
    private var index = 0
    private var endedOptions = false

    /// Reads `arguments`, the program's own name not among them.
    public static func parse(
        _ arguments: [String], version: String, commands: [CommandRule]
    ) throws(Failure) -> Request {
        var parser = ArgumentParser(version: version, commands: commands, words: arguments)
        return try parser.request()
    }

    /// Whether `--json` is among words that may not parse, so that the error can be a document.
    public static func wantsJSON(_ arguments: [String]) -> Bool {
        arguments.prefix { $0 != "--" }.contains("--json")
    }

    private init(version: String, commands: [CommandRule], words: [String]) {
        self.version = version
        self.commands = commands
        self.words = words
    }

    private var help: Help { Help(commands: commands) }

    private mutating func request() throws(Failure) -> Request {
        let options = words.prefix { $0 != "--" }
        let positional = commandWords()
        if positional.isEmpty {
            if options.contains("--version") { return .print("sluice \(version)\n") }
            if options.contains("--help") || options.contains("-h") { return .print(help.general) }
            if let option = options.first {
                throw .usage(option, "names no command", hint: "Try `sluice --help`.")
            }
            throw .usage(
                "sluice", "no command is named",
                hint: "Try `sluice --help`, or `sluice discover --schema <name>`.")
        }
        if positional[0] == "help" {
            let words = Array(positional.dropFirst())
            let isJSON = options.contains("--json")
            return .print(try isJSON ? HelpDocument(help).text(for: words) : help.text(for: words))
        }
        if options.contains("--help") || options.contains("-h") {
            return .print(try help.text(for: positional))
        }
        let rule = try help.rule(for: positional)
        var invocation = Invocation(rule.words)
        try read(into: &invocation, rule)
        try checkArguments(invocation, rule)
        return .command(invocation)
    }

    /// The words that are neither options nor their values, as far as that shows without knowing
    /// the command.
    private func commandWords() -> [String] {
        var result: [String] = []
        var position = 0
        while position < words.count, words[position] != "--" {
            let word = words[position]
            if word.hasPrefix("-") && word != "-" {
                if !word.contains("="), takesValue(word) { position += 1 }
            } else {
                result.append(word)
            }
            position += 1
        }
        return result
    }

    /// Whether an option of that spelling takes a value in any command.
    private func takesValue(_ word: String) -> Bool {
        let name = String(word.dropFirst(2))
        let all = GlobalOptions.rules + commands.flatMap(\.options)
        return all.contains { $0.name == name && $0.value != .none }
    }

    private mutating func read(
        into invocation: inout Invocation, _ rule: CommandRule
    ) throws(Failure) {
        var named = 0
        while index < words.count {
            let word = words[index]
            index += 1
            if !endedOptions, word == "--" {
                endedOptions = true
            } else if !endedOptions, word.hasPrefix("-"), word != "-" {
                try option(word, into: &invocation, rule)
            } else if named < rule.words.count, word == rule.words[named] {
                named += 1
            } else {
                invocation.arguments.append(word)
            }
        }
    }

    private mutating func option(
        _ word: String, into invocation: inout Invocation, _ rule: CommandRule
    ) throws(Failure) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0].drop { $0 == "-" })
        let options = rule.options + GlobalOptions.rules
        guard parts[0].hasPrefix("--"), let option = options.first(where: { $0.name == name })
        else {
            throw .usage(
                String(parts[0]), "'\(rule.name)' has no such option",
                hint: Spelling.nearest(to: name, in: options.map(\.name)).map {
                    "Did you mean --\($0)?"
                } ?? "Try `sluice \(rule.name) --help`.")
        }
        if invocation.has(option), !option.isRepeatable, option.value != .none {
            throw .usage("--\(name)", "is given twice", hint: "Keep one of them.")
        }
        if option.value == .none {
            if parts.count == 2 { throw .usage("--\(name)", "takes no value") }
            return invocation.add("", to: option)
        }
        let value: String
        if parts.count == 2 {
            value = String(parts[1])
        } else if index < words.count, words[index] != "--" {
            value = words[index]
            index += 1
        } else {
            throw .usage("--\(name)", "needs a value", hint: "Write --\(option.spelling).")
        }
        try ArgumentParser.check(value, option)
        invocation.add(value, to: option)
    }

    private static func check(_ value: String, _ option: OptionRule) throws(Failure) {
        switch option.value {
        case .none: break
        case .text:
            if value.isEmpty { throw .usage("--\(option.name)", "needs a value") }
        case .count:
            guard value.utf8.allSatisfy({ (48...57).contains($0) }), Int(value) != nil else {
                throw .usage("--\(option.name)", "must be a whole number, not '\(value)'")
            }
        case .word(let words):
            guard words.contains(value) else {
                throw .usage(
                    "--\(option.name)",
                    "must be one of \(words.joined(separator: ", ")), not '\(value)'",
                    hint: Spelling.nearest(to: value, in: words).map { "Did you mean '\($0)'?" })
            }
        }
    }

    private func checkArguments(
        _ invocation: Invocation, _ rule: CommandRule
    ) throws(Failure) {
        let count = invocation.arguments.count
        let required = rule.arguments.prefix { $0.isRequired }
        if count < required.count {
            let missing = required[count]
            throw .usage(
                rule.name, "<\(missing.name)> is missing: \(missing.help)",
                hint: rule.examples.first.map { "For example: `\($0)`." })
        }
        let limit = rule.arguments.last?.isRepeatable == true ? Int.max : rule.arguments.count
        if count > limit {
            let extra = invocation.arguments[limit]
            let verbs = commands.filter {
                $0.words.count == rule.words.count + 1 && $0.words.starts(with: rule.words)
            }.compactMap(\.words.last)
            throw .usage(
                extra, "'\(rule.name)' takes no such argument",
                hint: Spelling.nearest(to: extra, in: verbs).map {
                    "Did you mean 'sluice \(rule.name) \($0)'?"
                } ?? "Try `sluice \(rule.name) --help`.")
        }
    }
}
