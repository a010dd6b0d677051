public import Columnar
public import Events
import JSON
public import Lake
public import Rules

/// The table's own columns of rows that are being set aside.
public struct QuarantineRows {
    private let runID: String
    private let now: Int64
    private let status: QuarantineStatus
    private var ids = ByteVector()
    private var rules = ByteVector()
    private var reasons = ByteVector()
    private var positions = ByteVector()
    private var operations = ByteVector()
    private var extractRuns = ByteVector()
    private var raws = ByteVector()
    private var hasRaw = Bitmap()
    private var firstSeen: [Int64] = []
    private var sequences: [Int64] = []
    private var hasSequence = Bitmap()
    private var extractedAt: [Int64] = []
    private var contents: [Int64] = []

    public init(runID: String, now: Int64, status: QuarantineStatus = .open) {
        self.runID = runID
        self.now = now
        self.status = status
    }

    public mutating func append(
        id: String, _ violations: [RuleViolation], _ events: EventBatch, raw: EventBatch?, row: Int,
        firstSeen: Int64, content: Int64
    ) {
        ids.append(id.utf8)
        rules.append(violations.map(\.rule).joined(separator: ",").utf8)
        reasons.append(QuarantineRows.reasons(violations))
        positions.append(events.position(row).text.utf8)
        operations.append((events.deletes?[row] == true ? "d" : "u").utf8)
        extractRuns.append(events.runID.utf8)
        let text = raw.flatMap { QuarantineRows.raw($0.rows, events.rows, row) }
        raws.append(text ?? [])
        hasRaw.append(text != nil)
        self.firstSeen.append(firstSeen)
        contents.append(content)
        let sequence = events.sequence.int64(row)
        sequences.append(sequence ?? 0)
        hasSequence.append(sequence != nil)
        extractedAt.append(row < events.extractedAt.count ? events.extractedAt[row] : now)
    }

    /// A JSON array of `{rule, column, observed, message}`.
    public static func reasons(_ violations: [RuleViolation]) -> [UInt8] {
        var text = Array("[".utf8)
        for (index, violation) in violations.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += "{\"rule\":".utf8
            JSONValue.appendQuoted(violation.rule, to: &text)
            text += ",\"column\":".utf8
            JSONValue.appendQuoted(violation.column, to: &text)
            text += ",\"observed\":".utf8
            if let observed = violation.observed {
                JSONValue.appendQuoted(observed, to: &text)
            } else {
                text += "null".utf8
            }
            text += ",\"message\":".utf8
            JSONValue.appendQuoted(violation.message, to: &text)
            text.append(UInt8(ascii: "}"))
        }
        text.append(UInt8(ascii: "]"))
        return text
    }

    /// The texts of the columns that `clean` changed, nil when it changed none.
    private static func raw(_ raw: RecordBatch, _ cleaned: RecordBatch, _ row: Int) -> [UInt8]? {
        var members = JSONObject()
        for (index, field) in raw.schema.fields.enumerated() {
            let (before, after) = (raw.columns[index], cleaned.columns[index])
            let isSame =
                before.type == after.type && before.isNull(row) == after.isNull(row)
                && (before.isNull(row) || before.textBytes(row) == after.textBytes(row))
            if !isSame {
                members[field.name] = before.isNull(row) ? .null : .string(before.text(row))
            }
        }
        return members.isEmpty ? nil : JSONValue.object(members).bytes
    }

    /// The rows, whose entity's columns are `rows`, under the table's schema.
    public func batch(_ rows: RecordBatch, _ table: QuarantineSchema) -> RecordBatch {
        let count = rows.count
        let columns = table.schema.fields.map { field -> Column in
            if let own = own(field.name, count) { return own }
            let name = table.names.first { $0.stored == field.name }?.entity ?? field.name
            guard let column = rows[name] else { return Column.nulls(field.type, count: count) }
            return column.type == field.type ? column : column.widened(to: field.type)
        }
        return RecordBatch(schema: table.schema, columns: columns, count: count)
    }

    private func own(_ name: String, _ count: Int) -> Column? {
        func text(_ values: ByteVector, _ validity: Bitmap? = nil) -> Column {
            Column(.string, storage: .bytes(values), validity: validity)
        }
        func time(_ values: [Int64]) -> Column { Column(.timestamp, storage: .int64(values)) }
        switch name {
        case QuarantineColumn.id: return text(ids)
        case QuarantineColumn.rules: return text(rules)
        case QuarantineColumn.reasons: return text(reasons)
        case QuarantineColumn.status: return Column.constant(status.rawValue, count: count)
        case QuarantineColumn.firstSeen: return time(firstSeen)
        case QuarantineColumn.lastSeen: return time(Array(repeating: now, count: count))
        case QuarantineColumn.runID: return Column.constant(runID, count: count)
        case QuarantineColumn.position: return text(positions)
        case QuarantineColumn.sequence:
            return Column(.long, storage: .int64(sequences), validity: hasSequence)
        case QuarantineColumn.extractedAt: return time(extractedAt)
        case QuarantineColumn.extractRun: return text(extractRuns)
        case QuarantineColumn.operation: return text(operations)
        case QuarantineColumn.raw: return text(raws, hasRaw)
        case QuarantineColumn.content: return Column(.long, storage: .int64(contents))
        case QuarantineColumn.replay: return Column.nulls(.long, count: count)
        case QuarantineColumn.fix, QuarantineColumn.decidedBy, QuarantineColumn.note,
            QuarantineColumn.pardoned, QuarantineColumn.decisions:
            return Column.nulls(.string, count: count)
        case QuarantineColumn.decidedAt, QuarantineColumn.until:
            return Column.nulls(.timestamp, count: count)
        default: return nil
        }
    }
}
