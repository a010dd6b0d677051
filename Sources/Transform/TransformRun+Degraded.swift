import Columnar
import Delta
public import Lake
public import Pipeline
public import Quarantine
import Rules

// A run in which every step went well may still leave most of a table's rows in quarantine. Both
// are told: what share of its own rows a run set aside, and what share of the table waits there.
extension TransformResult {
    /// Notes what the run set aside of the rows it read, where that is much.
    public mutating func share(_ share: QuarantineShare, _ entity: EntitySpec) {
        guard share.isTold else { return }
        degraded =
            "\(share.rows) of \(share.total) rows that this run read of \(table) were quarantined; "
            + share.causes(entity)
    }

    /// Notes what waits in quarantine of all rows of the table, where that is much.
    fileprivate mutating func standing(_ share: QuarantineShare, _ entity: EntitySpec) {
        guard share.isTold else { return }
        degraded =
            "\(share.rows) of \(share.total) rows of \(table) are in quarantine; "
            + share.causes(entity)
    }
}

extension TransformRun {
    /// What follows when a table is up to date: rows that waited for members come in, and it is
    /// said when much of the table waits in quarantine.
    public func finish(
        _ entity: EntitySpec, _ result: inout TransformResult
    ) throws(LakeError) {
        var members: [String: HashedMembers] = [:]
        try judgeWaiting(entity, &members, &result)
        let waits = try tellAbsences(entity, &members)
        let table = QuarantineTable(entity.name, storage: world.storage)
        if let quarantine = try table.snapshot(),
            quarantine.rowCount ?? .max >= QuarantineShare.toldRows,
            let silver = try silver(entity.name),
            var share = try QuarantineShare(
                quarantine, silver: silver.rowCount ?? 0, warnings: entity.warnings,
                now: world.startedAt)
        {
            share.waits = waits
            result.standing(share, entity)
        }
        if let degraded = result.degraded { result.notes.insert(degraded, at: 0) }
    }
}
