import Columnar
import Names
import Parquet
import Storage

/// Writes the rows of a bin's files into as few files as the target size asks for, and checks that
/// none is lost or doubled.
struct BinRewriting {
    let bin: OptimizePlan.Bin
    let snapshot: Snapshot
    let order: RowOrder
    let options: Optimize.Options

    /// The columns that are written.
    fileprivate var schema: Schema {
        guard let columns = bin.columns else { return snapshot.dataSchema }
        return Schema(
            snapshot.dataSchema.fields.filter { columns.contains(ByteName($0.name)) })
    }

    /// The new files, published but not committed; nil when stopped. On an error and on a stop
    /// nothing of them stays.
    func run() throws(DeltaError) -> [AddFile]? {
        let output = RolledFiles(self)
        do throws(DeltaError) {
            try write(to: output)
            if options.isStopping() {
                output.discard()
                return nil
            }
            return try output.publish(expecting: try rowCount())
        } catch {
            output.discard()
            throw error
        }
    }

    private func write(to output: RolledFiles) throws(DeltaError) {
        let schema = schema
        let names = schema.fields.map(\.name)
        let scan = try DeltaScan(snapshot, files: bin.files, columns: names)
        let stopping = options.isStopping
        let next: () throws(DeltaError) -> RecordBatch? = { () throws(DeltaError) in
            stopping() ? nil : try scan.next()
        }
        if bin.maySort, !order.columns.isEmpty {
            try RowSorter(schema: schema, order: order).sort(next, into: output.write)
        } else {
            while let batch = try next() { try output.write(batch) }
        }
    }

    /// What the files hold by the log; nil when it does not say.
    private func rowCount() throws(DeltaError) -> Int64? {
        var rows: Int64 = 0
        for file in bin.files {
            guard let count = file.rowCount else { return nil }
            rows += count
        }
        return rows
    }
}

/// The files that take the place of a bin's; whole and named only once all rows are written.
private final class RolledFiles {
    private let rewriting: BinRewriting
    private let files: RollingFiles
    private var published: [AddFile] = []

    init(_ rewriting: BinRewriting) {
        self.rewriting = rewriting
        let first = rewriting.bin.files.first
        let indexed = rewriting.bin.files.compactMap { $0.statistics?.countedColumns }
        let placement = DataFileWriter.Placement(
            partition: rewriting.snapshot.partitionColumns.map {
                ($0, first?.partitionValues[$0] ?? nil)
            },
            // What had statistics keeps them.
            alwaysIndexed: Set(indexed.joined()),
            configuration: rewriting.snapshot.configuration)
        var options = rewriting.options.writer
        if rewriting.bin.maySort { options.sortedBy = rewriting.order.columns }
        let target = rewriting.options.targetBytes
        files = RollingFiles(
            // Rows that keep their order stay in one file.
            limit: rewriting.bin.maySort ? target + target / 8 : .max, publishesAtOnce: false
        ) { [options] () throws(DeltaError) in
            try DataFileWriter(
                table: rewriting.snapshot.table, schema: rewriting.schema,
                placement: placement, options: options)
        }
    }

    func write(_ batch: RecordBatch) throws(DeltaError) { try files.write(batch) }

    func publish(expecting rows: Int64?) throws(DeltaError) -> [AddFile] {
        try files.finish()
        if let rows, rows != files.rowCount {
            throw DeltaError(
                .damagedFile, operation: "optimize", subject: rewriting.snapshot.table.path,
                message: "\(files.rowCount) rows came out of files that hold \(rows)",
                hint: "Nothing was changed. Check the table.")
        }
        for writer in files.takeEnded() {
            var file = try writer.publish(tags: rewriting.bin.tags)
            file.dataChange = false
            published.append(file)
        }
        return published
    }

    /// Removes what was written. A published file that cannot be deleted is left to vacuum.
    func discard() {
        files.abort()
        let table = rewriting.snapshot.table
        for file in published { try? table.storage.delete(try table.dataFile(file.path)) }
        published = []
    }
}
