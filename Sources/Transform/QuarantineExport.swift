import Columnar

/// Corrections by a steward: row → column → its new text, nil for NULL.
public struct QuarantineFixes: Hashable, Sendable {
    public internal(set) var rows: [String: [String: String?]] = [:]

    public init() {}

    /// Sets a column of a row.
    public mutating func set(_ id: String, _ column: String, _ text: String?) {
        rows[id, default: [:]].updateValue(text, forKey: column)
    }

    /// The rows concerned.
    public var ids: Set<String> { Set(rows.keys) }
}

extension QuarantineSteward {
    private static let leading = [
        QuarantineColumn.id, QuarantineColumn.status, QuarantineColumn.rules,
    ]

    /// The open rows of `selection` as CSV, in pieces: a header, then a line a row with its id,
    /// status and rules, then the entity's columns to be edited.
    public func export(
        _ selection: QuarantineSelection, now: Int64,
        _ write: (String) throws(TransformError) -> Void
    ) throws(TransformError) -> Int {
        guard let snapshot = try quarantine.snapshot() else { return 0 }
        let scan = QuarantineScan(snapshot)
        try write(
            QuarantineCSV.line(QuarantineSteward.leading + scan.schema.names.map(\.stored)))
        var count = 0
        try scan.forEach { (batch, _, _) throws(TransformError) in
            for row in 0..<batch.count
            where QuarantineScan.isSelected(batch, row, selection)
                && QuarantineScan.status(batch, row, now: now) == .open
            {
                let own = QuarantineSteward.leading.map { batch.text($0, row) }
                let values = scan.schema.names.map { batch.text($0.stored, row) }
                try write(QuarantineCSV.line(own + values))
                count += 1
            }
        }
        return count
    }

    /// What differs in an edited export from the rows as they are.
    ///
    /// Columns may be left out and reordered; rows too. An empty cell leaves an empty text as it
    /// is, since most editors cannot tell it from NULL. Throws `.configuration` for a column or an
    /// id that the table does not have.
    public func fixes(fromCSV bytes: [UInt8]) throws(TransformError) -> QuarantineFixes {
        var lines = try QuarantineCSV.parse(bytes, subject: entity.name)[...]
        guard let header = lines.popFirst(), let snapshot = try quarantine.snapshot() else {
            return QuarantineFixes()
        }
        let scan = QuarantineScan(snapshot)
        guard let idColumn = header.firstIndex(of: QuarantineColumn.id) else {
            throw refused("the file has no column \(QuarantineColumn.id)")
        }
        var columns: [(cell: Int, entity: String, stored: String)] = []
        for (index, name) in header.enumerated() {
            guard let name, !QuarantineSteward.leading.contains(name) else { continue }
            guard let known = scan.schema.names.first(where: { $0.stored == name }) else {
                throw refused("there is no column \"\(name)\" to fix")
            }
            columns.append((index, known.entity, known.stored))
        }
        var wanted: [String: [String?]] = [:]
        for line in lines {
            guard line.count == header.count, let id = line[idColumn] else {
                throw refused("a line has \(line.count) values, the header \(header.count)")
            }
            wanted[id] = line
        }
        var fixes = QuarantineFixes()
        try scan.forEach { (batch, _, _) throws(TransformError) in
            for row in 0..<batch.count {
                guard let id = batch.text(QuarantineColumn.id, row),
                    let line = wanted.removeValue(forKey: id)
                else { continue }
                fixes.rows[id] = [:]
                for column in columns {
                    let (before, after) = (batch.text(column.stored, row), line[column.cell])
                    if before == after || (before ?? "").isEmpty && (after ?? "").isEmpty {
                        continue
                    }
                    fixes.set(id, column.entity, after)
                }
            }
        }
        if let id = wanted.keys.min() { throw refused("there is no quarantined row \(id)") }
        return fixes
    }

    private func refused(_ message: String) -> TransformError {
        TransformError(
            .configuration, operation: "read fixes", subject: entity.name, message: message,
            hint: "export the rows again and edit that file")
    }
}
