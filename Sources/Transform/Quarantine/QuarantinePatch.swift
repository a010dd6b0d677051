import Columnar
import Delta
import Parquet

/// Changes rows of a file of the quarantine where it is enough to write the columns that edits
/// name: all others are taken over as they are stored.
struct QuarantinePatch {
    private let snapshot: Snapshot
    private let file: AddFile
    private let change: QuarantineChanges
    private let edits: [QuarantineEdit]
    /// The columns to write; nil where rows go or the columns are no longer the table's.
    private let columns: [String]?

    /// Row groups of fewer rows are joined rather than taken over.
    private static let leastRows = 8192

    /// - Parameter schema: what the new file is to hold.
    init(
        _ snapshot: Snapshot, _ file: AddFile, schema: Schema, _ change: QuarantineChanges,
        _ edits: [QuarantineEdit]
    ) {
        self.snapshot = snapshot
        self.file = file
        self.change = change
        self.edits = edits
        let isSame = change.dropped.isEmpty && snapshot.schema == schema
        columns = isSame ? change.columns(edits, of: schema) : nil
    }

    /// Puts a row group, whose first row is row `first` of the file, with its changes into
    /// `writer`. Returns false, with nothing written, when all of its columns have to be.
    func apply(
        to reader: FileReader, rowGroup: Int, from first: Int64, in writer: DataFileWriter
    ) throws(DeltaError) -> Bool {
        guard let columns, reader.rowGroups[rowGroup].rowCount >= QuarantinePatch.leastRows,
            columns.allSatisfy({ reader.schema[$0]?.type == snapshot.schema[$0]?.type })
        else { return false }
        var changed: [String: [Column]] = [:]
        if !columns.isEmpty {
            let scan = try DeltaScan(
                snapshot, file, reader: reader, rowGroup: rowGroup, columns: columns)
            var row = first
            while let batch = try scan.next() {
                let new = change.apply(edits, to: batch, from: row)
                for (name, column) in zip(columns, new.columns) {
                    changed[name, default: []].append(column)
                }
                row += Int64(batch.count)
            }
        }
        return try writer.copy(reader, rowGroup: rowGroup, replacing: Set(columns)) {
            changed[$0] ?? []
        }
    }
}
