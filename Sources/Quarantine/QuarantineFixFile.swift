public import Columnar
import Delta
public import Lake
import Pipeline

/// An edited export: which rows it names, and in which line.
public struct QuarantineFixFile: Sendable {
    public let name: String
    let separator: UInt8
    /// The titles as they stand in the file, without blanks around them.
    public let header: [String?]
    let headerLine: Int
    public let lines: [QuarantineCSV.Text.Line]
    let blankLineCount: Int
    let idColumn: Int

    /// Throws `.configuration` when the file is no CSV or does not say which rows it means.
    public init(_ bytes: [UInt8], name: String) throws(LakeError) {
        let text = try QuarantineCSV.read(bytes, subject: name)
        self.name = name
        separator = text.separator
        blankLineCount = text.blankLineCount
        header = (text.lines.first?.cells ?? []).map { $0.map(SpreadsheetCell.trimmed) }
        headerLine = text.lines.first?.number ?? 1
        lines = Array(text.lines.dropFirst())
        guard let column = header.firstIndex(of: QuarantineColumn.id) else {
            throw LakeError(
                .configuration, operation: "read fixes", subject: name,
                message: "the file has no column \(QuarantineColumn.id)",
                hint: "`sluice quarantine export --rule RULE --out FILE` writes one that has it.")
        }
        idColumn = column
    }

    /// The quarantine id of a line.
    public func id(_ line: QuarantineCSV.Text.Line) -> String? {
        guard line.cells.count > idColumn, let cell = line.cells[idColumn] else { return nil }
        let id = SpreadsheetCell.trimmed(cell)
        return id.isEmpty ? nil : id
    }

    /// The rows that it names.
    public var ids: Set<String> { Set(lines.compactMap(id)) }

    public func refused(_ problems: [String]) -> LakeError {
        var lines = problems.prefix(QuarantineFixFile.problemsMax)
        if problems.count > lines.count { lines.append("and \(problems.count - lines.count) more") }
        let one = problems.count == 1
        return LakeError(
            .configuration, operation: "read fixes", subject: name,
            message: one
                ? problems[0] + "; nothing was changed"
                : "\(problems.count) problems; nothing was changed\n"
                    + lines.joined(separator: "\n"),
            hint: "Correct \(one ? "it" : "them") in the file and replay it again.")
    }

    /// As many are told of; a file with more has one cause.
    private static let problemsMax = 1000
}

extension QuarantineSteward {
    /// How many rows of `ids` the quarantine has. Cost: one column of it.
    public func count(of ids: Set<String>) throws(LakeError) -> Int {
        guard let snapshot = try quarantine.snapshot() else { return 0 }
        var count = 0
        let scan = QuarantineScan(snapshot, columns: [QuarantineColumn.id])
        try scan.forEach { (batch, _, _) throws(LakeError) in
            for row in 0..<batch.count
            where ids.contains(batch.text(QuarantineColumn.id, row) ?? "") { count += 1 }
        }
        return count
    }

    /// What differs in an edited export from the rows as they are.
    ///
    /// Columns may be left out and reordered; rows too, and those that were decided before are left
    /// as they are. An empty cell leaves an empty text as it is, since most editors cannot tell it
    /// from NULL. What spreadsheets do to values they only show is no correction.
    ///
    /// - Parameter bronze: the entity's columns as they are corrected, before they are cleaned.
    /// - Throws: `.configuration` with every line that cannot be taken.
    public func fixes(
        from file: QuarantineFixFile, bronze: Schema, now: Int64
    ) throws(LakeError) -> QuarantineFixes {
        guard let snapshot = try quarantine.snapshot() else { return QuarantineFixes() }
        let scan = QuarantineScan(snapshot)
        var reading = FixReading(file, entity: entity.name, bronze: bronze, scan: scan)
        try scan.forEach { (batch, _, _) throws(LakeError) in
            for row in 0..<batch.count {
                reading.take(
                    batch, row, status: QuarantineScan.status(batch, row, now: now))
            }
        }
        return try reading.finish()
    }
}
