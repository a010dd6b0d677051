import Columnar
import Delta
import Keys
import Parquet

/// A row group of a fact's file that is written anew.
struct FactRowGroup: Sendable {
    /// What becomes of it: taken over as it is stored, taken over but for the columns in which a
    /// value changes, or read and spread over the partitions.
    enum Way { case copied, patched, spread }

    var file: AddFile
    var reader: FileReader
    /// Among the file's.
    var number: Int
    /// The partition; nil when the log does not tell it.
    var day: Int32?
    /// The rows that leave, ascending, numbered within the group.
    var leaving: [RowReplacement]
    var way: Way

    var rowCount: Int { reader.rowGroups[number].rowCount }

    /// Reads `rows` of one column; `take` gets each batch with the rows that leave it and the
    /// number of its first row, until it returns false.
    func each(
        _ column: String, _ rows: Range<Int>,
        _ take: (Column, ArraySlice<RowReplacement>, Int) throws(ParquetError) -> Bool
    ) throws(ParquetError) {
        let batches = try reader.read(rowGroup: number, rows: rows, columns: [column])
        var leaving = leaving.drop { $0.row < rows.lowerBound }
        var first = rows.lowerBound
        while let batch = try batches.next() {
            let here = leaving.prefix { $0.row < first + batch.count }
            leaving = leaving.dropFirst(here.count)
            if try !take(batch.columns[0], here, first) { return }
            first += batch.count
        }
    }
}
