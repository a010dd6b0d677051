import Columnar
import Delta
import Parquet
import Storage

/// The rows of one Parquet file, row group by row group.
final class ParquetRows {
    let schema: Schema
    private let reader: FileReader
    private var nextGroup = 0
    private var rows: RowGroupReader?

    init(_ file: any ReadableFile) throws(ParquetError) {
        reader = try FileReader(source: StorageSource(file))
        schema = reader.schema
    }

    /// The next rows, nil after the last.
    func next() throws(ParquetError) -> RecordBatch? {
        while true {
            if let batch = try rows?.next() { return batch }
            guard nextGroup < reader.rowGroups.count else { return nil }
            rows = try reader.read(rowGroup: nextGroup)
            nextGroup += 1
        }
    }
}
