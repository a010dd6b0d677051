import Columnar
import Names
import Parquet
import Storage

/// Findings about data files: are they there, are they what the log says, are they well sized.
struct TableCheckFiles {
    let snapshot: Snapshot
    let options: TableCheck.Options
    private(set) var footersChecked = 0
    private(set) var rowGroupsChecked = 0
    private var found: [TableFinding] = []
    /// How many findings of a kind were left out.
    private var more: [String: Int] = [:]

    /// Findings of one kind that are listed one by one.
    private static let listed = 5
    /// Power BI and Spark hold a whole file's row groups at a time.
    private static let largeBytes: Int64 = 2 << 30

    init(snapshot: Snapshot, options: TableCheck.Options) {
        self.snapshot = snapshot
        self.options = options
    }

    mutating func findings() throws(DeltaError) -> [TableFinding] {
        let count = snapshot.files.count
        let stride = options.isDeep ? 1 : max(1, count / max(1, options.footerLimit))
        let pageStride = max(1, count / max(1, options.pageSample))
        for (index, file) in snapshot.files.enumerated() {
            if options.isStopping() { break }
            guard let path = try place(file) else { continue }
            if options.footerLimit > 0, index % stride == 0,
                let reader = try footer(file, path),
                options.isDeep || options.pageSample > 0 && index % pageStride == 0
            {
                pages(file, reader, among: index)
            }
            if file.sizeBytes > TableCheckFiles.largeBytes {
                add(
                    .warning, [], "largeFile", "\(file.path) has \(file.sizeBytes >> 20) MiB",
                    "readers cannot share the work of one file well",
                    "Write files of about \(options.targetBytes >> 20) MiB.")
            }
        }
        statistics()
        sizes()
        for (code, count) in more.sorted(by: { $0.key < $1.key }) {
            let first = found.first { $0.code == code }
            found.append(
                TableFinding(
                    first?.severity ?? .note, first?.readers ?? [], code,
                    what: "… and \(count) files more", why: first?.why ?? "",
                    action: first?.action ?? ""))
        }
        return found
    }

    private mutating func add(
        _ severity: TableFinding.Severity, _ readers: Set<ReaderProfile>, _ code: String,
        _ what: String, _ why: String, _ action: String
    ) {
        if found.count(where: { $0.code == code }) >= TableCheckFiles.listed {
            more[code, default: 0] += 1
            return
        }
        found.append(
            TableFinding(severity, readers, code, what: what, why: why, action: action))
    }

    /// Where the file is, when it is there and as long as the log says.
    private mutating func place(_ file: AddFile) throws(DeltaError) -> String? {
        let path: String
        do throws(DeltaError) { path = try snapshot.table.dataFile(file.path) } catch {
            add(
                .error, [], "filePath", "\(file.path): \(error.message)",
                "no reader finds the file", options.remedy)
            return nil
        }
        if path.hasPrefix("/"), file.path.hasPrefix("/") || file.path.hasPrefix("file:") {
            add(
                .warning, [], "absolutePath", "\(file.path) is an absolute path",
                "the table cannot be copied or read from another machine",
                "Write the table anew, or clone it with its files.")
        }
        let entry = try storing { () throws(StorageError) in
            try snapshot.table.storage.entry(path)
        }
        guard let entry else {
            add(
                .error, [], "missingFile", "\(file.path) is missing",
                "every read that needs it fails",
                options.remedy)
            return nil
        }
        guard entry.sizeBytes == file.sizeBytes else {
            add(
                .error, [], "fileSize",
                "\(file.path) has \(entry.sizeBytes) bytes, the log says \(file.sizeBytes)",
                "readers find its footer by its size",
                options.remedy)
            return nil
        }
        return path
    }

    /// The file with its footer looked over; nil when it cannot be read.
    private mutating func footer(
        _ file: AddFile, _ path: String
    ) throws(DeltaError) -> FileReader? {
        let opened = try storing { () throws(StorageError) in
            try snapshot.table.storage.open(path)
        }
        let reader: FileReader
        do { reader = try FileReader(source: StorageSource(opened)) } catch {
            unreadable(file, error)
            return nil
        }
        footersChecked += 1
        do throws(DeltaError) {
            _ = try snapshot.table.deletedRows(of: file, rowCount: reader.rowCount)
        } catch {
            if error.code == .storage { throw error }
            add(
                .error, [], "deletionVector", "\(file.path): \(error.message)",
                "no reader can tell which of its rows were deleted",
                options.remedy)
        }
        if let rows = file.storedRowCount, rows != Int64(reader.rowCount) {
            add(
                .error, [], "rowCount",
                "\(file.path) has \(reader.rowCount) rows, the log says \(rows)",
                "counts that readers take from the log are wrong",
                options.remedy)
        }
        types(file, reader)
        values(file, reader)
        for layout in reader.columnLayouts { traits(file, layout) }
        return reader
    }

