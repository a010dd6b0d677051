import Delta
import Lake
import Pipeline

extension QuarantineTable {
    /// What brings an entity's quarantine back, and what of it.
    static func remedy(_ entity: String) -> String {
        Remedy(path: "quarantine/" + entity)?.text ?? ""
    }
}

// Failures of the lake, with the command that heals where a file is missing or damaged.
extension TransformError {
    /// A failure of a table or file of the lake, as its own error tells it.
    init(lake error: DeltaError) {
        let error = error.remedied
        self.init(
            error.code == .conflict ? .conflict : .lake, operation: error.operation,
            subject: error.subject, message: error.message,
            hint: error.hint)
    }

    /// A failure of the quarantine's table.
    init(quarantine error: DeltaError) {
        self.init(lake: error)
        if error.code == .schema { code = .drift }
    }

    /// A failure of the bronze table of `entity`.
    init(_ error: DeltaError, bronze entity: EntitySpec) {
        let error = error.remedied(Remedy(bronze: entity.table))
        self.init(
            .lake, operation: "read bronze",
            subject: error.subject.isEmpty ? entity.bronze : error.subject,
            message: error.message, hint: error.hint)
    }
}
