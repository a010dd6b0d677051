import Columnar
import Delta
import Parquet

/// Reads what stays of the row groups of a fact in which rows leave.
struct FactRest: Sendable {
    let fact: FactTable
    let snapshot: Snapshot
    let options: FactOptions
    /// What takes the place of rows, of the fact's row columns.
    let events: [RecordBatch]

    /// A row group of a file that is written anew.
    struct Group: Sendable {
        var file: AddFile
        var reader: FileReader
        var number: Int
        var day: Int32?
        /// The rows that leave, ascending, numbered within the group.
        var leaving: [RowReplacement]
        var way: Way

        var rowCount: Int { reader.rowGroups[number].rowCount }
    }

    enum Way { case copied, patched, spread }

    /// What a thread makes of a group.
    enum Part: Sendable {
        case rows(RecordBatch, stay: [Int])
        case patch(StoredRowGroup, day: Int32)
        /// What replaces these rows of the group has to be written apart.
        case apart([RowReplacement])

        var heldBytes: Int {
            switch self {
            case .rows(let rows, _): rows.heldBytes
            case .patch(let group, _):
                group.replaced.values.joined().reduce(0) { $0 + $1.heldBytes }
            case .apart: 0
            }
        }
    }

    /// Reads what stays of a group and hands it over part by part.
    func read(
        _ group: Group, _ tag: Int, _ give: (Part) -> Bool
    ) throws(TransformError) {
        if group.way == .patched, let day = group.day, let replaced = try patched(group) {
            let stored = StoredRowGroup(
                reader: group.reader, number: group.number, replaced: replaced, tag: tag)
            _ = give(.patch(stored, day: day))
            return
        }
        if !give(.apart(group.leaving)) { return }
        let known = fact.rowSchema.fields.map(\.name).filter { snapshot.schema[$0] != nil }
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(
                snapshot, group.file, reader: group.reader, rowGroup: group.number, columns: known)
        }
        var leaving = group.leaving[...]
        var first = 0
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            var stay: [Int] = []
            stay.reserveCapacity(batch.count)
            for row in 0..<batch.count {
                if leaving.first?.row == first + row {
                    leaving.removeFirst()
                } else {
                    stay.append(row)
                }
            }
            first += batch.count
            if !give(.rows(try fact.conformed(batch), stay: stay)) { return }
        }
    }

    // MARK: Row groups of which all rows stay or are replaced

    /// The columns in which a value changes, with the changes; nil where they are so many that
    /// little would be spared, or the file does not have the fact's columns.
    private func patched(_ group: Group) throws(TransformError) -> [String: [Column]]? {
        let fields = fact.fileSchema.fields
        let isSame = fields.allSatisfy { field in
            !field.type.isNested && group.reader.schema[field.name]?.type == field.type
        }
        guard isSame, let low = group.leaving.first?.row, let high = group.leaving.last?.row else {
            return nil
        }
        var changing: [(name: String, patch: ColumnPatch)] = []
        for field in fields {
            let patch = ColumnPatch(events.compactMap { $0[field.name] })
            var isHeld = true
            try each(group, field.name, low..<high + 1) { column, rows, first in
                isHeld = patch.isHeld(by: column, rows, from: first)
                return isHeld
            }
            if !isHeld { changing.append((field.name, patch)) }
            if changing.count * 2 > fields.count { return nil }
        }
        let columns = group.reader.rowGroups[group.number].columns
        let bytes = columns.filter { column in changing.contains { [$0.name] == column.path } }
            .reduce(0) { $0 + $1.uncompressedSizeBytes }
        if bytes > options.memoryBytes / 4 { return nil }
        var replaced: [String: [Column]] = [:]
        let all = 0..<group.rowCount
        for (name, patch) in changing {
            var patch = patch
            try each(group, name, all) { column, rows, first in
                replaced[name, default: []].append(patch.apply(to: column, rows, from: first))
                return true
            }
        }
        return replaced
    }

    /// Reads `rows` of one column of a group; `take` gets each batch with the rows that leave it
    /// and the number of its first row, until it returns false.
    private func each(
        _ group: Group, _ name: String, _ rows: Range<Int>,
        _ take: (Column, ArraySlice<RowReplacement>, Int) -> Bool
    ) throws(TransformError) {
        try inLake { () throws(DeltaError) in
            do throws(ParquetError) {
                let reader = try group.reader.read(
                    rowGroup: group.number, rows: rows, columns: [name])
                var leaving = group.leaving[...]
                var first = rows.lowerBound
                while let batch = try reader.next() {
                    let here = leaving.prefix { $0.row < first + batch.count }
                    leaving = leaving.dropFirst(here.count)
                    if !take(batch.columns[0], here, first) { return }
                    first += batch.count
                }
            } catch {
                throw DeltaError(reading: error, group.file.path)
            }
        }
    }
}
