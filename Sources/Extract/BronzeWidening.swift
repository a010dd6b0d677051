import Columnar
import Delta
import Parquet

/// Rewrites a bronze table after columns of the source became wider without loss (P24): Delta's
/// plain protocol has one type a column, so files of the narrower type are written anew, with
/// their tags and partitions, in one commit that changes no row.
struct BronzeWidening {
    let snapshot: Snapshot
    /// The table's schema with the wider types.
    let schema: Schema
    let options: WriterOptions
    let isStopping: @Sendable () -> Bool

    /// Rewrites every file and commits. Returns how many files were rewritten. Throws `.conflict`
    /// when another writer was first. On an error nothing is published. Cost: reads and writes the
    /// table once.
    func run() throws(DeltaError) -> Int {
        var transaction = Transaction(snapshot.table, reading: snapshot)
        try transaction.updateMetadata(schema: schema, replacingAllFiles: true)
        var written: [DataFileWriter] = []
        do throws(DeltaError) {
            for file in snapshot.files { written.append(try rewritten(file)) }
            for (file, writer) in zip(snapshot.files, written) {
                var added = try writer.publish(tags: file.tags)
                added.dataChange = false
                transaction.remove(file, dataChange: false)
                transaction.add(added)
            }
            try transaction.commit(operation: "CHANGE COLUMN")
                .committed("widen", snapshot.table.path)
            return written.count
        } catch {
            for writer in written { writer.abort() }
            throw error
        }
    }

    private func rewritten(_ file: AddFile) throws(DeltaError) -> DataFileWriter {
        let partitions = Set(snapshot.partitionColumns)
        let held = snapshot.schema.fields.filter { !partitions.contains($0.name) }
        let names = held.map(\.name)
        let fields = held.map { schema[$0.name] ?? $0 }
        let placement = DataFileWriter.Placement(
            partition: snapshot.partitionColumns.map { ($0, file.partitionValues[$0] ?? nil) },
            configuration: snapshot.configuration)
        let writer = try DataFileWriter(
            table: snapshot.table, schema: Schema(fields), placement: placement, options: options)
        let scan = try DeltaScan(snapshot, files: [file], columns: names)
        while let batch = try scan.next() {
            if isStopping() { break }
            try writer.write(batch.fitted(to: Schema(fields)))
        }
        if isStopping() {
            writer.abort()
            throw DeltaError(
                .storage, operation: "widen", subject: snapshot.table.path,
                message: "stopped by a signal before the rewritten files were committed",
                hint: "Run again: it begins anew.")
        }
        try writer.finish()
        return writer
    }
}
