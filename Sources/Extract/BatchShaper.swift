import Columnar

/// Turns batches as the source gives them into batches as bronze holds them: masked, renamed, and
/// with the system's columns.
struct BatchShaper {
    let masking: Masking
    /// The source's names, then the bronze fields at the same positions.
    let sourceNames: [String]
    let fields: [Field]
    let runID: String
    /// Microseconds UTC.
    let extractedAt: Int64

    /// Masked and renamed, `_sluice_invalid` last: what is compared and hashed.
    func content(_ batch: RecordBatch) -> RecordBatch {
        var columns: [Column] = []
        for (position, name) in sourceNames.enumerated() {
            columns.append(masking.apply(batch.columns[position], named: name))
        }
        columns.append(masking.applyToInvalid(batch.columns[sourceNames.count]))
        let invalid = Field(BronzeSchema.invalid, .string)
        return RecordBatch(
            schema: Schema(fields + [invalid]), columns: columns, count: batch.count)
    }

    /// One hash a row of what `content` returned.
    func hashes(_ content: RecordBatch, _ kind: DigestKind) -> [RowHash] {
        let names = content.schema.fields.map(\.name)
        return switch kind {
        case .xxh3: RowHasher().hashes(content.columns, names: names, count: content.count)
        case .folded:
            FoldedRowHasher().hashes(content.columns, names: names, count: content.count)
        }
    }

    /// The columns of the data file, made of what `content` returned.
    func file(_ content: RecordBatch) -> RecordBatch {
        let count = content.count
        let constants = [
            Column.constant("u", count: count), Column.constant(runID, count: count),
            Column(.timestamp, storage: .int64([Int64](repeating: extractedAt, count: count))),
        ]
        let values = content.columns.dropLast() + constants + content.columns.suffix(1)
        return RecordBatch(schema: fileSchema, columns: Array(values), count: count)
    }

    /// The schema of what `file` returns.
    var fileSchema: Schema { Schema(fields + BronzeSchema.systemFields) }
}
