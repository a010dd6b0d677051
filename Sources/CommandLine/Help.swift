/// The texts of `--help`, made from the argument table.
enum Help {
    /// What the program does.
    static let summary = """
        sluice copies tables of a MySQL or MariaDB server into a lakehouse, cleans and joins them \
        there, and proves that nothing was lost.
        """

    /// The overview of all commands.
    static var general: String {
        let width = ArgumentTable.commands.map(\.name.count).max() ?? 0
        var text = wrapped(summary, indent: 0)
        text += "\nusage: sluice <command> [options]\n\ncommands:\n"
        for command in ArgumentTable.commands {
            text += "  \(pad(command.name, to: width))  \(command.summary)\n"
        }
        let version = OptionRule("version", "print the version")
        text += "\noptions of every command:\n" + list(ArgumentTable.globalOptions + [version])
        text += """

            a first day:
              SLUICE_SOURCE_PASSWORD=… sluice init --schema Atliqsale   writes agent.conf
              sluice check                                              can it run?
              sluice run                                                MySQL to gold; every night
              sluice quarantine report                                  what was set aside, and why

            """
        text += "\nexit codes: 0 done and verified, 1 some tables failed, 2 usage or configuration,"
        text += "\n  3 source, 4 receipt, 5 schema drift, 6 locked, 7 budget, 8 source identity,"
        text += "\n  130/143 stopped by a signal\n"
        text += "\n'sluice <command> --help' shows a command's options and examples.\n"
        return text
    }

    /// The help of the command that `words` begin with; of a group, its verbs.
    static func text(for words: [String]) throws(Failure) -> String {
        guard let first = words.first else { return general }
        let group = ArgumentTable.commands.filter { $0.words[0] == first }
        let isGroup = group.count > 1 && words.count == 1
        if isGroup, group[0].words.count > 1 {
            return group.map { text(for: $0, isShort: true) }.joined()
                + "\noptions of every command:\n" + list(ArgumentTable.globalOptions)
        }
        let own = text(for: try ArgumentParser.rule(for: words), isShort: false)
        let verbs = isGroup ? group.dropFirst().map { "\n" + text(for: $0, isShort: true) } : []
        return own + verbs.joined()
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
        text += "\noptions of every command:\n" + list(ArgumentTable.globalOptions)
        if !rule.examples.isEmpty {
            text += "\nexamples:\n" + rule.examples.map { "  \($0)\n" }.joined()
        }
        return text
    }

    private static func list(_ options: [OptionRule]) -> String {
        let spellings = options.map { "--" + spelling($0) }
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

    /// `limit N`, `format csv|jsonl|table`.
    static func spelling(_ option: OptionRule) -> String {
        switch option.value {
        case .none: option.name
        case .text(let name), .count(let name): "\(option.name) \(name)"
        case .word(let words): "\(option.name) \(words.joined(separator: "|"))"
        }
    }

    private static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
