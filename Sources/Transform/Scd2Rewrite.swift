import Columnar
import Delta
import Parquet

/// Writes what a plan changes: files with changed rows anew, new versions into new files.
struct DimensionRewrite {
    let table: DeltaTable
    let layout: DimensionLayout
    let options: DimensionOptions
    let writerOptions: WriterOptions
    let store: RowStore

    private static let batchRows = 65_536

    /// Puts the files of `plan` and a changed schema into `transaction`.
    func apply(
        _ plan: DimensionPlan, _ snapshot: Snapshot?, to transaction: inout Transaction,
        _ report: inout DimensionReport
    ) throws(DeltaError) {
        var changed = transaction
        if let snapshot {
            let schema = layout.schema == snapshot.schema ? nil : layout.schema
            let properties =
                layout.configuration == snapshot.configuration ? nil : layout.configuration
            if schema != nil || properties != nil {
                try changed.updateMetadata(schema: schema, configuration: properties)
            }
            for file in plan.changes.keys.sorted() {
                let old = snapshot.files[Int(file)]
                if let new = try rewritten(old, snapshot, plan.changes[file] ?? []) {
                    changed.add(new)
                    report.filesAdded += 1
                }
                changed.remove(old)
                report.filesRemoved += 1
            }
        } else {
            try changed.create(schema: layout.schema, configuration: layout.configuration)
        }
        for file in try inserted(plan.inserts) {
            changed.add(file)
            report.filesAdded += 1
        }
        if !plan.isEmpty { changed.reads = .wholeTable }
        transaction = changed
    }

    // MARK: New versions

    private func inserted(_ versions: [PlannedVersion]) throws(DeltaError) -> [AddFile] {
        var files: [AddFile] = []
        var writer: DataFileWriter?
        var start = 0
        while start < versions.count {
            let end = min(start + DimensionRewrite.batchRows, versions.count)
            if writer == nil { writer = try self.writer() }
            guard let current = writer else { break }
            try current.write(batch(versions[start..<end]))
            start = end
            if current.bytesWritten >= options.fileBytes {
                files.append(try published(current))
                writer = nil
            }
        }
        if let writer { files.append(try published(writer)) }
        return files
    }

    private func writer() throws(DeltaError) -> DataFileWriter {
        try DataFileWriter(
            table: table, schema: layout.schema,
            placement: DataFileWriter.Placement(
                alwaysIndexed: Set(layout.key + [DimensionLayout.validFrom]),
                configuration: layout.configuration),
            options: writerOptions)
    }

    private func published(_ writer: DataFileWriter) throws(DeltaError) -> AddFile {
        try writer.finish()
        return try writer.publish()
    }

    private func batch(_ versions: ArraySlice<PlannedVersion>) -> RecordBatch {
        let columns = cleanedColumns(versions) + systemColumns(versions)
        return RecordBatch(schema: layout.schema, columns: columns, count: versions.count)
    }

    private func cleanedColumns(_ versions: ArraySlice<PlannedVersion>) -> [Column] {
        let rows = versions.map(\.interval.row)
        return layout.cleaned.fields.indices.map { index in
            let name = layout.cleaned.fields[index].name
            guard let loose = layout.loose.firstIndex(where: { $0.name == name }) else {
                return store.gather(index, rows)
            }
            return store.gather(index, versions.map { $0.interval.loose[loose] })
        }
    }

    private func systemColumns(_ versions: ArraySlice<PlannedVersion>) -> [Column] {
        let intervals = versions.map(\.interval)
        let isOpen = intervals.contains { $0.isOpen }
        return [
            Column(.timestamp, storage: .int64(intervals.map(\.from))),
            Column(
                .timestamp, storage: .int64(intervals.map { $0.isOpen ? 0 : $0.to }),
                validity: isOpen ? Bitmap(intervals.lazy.map { !$0.isOpen }) : nil),
            Column(.boolean, storage: .bool(intervals.map { $0.isOpen ? 1 : 0 })),
            Column(.boolean, storage: .bool(intervals.map { $0.isDeleted ? 1 : 0 })),
            Column(.long, storage: .int64(versions.map(\.surrogateKey))),
        ]
    }

