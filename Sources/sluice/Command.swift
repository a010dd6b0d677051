import CommandLine

/// A command: how it is written, what help says of it, and what it does.
struct Command: Sendable {
    let rule: CommandRule
    /// Whether it makes tables of tables, and so frees and takes large buffers all the time.
    let transforms: Bool
    let run: @Sendable (Session) throws(Failure) -> ExitCode

    init(
        _ words: [String], _ summary: String, details: String = "",
        arguments: [ArgumentRule] = [], options: [any DeclaredOption] = [],
        examples: [String] = [], transforms: Bool = false,
        run: @escaping @Sendable (Session) throws(Failure) -> ExitCode
    ) {
        rule = CommandRule(
            words, summary, details: details, arguments: arguments, options: options,
            examples: examples)
        self.transforms = transforms
        self.run = run
    }
}
