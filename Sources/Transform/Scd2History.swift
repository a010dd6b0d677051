import Columnar
import Delta

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
    func missing(_ index: inout MemberIndex) throws(DeltaError) -> (missing: Int, open: Int) {
        var missing = 0
        var open = 0
        let scan = try DeltaScan(
            snapshot, columns: layout.key + [DimensionLayout.validTo])
        while let batch = try scan.next() {
            guard let to = batch[DimensionLayout.validTo] else { break }
            let hashes = hasher.hashes(batch, layout.key)
            for row in 0..<batch.count where to.isNull(row) {
                open += 1
                let known = index.count
                if index.insert(hashes[row]) >= known { missing += 1 }
            }
        }
        return (missing, open)
    }

    /// The versions of the members of `intake`, into whose store their values go.
    func versions(
        of intake: inout MemberIntake
    ) throws(DeltaError) -> [MemberVersion] {
        var versions: [MemberVersion] = []
        for (number, file) in snapshot.files.enumerated() {
            let matches = try matches(file, intake.index)
            if !matches.isEmpty {
                try read(file, Int32(number), matches, &intake, &versions)
            }
        }
        return versions
    }

    private func matches(
        _ file: AddFile, _ index: MemberIndex
    ) throws(DeltaError) -> [(row: Int, member: Int32)] {
        var matches: [(row: Int, member: Int32)] = []
        let scan = try DeltaScan(snapshot, files: [file], columns: layout.key)
        var start = 0
        while let batch = try scan.next() {
            for (row, hash) in hasher.hashes(batch, layout.key).enumerated() {
                let member = index.find(hash)
                if member >= 0 { matches.append((start + row, member)) }
            }
            start += batch.count
        }
        return matches
    }

    private func read(
        _ file: AddFile, _ number: Int32, _ matches: [(row: Int, member: Int32)],
        _ intake: inout MemberIntake, _ versions: inout [MemberVersion]
    ) throws(DeltaError) {
        let known = layout.cleaned.fields.map(\.name).filter { snapshot.schema[$0] != nil }
        let system = [
            DimensionLayout.validFrom, DimensionLayout.validTo, DimensionLayout.isDeleted,
            DimensionLayout.surrogateKey,
        ]
        let scan = try DeltaScan(snapshot, files: [file], columns: known + system)
        var start = 0
        var next = 0
        while next < matches.count, let batch = try scan.next() {
            var rows: [Int] = []
            let first = next
            while next < matches.count, matches[next].row < start + batch.count {
                rows.append(matches[next].row - start)
                next += 1
            }
            if !rows.isEmpty {
                let members = matches[first..<next].map(\.member)
                try take(
                    batch.gather(rows), members, at: (number, start, rows), &intake, &versions)
            }
            start += batch.count
        }
    }

    private func take(
        _ batch: RecordBatch, _ members: [Int32], at place: (file: Int32, start: Int, rows: [Int]),
        _ intake: inout MemberIntake, _ versions: inout [MemberVersion]
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
        versions.reserveCapacity(versions.count + rows.count)
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
                    member: members[row], file: place.file,
                    row: Int32(place.start + place.rows[row]), interval: interval,
                    surrogateKey: keys[row]))
        }
    }

    /// The first of `keys` that is the surrogate key of a row already there, or nil. Cost: that
    /// column of the whole table.
    func taken(_ keys: Set<Int64>) throws(DeltaError) -> Int64? {
        if keys.isEmpty { return nil }
        let scan = try DeltaScan(snapshot, columns: [DimensionLayout.surrogateKey])
        while let batch = try scan.next() {
            for key in batch.columns[0].storage.int64s where keys.contains(key) { return key }
        }
        return nil
    }
}

extension DimensionLayout {
    /// The cleaned columns of `batch` in the table's order; one it does not have is NULL.
    func aligned(_ batch: RecordBatch) -> RecordBatch {
        let columns = cleaned.fields.map { field in
            batch[field.name] ?? Column.nulls(field.type, count: batch.count)
        }
        return RecordBatch(schema: cleaned, columns: columns, count: batch.count)
    }

    /// The hashes of the columns that every event tells.
    func hashes(
        _ batch: RecordBatch, _ hasher: MemberHasher
    ) -> (tracked: [MemberHash], untracked: [MemberHash]) {
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
            var sums = [MemberHash](repeating: .zero, count: batch.count)
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
