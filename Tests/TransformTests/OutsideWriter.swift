import Columnar
import Delta
import Testing

/// What other programs do to tables of the lake.
enum OutsideWriter {
    /// Joins the files of the first file's partition into one, as OPTIMIZE does: no row changes,
    /// and what sluice notes of files is lost. Nothing where there is one file alone.
    static func join(_ table: DeltaTable) throws {
        guard let snapshot = try table.snapshot(), snapshot.files.count > 1 else { return }
        let values = snapshot.files[0].partitionValues
        let files = snapshot.files.filter { $0.partitionValues == values }
        let scan = try DeltaScan(
            snapshot, files: files, columns: snapshot.dataSchema.fields.map(\.name))
        let writer = try DataFileWriter(
            table: table, schema: scan.schema,
            placement: .init(partition: values.map { ($0.key, $0.value) }))
        while let batch = try scan.next() { try writer.write(batch) }
        try writer.finish()
        var joined = try writer.publish()
        joined.dataChange = false
        var transaction = Transaction(table, reading: snapshot)
        for file in files { transaction.remove(file, dataChange: false) }
        transaction.add(joined)
        _ = try transaction.commit(operation: "OPTIMIZE")
    }
}
