import CommandLine
import Parquet
import Storage

/// One run of the program.
struct Program {
    static let version = WriterOptions.programVersion

    let arguments: [String]
    private let output = Output()
    private let errors = ErrorStream()

    init(arguments: [String]) { self.arguments = arguments }

    /// Does what the arguments ask for; every failure has been told when it returns.
    func run() -> ExitCode {
        do throws(Failure) {
            let code = try dispatch()
            try output.flush()
            return code
        } catch {
            output.report(error, to: errors, asJSON: ArgumentParser.wantsJSON(arguments))
            return error.exitCode
        }
    }

    private func dispatch() throws(Failure) -> ExitCode {
        let commands = CommandTable.commands
        let request = try ArgumentParser.parse(
            arguments, version: Program.version, commands: commands.map(\.rule))
        switch request {
        case .print(let text):
            try output.print(text)
            return .success
        case .command(let invocation):
            guard let command = commands.first(where: { $0.rule.words == invocation.words })
            else { throw .usage(invocation.name, "there is no such command") }
            // Of the whole process, and therefore before its first thread.
            if command.transforms { LargeBuffers.keep() }
            return try command.run(Session(invocation, output: output, errors: errors))
        }
    }
}
