import Columnar
import Delta
import Keys
import Parquet
import Tables
import Work

/// Finds and encodes the columns in which replaced rows of row groups change a value.
struct FactPatch: Sendable {
    /// The columns of the fact's files.
    let fields: [Field]
    /// What takes the place of rows, of the fact's row columns.
    let events: [RecordBatch]
    let writer: WriterOptions
    /// What the columns that are encoded may hold in memory, about.
    let memoryBytes: Int

    private static let threads = 2

    /// A column of one of the groups.
    private struct Part: Sendable {
        var group: Int
        var field: Field
        /// As stored, before compression.
        var bytes: Int
    }

    /// Groups that are patched at a time: the columns of all of them are in memory.
    func windows(_ groups: [FactRowGroup]) -> [Range<Int>] {
        var windows: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, group) in groups.enumerated() {
            bytes += group.reader.rowGroups[group.number].uncompressedSizeBytes
            if bytes > memoryBytes || index == groups.count - 1 {
                windows.append(start..<index + 1)
                (start, bytes) = (index + 1, 0)
            }
        }
        return windows
    }

    /// By group the columns in which a value changes, with the changes; nil where they are so many
    /// that little would be spared, or the file does not have the fact's columns.
    ///
    /// Cost: columns are compared where rows are replaced, up to the first difference; those that
    /// differ are read and written as a whole, but for pages of numbers without a dictionary in
    /// which no row is replaced. On two threads, the longest columns first.
    func encoded(
        _ groups: ArraySlice<FactRowGroup>
    ) throws(DeltaError) -> [[String: EncodedColumn]?] {
        let groups = Array(groups)
        let parts = groups.indices.flatMap { self.parts(groups[$0], $0) }
            .sorted { $0.bytes > $1.bytes }
        let areHeld = try concurrentMap(parts, threads: FactPatch.threads) {
            part throws(DeltaError) in try isHeld(part, groups[part.group])
        }
        let changing = zip(parts, areHeld).filter { !$1 }.map(\.0)
        var counts = Array(repeating: 0, count: groups.count)
        for part in changing { counts[part.group] += 1 }
        let isPatched = groups.indices.map { group in
            parts.contains { $0.group == group } && counts[group] * 2 <= fields.count
        }
        let written = changing.filter { isPatched[$0.group] }
        let columns = try concurrentMap(written, threads: FactPatch.threads) {
            part throws(DeltaError) in try encoded(part, groups[part.group])
        }
        var patches: [[String: EncodedColumn]?] = isPatched.map { $0 ? [:] : nil }
        for (part, column) in zip(written, columns) {
            patches[part.group]?[part.field.name] = column
        }
        return patches
    }

    /// The columns of a group; none where its file does not have the fact's columns.
    private func parts(_ group: FactRowGroup, _ number: Int) -> [Part] {
        let schema = group.reader.schema
        guard fields.allSatisfy({ !$0.type.isNested && schema[$0.name]?.type == $0.type }) else {
            return []
        }
        let columns = group.reader.rowGroups[group.number].columns
        return fields.map { field in
            let column = columns.first { $0.path == [field.name] }
            return Part(group: number, field: field, bytes: column?.uncompressedSizeBytes ?? 0)
        }
    }

    private func isHeld(_ part: Part, _ group: FactRowGroup) throws(DeltaError) -> Bool {
        guard let low = group.leaving.first?.row, let high = group.leaving.last?.row else {
            return true
        }
        let patch = ColumnPatch(events.compactMap { $0[part.field.name] })
        var isHeld = true
        try reading(group) { () throws(ParquetError) in
            try group.each(part.field.name, low..<high + 1) { column, rows, first in
                isHeld = patch.isHeld(by: column, rows, from: first)
                return isHeld
            }
        }
        return isHeld
    }

    private func encoded(_ part: Part, _ group: FactRowGroup) throws(DeltaError) -> EncodedColumn {
        var patch = ColumnPatch(events.compactMap { $0[part.field.name] })
        return try reading(group) { () throws(ParquetError) in
            let pages = try ColumnEncoder.pages(
                of: group.reader, rowGroup: group.number, part.field, writer)
            var options = writer
            // Pages that are taken over know no dictionary.
            if pages != nil { options.usesDictionary = false }
            let encoder = try ColumnEncoder(part.field, options)
            func write(_ rows: Range<Int>) throws(ParquetError) {
                try group.each(part.field.name, rows) {
                    (column, rows, first) throws(ParquetError) in
                    try encoder.append(patch.apply(to: column, rows, from: first))
                    return true
                }
            }
            guard let pages else {
                try write(0..<group.rowCount)
                return try encoder.finish()
            }
            var leaving = group.leaving[...]
            for page in pages {
                let here = leaving.prefix { $0.row < page.rows.upperBound }
                leaving = leaving.dropFirst(here.count)
                if here.isEmpty {
                    try encoder.append(page, of: group.reader)
                } else {
                    try write(page.rows)
                }
            }
            return try encoder.finish()
        }
    }

    private func reading<Result>(
        _ group: FactRowGroup, _ body: () throws(ParquetError) -> Result
    ) throws(DeltaError) -> Result {
        do { return try body() } catch { throw DeltaError(reading: error, group.file.path) }
    }
}
