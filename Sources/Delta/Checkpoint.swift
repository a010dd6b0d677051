/// Writes classic checkpoints.
enum Checkpoint {
    static func write(_ snapshot: Snapshot) throws(DeltaError) {
        throw DeltaError(
            .unsupported, operation: "checkpoint", subject: snapshot.table.path, message: "not yet")
    }
}
