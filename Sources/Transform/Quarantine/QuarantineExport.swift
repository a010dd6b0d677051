import Columnar
import Delta

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

extension QuarantineFixes {
    /// The quarantine ids that an edited export names, as far as it can be read.
    public static func ids(inCSV bytes: [UInt8], file: String) throws(TransformError) -> [String] {
        let lines = try QuarantineCSV.parse(bytes, subject: file)
        guard let column = lines.first?.firstIndex(of: QuarantineColumn.id) else {
            throw TransformError(
                .configuration, operation: "read fixes", subject: file,
                message: "the file has no column \(QuarantineColumn.id)",
                hint: "sluice quarantine export --rule RULE --out FILE writes one that has")
        }
        return lines.dropFirst().compactMap { $0.count > column ? $0[column] : nil }
    }
}

extension QuarantineSteward {
    private static let leading = [
        QuarantineColumn.id, QuarantineColumn.rules, QuarantineColumn.reasons,
    ]

    /// What a column of the entity is called in an export: as the entity calls it, unless the
    /// columns before it took the name.
    private static func title(_ name: (entity: String, stored: String)) -> String {
        leading.contains(name.entity) ? name.stored : name.entity
    }

    /// The open rows of `selection` as CSV, in pieces: a header, then a line a row with its id,
    /// rules and reasons, then the entity's columns to be edited.
    public func export(
        _ selection: QuarantineSelection, now: Int64,
        _ write: (String) throws(TransformError) -> Void
    ) throws(TransformError) -> Int {
        guard let snapshot = try quarantine.snapshot() else { return 0 }
        let scan = QuarantineScan(snapshot)
        let titles = scan.schema.names.map(QuarantineSteward.title)
        try write(QuarantineCSV.line(QuarantineSteward.leading + titles))
        var count = 0
        try scan.forEach { (batch, _, _) throws(TransformError) in
            for row in 0..<batch.count
            where QuarantineScan.isSelected(batch, row, selection)
                && QuarantineScan.status(batch, row, now: now) == .open
            {
                var cells = QuarantineSteward.leading.dropLast().map { batch.text($0, row) }
                let reasons = QuarantinedRow.reasons(batch.text(QuarantineColumn.reasons, row))
                cells.append(reasons.map(\.text).joined(separator: "; "))
                for name in scan.schema.names {
                    let text = batch.text(name.stored, row)
                    let isText = scan.snapshot.schema[name.stored]?.type == .string
                    cells.append(isText ? text.map(QuarantineCSV.guarded) : text)
                }
                try write(QuarantineCSV.line(cells))
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
        let columns = try editable(header, scan)
        var wanted: [String: [String?]] = [:]
        for line in lines {
            guard line.count == header.count else {
                let id = line.count > idColumn ? line[idColumn] ?? "" : ""
                throw refused("row \(id) has \(line.count) values, the header \(header.count)")
            }
            guard let id = line[idColumn] else { throw refused("a row has no quarantine_id") }
            if wanted.updateValue(line, forKey: id) != nil {
                throw refused("row \(id) stands twice in the file")
            }
        }
        var fixes = QuarantineFixes()
        try scan.forEach { (batch, _, _) throws(TransformError) in
            for row in 0..<batch.count {
                guard let id = batch.text(QuarantineColumn.id, row),
                    let line = wanted.removeValue(forKey: id)
                else { continue }
                fixes.rows[id] = [:]
                for column in columns {
                    let before = batch.text(column.stored, row)
                    let isText = scan.snapshot.schema[column.stored]?.type == .string
                    let cell = line[column.cell]
                    let after = isText ? cell.map(QuarantineCSV.unguarded) : cell
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

    /// The cells of a line that hold the entity's columns.
    private func editable(
        _ header: [String?], _ scan: QuarantineScan
    ) throws(TransformError) -> [(cell: Int, entity: String, stored: String)] {
        var columns: [(cell: Int, entity: String, stored: String)] = []
        for (index, name) in header.enumerated() {
            guard let name, !QuarantineSteward.leading.contains(name) else { continue }
            let titled = scan.schema.names.first { QuarantineSteward.title($0) == name }
            guard let known = titled ?? scan.schema.names.first(where: { $0.stored == name })
            else {
                throw refused("there is no column \"\(name)\" to fix")
            }
            columns.append((index, known.entity, known.stored))
        }
        return columns
    }

    private func refused(_ message: String) -> TransformError {
        TransformError(
            .configuration, operation: "read fixes", subject: entity.name, message: message,
            hint: "export the rows again and edit that file")
    }
}
