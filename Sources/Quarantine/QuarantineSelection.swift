public import Columnar
public import Delta
public import Lake

/// Which quarantined rows a steward means.
public enum QuarantineSelection: Hashable, Sendable {
    case all
    /// Rows that violate this rule, perhaps among others.
    case rule(String)
    case ids(Set<String>)
}

/// What the steward's commands read of a quarantine: rows with their table's own columns.
public struct QuarantineScan {
    public let snapshot: Snapshot
    public let schema: QuarantineSchema
    private let scanColumns: [String]?

    public init(_ snapshot: Snapshot, columns: [String]? = nil) {
        self.snapshot = snapshot
        schema = QuarantineSchema(stored: snapshot.schema)
        scanColumns = columns
    }

    /// Calls `body` for every batch with the number of its file and of its first row there.
    public func forEach(
        _ body: (RecordBatch, Int, Int64) throws(LakeError) -> Void
    ) throws(LakeError) {
        for (file, add) in snapshot.files.enumerated() {
            var row: Int64 = 0
            let scan: DeltaScan
            do { scan = try DeltaScan(snapshot, files: [add], columns: scanColumns) } catch {
                throw LakeError(quarantine: error)
            }
            while true {
                let batch: RecordBatch?
                do { batch = try scan.next() } catch { throw LakeError(quarantine: error) }
                guard let batch else { break }
                try body(batch, file, row)
                row += Int64(batch.count)
            }
        }
    }

    /// The status of a row as it counts at `now`: a waiver that has ended is open again.
    public static func status(_ batch: RecordBatch, _ row: Int, now: Int64) -> QuarantineStatus {
        let text = batch.text(QuarantineColumn.status, row) ?? ""
        let status = QuarantineStatus(rawValue: text) ?? .open
        guard status == .waived, let until = batch[QuarantineColumn.until]?.int64(row),
            until < now
        else { return status }
        return .open
    }

    /// Whether a row is one of `selection`.
    static func isSelected(
        _ batch: RecordBatch, _ row: Int, _ selection: QuarantineSelection
    ) -> Bool {
        switch selection {
        case .all: return true
        case .rule(let rule):
            let rules = batch.text(QuarantineColumn.rules, row) ?? ""
            return rules.split(separator: ",").contains { $0 == rule }
        case .ids(let ids): return ids.contains(batch.text(QuarantineColumn.id, row) ?? "")
        }
    }
}

extension RecordBatch {
    /// The text of a value, nil for NULL and for a column that is not there.
    public func text(_ name: String, _ row: Int) -> String? {
        guard let column = self[name], !column.isNull(row) else { return nil }
        return column.text(row)
    }
}
