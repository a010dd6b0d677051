import Columnar
import Delta
import Parquet
import Synchronization

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

    /// Writes what stays of the files in which rows of `leaving` are, by the number of the file,
    /// and the rows `new` of each batch of events. Returns those files.
    func run(
        _ leaving: [[RowReplacement]], new: [[Int]]
    ) throws(TransformError) -> [AddFile] {
        var removed: [AddFile] = []
        var groups: [FactRest.Group] = []
        var days: [[Int32]?] = Array(repeating: nil, count: events.count)
        for (file, rows) in zip(snapshot.files, leaving) where !rows.isEmpty || fact.isWidened {
            removed.append(file)
            groups += try self.groups(of: file, rows.sorted { $0.row < $1.row }, &days)
        }
        for (tag, group) in groups.enumerated() where group.way == .copied {
            guard let day = group.day else { continue }
            try writer.partitions.copy(
                StoredRowGroup(reader: group.reader, number: group.number, tag: tag), day: day)
        }
        // Row groups are cut where one is taken over: new rows come before those that are patched,
        // to be encoded meanwhile, but together with those that are spread.
        let patched = groups.indices.filter { groups[$0].way == .patched }
        let spread = groups.indices.filter { groups[$0].way == .spread }
        var apart = new
        if spread.isEmpty { try write(&apart) }
        // The smallest is the first that can be encoded.
        let order = patched.sorted { groups[$0].rowCount < groups[$1].rowCount }
        try write(groups, order, &apart)
        // Row groups of another program's files, for example.
        let refused = try writer.partitions.refused().map(\.tag).sorted()
        for tag in refused { groups[tag].way = .spread }
        try write(groups, spread + refused, &apart)
        try write(&apart)
        return removed
    }

    /// Writes rows of the events, once.
    private func write(_ rows: inout [[Int]]) throws(TransformError) {
        for (batch, chosen) in rows.enumerated() {
            try writer.write(events[batch], chosen.sorted())
            rows[batch] = []
        }
    }

    private func groups(
        of file: AddFile, _ leaving: [RowReplacement], _ days: inout [[Int32]?]
    ) throws(TransformError) -> [FactRest.Group] {
        let reader = try inLake { () throws(DeltaError) in try fact.table.reader(of: file) }
        let day = (file.partitionValues[fact.partition.column] ?? nil)
            .flatMap { CivilDate($0) }.flatMap { Int32(exactly: $0.daysSinceEpoch) }
        var groups: [FactRest.Group] = []
        var rest = leaving[...]
        var start = 0
        for number in reader.rowGroups.indices {
            let count = reader.rowGroups[number].rowCount
            var here = Array(rest.prefix { $0.row < start + count })
            rest = rest.dropFirst(here.count)
            for index in here.indices { here[index].row -= start }
            var way = FactRest.Way.spread
            if let day, count >= options.copiedRows {
                if here.isEmpty {
                    way = .copied
                } else if isInPlace(here, day, &days) {
                    way = .patched
                }
            }
            groups.append(
                FactRest.Group(
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
            if days[batch] == nil {
                days[batch] = events[batch][fact.partition.date].map { fact.partition.days($0) }
            }
            return days[batch]?[Int(replacement.by.row)] == day
        }
    }

    /// Writes the groups numbered `chosen`, which are read on threads of their own.
    private func write(
        _ groups: [FactRest.Group], _ chosen: [Int], _ apart: inout [[Int]]
    ) throws(TransformError) {
        if chosen.isEmpty { return }
        let next = Mutex(chosen[...])
        let rest = FactRest(fact: fact, snapshot: snapshot, options: options, events: events)
        let production = OrderedProduction<Int, FactRest.Part>(
            threads: 2, limit: options.memoryBytes / 4, size: \.heldBytes,
            next: { () throws(TransformError) in next.withLock { $0.popFirst() } },
            produce: { (tag, give) throws(TransformError) in
                try rest.read(groups[tag], tag, give)
            })
        try production.run { (part) throws(TransformError) in
            switch part {
            case .rows(let rows, let stay): try writer.write(rows, stay)
            case .patch(let group, let day): try writer.partitions.copy(group, day: day)
            case .apart(let leaving):
                for place in leaving.map(\.by) where place != .none {
                    apart[Int(place.batch)].append(Int(place.row))
                }
            }
        }
    }
}
