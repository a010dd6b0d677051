import Columnar
import Delta

// A run in which every step went well may still leave most of a table's rows in quarantine. Both
// are told: what share of its own rows a run set aside, and what share of the table waits there.
extension TransformResult {
    /// Notes what the run set aside of the rows it read, where that is much.
    mutating func share(_ share: QuarantineShare, _ entity: EntitySpec) {
        guard share.isTold else { return }
        degraded =
            "\(share.rows) of \(share.total) rows that this run read of \(table) were set aside; "
            + share.causes(entity)
    }

    /// Notes what waits in quarantine of all rows of the table, where that is much.
    fileprivate mutating func standing(_ share: QuarantineShare, _ entity: EntitySpec) {
        guard share.isTold else { return }
        degraded =
            "\(share.rows) of \(share.total) rows of \(table) are in quarantine; "
            + share.causes(entity)
    }

    /// What is degraded stands among the notes too, which people see.
    fileprivate mutating func noteDegraded() {
        if let degraded { notes.insert(degraded, at: 0) }
    }
}

extension TransformRun {
    /// Says so when much of a table without news waits in quarantine.
    func tellDegraded(
        _ entity: EntitySpec, _ silver: Int64?, _ quarantine: Snapshot?,
        _ result: inout TransformResult
    ) throws(TransformError) {
        if let quarantine,
            let share = try QuarantineShare(quarantine, silver: silver ?? 0, now: world.startedAt)
        {
            result.standing(share, entity)
        }
        result.noteDegraded()
    }

    /// The same of a table that was just published, `outside` of whose rows are not in silver.
    func tellDegraded(
        _ entity: EntitySpec, outside: Int64, _ result: inout TransformResult
    ) {
        do throws(TransformError) {
            var quarantine: Snapshot?
            if outside >= QuarantineShare.toldRows {
                quarantine = try QuarantineTable(entity.name, storage: world.storage).snapshot()
            }
            let silver = quarantine == nil ? nil : try silver(entity.name)
            try tellDegraded(entity, silver?.rowCount, quarantine, &result)
        } catch {
            // The table stands; the share is told by the next run.
            result.notes.append("how much of it is in quarantine is not known: \(error.message)")
        }
    }
}
