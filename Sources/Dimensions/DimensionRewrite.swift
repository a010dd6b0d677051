import Columnar
import Delta
import Keys
import Parquet
import Tables
import Work

/// Writes what a plan changes: files with changed rows anew, new versions into new files.
struct DimensionRewrite {
    let table: DeltaTable
    let layout: DimensionLayout
    let options: DimensionOptions
    let writerOptions: WriterOptions
    let store: RowStore

    private static let batchRows = 65_536

    /// What was written for a plan; nothing of it is visible yet.
    struct Written: Sendable {
        /// By the number of a changed file what takes its place, nil when no row is left.
        var rewritten: [Int32: AddFile?] = [:]
        var inserted: [AddFile] = []
        /// A surrogate key that is new and there already.
        var clash: Int64?
    }

    private enum Job: Sendable {
        case file(Int32)
        case inserts
        case keys
    }

    /// Writes changed files and new versions, and meanwhile looks whether new surrogate keys are
    /// taken; two of these at a time.
    func write(
        _ plan: DimensionPlan, _ snapshot: Snapshot?,
        takenKey: @escaping @Sendable () throws(DeltaError) -> Int64?
    ) throws(DeltaError) -> Written {
        let all = (snapshot?.files.indices ?? 0..<0).map { Int32($0) }
        let changed = layout.isWidened ? all : plan.changes.keys.sorted()
        let jobs = changed.map { Job.file($0) } + [.inserts, .keys]
        let parts = try concurrentMap(jobs, threads: 2) { job throws(DeltaError) -> Written in
            var written = Written()
            switch job {
            case .file(let number):
                guard let snapshot else { break }
                let new = try rewritten(
                    snapshot.files[Int(number)], snapshot, plan.changes[number] ?? [])
                written.rewritten.updateValue(new, forKey: number)
            case .inserts: written.inserted = try inserted(plan.inserts)
            case .keys: written.clash = try takenKey()
            }
            return written
        }
        return parts.reduce(into: Written()) { all, part in
            all.rewritten.merge(part.rewritten) { $1 }
            all.inserted += part.inserted
            all.clash = all.clash ?? part.clash
        }
    }

    /// Puts what was written for `plan` and a changed schema into `transaction`.
    func apply(
        _ written: Written, _ plan: DimensionPlan, _ snapshot: Snapshot?,
        to transaction: inout Transaction, _ report: inout DimensionReport
    ) throws(DeltaError) {
        var changed = transaction
        if let snapshot {
            let schema = layout.schema == snapshot.schema ? nil : layout.schema
            let properties =
                layout.configuration == snapshot.configuration ? nil : layout.configuration
            if schema != nil || properties != nil {
                try changed.updateMetadata(
                    schema: schema, configuration: properties,
                    replacingAllFiles: layout.isWidened)
            }
            for (number, new) in written.rewritten.sorted(by: { $0.key < $1.key }) {
                if let new {
                    changed.add(new)
                    report.filesAdded += 1
                }
                changed.remove(snapshot.files[Int(number)])
                report.filesRemoved += 1
            }
        } else {
            try changed.create(schema: layout.schema, configuration: layout.configuration)
        }
        for file in written.inserted {
            changed.add(file)
            report.filesAdded += 1
        }
        if !plan.isEmpty || layout.isWidened { changed.reads = .wholeTable }
        transaction = changed
    }

    // MARK: New versions

    private func inserted(_ versions: [PlannedVersion]) throws(DeltaError) -> [AddFile] {
        let files = RollingFiles(limit: options.fileBytes) { () throws(DeltaError) in
            try writer()
        }
        for start in stride(from: 0, to: versions.count, by: DimensionRewrite.batchRows) {
            let end = min(start + DimensionRewrite.batchRows, versions.count)
            try files.write(batch(versions[start..<end]))
        }
        return try files.finish()
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
        if let patched = try patched(file, snapshot, changes) { return patched }
        let names = layout.schema.fields.map(\.name).filter { snapshot.schema[$0] != nil }
        let scan = try DeltaScan(
            snapshot, files: [file], columns: names, batchRowCount: DimensionRewrite.batchRows)
        let writer = try self.writer()
        var start = 0
        while let read = try scan.next() {
            let here = RowChange.slice(of: changes[...], from: Int64(start), count: read.count)
            let batch = changed(read.fitted(to: layout.schema), here, from: start)
            if batch.count > 0 { try writer.write(batch) }
            start += read.count
        }
        if writer.rowCount == 0 {
            writer.abort()
            return nil
        }
        return try published(writer)
    }

