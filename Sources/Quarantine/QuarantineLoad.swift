public import Columnar
public import Delta
public import Events
import Keys
public import Lake
public import Pipeline
public import Rules
import Storage
import Work

/// One run's rows for the quarantine of an entity, committed before the good rows are published:
/// a crash between the two leaves rows in quarantine that the next run finds there, never a row
/// lost.
///
/// `add` for every batch, then `supersede` with what silver is about to publish, then `commit`;
/// what overtakes a row that waits stands in `QuarantineLoad+Supersede`.
/// A row that the table has already is known by its place in bronze; one of a full state, which
/// brings every row anew, by its values. Rows go to a staged file as they come; what is kept in
/// memory is about a hundred bytes a row of the table. One owner.
public final class QuarantineLoad {
    public let quarantine: QuarantineTable
    public let entity: EntitySpec
    public let runID: String
    public let now: Int64
    public let scope: Scope
    /// Whether each row is a version of its own: a later one of the key does not end it, only one
    /// of its own sequence.
    let keepsVersions: Bool
    /// Whether of the rows of a key only the latest may wait: a fact has one version of each.
    let keepsLatest: Bool
    /// The whole rows that this run set aside, by their cleaned columns, where equal ones are one.
    private var told = KeyIndex()
    public let snapshot: Snapshot
    public let schema: QuarantineSchema
    private let writer: QuarantineWriter
    var index = QuarantineIndex()
    /// The index while it is being read.
    private var opening: Background<QuarantineIndex, DeltaError>?
    /// Rows that were set aside before the index was there.
    private var waiting: [RejectedRows] = []
    public var changes: [Int: QuarantineChanges] = [:]
    var freshChanges: [Int: QuarantineChanges] = [:]
    public var result = QuarantineCounts()
    var edits: [QuarantineEdit]
    /// The version of bronze up to which rows in quarantine are counted among what silver has taken
    /// in; -1 where silver is built anew.
    public var counted: Int64 = -1
    public private(set) var share: QuarantineShare
    public var isFullState: Bool { scope == .fullState }

    /// Batches that may wait for the index.
    private static let waitingLimit = 8

    static let supersededEdit = 0
    static let replayedEdit = 1
    static let goneEdit = 2
    static let unplacedEdit = 3
    static let overtakenEdit = 4

    /// Opens the table, making it when there is none.
    ///
    /// - Parameters:
    ///   - rows: the schema of the cleaned rows.
    ///   - now: the time of the run, microseconds UTC.
    public init(
        _ quarantine: QuarantineTable, _ entity: EntitySpec, rows: Schema, runID: String,
        now: Int64, scope: Scope = .news(after: -1), keepsVersions: Bool = false,
        keepsLatest: Bool = false
    ) throws(LakeError) {
        self.quarantine = quarantine
        self.entity = entity
        self.runID = runID
        self.now = now
        self.scope = scope
        self.keepsVersions = keepsVersions
        self.keepsLatest = keepsLatest
        share = QuarantineShare(warnings: entity.warnings)
        _ = try quarantine.settled()
        snapshot = try quarantine.prepared(rows, retypes: scope == .everything)
        let schema = QuarantineSchema(stored: snapshot.schema)
        self.schema = schema
        writer = QuarantineWriter(quarantine, schema: snapshot.schema)
        let key =
            entity.isWholeRow
            ? [QuarantineColumn.content] : entity.key.compactMap { schema.stored($0) }
        var consumed: Int64?
        if case .news(let version) = scope { consumed = version }
        let collations = entity.keyCollations
        opening = Background { [snapshot, consumed] () throws(DeltaError) in
            try QuarantineIndex(snapshot, key: key, by: collations, consumed: consumed)
        }
        edits = [
            (QuarantineStatus.superseded, "a later good version arrived in run \(runID)"),
            (.replayed, "judged again and good in run \(runID)"),
            (
                .superseded,
                "not in the source any more\(entity.isWholeRow ? ", or good," : "") in run \(runID)"
            ),
            (.superseded, "not in bronze any more in run \(runID)"),
            (.superseded, "a later version of its key was quarantined in run \(runID)"),
        ].map { status, note in
            var edit = QuarantineEdit()
            edit.set(status)
            edit.set(QuarantineColumn.note, note)
            return edit
        }
        edits[QuarantineLoad.unplacedEdit].set(QuarantineColumn.position, nil)
    }

