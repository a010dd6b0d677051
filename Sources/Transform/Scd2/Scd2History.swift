import Columnar
import Delta
import Parquet

/// A version of a touched member as the table has it.
struct MemberVersion: Sendable {
    var member: Int32
    /// The file's number in the snapshot, and the row in it.
    var file: Int32
    var row: Int32
    /// As the table has them: `to` is `MemberInterval.open` for NULL.
    var interval: MemberInterval
    var surrogateKey: Int64
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
            let hashes = hasher.hashes(layout.alignedKeys(batch), layout.key)
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
    /// First the key columns, of row groups that may hold one of the keys by their statistics;
    /// then, of the groups with matches, the other columns, each thread its share of them.
    func versions(
        of intake: inout MemberIntake, within range: KeyRange?
    ) throws(DeltaError) -> [MemberVersion] {
        let index = intake.index
        let files = Array(snapshot.files.indices)
        let found = try concurrentMap(files, threads: MemberHistory.threads) {
            file throws(DeltaError) in try matches(file, index, range)
        }
        var versions: [MemberVersion] = []
        for group in found.joined() { try read(group, &intake, &versions) }
        return versions
    }

    private static let threads = 2

    /// The rows of a row group whose keys are those of touched members.
    private struct GroupMatches: Sendable {
        var file: Int
        var rowGroup: Int
        /// The number of the group's first row in the file.
        var start: Int
        /// Within the group.
        var rows: [Int] = []
        var members: [Int32] = []
        var keys: [RecordBatch] = []
        /// The stored bytes of the group's columns.
        var sizes: [String: Int]
    }

    private func matches(
        _ file: Int, _ index: KeyIndex, _ range: KeyRange?
    ) throws(DeltaError) -> [GroupMatches] {
        let add = snapshot.files[file]
        let reader = try snapshot.table.reader(of: add)
        var found: [GroupMatches] = []
        var start = 0
        for (number, group) in reader.rowGroups.enumerated() {
            defer { start += group.rowCount }
            let chunk = group.columns.first { $0.path == [layout.key[0]] }
            if let range, let chunk, !range.mayMeet(chunk) { continue }
            var matches = GroupMatches(
                file: file, rowGroup: number, start: start,
                sizes: Dictionary(
                    group.columns.map { ($0.path[0], $0.compressedSizeBytes) },
                    uniquingKeysWith: +))
            let scan = try DeltaScan(
                snapshot, files: [add], columns: layout.key, rowGroups: [number])
            var first = 0
            while let batch = try scan.next() {
                var rows: [Int] = []
                let keys = layout.alignedKeys(batch)
                for (row, hash) in hasher.hashes(keys, layout.key).enumerated() {
                    if let member = index.find(hash) {
                        rows.append(row)
                        matches.members.append(Int32(member))
                    }
                }
                if !rows.isEmpty {
                    matches.keys.append(batch.gather(rows))
                    matches.rows += rows.map { first + $0 }
                }
                first += batch.count
            }
            if !matches.rows.isEmpty { found.append(matches) }
        }
        return found
    }

    private func read(
        _ group: GroupMatches, _ intake: inout MemberIntake, _ versions: inout [MemberVersion]
    ) throws(DeltaError) {
        let known = layout.cleaned.fields.map(\.name).filter { snapshot.schema[$0] != nil }
        let wanted =
            known.filter { !layout.key.contains($0) } + [
                DimensionLayout.validFrom, DimensionLayout.validTo, DimensionLayout.isDeleted,
                DimensionLayout.surrogateKey,
            ]
        let parts = try concurrentMap(shares(wanted, group.sizes), threads: MemberHistory.threads) {
            names throws(DeltaError) in try rows(of: group, names)
        }
        let all = [RecordBatch.joined(group.keys)] + parts
        let batch = RecordBatch(
            schema: Schema(all.flatMap(\.schema.fields)), columns: all.flatMap(\.columns))
        try take(batch, group, &intake, &versions)
    }

    /// The columns in as many parts as there are threads, about equal in what there is to read.
    private func shares(_ columns: [String], _ sizes: [String: Int]) -> [[String]] {
        var shares = [[String]](repeating: [], count: MemberHistory.threads)
        var loads = [Int](repeating: 0, count: shares.count)
        let sorted = columns.sorted { (sizes[$0] ?? 0, $0) > (sizes[$1] ?? 0, $1) }
        for name in sorted {
            let lightest = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            shares[lightest].append(name)
            loads[lightest] += sizes[name] ?? 0
        }
        return shares.filter { !$0.isEmpty }
    }