    // MARK: Changed files

    /// The file with its changes; nil when no row is left.
    private func rewritten(
        _ file: AddFile, _ snapshot: Snapshot, _ changes: [RowChange]
    ) throws(DeltaError) -> AddFile? {
        let names = layout.schema.fields.map(\.name).filter { snapshot.schema[$0] != nil }
        let scan = try DeltaScan(
            snapshot, files: [file], columns: names, batchRowCount: DimensionRewrite.batchRows)
        let writer = try self.writer()
        var start = 0
        var rest = changes[...]
        while let read = try scan.next() {
            let end = start + read.count
            let here = rest.prefix { Int($0.row) < end }
            rest = rest.dropFirst(here.count)
            let batch = changed(aligned(read), here, from: start)
            if batch.count > 0 { try writer.write(batch) }
            start = end
        }
        if writer.rowCount == 0 {
            writer.abort()
            return nil
        }
        return try published(writer)
    }

    private func aligned(_ batch: RecordBatch) -> RecordBatch {
        let columns = layout.schema.fields.map { field in
            batch[field.name] ?? Column.nulls(field.type, count: batch.count)
        }
        return RecordBatch(schema: layout.schema, columns: columns, count: batch.count)
    }

    /// `batch`, whose first row is row `start` of its file, with its changes.
    private func changed(
        _ batch: RecordBatch, _ changes: ArraySlice<RowChange>, from start: Int
    ) -> RecordBatch {
        if changes.isEmpty { return batch }
        var columns = batch.columns
        let valued = changes.filter { $0.version != nil && $0.changesValues }
        if !valued.isEmpty {
            let rows = valued.map { Int($0.row) - start }
            let new = cleanedColumns(valued.compactMap(\.version)[...])
            for index in new.indices {
                columns[index] = replaced(columns[index], rows, with: new[index])
            }
        }
        let kept = changes.filter { $0.version != nil }
        let rows = kept.map { Int($0.row) - start }
        let new = systemColumns(kept.compactMap(\.version)[...])
        for (offset, column) in new.enumerated() {
            let index = layout.cleaned.fields.count + offset
            columns[index] = replaced(columns[index], rows, with: column)
        }
        let whole = RecordBatch(schema: batch.schema, columns: columns, count: batch.count)
        let removed = Set(changes.filter { $0.version == nil }.map { Int($0.row) - start })
        if removed.isEmpty { return whole }
        return whole.gather((0..<batch.count).filter { !removed.contains($0) })
    }

    /// `column` with the values of `new` at `rows`.
    private func replaced(_ column: Column, _ rows: [Int], with new: Column) -> Column {
        switch (column.storage, new.storage) {
        case (.int64(var values), .int64(let other)):
            for (index, row) in rows.enumerated() { values[row] = other[index] }
            return Column(
                column.type, storage: .int64(values), validity: validity(column, rows, new))
        case (.bool(var values), .bool(let other)):
            for (index, row) in rows.enumerated() { values[row] = other[index] }
            return Column(
                column.type, storage: .bool(values), validity: validity(column, rows, new))
        default:
            var references = (0..<Int32(column.count)).map { RowReference(batch: 0, row: $0) }
            for (index, row) in rows.enumerated() {
                references[row] = RowReference(batch: 1, row: Int32(index))
            }
            return RowStore.gather([column, new], column.type, references)
        }
    }

    private func validity(_ column: Column, _ rows: [Int], _ new: Column) -> Bitmap? {
        if column.validity == nil, new.validity == nil { return nil }
        var validity = column.validity ?? Bitmap(repeating: true, count: column.count)
        for (index, row) in rows.enumerated() { validity.set(row, to: !new.isNull(index)) }
        return validity
    }
}
