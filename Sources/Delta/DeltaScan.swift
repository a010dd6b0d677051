public import Columnar
public import Parquet
import Storage

/// Reads the rows of data files under the schema of a table: partition columns filled in from the
/// log, columns that a file does not have as NULLs.
///
/// Holds one row group's readers at a time. One scan belongs to one task.
public final class DeltaScan {
    /// The columns of the batches, in the order asked for.
    public let schema: Schema
    /// The file the last batch came from.
    public private(set) var file: AddFile?

    private let table: DeltaTable
    private let mapping: ColumnMapping?
    private let partitionColumns: Set<String>
    private let rowGroups: Set<Int>?
    private let batchRowCount: Int
    private var remaining: ArraySlice<AddFile>
    private var current: OpenFile?

    /// One file being read.
    private struct OpenFile {
        let add: AddFile
        let path: String
        let reader: FileReader
        /// For every column of the scan its name in the file, or nil when it is not there.
        let names: [String?]
        /// The row groups still to read.
        var groups: ArraySlice<Int>
        /// Which rows of a group are read; nil for all.
        var wanted: Range<Int>?
        /// The file's deleted rows; nil when there are none.
        let deleted: DeletedRows?
        var rows: RowGroupReader?
        /// The place in the file of the next row that `rows` gives.
        var nextRow = 0
    }

    /// A scan of `files` (all of the snapshot's when nil).
    ///
    /// - Parameters:
    ///   - columns: the columns wanted, in the order wanted; nil for all. Throws `.schema` for a
    ///     name that the table does not have.
    ///   - rowGroups: which row groups of every file; nil for all.
    ///   - batchRowCount: the most rows of a batch.
    public init(
        _ snapshot: Snapshot, files: [AddFile]? = nil, columns: [String]? = nil,
        rowGroups: Set<Int>? = nil, batchRowCount: Int = 65_536
    ) throws(DeltaError) {
        table = snapshot.table
        mapping = snapshot.mapping
        partitionColumns = Set(snapshot.partitionColumns)
        self.rowGroups = rowGroups
        self.batchRowCount = batchRowCount
        remaining = (files ?? snapshot.files)[...]
        schema = try DeltaScan.schema(snapshot, columns)
    }

    /// A scan of one row group, or some `rows` of it, of a file that `DeltaTable.reader(of:)` has
    /// opened: several scans, each in a thread of its own, may share the reader.
    public init(
        _ snapshot: Snapshot, _ file: AddFile, reader: FileReader, rowGroup: Int,
        rows: Range<Int>? = nil, columns: [String]? = nil, batchRowCount: Int = 65_536
    ) throws(DeltaError) {
        table = snapshot.table
        mapping = snapshot.mapping
        partitionColumns = Set(snapshot.partitionColumns)
        self.rowGroups = nil
        self.batchRowCount = batchRowCount
        remaining = []
        schema = try DeltaScan.schema(snapshot, columns)
        current = OpenFile(
            add: file, path: try table.dataFile(file.path), reader: reader,
            names: try names(in: reader.schema, of: file), groups: [rowGroup], wanted: rows,
            deleted: try table.deletedRows(of: file, rowCount: reader.rowCount))
    }

    private static func schema(
        _ snapshot: Snapshot, _ columns: [String]?
    ) throws(DeltaError) -> Schema {
        var fields: [Field] = []
        for name in columns ?? snapshot.schema.fields.map(\.name) {
            guard let field = snapshot.schema[name] else {
                throw DeltaError(
                    .schema, operation: "scan", subject: snapshot.table.path,
                    message: "the table has no column \"\(name)\"")
            }
            fields.append(field)
        }
        return Schema(fields)
    }

    /// The next rows, all of one row group of one file, which `file` then names; nil after the
    /// last.
    ///
    /// Throws `.damagedFile` when a file is missing, is not what the log says or cannot be read.
    public func next() throws(DeltaError) -> RecordBatch? {
        while true {
            if var open = current {
                if let rows = open.rows, let batch = try batch(rows, &open) {
                    file = open.add
                    current = open
                    return batch
                }
                guard let group = open.groups.popFirst() else {
                    current = nil
                    continue
                }
                open.rows = try rows(of: group, open)
                let before = open.reader.rowGroups[..<group].reduce(0) { $0 + $1.rowCount }
                open.nextRow = before + (open.wanted?.lowerBound ?? 0)
                current = open
            } else {
                guard let add = remaining.popFirst() else { return nil }
                current = try self.open(add)
            }
        }
    }

    private func open(_ add: AddFile) throws(DeltaError) -> OpenFile {
        let reader = try table.reader(of: add)
        let groups = reader.rowGroups.indices.filter { rowGroups?.contains($0) ?? true }
        return OpenFile(
            add: add, path: try table.dataFile(add.path), reader: reader,
            names: try names(in: reader.schema, of: add), groups: groups[...],
            deleted: try table.deletedRows(of: add, rowCount: reader.rowCount))
    }

