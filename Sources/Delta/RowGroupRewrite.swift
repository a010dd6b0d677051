public import Columnar
import Parquet

/// A row group of a live file whose rows go to new files, some of them changed. What can be is
/// taken over as it is stored: decoding and encoding cost ten times as much.
///
/// The files are of a table whose deleted rows are in no deletion vector, as those are that this
/// program writes to.
public struct RowGroupRewrite {
    private let snapshot: Snapshot
    private let file: AddFile
    private let reader: FileReader
    private let number: Int
    /// The number of its first row in the file.
    public let firstRow: Int64

    /// The row groups of a file, in order.
    public static func groups(
        of file: AddFile, in snapshot: Snapshot
    ) throws(DeltaError) -> [RowGroupRewrite] {
        let reader = try snapshot.table.reader(of: file)
        var firstRow: Int64 = 0
        return reader.rowGroups.indices.map { number in
            defer { firstRow += Int64(reader.rowGroups[number].rowCount) }
            return RowGroupRewrite(
                snapshot: snapshot, file: file, reader: reader, number: number, firstRow: firstRow)
        }
    }

    public var rowCount: Int { reader.rowGroups[number].rowCount }

    /// Takes the group over with `columns` changed, all of them the table's: only they are decoded,
    /// and `change` gets them batch by batch with the number, in the file, of the first row.
    ///
    /// Returns false, with nothing written, when the file does not have the columns as the table
    /// does, or when the group cannot be copied (`DataFileWriter.copy`).
    public func patch(
        _ columns: [String], into files: RollingFiles,
        by change: (RecordBatch, Int64) throws(DeltaError) -> RecordBatch
    ) throws(DeltaError) -> Bool {
        guard columns.allSatisfy({ reader.schema[$0]?.type == snapshot.schema[$0]?.type }) else {
            return false
        }
        var changed: [String: [Column]] = [:]
        if !columns.isEmpty {
            try each(columns) { (batch, row) throws(DeltaError) in
                for (name, column) in zip(columns, try change(batch, row).columns) {
                    changed[name, default: []].append(column)
                }
            }
        }
        return try files.copy(
            reader, rowGroup: number, replacing: changed.mapValues { columns in .made { columns } })
    }

    /// Reads the rows, or `columns` of them; `take` gets each batch with the number, in the file,
    /// of its first row.
    public func each(
        _ columns: [String]? = nil, _ take: (RecordBatch, Int64) throws(DeltaError) -> Void
    ) throws(DeltaError) {
        let scan = try DeltaScan(snapshot, file, reader: reader, rowGroup: number, columns: columns)
        var row = firstRow
        while let batch = try scan.next() {
            try take(batch, row)
            row += Int64(batch.count)
        }
    }
}
