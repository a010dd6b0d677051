import Events
import Lake

extension QuarantineLoad {
    /// What of bronze the run reads.
    public enum Scope: Hashable, Sendable {
        /// What came after this version of bronze, that of the last run.
        case news(after: Int64)
        /// All of it: a row in quarantine that is not met has none in bronze any more.
        case everything
        /// The whole source as it is at one moment: what waits in quarantine and is not in it any
        /// more is over.
        case fullState
    }

    /// Counts the rows for the receipt, once it is known what becomes of each.
    public func count() {
        for entry in index.entries {
            let isCounted = entry.position.version <= counted
            if let stored = entry.stored, isCounted, stored != .replayed, stored != .blocked,
                entry.position != .unknown
            {
                result.standing += 1
            }
            // Of a row that is told anew the new one counts.
            if entry.stored != nil, entry.isMatched, isCounted, entry.status != .replayed {
                result.repeated += 1
            }
            guard entry.isOutside else { continue }
            result.outside += 1
            if entry.status == .superseded { result.overtaken += 1 }
            if entry.stored != nil, !entry.isMatched, !isCounted { result.strays += 1 }
        }
    }
}
