public import Columnar
public import Delta
import Events
public import Lake
public import Parquet
public import Storage

/// The quarantine of one entity: a Delta table at `quarantine/<entity>` of the lake.
public struct QuarantineTable: Sendable {
    public let entity: String
    public let table: DeltaTable
    /// How its files are laid out.
    public var options = WriterOptions()

    /// Beyond this many files the small ones are written together at the next change.
    public static let fileCountMax = 16
    /// Files below this size are small.
    static let smallBytes: Int64 = 16 << 20

    public init(_ entity: String, storage: any LakeStorage) {
        self.entity = entity
        table = DeltaTable(storage: storage, path: TablePath.quarantine(entity))
    }

    /// The table as it is, nil when nothing was ever loaded.
    public func snapshot() throws(LakeError) -> Snapshot? {
        do throws(DeltaError) { return try table.snapshot() } catch {
            throw LakeError(quarantine: error)
        }
    }

    /// Makes the table, or makes it fit rows of `rows`: columns are added, narrower ones widened.
    /// A commit of its own, which changes no row.
    ///
    /// - Parameter retypes: whether a column may become another type: its values are cast, NULL
    ///   where they cannot be. What bronze had of a row is kept beside and stays as it is.
    public func prepared(_ rows: Schema, retypes: Bool = false) throws(LakeError) -> Snapshot {
        do throws(DeltaError) {
            let known = try table.snapshot()
            let wanted = QuarantineSchema(rows: rows, over: known?.schema)
            guard let known else {
                var transaction = Transaction(table, reading: nil)
                try transaction.create(
                    schema: wanted.schema, description: "rows of \(entity) that violate a rule")
                try finish(transaction.commit(operation: "CREATE TABLE"))
                return try current()
            }
            let merged: Schema
            do throws(LakeError) {
                merged = try wanted.merged(
                    into: known.schema, subject: table.path, retypes: retypes)
            } catch {
                throw DeltaError(
                    .schema, operation: error.operation, subject: error.subject,
                    message: error.message, hint: error.hint)
            }
            if merged == known.schema { return known }
            try evolve(known, to: merged)
            return try current()
        } catch {
            throw LakeError(quarantine: error)
        }
    }

    /// The settled table, which can keep histories; nil when nothing was ever loaded.
    func decidable() throws(LakeError) -> Snapshot? {
        guard let known = try settled() else { return nil }
        if known.schema[QuarantineColumn.decisions] != nil { return known }
        let fields = known.schema.fields + [Field(QuarantineColumn.decisions, .string)]
        do throws(DeltaError) {
            try evolve(known, to: Schema(fields))
            return try current()
        } catch {
            throw LakeError(quarantine: error)
        }
    }

    private func current() throws(DeltaError) -> Snapshot {
        guard let snapshot = try table.snapshot() else {
            throw DeltaError(
                .notATable, operation: "open quarantine", subject: table.path,
                message: "the table disappeared right after it was created")
        }
        return snapshot
    }

    private func evolve(_ known: Snapshot, to merged: Schema) throws(DeltaError) {
        let isWidened = known.schema.fields.contains { merged[$0.name]?.type != $0.type }
        var transaction = Transaction(table, reading: known)
        try transaction.updateMetadata(schema: merged, replacingAllFiles: isWidened)
        if isWidened {
            let writer = QuarantineWriter(self, schema: merged)
            for file in known.files {
                transaction.remove(file, dataChange: false)
                let scan = try DeltaScan(known, files: [file])
                while let batch = try scan.next() { try writer.write(batch.cast(to: merged)) }
            }
            for var file in try writer.published() {
                file.dataChange = false
                transaction.add(file)
            }
        }
        try finish(transaction.commit(operation: "WRITE"))
    }

    /// Rewrites the files of `snapshot` that `changes` concern (by their place in it), adds
    /// `fresh`, and publishes both in one commit. Returns the version, nil when nothing changes.
    ///
    /// - Parameter ended: the number of a replay that is ended by this commit.
    public func commit(
        _ snapshot: Snapshot, changes: [Int: QuarantineChanges], edits: [QuarantineEdit],
        fresh: [AddFile] = [], ended: Int64? = nil, operation: String, note: String?
    ) throws(LakeError) -> Int64? {
        var changes = changes.filter { !$0.value.isEmpty }
        if changes.isEmpty, fresh.isEmpty, ended == nil { return nil }
        if snapshot.files.count + fresh.count > QuarantineTable.fileCountMax {
            for (index, file) in snapshot.files.enumerated()
            where file.sizeBytes < QuarantineTable.smallBytes && changes[index] == nil {
                changes[index] = QuarantineChanges()
            }
        }
        do throws(DeltaError) {
            var transaction = Transaction(table, reading: snapshot)
            transaction.userMetadata = note
            if let ended {
                transaction.setTransaction(
                    appID: QuarantineTable.replayName(entity), version: ended)
            }
            // Also rows that are only added: which are new depends on those that are there.
            transaction.reads = .wholeTable
            let writer = QuarantineWriter(self, schema: snapshot.schema)
            for (index, change) in changes.sorted(by: { $0.key < $1.key }) {
                let file = snapshot.files[index]
                transaction.remove(file)
                try writer.copy(file, of: snapshot, change, edits)
            }
            for file in try writer.published() + fresh { transaction.add(file) }
            return try finish(transaction.commit(operation: operation))
        } catch {
            throw LakeError(quarantine: error)
        }
    }

    @discardableResult
    private func finish(_ outcome: CommitOutcome) throws(DeltaError) -> Int64 {
        try outcome.committed("commit quarantine", table.path).version
    }
}

/// Writes rows of a quarantine into as many files as it takes.
final class QuarantineWriter {
    private let schema: Schema
    private let files: RollingFiles

    /// A file ends at this size.
    private static let targetBytes: Int64 = 128 << 20
    /// Row groups of fewer rows are joined rather than taken over.
    private static let copiedRows = 8192

    init(_ quarantine: QuarantineTable, schema: Schema) {
        self.schema = schema
        files = RollingFiles(limit: QuarantineWriter.targetBytes) { () throws(DeltaError) in
            try DataFileWriter(
                table: quarantine.table, schema: schema,
                placement: .init(alwaysIndexed: [QuarantineColumn.id, QuarantineColumn.status]),
                options: quarantine.options)
        }
    }

    /// The number of the file that the next batch goes to, and how many rows it has.
    var place: (file: Int, row: Int64) { files.place }

    func write(_ batch: RecordBatch) throws(DeltaError) { try files.write(batch) }

    /// The rows of a file, changed.
    func copy(
        _ file: AddFile, of snapshot: Snapshot, _ change: QuarantineChanges,
        _ edits: [QuarantineEdit]
    ) throws(DeltaError) {
        // The columns to write; nil where rows go or the columns are no longer the table's.
        let isSame = change.dropped.isEmpty && snapshot.schema == schema
        let columns = isSame ? change.columns(edits, of: schema) : nil
        for group in try RowGroupRewrite.groups(of: file, in: snapshot) {
            if let columns, group.rowCount >= QuarantineWriter.copiedRows,
                try group.patch(
                    columns, into: files, by: { change.apply(edits, to: $0, from: $1) })
            {
                continue
            }
            try group.each { (batch, row) throws(DeltaError) in
                try write(change.apply(edits, to: batch, from: row))
            }
        }
    }

    /// Ends the last file; all of them, named but not yet part of the table.
    func published() throws(DeltaError) -> [AddFile] { try files.finish() }
}
