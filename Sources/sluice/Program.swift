import CommandLine
import Parquet

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
        switch try ArgumentParser.parse(arguments, version: Program.version) {
        case .print(let text):
            try output.print(text)
            return .success
        case .command(let invocation):
            return try execute(Session(invocation, output: output, errors: errors))
        }
    }

    private func execute(_ session: Session) throws(Failure) -> ExitCode {
        switch session.invocation.name {
        case "init": return try InitCommand(session).run()
        case "check": return try CheckCommand(session).run()
        case "discover": return try DiscoverCommand(session).run()
        case "extract":
            return session.invocation.has("plan")
                ? try PlanCommand(session).run() : try ExtractCommand(session).run()
        case "transform": return try TransformCommand(session).run()
        case "run": return try RunCommand(session).run()
        case "quarantine report": return try QuarantineReportCommand(session).run()
        case "quarantine show": return try QuarantineCommand(session).show()
        case "quarantine export": return try QuarantineCommand(session).export()
        case "quarantine replay": return try QuarantineCommand(session).replay()
        case "quarantine waive": return try QuarantineCommand(session).waive()
        case "quarantine discard": return try QuarantineCommand(session).discard()
        case "quarantine reopen": return try QuarantineCommand(session).reopen()
        case "rules lint": return try RulesCommand(session).lint()
        case "rules suggest": return try RulesCommand(session).suggest()
        case "scd explain": return try ScdCommand(session).explain()
        case "reconcile": return try ReconcileCommand(session).run()
        case "runs": return try RunsCommand(session).list()
        case "runs show": return try RunsCommand(session).show()
        case "lake ls": return try LakeCommand(session).list()
        case "lake schema": return try LakeCommand(session).schema()
        case "lake history": return try LakeCommand(session).history()
        case "lake cat": return try LakeCat(session).run()
        case "lake optimize": return try LakeUpkeepCommand(session).optimize()
        case "lake vacuum": return try LakeUpkeepCommand(session).vacuum()
        case "lake check": return try LakeUpkeepCommand.check(session)
        default: throw .usage(session.invocation.name, "there is no such command")
        }
    }
}
