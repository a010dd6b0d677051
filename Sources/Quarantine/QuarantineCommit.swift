import Delta
public import Lake

/// The commit of a `QuarantineLoad`, not yet published.
public struct QuarantineCommit: Sendable {
    let quarantine: QuarantineTable
    let snapshot: Snapshot
    let changes: [Int: QuarantineChanges]
    let edits: [QuarantineEdit]
    let fresh: [AddFile]
    let note: String
    let result: QuarantineCounts

    public func publish() throws(LakeError) -> QuarantineCounts {
        var result = result
        result.version = try quarantine.commit(
            snapshot, changes: changes, edits: edits, fresh: fresh, operation: "MERGE", note: note)
        result.tableVersion = result.version ?? snapshot.version
        return result
    }
}
