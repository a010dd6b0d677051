import Columnar
import Names
import Profile
import Source

/// The reads of one table's sample over one connection.
struct TableSampleRead {
    let plan: TablePlan
    let connection: any SourceConnection
    let rowMax: Int
    let byteMax: Int
    let isStopping: @Sendable () -> Bool

    /// Rows in the order of a read, and whether there were no more.
    private struct Rows {
        var batches: [RecordBatch] = []
        var count = 0
        /// The limit of rows or bytes ended them: there may be more.
        var isCut = false
    }

    /// Half of the rows from each end of the key, in its order, or all there are. Of a table
    /// without a usable key, or where no index gives the order, the first that the server gives.
    func byKey() throws(ExtractError) -> TableProfile {
        let key = try self.key()
        if key.isEmpty { return try unordered() }
        // A table that the catalog thinks small is read in one go, and mostly that is all of it.
        let isSmall = plan.table.rowsEstimate < rowMax
        let half = (rows: rowMax / 2, bytes: byteMax / 2)
        var first = try read(
            key, descending: false, limit: isSmall ? rowMax : half.rows,
            isSmall ? byteMax : half.bytes)
        if !first.isCut { return try profile(first.batches, isWhole: true) }
        if isSmall { cut(&first, to: first.count / 2) }
        var seen = Set<RowHash>()
        for batch in first.batches { seen.formUnion(hashes(batch, key)) }
        let last = try read(key, descending: true, limit: rowMax - half.rows, half.bytes)
        var others: [RecordBatch] = []
        for batch in last.batches.reversed() {
            let isNew = hashes(batch, key).map { !seen.contains($0) }
            others.append(batch.gather(isNew.indices.reversed().filter { isNew[$0] }))
        }
        // The halves meet, or the second had all rows, when rows were deleted meanwhile.
        let isWhole = others.reduce(0) { $0 + $1.count } < last.count || !last.isCut
        return try profile(first.batches + others, isWhole: isWhole)
    }

    /// The rows that the server gives first.
    func unordered() throws(ExtractError) -> TableProfile {
        let rows = try read([], descending: false, limit: rowMax, byteMax)
        return try profile(rows.batches, isWhole: !rows.isCut)
    }

    // MARK: Columns

    /// The planned columns that are looked at, with their fields in bronze: not those of large
    /// values, and not what a mask hides.
    private var columns: [(column: SourceColumn, field: Field)] {
        zip(plan.columns, plan.bronzeFields).compactMap { column, field in
            guard !column.isLarge, plan.masks[ByteName(column.name)] == nil else { return nil }
            var field = field
            if !field.name.isSame(as: column.name) {
                field.metadata[BronzeColumn.sourceName] = column.name
            }
            return (column, field)
        }
    }

    /// The primary or first unique key when it is read and an index gives its order without the
    /// whole table being sorted.
    private func key() throws(ExtractError) -> [String] {
        let key = plan.table.key
        guard !key.isEmpty, key.allSatisfy(columns.map(\.column.name).holds) else { return [] }
        if plan.table.rowsEstimate <= TableSampleRead.sortedRowMax { return key }
        let request = request(key, descending: false, limit: rowMax / 2)
        let explained = try inSource { () throws(SourceError) in try connection.explain(request) }
        // An index of the first characters of a text gives no order: `ALL` reads every row.
        return explained.accessType.lowercased() == "all" ? [] : key
    }

    /// Tables up to this many rows may be sorted for want of an index that gives the order.
    private static let sortedRowMax: Int64 = 50_000

    // MARK: Rows

    private func request(_ key: [String], descending: Bool, limit: Int) -> ReadRequest {
        var request = plan.request()
        request.columns = columns.map(\.column)
        request.order = key.map { ReadOrder(column: $0, isDescending: descending) }
        request.limit = limit
        request.batchByteCount = byteMax / 8
        return request
    }

    private func read(
        _ key: [String], descending: Bool, limit: Int, _ byteMax: Int
    ) throws(ExtractError) -> Rows {
        let request = request(key, descending: descending, limit: limit)
        let stream = try inSource { () throws(SourceError) in try connection.stream(request) }
        defer { stream.cancel() }
        var rows = Rows()
        var byteCount = 0
        while let batch = try inSource({ () throws(SourceError) in try stream.next() }) {
            if isStopping() { throw .stopped }
            rows.batches.append(batch)
            rows.count += batch.count
            byteCount += batch.heldBytes
            if byteCount + batch.dictionaryBytes >= byteMax {
                rows.isCut = true
                break
            }
        }
        if rows.count >= limit { rows.isCut = true }
        return rows
    }

    private func cut(_ rows: inout Rows, to count: Int) {
        var rest = count
        rows.batches = rows.batches.compactMap { batch in
            let kept = min(rest, batch.count)
            rest -= kept
            return kept == batch.count ? batch : kept == 0 ? nil : batch.gather(Array(0..<kept))
        }
        rows.count = count
    }

    /// What tells rows apart: the key, and what of it has no typed form.
    private func hashes(_ batch: RecordBatch, _ key: [String]) -> [RowHash] {
        let names = key + [BronzeSchema.invalid]
        return RowHasher().hashes(
            names.compactMap { batch[$0] }, names: names, count: batch.count)
    }

    private func profile(
        _ batches: [RecordBatch], isWhole: Bool
    ) throws(ExtractError) -> TableProfile {
        let clock = try inSource { () throws(SourceError) in try connection.clock() }
        var profile = TableProfile(now: clock + TableSampleRead.clockSpread)
        profile.isWhole = isWhole
        let fields = columns.map(\.field) + [Field(BronzeSchema.invalid, .string)]
        for batch in batches {
            profile.add(
                RecordBatch(schema: Schema(fields), columns: batch.columns, count: batch.count))
        }
        profile.finish()
        return profile
    }

    /// A DATETIME shows the clock of whoever wrote it, which is nowhere further ahead of UTC.
    private static let clockSpread: Int64 = 14 * 3_600_000_000
}

extension RecordBatch {
    /// The bytes of the texts behind codes.
    fileprivate var dictionaryBytes: Int {
        columns.reduce(0) { sum, column in
            guard case .dictionary(_, let values) = column.storage else { return sum }
            return sum + values.values.bytes.count
        }
    }
}

extension SourceColumn {
    /// Whether values may be so large that a look at rows does without them.
    fileprivate var isLarge: Bool {
        [
            "blob", "mediumblob", "longblob", "mediumtext", "longtext", "json", "vector",
            "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring",
            "multipolygon", "geometrycollection", "geomcollection",
        ].contains(typeName)
    }
}
