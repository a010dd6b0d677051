import Columnar
import Delta
import Parquet

/// Begins data files of a table of bronze; a value that every worker of a read can have.
struct BronzeFiles: Sendable {
    let table: DeltaTable
    /// Columns that statistics are kept of whatever their place.
    let alwaysIndexed: Set<String>
    /// The table's properties.
    let configuration: [String: String]

    /// Begins a file in the partition of `day` (days since 1970-01-01).
    func begin(_ schema: Schema, day: Int, writer: WriterOptions) throws(DeltaError)
        -> DataFileWriter
    {
        let value = CivilDate(daysSinceEpoch: day).text
        let placement = DataFileWriter.Placement(
            partition: [(BronzeSchema.partition, value)], alwaysIndexed: alwaysIndexed,
            configuration: configuration)
        return try DataFileWriter(
            table: table, schema: schema, placement: placement, options: writer)
    }
}
