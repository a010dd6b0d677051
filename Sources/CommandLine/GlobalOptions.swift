/// Options that every command takes.
public enum GlobalOptions {
    /// How lines on stderr are written.
    enum LogFormat: String, CaseIterable {
        case text, json
    }

    static let config = CommandOption.text(
        "config", "FILE", "the configuration (default ./agent.conf, then /etc/sluice/agent.conf)")
    static let json = CommandOption.flag("json", "print one JSON document on stdout")
    static let quiet = CommandOption.flag(
        "quiet", "no progress on stderr, only warnings and errors")
    static let logFormat = CommandOption.word(
        "log-format", LogFormat.self, "the format of lines on stderr")
    static let help = CommandOption.flag("help", "print this")
    /// Of the program alone, without a command.
    static let version = CommandOption.flag("version", "print the version")

    /// Those that go with a command, in the order help lists them.
    public static let rules: [OptionRule] = {
        let options: [any DeclaredOption] = [config, json, quiet, logFormat, help]
        return options.map(\.rule)
    }()
}
