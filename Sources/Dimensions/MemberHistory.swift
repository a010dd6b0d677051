public import Columnar
import Delta
public import Keys
import Parquet
import Tables
import Work

/// A version of a touched member as the table has it.
struct MemberVersion: Sendable {
    var member: Int32
    /// The file's number in the snapshot, and the row in it.
    var file: Int32
    var row: Int32
    /// As the table has them: `to` is `MemberInterval.open` for NULL.
    var interval: MemberInterval
    var surrogateKey: Int64
    /// Whether its row has no sequence.
    var isUnsequenced = false
}

/// Reads of a dimension what a merge needs: first the keys of every file, then the values of the
/// files that hold touched members.
struct MemberHistory {
    let snapshot: Snapshot
    let layout: DimensionLayout
    let hasher: MemberHasher

    /// The open members that `index` does not know, taken into it; with how many open members
    /// there are. Cost: the key columns of the whole table.
    ///
    /// - Parameter takesClosed: takes in the closed members too, which are not counted.
    func missing(
        _ index: inout KeyIndex, takesClosed: Bool
    ) throws(DeltaError) -> (missing: Int, open: Int) {
        var missing = 0
        var open = 0
        var closed: [ValueHash] = []
        let scan = try DeltaScan(
            snapshot, columns: layout.key + [DimensionLayout.validTo])
        while let batch = try scan.next() {
            guard let to = batch[DimensionLayout.validTo] else { break }
            let hashes = hasher.keys(layout.alignedKeys(batch), layout.key)
            for row in 0..<batch.count {
                guard to.isNull(row) else {
                    if takesClosed { closed.append(hashes[row]) }
                    continue
                }
                open += 1
                if index.place(hashes[row]).isNew { missing += 1 }
            }
        }
        for hash in closed { _ = index.place(hash) }
        return (missing, open)
    }

    /// The versions of the members of `intake`, into whose store their values go.
    ///
    /// Of row groups that may hold one of the keys by their statistics first the key columns; then,
    /// where there are matches, the others. Each thread takes its portions of rows.
    func versions(
        of intake: inout MemberIntake, within range: KeyRange?
    ) throws(DeltaError) -> [MemberVersion] {
        let index = intake.index
        let files = Array(snapshot.files.indices)
        let searched = try concurrentMap(files, threads: MemberHistory.threads) {
            file throws(DeltaError) in try portions(file, range)
        }
        let found = try concurrentMap(Array(searched.joined()), threads: MemberHistory.threads) {
            portion throws(DeltaError) in try matches(portion, index)
        }
        var versions: [MemberVersion] = []
        versions.reserveCapacity(found.reduce(0) { $0 + ($1?.rows.count ?? 0) })
        for case let matches? in found { take(matches, &intake, &versions) }
        return versions
    }

    private static let threads = 2
    /// Row groups are searched in portions of so many rows, so that one large file is the work of
    /// all threads.
    private static let portionRows = 262_144

    /// Rows of a row group whose keys are to be looked at.
    private struct Portion: Sendable {
        var file: Int
        var reader: FileReader
        var rowGroup: Int
        /// The number of the group's first row in the file.
        var start: Int
        var rows: Range<Int>
    }

    /// The rows of a portion whose keys are those of touched members.
    private struct Matches: Sendable {
        var file: Int
        /// In the file.
        var rows: [Int] = []
        var members: [Int32] = []
        /// The cleaned columns.
        var values: RecordBatch
        var hashes: (tracked: [ValueHash], untracked: [ValueHash])
        /// The table's own columns.
        var system: RecordBatch
        /// Which rows have a sequence; nil: all.
        var sequenced: Bitmap?
    }

    private func portions(_ file: Int, _ range: KeyRange?) throws(DeltaError) -> [Portion] {
        let reader = try snapshot.table.reader(of: snapshot.files[file])
        var portions: [Portion] = []
        var start = 0
        for (number, group) in reader.rowGroups.enumerated() {
            defer { start += group.rowCount }
            let chunk = group.columns.first { $0.path == [layout.key[0]] }
            if let range, let chunk, !range.mayMeet(chunk) { continue }
            for row in stride(from: 0, to: group.rowCount, by: MemberHistory.portionRows) {
                let end = min(row + MemberHistory.portionRows, group.rowCount)
                portions.append(
                    Portion(
                        file: file, reader: reader, rowGroup: number, start: start, rows: row..<end)
                )
            }
        }
        return portions
    }

    private static let systemColumns = [
        DimensionLayout.validFrom, DimensionLayout.validTo, DimensionLayout.isDeleted,
        DimensionLayout.surrogateKey,
    ]

    /// The touched rows of a portion, nil when there are none.
    private func matches(
        _ portion: Portion, _ index: KeyIndex
    ) throws(DeltaError) -> Matches? {
        var rows: [Int] = []
        var members: [Int32] = []
        var keys: [RecordBatch] = []
        try scan(portion, layout.key) { batch, first in
            let known = rows.count
            for (row, hash) in hasher.keys(layout.alignedKeys(batch), layout.key).enumerated() {
                guard let member = index.find(hash) else { continue }
                rows.append(first + row)
                members.append(Int32(member))
            }
            if rows.count > known { keys.append(batch.gather(rows[known...].map { $0 - first })) }
        }
        if rows.isEmpty { return nil }
        let known = layout.cleaned.fields.map(\.name).filter {
            snapshot.schema[$0] != nil && !layout.key.contains($0)
        }
        var others: [RecordBatch] = []
        var rest = rows[...]
        try scan(portion, known + MemberHistory.systemColumns) { batch, first in
            let here = rest.prefix { $0 < first + batch.count }.map { $0 - first }
            rest = rest.dropFirst(here.count)
            if !here.isEmpty { others.append(batch.gather(here)) }
        }
        let parts = [RecordBatch.joined(keys), RecordBatch.joined(others)]
        let all = RecordBatch(
            schema: Schema(parts.flatMap(\.schema.fields)), columns: parts.flatMap(\.columns))
        let values = layout.aligned(all)
        return Matches(
            file: portion.file, rows: rows.map { portion.start + $0 }, members: members,
            values: values, hashes: layout.hashes(values, hasher), system: all,
            sequenced: try layout.sequenced(values))
    }