    /// Names match exactly, or else without regard to case, as Delta's do. A column that the file
    /// does not have is NULL; where the log knows of values in it, `TableCheck` says so.
    private func names(in file: Schema, of add: AddFile) throws(DeltaError) -> [String?] {
        if let mapping, !mapping.canRead(file) {
            throw damaged(
                try table.dataFile(add.path),
                "its columns have no ids (field_id), by which the table's columns are found")
        }
        var names: [String?] = []
        for field in schema.fields {
            var name: String?
            if !partitionColumns.contains(field.name) {
                name =
                    mapping == nil
                    ? file.name(matching: field.name) : mapping?.name(of: field, in: file)
            }
            names.append(name)
        }
        return names
    }

    private func rows(
        of group: Int, _ open: OpenFile
    ) throws(DeltaError) -> RowGroupReader {
        var names: [String] = []
        for name in open.names.compactMap(\.self) where !names.contains(name) { names.append(name) }
        do {
            return try open.reader.read(
                rowGroup: group, rows: open.wanted, columns: names, batchRowCount: batchRowCount)
        } catch {
            throw failure(error, open.path)
        }
    }

    /// The next rows that are not deleted; nil when the row group has no more.
    private func living(
        _ rows: RowGroupReader, _ open: inout OpenFile
    ) throws(DeltaError) -> RecordBatch? {
        while true {
            let read: RecordBatch?
            do { read = try rows.next() } catch { throw failure(error, open.path) }
            guard let read else { return nil }
            let places = open.nextRow..<open.nextRow + read.count
            open.nextRow = places.upperBound
            guard let deleted = open.deleted, !deleted.isEmpty(in: places) else { return read }
            let kept = deleted.kept(of: places)
            if !kept.isEmpty { return read.gather(kept) }
        }
    }

    private func batch(
        _ rows: RowGroupReader, _ open: inout OpenFile
    ) throws(DeltaError) -> RecordBatch? {
        guard let read = try living(rows, &open) else { return nil }
        var columns: [Column] = []
        for (field, name) in zip(schema.fields, open.names) {
            if let name, var column = read[name] {
                if let mapping { column = mapping.renamed(column, as: field) }
                guard let fitted = column.fitted(to: field.type) else {
                    throw damaged(
                        open.path,
                        "its column \"\(name)\" is a \(column.type), the table's a \(field.type)")
                }
                columns.append(fitted)
            } else if partitionColumns.contains(field.name) {
                let text = open.add.partitionValues[field.name] ?? nil
                columns.append(
                    try PartitionText.column(field.type, text: text, count: read.count))
            } else {
                columns.append(Column.nulls(field.type, count: read.count))
            }
        }
        return RecordBatch(schema: schema, columns: columns, count: read.count)
    }

    private func failure(_ error: ParquetError, _ path: String) -> DeltaError {
        DeltaError(reading: error, path)
    }

    private func damaged(_ path: String, _ message: String) -> DeltaError {
        DeltaError(damaged: path, message)
    }
}

extension DeltaTable {
    /// A reader of one data file. Throws `.damagedFile` when it is missing or not what the log
    /// says.
    public func reader(of add: AddFile) throws(DeltaError) -> FileReader {
        let path = try dataFile(add.path)
        let file: any ReadableFile
        do { file = try storage.open(path) } catch {
            guard error.code == .notFound else { throw DeltaError(error) }
            throw DeltaError(damaged: path, "the file is missing")
        }
        guard file.sizeBytes == add.sizeBytes else {
            throw DeltaError(
                damaged: path, "it has \(file.sizeBytes) bytes, the log says \(add.sizeBytes)")
        }
        let reader: FileReader
        do { reader = try FileReader(source: StorageSource(file)) } catch {
            throw DeltaError(reading: error, path)
        }
        if let rows = add.storedRowCount, rows != Int64(reader.rowCount) {
            throw DeltaError(
                damaged: path, "it has \(reader.rowCount) rows, the log says \(rows)")
        }
        return reader
    }
}

extension Schema {
    /// The column called `name`, or else so but for upper and lower case; nil when there is none.
    func name(matching name: String) -> String? {
        if index(of: name) != nil { return name }
        let lower = name.lowercased()
        return fields.first { $0.name.lowercased() == lower }?.name
    }
}

extension DeltaError {
    /// A failure of the Parquet layer while the data file at `path` was read.
    public init(reading error: ParquetError, _ path: String) {
        switch error.code {
        case .unsupported, .compression, .limit: self.init(error, subject: path)
        default:
            let place = error.subject.isEmpty ? "" : error.subject + ": "
            self.init(damaged: path, place + error.message)
        }
    }

    init(damaged path: String, _ message: String) {
        self.init(
            .damagedFile, operation: "read data file", subject: path, message: message,
            hint: "The data file is not what was committed. Restore it from a backup, or make the "
                + "table again.")
    }
}