    /// A file that cannot be read: damaged, or written in a way that is not supported here.
    private mutating func unreadable(_ file: AddFile, _ error: ParquetError) {
        let place = error.subject.isEmpty || error.subject == "file" ? "" : error.subject + ": "
        let what = "\(file.path): \(place)\(error.message)"
        if error.code == .unsupported {
            add(
                .warning, [], "notReadHere", what,
                "sluice cannot read the file; other readers may", error.hint ?? "Rewrite it.")
        } else {
            add(
                .error, [], "damagedFile", what, "every read that needs it fails",
                options.remedy)
        }
    }

    /// Reads all pages of all row groups, or of one of them: which one differs from file to file.
    private mutating func pages(_ file: AddFile, _ reader: FileReader, among index: Int) {
        let groups = reader.rowGroups.indices
        guard !groups.isEmpty else { return }
        let one = index % groups.count
        for group in options.isDeep ? groups : one..<one + 1 {
            do throws(ParquetError) {
                guard try reader.verify(rowGroup: group, isStopping: options.isStopping) else {
                    return
                }
                rowGroupsChecked += 1
            } catch {
                unreadable(file, error)
                return
            }
        }
    }

    /// Holds the log's counts of values against the file.
    private mutating func values(_ file: AddFile, _ reader: FileReader) {
        guard file.deletionVector == nil, snapshot.mapping == nil,
            let known = file.statistics
        else { return }
        for field in snapshot.dataSchema.fields {
            guard let name = reader.schema.name(matching: field.name) else {
                guard known.holdsValues(column: field.name) else { continue }
                add(
                    .error, [], "missingColumn",
                    "\(file.path) has no column \(field.name), but the log counts values in it",
                    "readers take its values for NULL, or fail",
                    options.remedy)
                continue
            }
            guard known.areTight, !field.type.isNested,
                let expected = known.nullCount(column: field.name),
                let counted = reader.nullCount(column: name), Int64(counted) != expected
            else { continue }
            add(
                .error, [], "nullCount",
                "\(file.path): the footer counts \(counted) NULLs in \(field.name), the log "
                    + "\(expected)",
                "readers skip files by these counts and lose rows",
                options.remedy)
        }
    }

    private mutating func types(_ file: AddFile, _ reader: FileReader) {
        for field in snapshot.dataSchema.fields {
            guard snapshot.mapping == nil,
                let name = reader.schema.name(matching: field.name),
                let held = reader.schema[name], !field.type.isNested, held.type != field.type
            else { continue }
            add(
                .error, [.synapse, .fabric, .powerbi], "columnType",
                "\(file.path): \(field.name) is a \(held.type), the table's a \(field.type)",
                "not every reader converts it", "Rewrite the file with the table's type.")
        }
    }

    private mutating func traits(_ file: AddFile, _ layout: ColumnLayout) {
        let column = "\(file.path): \(layout.path.joined(separator: "."))"
        if layout.traits.contains(.int96) {
            add(
                .warning, [.synapse, .powerbi], "int96", "\(column) is an INT96 timestamp",
                "the form is deprecated and has no order, so nothing can be skipped",
                "Rewrite the file with microseconds.")
        }
        if layout.traits.contains(.nanoseconds) {
            add(
                .error, [.spark, .synapse, .fabric, .powerbi], "nanoseconds",
                "\(column) is in nanoseconds", "Delta's timestamps are in microseconds",
                "Rewrite the file with microseconds.")
        }
        if layout.traits.contains(.unsigned) {
            add(
                .error, [.spark, .synapse, .fabric, .powerbi], "unsigned",
                "\(column) is an unsigned number", "Delta has no unsigned types",
                "Rewrite the file with the next wider signed type.")
        }
        if layout.traits.contains(.newerEncoding) {
            add(
                .warning, [.synapse, .powerbi], "newerEncoding",
                "\(column) uses an encoding of Parquet 2",
                "older readers know PLAIN and dictionary only",
                "Write with parquet.writer.version=v1.")
        }
        if layout.traits.contains(.rareCodec) {
            add(
                .error, [.synapse, .fabric, .powerbi], "rareCodec",
                "\(column) is compressed by LZ4, LZO or Brotli",
                "these readers know Snappy, gzip and zstd",
                "Write with delta.parquet.compression.codec=zstd.")
        }
    }

    private mutating func statistics() {
        let without = snapshot.files.count { $0.rowCount == nil }
        guard without > 0 else { return }
        add(
            .warning, [], "noStatistics",
            "\(without) of \(snapshot.files.count) files have no statistics in the log",
            "no file of them can be skipped, and no count be taken from the log",
            "Rewrite them: sluice lake optimize joins small ones and computes statistics.")
    }

    private mutating func sizes() {
        var small: [[ByteName: ByteName?]: Int] = [:]
        for file in snapshot.files where file.sizeBytes < options.targetBytes / 4 {
            small[file.partitionKey, default: 0] += 1
        }
        let spare = small.values.reduce(0) { $0 + $1 - 1 }
        guard spare >= 20 else { return }
        add(
            .warning, [], "smallFiles",
            "\(spare + small.count) files are below \(options.targetBytes >> 22) MiB, in "
                + "\(small.count) partitions",
            "opening many small files takes longer than reading them",
            "Run: sluice lake optimize \(snapshot.table.path)")
    }
}