    /// The file with its changes where all rows stay: only columns that change are decoded and
    /// written, the others are copied as they are stored. Nil when the file is not one to copy.
    private func patched(
        _ file: AddFile, _ snapshot: Snapshot, _ changes: [RowChange]
    ) throws(DeltaError) -> AddFile? {
        guard layout.schema == snapshot.schema, changes.allSatisfy({ $0.version != nil }) else {
            return nil
        }
        let files = RollingFiles(limit: .max) { () throws(DeltaError) in try writer() }
        for group in try RowGroupRewrite.groups(of: file, in: snapshot) {
            let here = RowChange.slice(
                of: changes[...], from: group.firstRow, count: group.rowCount)
            let isCopied = try group.patch(columns(touchedBy: here), into: files) { batch, row in
                let rows = RowChange.slice(of: here, from: row, count: batch.count)
                return changed(batch, rows, from: Int(row))
            }
            guard isCopied else {
                files.abort()
                return nil
            }
        }
        return try files.finish().first
    }

    /// The columns that `changes` touch.
    private func columns(touchedBy changes: ArraySlice<RowChange>) -> [String] {
        if changes.isEmpty { return [] }
        var names = [
            DimensionLayout.validTo, DimensionLayout.isCurrent, DimensionLayout.isDeleted,
        ]
        if changes.contains(where: { $0.version?.isNew == true }) {
            names += [DimensionLayout.validFrom, DimensionLayout.surrogateKey]
        }
        if changes.contains(where: { $0.values == .all }) {
            names += layout.cleaned.fields.map(\.name)
        } else if changes.contains(where: { $0.values == .untracked }) {
            names += overwrittenColumns
        }
        return names
    }

    /// The columns that may differ between equal tracked values: those that are not tracked or that
    /// not every event tells, and those where unlike bytes are equal (S24, S25).
    private var overwrittenColumns: [String] {
        layout.cleaned.fields.filter { field in
            layout.untracked.contains(field.name)
                || layout.loose.contains { $0.name == field.name }
                || field.type == .float || field.type == .double || MemberHasher.isPadded(field)
        }.map(\.name)
    }

    /// `batch`, whose first row is row `start` of its file, with its changes.
    private func changed(
        _ batch: RecordBatch, _ changes: ArraySlice<RowChange>, from start: Int
    ) -> RecordBatch {
        if changes.isEmpty { return batch }
        var columns = batch.columns
        let valued = changes.filter { $0.version != nil && $0.values != .none }
        if !valued.isEmpty {
            let rows = valued.map { Int($0.row) - start }
            replace(
                in: batch.schema, &columns, rows,
                zip(layout.cleaned.fields, cleanedColumns(valued.compactMap(\.version)[...])))
        }
        let kept = changes.filter { $0.version != nil }
        replace(
            in: batch.schema, &columns, kept.map { Int($0.row) - start },
            zip(DimensionLayout.systemFields, systemColumns(kept.compactMap(\.version)[...])))
        let whole = RecordBatch(schema: batch.schema, columns: columns, count: batch.count)
        let removed = Set(changes.filter { $0.version == nil }.map { Int($0.row) - start })
        if removed.isEmpty { return whole }
        return whole.gather((0..<batch.count).filter { !removed.contains($0) })
    }

    /// Puts new values at `rows` of those columns that the batch has.
    private func replace(
        in schema: Schema, _ columns: inout [Column], _ rows: [Int],
        _ new: Zip2Sequence<[Field], [Column]>
    ) {
        for (field, column) in new {
            guard let index = schema.index(of: field.name) else { continue }
            columns[index] = replaced(columns[index], rows, with: column)
        }
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
