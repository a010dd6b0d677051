/// Reads one file of a classic checkpoint.
struct CheckpointReader {
    let table: DeltaTable
    let path: String

    func replay(into state: inout TableState) throws(DeltaError) {
        throw DeltaError(
            .unsupported, operation: "read checkpoint", subject: path, message: "not yet")
    }
}
