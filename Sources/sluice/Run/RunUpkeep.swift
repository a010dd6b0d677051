import CommandLine
import Config
import Delta
import Lake
import State
import Storage

/// Joins the small files of the tables that a run committed to, where many have come together, so
/// that a lake of many small nights stays as quick as it was on the first.
///
/// What it cannot do is a warning: the run's own work stands.
struct RunUpkeep {
    private let session: Session
    private let run: LakeRun

    init(_ session: Session, _ run: LakeRun) {
        self.session = session
        self.run = run
    }

    /// Cost: of every table that was committed to, its log since the last checkpoint; what is
    /// joined is bounded by `upkeep.budget`.
    func perform() {
        let settings = run.configuration.upkeep
        guard settings.compactAfter > 0 else { return }
        var left = Int64(settings.budgetBytes)
        for path in run.storage.takeTables() where !Interruption.isRequested && left > 0 {
            var options = Optimize.Options()
            options.policy = CompactionPolicy(
                leastFilesSaved: settings.compactAfter, budgetBytes: left)
            options.writer = ExtractSettings(run.configuration).writer
            options.order = { snapshot throws(DeltaError) in try BronzeOrder(snapshot) }
            options.userMetadata = run.runID.text
            options.isStopping = { Interruption.isRequested }
            do throws(DeltaError) {
                let table = DeltaTable(storage: run.storage, path: path)
                let result = try Optimize(table, options: options).run(holding: run.lock)
                left -= result.bytesRemoved
                tell(path, result)
            } catch {
                run.mayLeaveFiles = true
                session.logger.warning(
                    "\(path): its small files were not joined: \(error.message) "
                        + (error.remedied.hint ?? ""))
            }
        }
        // Its own commits are no reason to look again.
        _ = run.storage.takeTables()
    }

    private func tell(_ path: String, _ result: Optimize.Result) {
        if result.filesRemoved > 0 {
            session.logger.info(
                "\(path): \(result.filesRemoved) small files joined into \(result.filesAdded)")
        }
        if let failure = result.upkeepFailure {
            session.logger.warning("\(path): \(failure.upkeepNote)")
        }
    }
}