    /// Waits for the index.
    public func open() throws(LakeError) {
        guard let opening else { return }
        // Let go of before the first change, which would copy what another holds too.
        self.opening = nil
        do throws(DeltaError) { index = try opening.take() } catch {
            throw LakeError(quarantine: error)
        }
        let waiting = waiting
        self.waiting = []
        for aside in waiting { try add(aside) }
    }

    /// Rows that a steward corrected or let pass, to be read as they were decided.
    public func corrections(
        _ clean: Clean, sequenceColumn: String?
    ) throws(LakeError) -> QuarantineCorrections {
        try QuarantineCorrections(
            snapshot, entity, clean, sequenceColumn: sequenceColumn, byContent: isFullState)
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
        throws(LakeError)
    {
        let rows = verdict.rejectedRows
        try add(
            events, raw: raw, rows: rows, violations: set.violations(rows, in: events, verdict))
    }

    /// Sets `rows` of a batch aside for reasons that may be no rule's, for example
    /// `sequence_conflict`.
    ///
    /// - Parameter contents: `QuarantineContent` of every row of the batch as bronze has it; nil
    ///   where `raw` is as bronze has it.
    public func add(
        _ events: EventBatch, raw: EventBatch? = nil, rows: [Int], contents: [Int64]? = nil,
        violations: [[RuleViolation]]
    ) throws(LakeError) {
        guard !rows.isEmpty else { return }
        let aside = RejectedRows(
            events: events, raw: raw, rows: rows, contents: contents, violations: violations)
        if let opening, !opening.isDone, waiting.count < QuarantineLoad.waitingLimit {
            return waiting.append(aside)
        }
        try open()
        try add(aside)
    }

    private func add(_ aside: RejectedRows) throws(LakeError) {
        let (events, raw, rows) = (aside.events, aside.raw, aside.rows)
        let violations = aside.violations
        let key = entity.key.compactMap { events.rows[$0] }
        let contents =
            aside.contents.map { contents in rows.map { contents[$0] } }
            ?? QuarantineContent.hashes((raw ?? events).rows.gather(rows))
        let equal = entity.equalRows == .drop ? entity.keyHashes(events.rows.gather(rows)) : nil
        let hashes =
            entity.isWholeRow
            ? ValueHashes(contents.map { QuarantineLoad.key(ofWholeRow: $0) })
            : ValueHashes(key.map { $0.gather(rows) }, count: rows.count, by: entity.keyCollations)
        var kept: [Int] = []
        var builder = QuarantineRows(runID: runID, now: now)
        let place = writer.place
        for (number, row) in rows.enumerated() {
            if let equal, !told.place(equal.values[number]).isNew {
                result.repeated += 1
                continue
            }
            let position = events.position(row)
            let known = known(position, hashes[number], contents[number])
            if known.map({ !index.entries[$0].isDecided }) ?? true {
                share.add(violations[number])
            }
            var firstSeen = now
            if let known {
                index.match(known)
                guard renews(known, violations[number], position) else { continue }
                firstSeen = index.entries[known].firstSeen
            } else {
                result.added += 1
            }
            var entry = QuarantineIndex.Entry(
                status: .open, firstSeen: firstSeen, sequence: events.sequence.int64(row),
                position: position, content: contents[number], file: -1 - Int32(place.file),
                row: place.row + Int64(kept.count))
            entry.isMet = true
            index.insert(entry, key: hashes[number])
            kept.append(row)
            builder.append(
                id: QuarantineID.text(
                    entity: entity.name, key: key, row: row, position: position),
                violations[number], events, raw: raw, row: row, firstSeen: firstSeen,
                content: contents[number])
        }
        let gathered = events.rows.gather(kept)
        do throws(DeltaError) {
            try writer.write(builder.batch(gathered, schema))
        } catch {
            throw LakeError(quarantine: error)
        }
    }

    /// The row of the table that this row is: that of its place, or of a full state one of its
    /// key with the same values that this run has not met. Rows that lost their place are known by
    /// their values too, when all of bronze is read.
    private func known(_ position: BronzePosition, _ key: ValueHash?, _ content: Int64) -> Int? {
        if let number = index.entry(at: position),
            index.entries[number].content ?? content == content,
            !(entity.isWholeRow && index.entries[number].isMet)
        {
            return number
        }
        if entity.isWholeRow { return key.flatMap(knownWhole) }
        guard isFullState || scope == .everything, let key else { return nil }
        let same = index.rows(key).filter { number in
            let entry = index.entries[number]
            return entry.content == content && !entry.isMet
                && (isFullState || entry.position == .unknown)
        }
        if !isFullState { return same.first }
        // Of a member that was gone and came back the time tells another version.
        return same.first { index.entries[$0].status != .superseded }
            ?? (keepsLatest ? same.first : nil)
    }

    /// Whether a row that the table has comes anew, with the reasons of now. If not, it stays as
    /// it is, or is opened again.
    private func renews(
        _ number: Int, _ violations: [RuleViolation], _ position: BronzePosition
    ) -> Bool {
        index.meet(number)
        let entry = index.entries[number]
        switch entry.status {
        case .open:
            // Of a full state the place would change every time, and the id with it.
            result.seenAgain += 1
            if isFullState, entry.file >= 0 { return false }
            drop(number)
            return true
        case .replayed:
            result.reopened += 1
            reopen(
                number, violations, "was replayed, and fails again in run \(runID)", position)
            return false
        case .superseded where isFullState && (keepsLatest || entity.isWholeRow):
            // The source has it again, or has it beside a later copy of its key; what that makes
            // of it is told at the end.
            result.seenAgain += 1
            reopen(number, violations, "in the source again in run \(runID)", nil)
            return false
        case .blocked, .superseded:
            if isRenewed(entry) {
                drop(number)
                return true
            }
            result.decided += 1
            return false
        case .waived, .discarded:
            result.decided += 1
            return false
        }
    }

    /// - Parameter position: where bronze has it now; nil where it stays counted as it was.
    private func reopen(
        _ number: Int, _ violations: [RuleViolation], _ note: String, _ position: BronzePosition?
    ) {
        var edit = QuarantineEdit()
        edit.set(.open)
        edit.set(violations)
        edit.set(QuarantineColumn.lastSeen, number: now)
        edit.set(QuarantineColumn.runID, runID)
        edit.set(QuarantineColumn.note, note)
        if let position {
            edit.set(QuarantineColumn.position, position.text)
            index.place(number, at: position)
        }
        edits.append(edit)
        mark(number, .open, edits.count - 1)
    }

    private func drop(_ number: Int) {
        let entry = index.entries[number]
        // It counts as nothing any more; the row that takes its place is another entry.
        index.set(.replayed, number)
        if entry.file >= 0 {
            changes[Int(entry.file), default: QuarantineChanges()].dropped.insert(entry.row)
        } else {
            freshChanges[Int(-1 - entry.file), default: QuarantineChanges()]
                .dropped.insert(entry.row)
        }
    }

    public func mark(_ number: Int, _ status: QuarantineStatus, _ edit: Int) {
        index.set(status, number)
        let entry = index.entries[number]
        if entry.stored == status, status == .superseded {
            // Reopened and overtaken again: it stays as it is.
            changes[Int(entry.file)]?.edited[entry.row] = nil
        } else if entry.file >= 0 {
            changes[Int(entry.file), default: QuarantineChanges()].edited[entry.row] = edit
        } else {
            freshChanges[Int(-1 - entry.file), default: QuarantineChanges()]
                .edited[entry.row] = edit
        }
    }

    /// The keys of the rows that the table held before, whatever was decided about them.
    public func eachKey(
        _ take: ([Column], Int) throws(LakeError) -> Void
    ) throws(LakeError) {
        let names = entity.key.compactMap { schema.stored($0) }
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(snapshot, columns: names)
        }
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            try take(batch.columns, batch.count)
        }
    }

    /// The rows set aside, but for those about which was decided, of the `count` rows read.
    public func share(of count: Int) throws(LakeError) -> QuarantineShare {
        try open()
        share.total = Int64(count)
        return share
    }

    /// Publishes the rows set aside and the new statuses in one commit. Throws `.conflict` when
    /// another writer was first; nothing is changed then.
    public func commit() throws(LakeError) -> QuarantineCounts { try prepared().publish() }

    /// The commit of this load, which another thread may publish.
    public func prepared() throws(LakeError) -> QuarantineCommit {
        try open()
        endBlocked()
        if scope == .fullState || scope == .everything { endUnmet() }
        if keepsLatest { keepLatest() }
        count()
        let fresh: [AddFile]
        do throws(DeltaError) { fresh = try freshFiles() } catch {
            throw LakeError(quarantine: error)
        }
        return QuarantineCommit(
            quarantine: quarantine, snapshot: snapshot, changes: changes, edits: edits,
            fresh: fresh, note: runID, result: result)
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
