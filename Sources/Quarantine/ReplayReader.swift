import Columnar
import Events
import JSON
import Keys
import Lake
import Pipeline
import Rules

/// Makes bronze's rows again of what the quarantine keeps of them.
struct ReplayReader: Sendable {
    let entity: EntitySpec
    let clean: Clean
    let fixes: QuarantineFixes
    /// The column that orders events, nil when that is the time of extraction.
    let sequenceColumn: String?

    /// A row with the texts of bronze's columns: what was cleaned as it was before, and corrected.
    func row(
        _ batch: RecordBatch, _ row: Int, _ schema: QuarantineSchema, isWaived: Bool
    ) throws(LakeError) -> ReplayRow {
        let id = batch.text(QuarantineColumn.id, row) ?? ""
        var corrected: [String: String?] = [:]
        for (column, text) in QuarantinedRow.members(batch.text(QuarantineColumn.fix, row)) {
            corrected.updateValue(text, forKey: column)
        }
        for (column, text) in fixes.rows[id] ?? [:] {
            guard clean.bronze.index(of: column) != nil else {
                throw LakeError(
                    .configuration, operation: "replay", subject: "\(entity.name) \(id)",
                    message: "the column \"\(column)\" is computed, it cannot be corrected")
            }
            corrected.updateValue(text, forKey: column)
        }
        var raw: [String: String?] = [:]
        for (column, text) in QuarantinedRow.members(batch.text(QuarantineColumn.raw, row)) {
            raw.updateValue(text, forKey: column)
        }
        let texts = clean.bronze.fields.map { field -> String? in
            if let text = corrected[field.name] { return text }
            if let text = raw[field.name] { return text }
            return schema.stored(field.name).flatMap { batch.text($0, row) }
        }
        var sequence = batch[QuarantineColumn.sequence]?.int64(row)
        var hasNewSequence = false
        if let name = sequenceColumn, let text = corrected[name] {
            sequence = try self.sequence(text, name, id)
            hasNewSequence = true
        }
        let rules = batch.text(QuarantineColumn.rules, row) ?? ""
        let position = BronzePosition(batch.text(QuarantineColumn.position, row) ?? "")
        return ReplayRow(
            id: id, position: position ?? BronzePosition(version: 0, file: 0, row: 0),
            sequence: sequence, hasNewSequence: hasNewSequence,
            extractedAt: batch[QuarantineColumn.extractedAt]?.int64(row) ?? 0,
            extractRun: batch.text(QuarantineColumn.extractRun, row) ?? "",
            isDelete: batch.text(QuarantineColumn.operation, row) == "d",
            waived: isWaived ? Set(rules.split(separator: ",").map(String.init)) : [],
            key: key(batch, row, schema),
            texts: texts, fix: ReplayReader.json(corrected))
    }

    /// The key as the quarantine has it, nil when part of it is NULL.
    private func key(_ batch: RecordBatch, _ row: Int, _ schema: QuarantineSchema) -> ValueHash? {
        let columns = entity.key.compactMap { schema.stored($0).flatMap { batch[$0] } }
        return ValueHashes(
            columns.map { $0.gather([row]) }, count: 1, by: entity.keyCollations)[0]
    }

    private static func json(_ texts: [String: String?]) -> String? {
        guard !texts.isEmpty else { return nil }
        let members = texts.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) }
        return JSONValue.object(JSONObject(members)).description
    }

    /// A corrected sequence: microseconds of a time, or the number.
    private func sequence(
        _ text: String?, _ name: String, _ id: String
    ) throws(LakeError) -> Int64? {
        guard let text, let field = clean.bronze[name] else { return nil }
        guard let column = RuleLiteral.column(field.type, [text]) else {
            throw unreadable(text, field, id)
        }
        switch column.storage {
        case .int64(let values): return values[0]
        case .int32(let values) where field.type == .date:
            return Int64(values[0]) * Timestamp.microsecondsPerDay
        case .int32(let values): return Int64(values[0])
        default: throw unreadable(text, field, id)
        }
    }

    /// The rows as a batch of bronze's columns, to be judged together; their places differ.
    func events(
        _ rows: [ReplayRow], sequenceType: ColumnType
    ) throws(LakeError) -> EventBatch {
        var columns: [Column] = []
        for (index, field) in clean.bronze.fields.enumerated() {
            let texts = rows.map { $0.texts[index] }
            guard let column = RuleLiteral.column(field.type, texts) else {
                for row in rows {
                    guard let text = row.texts[index] else { continue }
                    if RuleLiteral.column(field.type, [text]) == nil {
                        throw unreadable(text, field, row.id)
                    }
                }
                throw unreadable("", field, rows[0].id)
            }
            columns.append(column)
        }
        let present = Bitmap(rows.map { $0.sequence != nil })
        let sequence = Column(
            sequenceType, storage: .int64(rows.map { $0.sequence ?? 0 }),
            validity: present.setCount == rows.count ? nil : present)
        let deletes = Bitmap(rows.map(\.isDelete))
        return EventBatch(
            rows: RecordBatch(schema: clean.bronze, columns: columns, count: rows.count),
            sequence: sequence, deletes: deletes.setCount == 0 ? nil : deletes,
            extractedAt: rows.map(\.extractedAt), runID: rows[0].extractRun,
            first: rows[0].position)
    }

    private func unreadable(_ text: String, _ field: Field, _ id: String) -> LakeError {
        LakeError(
            .configuration, operation: "replay", subject: "\(entity.name) \(id)",
            message: "\"\(text)\" cannot be a value of \(field.name), a \(field.type)",
            hint: "Correct it in the file and replay again.")
    }
}
