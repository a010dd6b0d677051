import Spelling

/// The texts of `--help`, made from the commands.
struct Help {
    let commands: [CommandRule]

    /// What the program does.
    static let summary = """
        sluice copies tables of a MySQL or MariaDB server into a lakehouse, cleans and joins them \
        there, and proves that nothing was lost.
        """

    /// The overview of all commands.
    var general: String {
        let width = commands.map(\.name.count).max() ?? 0
        var text = Help.wrapped(Help.summary, indent: 0)
        text += "\nusage: sluice <command> [options]\n\ncommands:\n"
        for command in commands {
            text += "  \(Help.pad(command.name, to: width))  \(command.summary)\n"
        }
        text += "\noptions of every command:\n"
        text += Help.list(GlobalOptions.rules + [GlobalOptions.version.rule])
        text += """

            a first day:
              SLUICE_SOURCE_PASSWORD=… sluice init --schema Atliqsale   writes agent.conf
              sluice check                                              can it run?
              sluice run                                                MySQL to gold; every night
              sluice quarantine report                                  quarantined rows, and why

            """
        text += "\nexit codes: 0 done and verified, 1 some tables failed, 2 usage or configuration,"
        text += "\n  3 source, 4 receipt, 5 schema drift, 6 locked, 7 budget, 8 source identity,"
        text += "\n  130/143 stopped by a signal\n"
        text += "\n'sluice <command> --help' shows a command's options and examples.\n"
        return text
    }

    /// The help of the command that `words` begin with; of a group, its verbs.
    func text(for words: [String]) throws(Failure) -> String {
        guard let first = words.first else { return general }
        let group = commands.filter { $0.words[0] == first }
        let isGroup = group.count > 1 && words.count == 1
        if isGroup, group[0].words.count > 1 {
            return group.map { Help.text(for: $0, isShort: true) }.joined()
                + "\noptions of every command:\n" + Help.list(GlobalOptions.rules)
        }
        let own = Help.text(for: try rule(for: words), isShort: false)
        let verbs =
            isGroup ? group.dropFirst().map { "\n" + Help.text(for: $0, isShort: true) } : []
        return own + verbs.joined()
    }

    /// The rule of the longest command that `words` begin with.
    func rule(for words: [String]) throws(Failure) -> CommandRule {
        let fits = commands.filter { words.starts(with: $0.words) }
        if let best = fits.max(by: { $0.words.count < $1.words.count }) { return best }
        let verbs = commands.filter { $0.words.first == words[0] }.compactMap { $0.words.last }
        if !verbs.isEmpty {
            let list = verbs.joined(separator: ", ")
            guard words.count > 1 else {
                throw .usage(words[0], "needs a verb", hint: "One of: \(list).")
            }
            throw .usage(
                "\(words[0]) \(words[1])", "there is no such command",
                hint: Spelling.nearest(to: words[1], in: verbs).map {
                    "Did you mean 'sluice \(words[0]) \($0)'?"
                } ?? "One of: \(list).")
        }
        let names = commands.compactMap(\.words.first)
        throw .usage(
            words[0], "there is no such command",
            hint: Spelling.nearest(to: words[0], in: names).map { "Did you mean 'sluice \($0)'?" }
                ?? "Try `sluice --help`.")
    }

    private static func text(for rule: CommandRule, isShort: Bool) -> String {
        var line = "usage: sluice \(rule.name)"
        for argument in rule.arguments {
            let name = "<\(argument.name)>" + (argument.isRepeatable ? "…" : "")
            line += argument.isRequired ? " \(name)" : " [\(name)]"
        }
        line += rule.options.isEmpty ? "" : " [options]"
        var text = line + "\n  \(rule.summary)"
        text += "\n"
        if isShort { return text }
        if !rule.details.isEmpty { text += "\n" + wrapped(rule.details, indent: 2) }
        if !rule.arguments.isEmpty {
            text += "\narguments:\n"
            for argument in rule.arguments { text += "  <\(argument.name)>  \(argument.help)\n" }
        }
        if !rule.options.isEmpty { text += "\noptions:\n" + list(rule.options) }
        text += "\noptions of every command:\n" + list(GlobalOptions.rules)
        if !rule.examples.isEmpty {
            text += "\nexamples:\n" + rule.examples.map { "  \($0)\n" }.joined()
        }
        return text
    }

    private static func list(_ options: [OptionRule]) -> String {
        let spellings = options.map { "--" + $0.spelling }
        let width = min(30, spellings.map(\.count).max() ?? 0)
        return zip(options, spellings).map { option, spelling in
            let help = wrapped(option.help, indent: width + 4).drop { $0 == " " }
            return spelling.count > width
                ? "  \(spelling)\n  \(pad("", to: width))  \(help)"
                : "  \(pad(spelling, to: width))  \(help)"
        }.joined()
    }

    /// Lines of at most 90 characters, each begun by `indent` blanks and ended by a line feed.
    private static func wrapped(_ text: String, indent: Int) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > 90 {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return (lines + [line]).map { pad("", to: indent) + $0 + "\n" }.joined()
    }

    private static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
