public import Columnar
import Delta
import Storage

/// One run's rows for the quarantine of an entity, committed before the good rows are published:
/// a crash between the two leaves rows in quarantine that the next run finds there, never a row
/// lost.
///
/// `add` for every batch, then `supersede` with what silver is about to publish, then `commit`.
/// Rows go to a staged file as they come; what is kept in memory is about a hundred bytes a row
/// of the table. One owner.
public final class QuarantineLoad {
    /// What the load did.
    public struct Result: Hashable, Sendable {
        /// Rows set aside that the table did not have.
        public var added: Int64 = 0
        /// Rows it had, open, from an earlier attempt.
        public var seenAgain: Int64 = 0
        /// Rows it had, about which was decided: they stay decided.
        public var decided: Int64 = 0
        /// Rows, old and new, whose key has a later good version.
        public var superseded: Int64 = 0
        /// The table's version, nil when nothing changed.
        public var version: Int64?
    }

    private let quarantine: QuarantineTable
    private let entity: EntitySpec
    private let runID: String
    private let now: Int64
    private let snapshot: Snapshot
    private let schema: QuarantineSchema
    private let writer: QuarantineWriter
    private var index: QuarantineIndex
    private var changes: [Int: QuarantineChanges] = [:]
    private var freshChanges: [Int: QuarantineChanges] = [:]
    private var result = Result()
    private let edits: [QuarantineEdit]

    /// Opens the table, making it when there is none.
    ///
    /// - Parameters:
    ///   - rows: the schema of the cleaned rows.
    ///   - now: the time of the run, microseconds UTC.
    public init(
        _ quarantine: QuarantineTable, _ entity: EntitySpec, rows: Schema, runID: String, now: Int64
    ) throws(TransformError) {
        self.quarantine = quarantine
        self.entity = entity
        self.runID = runID
        self.now = now
        snapshot = try quarantine.prepared(rows)
        let schema = QuarantineSchema(stored: snapshot.schema)
        self.schema = schema
        writer = QuarantineWriter(quarantine, schema: snapshot.schema)
        do throws(DeltaError) {
            index = try QuarantineIndex(snapshot, key: entity.key.compactMap { schema.stored($0) })
        } catch {
            throw TransformError(quarantine: error)
        }
        var superseded = QuarantineEdit()
        superseded.set(.superseded)
        superseded.set(QuarantineColumn.note, "a later good version arrived in run \(runID)")
        var replayed = QuarantineEdit()
        replayed.set(.replayed)
        replayed.set(QuarantineColumn.note, "judged again and good in run \(runID)")
        edits = [superseded, replayed]
    }

    /// Sets the rows aside that `verdict` rejects.
    ///
    /// - Parameters:
    ///   - events: the rows as judged.
    ///   - raw: the same before `clean`, so that a replay can clean them anew; nil when it changed
    ///     nothing.
    public func add(
        _ events: EventBatch, raw: EventBatch? = nil, _ set: RuleSet, _ verdict: RuleVerdict
    )
        throws(TransformError)
    {
        let rows = verdict.rejectedRows
        try add(
            events, raw: raw, rows: rows,
            violations: rows.map { set.violations($0, in: events, verdict) })
    }

    /// Sets `rows` of a batch aside for reasons that are no rule's, for example
    /// `sequence_conflict`.
    public func add(
        _ events: EventBatch, raw: EventBatch? = nil, rows: [Int], violations: [[RuleViolation]]
    ) throws(TransformError) {
        guard !rows.isEmpty else { return }
        let key = entity.key.compactMap { events.rows[$0] }
        let hashes = ValueHashes(key.map { $0.gather(rows) }, count: rows.count)
        var kept: [Int] = []
        var builder = QuarantineRows(runID: runID, now: now)
        let place = writer.place
        for (number, row) in rows.enumerated() {
            let position = events.position(row)
            let id = QuarantineID.text(
                entity: entity.name, key: key, row: row, position: position)
            let hash = ValueHashes.bytes(Array(id.utf8)[...])
            var firstSeen = now
            if let known = index.entry(id: hash) {
                let entry = index.entries[known]
                guard entry.isOpen else {
                    result.decided += 1
                    continue
                }
                // The row comes anew, with the reasons of now.
                firstSeen = entry.firstSeen
                drop(known)
                result.seenAgain += 1
            } else {
                result.added += 1
            }
            let entry = QuarantineIndex.Entry(
                isOpen: true, firstSeen: firstSeen, sequence: events.sequence.int64(row),
                position: position, file: -1 - Int32(place.file),
                row: place.row + Int64(kept.count))
            index.insert(entry, id: hash, key: hashes[number])
            kept.append(row)
            builder.append(
                id: id, violations[number], events, raw: raw, row: row, firstSeen: firstSeen)
        }
        let gathered = events.rows.gather(kept)
        do throws(DeltaError) {
            try writer.write(builder.batch(gathered, schema))
        } catch {
            throw TransformError(quarantine: error)
        }
    }