    /// Reads columns of a portion; `body` gets each batch with the number of its first row in the
    /// row group.
    private func scan(
        _ portion: Portion, _ columns: [String], _ body: (RecordBatch, Int) -> Void
    ) throws(DeltaError) {
        let scan = try DeltaScan(
            snapshot, snapshot.files[portion.file], reader: portion.reader,
            rowGroup: portion.rowGroup, rows: portion.rows, columns: columns)
        var first = portion.rows.lowerBound
        while let batch = try scan.next() {
            body(batch, first)
            first += batch.count
        }
    }

    private func take(
        _ matches: Matches, _ intake: inout MemberIntake, _ versions: inout [MemberVersion]
    ) {
        let system = matches.system
        guard let from = system[DimensionLayout.validFrom],
            let to = system[DimensionLayout.validTo],
            let key = system[DimensionLayout.surrogateKey],
            case .bool(let deleted) = system[DimensionLayout.isDeleted]?.storage
        else { return }
        let (froms, tos, keys) = (from.storage.int64s, to.storage.int64s, key.storage.int64s)
        let number = intake.store.add(matches.values)
        layout.addLoose(matches.values, times: froms, absent: nil, hasher, to: &intake.loose)
        let looseCount = intake.loose.count
        for row in matches.rows.indices {
            let reference = RowReference(batch: number, row: Int32(row))
            var interval = MemberInterval(
                from: froms[row], to: to.isNull(row) ? MemberInterval.open : tos[row],
                tracked: matches.hashes.tracked[row], untracked: matches.hashes.untracked[row],
                row: reference)
            interval.isDeleted = deleted[row] != 0
            if looseCount > 0 {
                interval.loose = [RowReference](repeating: reference, count: looseCount)
            }
            versions.append(
                MemberVersion(
                    member: matches.members[row], file: Int32(matches.file),
                    row: Int32(matches.rows[row]), interval: interval, surrogateKey: keys[row],
                    isUnsequenced: matches.sequenced.map { !$0[row] } ?? false))
        }
    }

    /// The first of `keys` that is the surrogate key of a row already there, or nil. Cost: that
    /// column of the whole table.
    func taken(_ keys: Set<Int64>) throws(DeltaError) -> Int64? {
        if keys.isEmpty { return nil }
        // A bit for every key's low bits answers for nearly all rows.
        let mask = Int64(1 << 22) - 1
        var bits = [UInt64](repeating: 0, count: Int(mask + 1) / 64)
        for key in keys { bits[Int(key & mask) / 64] |= 1 << UInt64(key & 63) }
        let scan = try DeltaScan(snapshot, columns: [DimensionLayout.surrogateKey])
        while let batch = try scan.next() {
            for key in batch.columns[0].storage.int64s
            where bits[Int(key & mask) / 64] >> UInt64(key & 63) & 1 == 1 && keys.contains(key) {
                return key
            }
        }
        return nil
    }
}

extension RecordBatch {
    /// The batch with NULLs in the columns `names`.
    public func without(_ names: Set<String>) -> RecordBatch {
        if names.isEmpty { return self }
        var columns = columns
        for (index, field) in schema.fields.enumerated() where names.contains(field.name) {
            columns[index] = Column.nulls(field.type, count: count)
        }
        return RecordBatch(schema: schema, columns: columns, count: count)
    }
}

extension DimensionLayout {
    /// The cleaned columns of `batch` in the table's order and types; one it lacks is NULL.
    func aligned(_ batch: RecordBatch) -> RecordBatch { batch.fitted(to: cleaned) }

    /// The key columns of `batch`, as `aligned`.
    func alignedKeys(_ batch: RecordBatch) -> RecordBatch { batch.fitted(to: Schema(keyFields)) }

    /// The hashes of the columns that every event tells.
    public func hashes(
        _ batch: RecordBatch, _ hasher: MemberHasher
    ) -> (tracked: [ValueHash], untracked: [ValueHash]) {
        // Of keys that the source holds equal, another spelling is another version.
        (hasher.hashes(batch, tracked + spelled), hasher.hashes(batch, untracked))
    }

    /// Notes what the rows of `batch` tell of the loose columns.
    ///
    /// - Parameters:
    ///   - times: for each row the time of its event or version.
    ///   - absent: columns that these rows of the source do not tell; nil for rows of the table.
    func addLoose(
        _ batch: RecordBatch, times: [Int64], absent: Set<String>?, _ hasher: MemberHasher,
        to columns: inout LooseColumns
    ) {
        for (number, column) in loose.enumerated() {
            guard let values = batch[column.name] else { continue }
            var sums = [ValueHash](repeating: .zero, count: batch.count)
            hasher.add(values, name: column.name, to: &sums)
            let isDropped = dropped.contains(column.name)
            let isAbsent = absent.map { lacking.contains(column.name) || $0.contains(column.name) }
            let since = knownSince[column.name] ?? .min
            columns.values[number].append(
                sums.indices.map { row in
                    if let isAbsent { return isAbsent ? nil : sums[row] }
                    let isTold = !values.isNull(row) || !isDropped && times[row] > since
                    return isTold ? sums[row] : nil
                })
        }
    }
}
