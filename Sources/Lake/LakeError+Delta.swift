public import Delta
public import Pipeline

// Failures of the lake, with the command that heals where a file is missing or damaged.
extension LakeError {
    /// A failure of a table or file of the lake, as its own error tells it.
    public init(lake error: DeltaError) {
        let error = error.remedied
        self.init(
            error.code == .conflict ? .conflict : .lake, operation: error.operation,
            subject: error.subject, message: error.message,
            hint: error.hint)
    }

    /// A failure of the quarantine's table.
    public init(quarantine error: DeltaError) {
        self.init(lake: error)
        if error.code == .schema { code = .drift }
    }

    /// A failure of the bronze table of `entity`.
    public init(_ error: DeltaError, bronze entity: EntitySpec) {
        let error = error.remedied(Remedy(bronze: entity.table))
        self.init(
            .lake, operation: "read bronze",
            subject: error.subject.isEmpty ? entity.bronze : error.subject,
            message: error.message, hint: error.hint)
    }
}

/// Runs calls of the lake inside functions that throw `LakeError`.
public func inLake<T: ~Copyable>(_ body: () throws(DeltaError) -> T) throws(LakeError) -> T {
    do { return try body() } catch { throw LakeError(lake: error) }
}
