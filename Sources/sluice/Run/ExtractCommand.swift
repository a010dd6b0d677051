import CommandLine
import Config
import Extract
import State

/// `sluice extract`: copies what is new into bronze, proves it, keeps the history.
struct ExtractCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let configuration = try session.configuration()
        let schema = try session.schema(configuration)
        let run = try LakeRun(session, configuration, schema: schema)
        defer { run.release() }
        let results = try run.perform { () throws(Failure) in
            try run.sweep()
            return try extract(run, schema: schema)
        }
        // Published files of a commit that failed are removed by the next run.
        run.mayLeaveFiles = results.contains { $0.error?.code == .lake }
        RunUpkeep(session, run).perform()
        let code = ExtractCommand.exitCode(results)
        let report = ExtractReport(
            runID: run.runID.text, results: results, exitCode: code, seconds: run.seconds)
        run.history?.end(code, error: report.firstError)
        try session.show(
            report.document,
            text: report.text(width: session.width)
                + ReportFrame.failures(report.failures, width: session.width))
        return code
    }

    /// The extraction of a run; what fails of a single table is in its result.
    func extract(_ run: LakeRun, schema: String) throws(Failure) -> [Extract.TableResult] {
        let observer = RunObserver(session, history: run.history)
        defer { observer.end() }
        let extraction = try session.extractRun(
            run.configuration, schema: schema, storage: run.storage, observer: observer)
        do throws(ExtractError) {
            return try extraction.run(
                run.runID.text, lock: run.lock, prepared: observer.prepared)
        } catch {
            // Nothing was begun.
            run.mayLeaveFiles = false
            throw Failure(error)
        }
    }

    static func exitCode(_ results: [Extract.TableResult]) -> ExitCode {
        let code = ExitCode(results)
        return code == .interrupted ? Interruption.exitCode ?? code : code
    }
}
