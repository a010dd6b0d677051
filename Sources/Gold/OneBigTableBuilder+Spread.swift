import Columnar
import Delta
import Keys
import Lake
import Parquet
import Tables
import Work

// Periods of several partitions. Where the table is one period, because its fact is not partitioned
// by the same date, a changed row does not tell which partitions of gold it was and is in: all rows
// are joined and added up, and only partitions with another sum than before are written.
extension OneBigTableBuilder {
    /// A row group of one of the fact's files, and what its rows add up to once they are joined.
    private struct Part: Sendable {
        var file: AddFile
        var rowGroup: Int
        var sums = PartitionSums()
        /// By join, see `BuiltUnit`.
        var missing: [Int] = []
        var early: [Int] = []
    }

    /// Joins the facts of a period and spreads them over the partitions.
    func spread(_ files: [AddFile], _ built: inout BuiltUnit) throws(LakeError) {
        if isWhole, comparesRows { return try spreadChanged(files, &built) }
        let writer = PartitionedWriter(layout, threads: isWhole ? options.threads : 0)
        var sums = PartitionSums()
        var hasher = KeyHasher()
        var cursors = members.map { JoinCursor($0) }
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(table.fact, files: files, columns: readColumns)
        }
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            let (rows, days) = joined(batch, &cursors)
            if isWhole { sums.add(rows, days: days, by: &hasher) }
            try writer.write(rows, days: days)
        }
        built.files = try writer.finish()
        if isWhole { tag(&built.files, sums) }
        built.rowCount = writer.rowCount
        built.count(cursors)
    }

    /// Joins all rows, and writes those of partitions in which one came, went or changed.
    private func spreadChanged(
        _ files: [AddFile], _ built: inout BuiltUnit
    ) throws(LakeError) {
        let parts = try summed(files)
        var sums = PartitionSums()
        for part in parts {
            sums.add(part.sums)
            for join in members.indices {
                built.missing[join] += part.missing[join]
                built.early[join] += part.early[join]
            }
        }
        let old = Dictionary(grouping: table.snapshot?.files ?? []) {
            table.partition.day(of: $0.partitionValues) ?? DatePartition.none
        }
        let kept = sums.days.filter { sums.areHeld(by: old[$0] ?? [], day: $0) }
        let writer = PartitionedWriter(layout, threads: options.threads)
        for part in parts where !part.sums.days.isSubset(of: kept) {
            var cursors = members.map { JoinCursor($0) }
            try each(part, &cursors) { (rows, days) throws(LakeError) in
                let changed = days.indices.filter { !kept.contains(days[$0]) }
                try writer.write(rows, rows: changed, days: days)
            }
        }
        built.files = try writer.finish()
        tag(&built.files, sums)
        built.kept = Set(kept.flatMap { old[$0] ?? [] }.map(\.path))
        built.keptRows = kept.reduce(0) { $0 + sums.rowCount($1) }
        built.rowCount = writer.rowCount
    }

    /// The row groups of the fact, each joined and added up.
    private func summed(_ files: [AddFile]) throws(LakeError) -> [Part] {
        var parts: [Part] = []
        for file in files {
            let reader = try inLake { () throws(DeltaError) in
                try table.fact.table.reader(of: file)
            }
            parts += reader.rowGroups.indices.map { Part(file: file, rowGroup: $0) }
        }
        return try concurrentMap(parts, threads: options.threads) {
            part throws(LakeError) in
            var part = part
            var hasher = KeyHasher()
            var cursors = members.map { JoinCursor($0) }
            try each(part, &cursors) { (rows, days) throws(LakeError) in
                part.sums.add(rows, days: days, by: &hasher)
            }
            part.missing = cursors.map(\.missing)
            part.early = cursors.map(\.early)
            return part
        }
    }

    private func each(
        _ part: Part, _ cursors: inout [JoinCursor],
        _ take: (RecordBatch, [Int32]) throws(LakeError) -> Void
    ) throws(LakeError) {
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(
                table.fact, files: [part.file], columns: readColumns, rowGroups: [part.rowGroup])
        }
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            let (rows, days) = joined(batch, &cursors)
            try take(rows, days)
        }
    }

    /// Facts with their joined columns, and the partition of each.
    private func joined(
        _ batch: RecordBatch, _ cursors: inout [JoinCursor]
    ) -> (rows: RecordBatch, days: [Int32]) {
        let joined = joinedRows(batch, &cursors).map { JoinedRows($0) }
        let dates = table.partition.date.flatMap { shown($0, batch, joined) }
        guard let dates else { preconditionFailure("a spread table without its date") }
        return (wide(batch, joined), table.partition.days(dates))
    }

    private func tag(_ files: inout [AddFile], _ sums: PartitionSums) {
        for index in files.indices {
            let day = table.partition.day(of: files[index].partitionValues)
            files[index].tags[PartitionSums.tag] = sums.text(day ?? DatePartition.none)
        }
    }

    /// The fact's columns that are taken over, joined by, or spread by.
    var readColumns: [String] {
        let date = [table.partition.date].compactMap(\.self).filter { joined[$0] == nil }
        return Set(table.layout.factFields.map(\.name) + date).union(keys).sorted()
    }
}
