import Columnar
import Delta
import Names
import Source

/// Tells whether a table read by a watermark is still the one that bronze was filled from.
///
/// A table that was dropped and made again, or restored from a backup, holds rows below the last
/// watermark that bronze does not have: no window would ever take them. One sign alone proves
/// nothing: rebuilds (ALTER, OPTIMIZE) change the time of creation, deletes take the newest rows
/// away, and some servers count on from the greatest number left when they restart. So only when
/// the time of creation has changed or AUTO_INCREMENT went back the newest rows of bronze are
/// looked up: standing there with an older watermark, or not at all, they tell.
struct TableContinuity {
    let plan: TablePlan
    let watermark: SourceColumn

    /// How many of the newest rows are looked up.
    private static let rowCount = 100

    /// What a later run compares with, to be committed with the rows.
    var transactions: [(name: String, version: Int64)] {
        let names = TransactionNames(plan)
        var kept: [(name: String, version: Int64)] = []
        if let created { kept.append((names.created, created)) }
        if let next = plan.table.nextNumber { kept.append((names.nextNumber, next)) }
        return kept
    }

    /// Throws `identity` when the table was made anew or restored. Cost: nothing when it is as old
    /// as it was; else the keys and watermarks of one file of bronze, and a look-up by key.
    func check(_ bronze: BronzeTable, _ connection: any SourceConnection) throws(ExtractError) {
        let names = TransactionNames(plan)
        let isNew = isNew(bronze)
        let next = plan.table.nextNumber
        let before = bronze.transaction(names.nextNumber)
        let wentBack = next.map { $0 < before ?? $0 } ?? false
        guard isNew || wentBack else { return }
        if isNew, wentBack {
            throw replaced("its next number is \(next ?? 0), it was \(before ?? 0)")
        }
        guard let newest = try bronze.newestRows(watermark, TableContinuity.rowCount),
            !newest.isEmpty
        else { return }
        let found = try rows(connection, newest)
        for row in newest {
            guard let time = found[row.key], time < row.time else { continue }
            let key = row.key.map(\.description).joined(separator: ", ")
            throw replaced(
                "row \(key) carries the \(watermark.name) \(text(time)), bronze holds it with "
                    + text(row.time))
        }
        let missing = newest.count { found[$0.key] == nil }
        if missing == newest.count && next == nil || wentBack && missing * 2 > newest.count {
            throw replaced("\(missing) of the \(newest.count) newest rows of bronze are not there")
        }
    }

    /// Whether the table was created at another time than the one bronze knows.
    func isNew(_ bronze: BronzeTable) -> Bool {
        let known = bronze.transaction(TransactionNames(plan).created)
        return created != nil && known != nil && created != known
    }

    /// The digits of the time of creation as one number.
    private var created: Int64? {
        let digits = (plan.table.createdAt ?? "").utf8.filter { (48...57).contains($0) }
        return Int64(String(decoding: digits.prefix(18), as: UTF8.self))
    }

    private func text(_ time: Int64) -> String { Timestamp.text(microseconds: time) }

    /// The watermarks of the rows with these keys.
    private func rows(_ connection: any SourceConnection, _ newest: [NewestRow])
        throws(ExtractError) -> [[SourceValue]: Int64]
    {
        let columns = plan.key.compactMap { plan.table[column: $0] } + [watermark]
        let predicates = plan.key.enumerated().map { index, name in
            RowPredicate.anyOf(column: name, Array(Set(newest.map { $0.key[index] })))
        }
        let request = ReadRequest(
            table: plan.table, columns: columns, predicates: predicates, condition: plan.condition,
            options: plan.typeOptions)
        return try inSource { () throws(SourceError) in
            let stream = try connection.stream(request)
            var found: [[SourceValue]: Int64] = [:]
            while let batch = try stream.next() {
                for row in NewestRow.rows(batch, keyCount: plan.key.count) {
                    found[row.key] = row.time
                }
            }
            return found
        }
    }

    private func replaced(_ sign: String) -> ExtractError {
        ExtractError(
            .identity, operation: "extract", subject: plan.name,
            message: "the table was emptied, made anew or restored: it was created at "
                + "\(plan.table.createdAt ?? "an unknown time") and \(sign)",
            hint: "Rows older than the last watermark would be missed; after checking, run once "
                + "with --full to read it whole, or with --accept-source to go on from there.")
    }
}

/// A row by its key, with its watermark in microseconds.
struct NewestRow {
    let key: [SourceValue]
    let time: Int64

    /// The rows of a batch whose first columns are the key and whose next is the watermark; rows
    /// without a watermark, and keys of types that are not compared here, are left out.
    static func rows(_ batch: RecordBatch, keyCount: Int) -> [NewestRow] {
        guard case .int64(let times) = batch.columns[keyCount].storage else { return [] }
        var rows: [NewestRow] = []
        for row in 0..<batch.count where !batch.columns[keyCount].isNull(row) {
            let key = (0..<keyCount).compactMap { value(batch.columns[$0], row) }
            if key.count == keyCount { rows.append(NewestRow(key: key, time: times[row])) }
        }
        return rows
    }

    private static func value(_ column: Column, _ row: Int) -> SourceValue? {
        if column.isNull(row) { return nil }
        switch (column.type, column.storage) {
        case (.byte, .int32(let values)), (.short, .int32(let values)),
            (.integer, .int32(let values)):
            return .integer(Int64(values[row]))
        case (.long, .int64(let values)): return .integer(values[row])
        case (.decimal(_, 0), .int128(let values)):
            return UInt64(exactly: values[row]).map(SourceValue.unsigned)
        case (.string, _), (.binary, _): return .text(Array(column.textBytes(row)))
        default: return nil
        }
    }
}

extension BronzeTable {
    /// The rows with the greatest watermarks that bronze holds, each key once; nil where their
    /// keys cannot be looked up. Cost: the keys and watermarks of one file.
    func newestRows(_ watermark: SourceColumn, _ count: Int) throws(ExtractError) -> [NewestRow]? {
        let isMasked = plan.key.contains { plan.masks[ByteName($0)] != nil }
        guard let snapshot, !plan.key.isEmpty, !isMasked else { return nil }
        let time = fieldName(watermark.name)
        let dated = snapshot.files.compactMap { file -> (file: AddFile, newest: Int64)? in
            file.statistics?.maximum(column: time).map { (file, $0) }
        }
        guard let last = dated.max(by: { $0.newest < $1.newest }) else { return nil }
        let names = plan.key.map(fieldName) + [time]
        guard names.allSatisfy({ snapshot.schema.index(of: $0) != nil }) else { return nil }
        let rows = try inLake { () throws(DeltaError) in
            var rows: [NewestRow] = []
            let scan = try DeltaScan(snapshot, files: [last.file], columns: names)
            while let batch = try scan.next() {
                rows += NewestRow.rows(batch, keyCount: plan.key.count)
                if rows.count > 100_000 { rows = newest(rows, count) }
            }
            return rows
        }
        return newest(rows, count)
    }

    private func newest(_ rows: [NewestRow], _ count: Int) -> [NewestRow] {
        var keys: Set<[SourceValue]> = []
        var kept: [NewestRow] = []
        for row in rows.sorted(by: { $0.time > $1.time }) where kept.count < count {
            if keys.insert(row.key).inserted { kept.append(row) }
        }
        return kept
    }
}
