public import Columnar
public import Lake
public import Rules

/// New values of some of the table's own columns, for one row or many.
public struct QuarantineEdit: Sendable {
    public private(set) var texts: [String: String?] = [:]
    /// Times and whole numbers.
    public private(set) var numbers: [String: Int64?] = [:]

    public init() {}

    public mutating func set(_ column: String, _ text: String?) {
        texts.updateValue(text, forKey: column)
    }

    public mutating func set(_ column: String, number: Int64?) {
        numbers.updateValue(number, forKey: column)
    }

    /// The rules that are violated, with the reasons.
    public mutating func set(_ violations: [RuleViolation]) {
        set(QuarantineColumn.rules, violations.map(\.rule).joined(separator: ","))
        let reasons = QuarantineRows.reasons(violations)
        set(QuarantineColumn.reasons, String(decoding: reasons, as: UTF8.self))
    }

    public mutating func set(_ status: QuarantineStatus) {
        set(QuarantineColumn.status, status.rawValue)
    }
}

/// What happens to the rows of one file.
public struct QuarantineChanges: Sendable {
    /// Rows that go.
    public var dropped: Set<Int64> = []
    /// Row → which of `edits`.
    public var edited: [Int64: Int] = [:]

    public init(dropped: Set<Int64> = [], edited: [Int64: Int] = [:]) {
        self.dropped = dropped
        self.edited = edited
    }

    /// Whether the file may stay as it is.
    public var isEmpty: Bool { dropped.isEmpty && edited.isEmpty }

    /// The columns of `schema` that the edits of these rows set.
    public func columns(_ edits: [QuarantineEdit], of schema: Schema) -> [String] {
        var names: Set<String> = []
        for edit in Set(edited.values) {
            names.formUnion(edits[edit].texts.keys)
            names.formUnion(edits[edit].numbers.keys)
        }
        return schema.fields.map(\.name).filter(names.contains)
    }

    /// The rows of `batch`, whose first is row `first` of its file, as they are to be.
    public func apply(_ edits: [QuarantineEdit], to batch: RecordBatch, from first: Int64)
        -> RecordBatch
    {
        guard !isEmpty else { return batch }
        var columns = batch.columns
        let rows = (0..<batch.count).compactMap { row in
            edited[first + Int64(row)].map { (row, edits[$0]) }
        }
        for (index, field) in batch.schema.fields.enumerated() where !rows.isEmpty {
            var texts: [Int: String?] = [:]
            var numbers: [Int: Int64?] = [:]
            for (row, edit) in rows {
                if let text = edit.texts[field.name] { texts.updateValue(text, forKey: row) }
                if let number = edit.numbers[field.name] {
                    numbers.updateValue(number, forKey: row)
                }
            }
            if !texts.isEmpty { columns[index] = columns[index].replacing(texts) }
            if !numbers.isEmpty { columns[index] = columns[index].replacing(numbers) }
        }
        let changed = RecordBatch(schema: batch.schema, columns: columns, count: batch.count)
        guard !dropped.isEmpty else { return changed }
        let kept = (0..<batch.count).filter { !dropped.contains(first + Int64($0)) }
        return kept.count == batch.count ? changed : changed.gather(kept)
    }
}

extension Column {
    /// The text column with other values in some rows.
    fileprivate func replacing(_ texts: [Int: String?]) -> Column {
        var values = ByteVector()
        var validity = Bitmap()
        for row in 0..<count {
            if let text = texts[row] {
                values.append((text ?? "").utf8)
                validity.append(text != nil)
            } else {
                let isNull = isNull(row)
                values.append(isNull ? [] : textBytes(row))
                validity.append(!isNull)
            }
        }
        return Column(type, storage: .bytes(values), validity: validity)
    }

    /// The column of times or whole numbers with other values in some rows.
    fileprivate func replacing(_ numbers: [Int: Int64?]) -> Column {
        guard case .int64(var values) = storage else { return self }
        var validity = validity ?? Bitmap(repeating: true, count: count)
        for (row, number) in numbers {
            values[row] = number ?? 0
            validity.set(row, to: number != nil)
        }
        return Column(type, storage: .int64(values), validity: validity)
    }
}
