public import Columnar
public import Names

/// What the rows that were read show about a table, in bounded memory.
public struct TableProfile: Sendable {
    /// Rows read.
    public var rows = 0
    /// Whether every row of the table was read.
    public var isWhole = false
    /// Rows equal in all columns to one before, by a hash of 64 bits. Those that come after a
    /// million distinct ones are not compared.
    public var repeatedRows = 0
    /// By the names of the batches' columns.
    public var columns: [ByteName: ColumnProfile] = [:]
    private let now: Int64
    private var rowTally = RowTally()
    private var pairs = TimePairs()
    private var isFinished = false

    /// An empty profile; dates and times after `now` (microseconds since 1970-01-01 UTC) are
    /// future.
    public init(now: Int64) { self.now = now }

    /// Takes in rows, the next ones in the table's order. A last column `_sluice_invalid` tells of
    /// values without a typed form and gets no profile of its own; where it calls a column by the
    /// name of the source, that is the field's metadata `sluice.source_name`. Some ten nanoseconds
    /// a value.
    public mutating func add(_ batch: RecordBatch) {
        precondition(!isFinished, "rows after the profile was finished")
        rows += batch.count
        var rowHashes = [UInt64](repeating: 0, count: batch.count)
        var invalid: Column?
        for (field, column) in zip(batch.schema.fields, batch.columns) {
            if field.name.isSame(as: BronzeColumn.invalid) {
                invalid = column
                continue
            }
            let name = ByteName(field.name)
            // Taken out, so that it is changed in its place.
            var profile = columns.removeValue(forKey: name) ?? ColumnProfile(type: field.type)
            profile.add(column, now: now, &rowHashes)
            columns[name] = profile
        }
        if let invalid, invalid.nullCount < invalid.count {
            take(invalid: invalid, batch.schema, &rowHashes)
        }
        repeatedRows += rowTally.add(rowHashes)
        pairs.add(batch)
    }

    /// Frees what only further rows would need, about 100 kB for a column of many values. No rows
    /// can be added afterwards.
    public mutating func finish() {
        isFinished = true
        rowTally = RowTally()
        for name in columns.keys { columns[name]?.memory = ColumnMemory() }
    }

    /// Rows by how two columns of dates or times stand to each other: how many have `first` before
    /// `second`, at the same time, after it, and how many lack one of them. By days where one of
    /// the two is a date. Nil unless both are such columns, two different ones, and among the
    /// first sixteen.
    public func order(
        of first: String, to second: String
    ) -> (less: Int, equal: Int, greater: Int, missing: Int)? {
        guard let counts = pairs.counts(ByteName(first), ByteName(second)) else { return nil }
        let missing = rows - counts.less - counts.equal - counts.greater
        return (counts.less, counts.equal, counts.greater, missing)
    }

    private mutating func take(invalid: Column, _ schema: Schema, _ rowHashes: inout [UInt64]) {
        var names: [ByteName: ByteName] = [:]
        for field in schema.fields {
            names[ByteName(field.metadata[BronzeColumn.sourceName] ?? field.name)] =
                ByteName(field.name)
        }
        for row in 0..<invalid.count where !invalid.isNull(row) {
            guard let text = TableProfile.text(of: invalid, row) else { continue }
            let shape = TextShape(text.span, 0..<text.count, isText: false)
            rowHashes[row] = Hash64.joined(rowHashes[row], shape.hash)
            var object = InvalidText(text[...])
            for (name, value) in object.members() {
                guard let name = names[ByteName(String(decoding: name, as: UTF8.self))] else {
                    continue
                }
                columns[name]?.invalid += 1
                columns[name]?.nulls -= 1
                if value.starts(with: "0000-00-00".utf8) { columns[name]?.zeroDates += 1 }
            }
        }
    }

    private static func text(of column: Column, _ row: Int) -> [UInt8]? {
        switch column.storage {
        case .bytes(let values): Array(values[row])
        case .dictionary(let codes, let values): Array(values.values[Int(codes[row])])
        default: nil
        }
    }
}
