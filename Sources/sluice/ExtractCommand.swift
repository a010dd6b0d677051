import CommandLine
import Config
import Extract
import State
import Storage

/// `sluice extract`: copies what is new into bronze, proves it, keeps the history.
struct ExtractCommand {
    private let session: Session

    /// The one lock of a lake; also tells the next run of one that was killed.
    static let lockName = ".sluice.lock"

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let configuration = try session.configuration()
        let schema = try session.schema(configuration)
        let storage = try session.lake(configuration)
        let lock = try failing(Failure.init) { () throws(StorageError) in
            try RunLock(path: storage.systemPath(ExtractCommand.lockName))
        }
        var mayLeaveFiles = true
        defer { lock.release(leavesTrace: mayLeaveFiles) }
        let started = Logger.wallClock()
        let runID = RunHistory.newRunID(at: started)
        let history = RunHistory(
            session, path: configuration.state, runID: runID, schema: schema, startedAt: started)
        let observer = RunObserver(session, history: history)
        let extraction = try session.extractRun(
            configuration, schema: schema, storage: storage, observer: observer)
        let results: [Extract.TableResult]
        do throws(ExtractError) {
            results = try extraction.run(
                runID.text, lock: lock, prepared: observer.prepared)
        } catch {
            observer.end()
            let failure = Failure(error)
            mayLeaveFiles = lock.crashed != nil
            history?.end(failure.exitCode, error: failure.message)
            throw failure
        }
        observer.end()
        // Published files of a commit that failed are removed by the next run.
        mayLeaveFiles = results.contains { $0.error?.code == .lake }
        let code = exitCode(results)
        history?.end(code, error: nil)
        let seconds = Double(Logger.wallClock() - started) / 1_000_000
        let report = ExtractReport(
            runID: runID.text, results: results, exitCode: code, seconds: seconds)
        try session.show(report.document, text: report.text(width: session.width))
        return code
    }

    private func exitCode(_ results: [Extract.TableResult]) -> ExitCode {
        let code = ExitCode(results)
        return code == .interrupted ? Interruption.exitCode ?? code : code
    }
}
