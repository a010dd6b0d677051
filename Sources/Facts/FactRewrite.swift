import Columnar
import Delta
import Keys
import Lake
import Parquet
import Tables

/// Writes the files of a fact anew in which rows leave or are replaced.
///
/// Row groups of `FactOptions.copiedRows` and more are taken over as they are stored where no row
/// leaves. Where each row that leaves is replaced by one of the same partition, only the columns
/// are written in which a value changes. Other row groups are read and spread over the partitions.
struct FactRewrite {
    let fact: FactTable
    let snapshot: Snapshot
    let options: FactOptions
    let writer: FactWriter
    /// What takes the place of rows, of the fact's row columns.
    let events: [RecordBatch]

    /// Files that are open at a time: a night may touch one of every day.
    private static let openFiles = 64

    /// Writes what stays of the files in which rows of `leaving` are, by the number of the file,
    /// and the rows `new` of each batch of events. Returns those files.
    func run(
        _ leaving: [[RowReplacement]], new: [[Int]]
    ) throws(LakeError) -> [AddFile] {
        let touched = snapshot.files.indices.filter { !leaving[$0].isEmpty || fact.isWidened }
        var apart = new
        var days: [[Int32]?] = Array(repeating: nil, count: events.count)
        for start in stride(from: 0, to: touched.count, by: FactRewrite.openFiles) {
            var groups: [FactRowGroup] = []
            for file in touched[start...].prefix(FactRewrite.openFiles) {
                groups += try self.groups(
                    of: snapshot.files[file], ascending(leaving[file]), &days)
            }
            // Row groups are cut where one is taken over: new rows come before those that are
            // patched, to be encoded meanwhile, but together with those that are spread.
            let isPatched = !groups.contains { $0.way == .spread }
            if isPatched, touched.count <= FactRewrite.openFiles { try write(&apart) }
            try rewrite(&groups, &apart)
        }
        try write(&apart)
        return touched.map { snapshot.files[$0] }
    }

    private func rewrite(
        _ groups: inout [FactRowGroup], _ apart: inout [[Int]]
    ) throws(LakeError) {
        for (tag, group) in groups.enumerated() where group.way == .copied {
            try copy(group, tag, [:])
        }
        try patch(&groups)
        // Row groups of another program's files, for example.
        for group in try writer.partitions.refused() { groups[group.tag].way = .spread }
        let spread = groups.filter { $0.way == .spread }
        let rest = FactRest(
            fact: fact, snapshot: snapshot, memoryBytes: options.memoryBytes / 4)
        try rest.read(spread) { (batch) throws(LakeError) in
            try writer.write(batch.rows, batch.stay)
        }
        for place in spread.flatMap(\.leaving).map(\.by) where place != .none {
            apart[Int(place.batch)].append(Int(place.row))
        }
    }

    private func copy(
        _ group: FactRowGroup, _ tag: Int, _ replaced: [String: EncodedColumn]
    ) throws(LakeError) {
        guard let day = group.day else { return }
        try writer.partitions.copy(
            StoredRowGroup(
                reader: group.reader, number: group.number, replaced: replaced, tag: tag),
            day: day)
    }

    /// Patches what can be; what cannot is to be spread.
    private func patch(_ groups: inout [FactRowGroup]) throws(LakeError) {
        let tags = groups.indices.filter { groups[$0].way == .patched }
        let patched = tags.map { groups[$0] }
        let patch = FactPatch(
            fields: fact.fileSchema.fields, events: events, writer: options.writer,
            memoryBytes: options.memoryBytes / 4)
        for window in patch.windows(patched) {
            let columns = try inLake { () throws(DeltaError) in
                try patch.encoded(patched[window])
            }
            for (index, replaced) in zip(window, columns) {
                if let replaced {
                    try copy(patched[index], tags[index], replaced)
                } else {
                    groups[tags[index]].way = .spread
                }
            }
        }
    }

    /// Writes rows of the events, once.
    private func write(_ rows: inout [[Int]]) throws(LakeError) {
        for (batch, chosen) in rows.enumerated() {
            try writer.write(events[batch], chosen.sorted())
            rows[batch] = []
        }
    }

    /// In the order of the rows, which most often is theirs already.
    private func ascending(_ rows: [RowReplacement]) -> [RowReplacement] {
        let isSorted = zip(rows, rows.dropFirst()).allSatisfy { $0.row < $1.row }
        return isSorted ? rows : rows.sorted { $0.row < $1.row }
    }

    private func groups(
        of file: AddFile, _ leaving: [RowReplacement], _ days: inout [[Int32]?]
    ) throws(LakeError) -> [FactRowGroup] {
        let reader = try inLake { () throws(DeltaError) in try fact.table.reader(of: file) }
        let day = fact.partition.day(of: file.partitionValues)
        var groups: [FactRowGroup] = []
        var rest = leaving[...]
        var start = 0
        for number in reader.rowGroups.indices {
            let count = reader.rowGroups[number].rowCount
            var here = Array(rest.prefix { $0.row < start + count })
            rest = rest.dropFirst(here.count)
            for index in here.indices { here[index].row -= start }
            var way = FactRowGroup.Way.spread
            if let day, count >= options.copiedRows {
                if here.isEmpty {
                    way = .copied
                } else if isInPlace(here, day, &days) {
                    way = .patched
                }
            }
            groups.append(
                FactRowGroup(
                    file: file, reader: reader, number: number, day: day, leaving: here, way: way))
            start += count
        }
        return groups
    }

    /// Whether every row that leaves has its replacement in the partition `day`.
    private func isInPlace(
        _ leaving: [RowReplacement], _ day: Int32, _ days: inout [[Int32]?]
    ) -> Bool {
        leaving.allSatisfy { replacement in
            if replacement.by == .none { return false }
            let batch = Int(replacement.by.batch)
            if days[batch] == nil { days[batch] = fact.partition.days(of: events[batch]) }
            return days[batch]?[Int(replacement.by.row)] == day
        }
    }
}
