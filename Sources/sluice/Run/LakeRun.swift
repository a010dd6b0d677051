import CommandLine
import Config
import Delta
import State
import Storage

/// A run that writes to the lake: its lock, its id, its history, and the tidying up after one that
/// was killed.
final class LakeRun {
    let configuration: Configuration
    let storage: CommitWatch
    let lock: RunLock
    let runID: RunID
    let history: RunHistory?
    let startedAt: Int64
    /// Whether files may be left that no table knows: the next run removes them.
    var mayLeaveFiles = true
    private let session: Session

    /// The one lock of a lake; also tells the next run of one that was killed.
    static let lockName = ".sluice.lock"

    init(
        _ session: Session, _ configuration: Configuration, schema: String?
    ) throws(Failure) {
        self.session = session
        self.configuration = configuration
        let storage = try session.lake(configuration)
        self.storage = CommitWatch(storage)
        startedAt = Logger.wallClock()
        runID = RunHistory.newRunID(at: startedAt)
        do throws(StorageError) {
            lock = try RunLock(path: storage.systemPath(LakeRun.lockName))
        } catch {
            let failure = Failure(error)
            let history = RunHistory(
                session, path: configuration.state, runID: runID, schema: schema,
                startedAt: startedAt, beside: true)
            history?.end(failure.exitCode, error: failure.message)
            throw failure
        }
        history = RunHistory(
            session, path: configuration.state, runID: runID, schema: schema,
            startedAt: startedAt)
    }

    /// Seconds since the run began.
    var seconds: Double { Double(Logger.wallClock() - startedAt) / 1_000_000 }

    /// Does the run's work; a failure that ends it is kept in the history.
    func perform<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        do throws(Failure) {
            return try body()
        } catch {
            mayLeaveFiles = mayLeaveFiles || lock.crashed != nil
            history?.end(error.exitCode, error: error.message)
            throw error
        }
    }

    /// Gives the lock up.
    func release() { lock.release(leavesTrace: mayLeaveFiles) }

    /// Removes what a killed run left of tables that are there now.
    func sweep() throws(Failure) {
        guard lock.crashed != nil else { return }
        var count = 0
        for path in try tables() {
            let sweep = OrphanSweep(DeltaTable(storage: storage, path: path))
            let result = try failing(Failure.init) { () throws(DeltaError) in
                try sweep.run(holding: lock, modifiedBefore: startedAt / 1000)
            }
            count += result.stagedFiles + result.dataFiles
        }
        if count > 0 {
            session.logger.warning("removed \(count) files of a run that was killed")
        }
    }

    private func tables() throws(Failure) -> [String] {
        let walk = TableWalk(storage: storage)
        return try failing(Failure.init) { () throws(StorageError) in try walk.tables(under: "") }
    }
}