    private func rows(
        of group: GroupMatches, _ columns: [String]
    ) throws(DeltaError) -> RecordBatch {
        let scan = try DeltaScan(
            snapshot, files: [snapshot.files[group.file]], columns: columns,
            rowGroups: [group.rowGroup])
        var parts: [RecordBatch] = []
        var start = 0
        var rest = group.rows[...]
        while !rest.isEmpty, let batch = try scan.next() {
            let here = rest.prefix { $0 < start + batch.count }.map { $0 - start }
            rest = rest.dropFirst(here.count)
            if !here.isEmpty { parts.append(batch.gather(here)) }
            start += batch.count
        }
        return RecordBatch.joined(parts)
    }

    private func take(
        _ batch: RecordBatch, _ group: GroupMatches, _ intake: inout MemberIntake,
        _ versions: inout [MemberVersion]
    ) throws(DeltaError) {
        guard let from = batch[DimensionLayout.validFrom], let to = batch[DimensionLayout.validTo],
            let key = batch[DimensionLayout.surrogateKey],
            case .bool(let deleted) = batch[DimensionLayout.isDeleted]?.storage
        else { return }
        let (froms, tos, keys) = (from.storage.int64s, to.storage.int64s, key.storage.int64s)
        let rows = layout.aligned(batch)
        let number = intake.store.add(rows)
        let hashes = layout.hashes(rows, hasher)
        layout.addLoose(rows, times: froms, isGiven: false, hasher, to: &intake.loose)
        let looseCount = intake.loose.count
        for row in 0..<rows.count {
            let reference = RowReference(batch: number, row: Int32(row))
            var interval = MemberInterval(
                from: froms[row], to: to.isNull(row) ? MemberInterval.open : tos[row],
                tracked: hashes.tracked[row], untracked: hashes.untracked[row], row: reference)
            interval.isDeleted = deleted[row] != 0
            if looseCount > 0 {
                interval.loose = [RowReference](repeating: reference, count: looseCount)
            }
            versions.append(
                MemberVersion(
                    member: group.members[row], file: Int32(group.file),
                    row: Int32(group.start + group.rows[row]), interval: interval,
                    surrogateKey: keys[row]))
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

extension DimensionLayout {
    /// The cleaned columns of `batch` in the table's order and types; one it lacks is NULL.
    func aligned(_ batch: RecordBatch) -> RecordBatch { aligned(batch, cleaned) }

    /// The key columns of `batch`, as `aligned`.
    func alignedKeys(_ batch: RecordBatch) -> RecordBatch { aligned(batch, Schema(keyFields)) }

    func aligned(_ batch: RecordBatch, _ schema: Schema) -> RecordBatch {
        let columns = schema.fields.map { field in
            guard let column = batch[field.name] else {
                return Column.nulls(field.type, count: batch.count)
            }
            return column.type == field.type ? column : column.widened(to: field.type)
        }
        return RecordBatch(schema: schema, columns: columns, count: batch.count)
    }

    /// The hashes of the columns that every event tells.
    func hashes(
        _ batch: RecordBatch, _ hasher: MemberHasher
    ) -> (tracked: [ValueHash], untracked: [ValueHash]) {
        (hasher.hashes(batch, tracked), hasher.hashes(batch, untracked))
    }

    /// Notes what the rows of `batch` tell of the loose columns.
    ///
    /// - Parameters:
    ///   - times: for each row the time of its event or version.
    ///   - isGiven: whether the rows come from the source now.
    func addLoose(
        _ batch: RecordBatch, times: [Int64], isGiven: Bool, _ hasher: MemberHasher,
        to columns: inout LooseColumns
    ) {
        for (number, column) in loose.enumerated() {
            guard let values = batch[column.name] else { continue }
            var sums = [ValueHash](repeating: .zero, count: batch.count)
            hasher.add(values, name: column.name, to: &sums)
            let isDropped = dropped.contains(column.name)
            let since = knownSince[column.name] ?? .min
            columns.values[number].append(
                sums.indices.map { row in
                    if isGiven { return isDropped ? nil : sums[row] }
                    let isTold = !values.isNull(row) || !isDropped && times[row] > since
                    return isTold ? sums[row] : nil
                })
        }
    }
}