    private func drop(_ number: Int) {
        let entry = index.entries[number]
        index.close(number)
        if entry.file >= 0 {
            changes[Int(entry.file), default: QuarantineChanges()].dropped.insert(entry.row)
        } else {
            freshChanges[Int(-1 - entry.file), default: QuarantineChanges()]
                .dropped.insert(entry.row)
        }
    }

    /// Whether `supersede` has anything to compare with.
    public var hasOpenRows: Bool { !index.isEmpty }

    /// Marks the open rows of which `rows` are later versions, or the same row judged good now:
    /// good rows, or deletes, about to be published. Call it after the last `add`. A few
    /// nanoseconds a row whose key has none open.
    ///
    /// - Parameters:
    ///   - key: the key's columns, in the order of the entity's key.
    ///   - sequence: `long` or `timestamp`.
    ///   - position: where row `i` stands in bronze.
    public func supersede(
        key: [Column], sequence: Column, rows: Int, position: (Int) -> BronzePosition
    ) {
        guard hasOpenRows else { return }
        let hashes = ValueHashes(key, count: rows)
        for row in 0..<rows {
            guard let hash = hashes[row] else { continue }
            for number in index.open(hash) {
                let entry = index.entries[number]
                let order = (entry.sequence ?? .min, entry.position)
                let place = position(row)
                guard order <= (sequence.int64(row) ?? .min, place) else { continue }
                index.close(number)
                let edit = entry.position == place ? 1 : 0
                result.superseded += 1
                if entry.file >= 0 {
                    changes[Int(entry.file), default: QuarantineChanges()].edited[entry.row] = edit
                } else {
                    freshChanges[Int(-1 - entry.file), default: QuarantineChanges()]
                        .edited[entry.row] = edit
                }
            }
        }
    }

    /// As above, for rows of a batch.
    public func supersede(by events: EventBatch, rows: [Int]) {
        guard hasOpenRows else { return }
        supersede(
            key: entity.key.compactMap { events.rows[$0]?.gather(rows) },
            sequence: events.sequence.gather(rows), rows: rows.count,
            position: { events.position(rows[$0]) })
    }

    /// The keys of the rows that the table held before, whatever was decided about them.
    func eachKey(
        _ take: ([Column], Int) throws(TransformError) -> Void
    ) throws(TransformError) {
        let names = entity.key.compactMap { schema.stored($0) }
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(snapshot, columns: names)
        }
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            try take(batch.columns, batch.count)
        }
    }

    /// Publishes the rows set aside and the new statuses in one commit. Throws `.lake` when
    /// another writer was first; nothing is changed then.
    public func commit() throws(TransformError) -> Result {
        let fresh: [AddFile]
        do throws(DeltaError) { fresh = try freshFiles() } catch {
            throw TransformError(quarantine: error)
        }
        result.version = try quarantine.commit(
            snapshot, changes: changes, edits: edits, fresh: fresh, operation: "MERGE", note: runID)
        return result
    }

    /// The files of this run's rows; those with rows that are superseded already, or came twice,
    /// are written again, since only now that is known.
    private func freshFiles() throws(DeltaError) -> [AddFile] {
        let files = try writer.published()
        guard !freshChanges.isEmpty else { return files }
        var kept: [AddFile] = []
        let rewriter = QuarantineWriter(quarantine, schema: snapshot.schema)
        for (number, file) in files.enumerated() {
            guard let change = freshChanges[number] else {
                kept.append(file)
                continue
            }
            try rewriter.copy(file, of: snapshot, change, edits)
            try? quarantine.table.storage.delete(quarantine.table.dataFile(file.path))
        }
        return try kept + rewriter.published()
    }
}
