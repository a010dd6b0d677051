public import Columnar
import Delta
public import Events
public import Keys
public import Lake
public import Parquet
import Pipeline
import Synchronization
public import Tables

/// How a fact takes in a batch of events.
public struct FactOptions: Sendable {
    public enum Mode: Sendable {
        /// The events are news of a table that goes on.
        case merge
        /// The events are the whole table at one moment: rows whose key they lack are gone.
        case fullState
        /// The events are all there are; what the table holds is put aside (a rebuild).
        case replace
        /// The events are all there are; the table becomes what a rebuild would make of it, and
        /// rows that are so already stay where they are.
        case recheck

        /// Whether nothing counts that earlier runs took in.
        var isAnew: Bool { self == .replace || self == .recheck }
    }

    /// How rows of the quarantine are taken in. They wait there only while nothing later came of
    /// their key, so at the sequence of silver's row, or where the fact has none, they win.
    public struct Replay: Sendable {
        /// Rows that yield then: those whose key was corrected to another one.
        public var yielding: Set<BronzePosition> = []

        public init() {}
    }

    public var mode = Mode.merge
    /// Whether the events are the whole table at one moment, whatever the mode.
    public var isFullState = false
    /// Takes a full state however many keys it lacks.
    public var acceptsDeletes = false
    /// Bronze versions up to this one were merged before: of two versions of a key with the same
    /// sequence, one from a later version wins and one from an earlier one does not.
    public var consumed: Int64 = -1
    /// Rows that the fact has taken in and that others took out of bronze since.
    public var withdrawn: Int64 = 0
    /// Set when the events are rows of the quarantine.
    public var replay: Replay?
    public var writer = WriterOptions()
    /// Threads that encode, beside the caller's; 0 encodes in the caller's.
    public var threads = 2
    /// Row groups of at least so many rows are taken over as they are stored when none of them
    /// leaves; those of fewer are joined.
    public var copiedRows = 65_536
    /// What partitions that are being written may hold in memory, about.
    public var memoryBytes = 256 << 20
    /// Properties for a new table.
    public var configuration: [String: String] = [:]

    public init() {}
}

/// Merges events into a fact's silver table: the latest version of each key, upserted into its
/// date's partition, deletes removed; only files that hold a changed row are rewritten.
///
/// Calls in order: for large loads `expect` with the keys of all events to come, `add` for every
/// batch, `prepare`, and the change's `commit`. The result does not depend on the order of the
/// events (docs/specification/dimensions.md S34, with `FactOptions.consumed` for ties across runs).
///
/// Memory: without `expect` all events are held; with it, only those whose key comes more than once
/// or is in silver already, about two bytes a key for the others, and `FactOptions.memoryBytes`.
public final class FactMerge {
    public let fact: FactTable
    public let options: FactOptions
    private var repeats: KeyRepeats?
    /// Keys that a full state holds beside the events.
    public private(set) var present = KeyIndex()
    private var hasBegun = false
    var events = FactEvents()
    /// What is known of the keys of `events`, once it was asked.
    public var known: FactKnown?
    public private(set) var tombstones: FactTombstones
    private var hasher: KeyHasher
    /// What tells equal rows apart where they are kept: among those taken in, and among those
    /// announced.
    public var numbers = EqualRowNumbers()
    var announced = EqualRowNumbers()
    /// A load of few rows has few to share a dictionary with.
    private lazy var writer = FactWriter(
        fact, options, sharesDictionaries: isFirstBuild || repeats != nil)
    public private(set) var report = FactReport()
    private var late: Set<BronzePosition> = []

    /// Begins a merge into the table as it is now.
    public init(_ fact: FactTable, options: FactOptions = FactOptions()) throws(LakeError) {
        self.fact = fact
        self.options = options
        hasher = KeyHasher(fact.spec.entity.keyCollations)
        tombstones = try FactTombstones(fact, replaces: options.mode.isAnew)
        events.namesOvertaken = options.replay != nil
    }

    /// The events added so far that a later version of their key overtakes, for a replay that is
    /// only tried. Nothing is written.
    public func overtaken() throws(LakeError) -> [BronzePosition] {
        try decision().report.overtaken
    }

    private func decision() throws(LakeError) -> FactDecision {
        var known = known
        if options.mode != .replace, known == nil { known = try look(up: []) }
        self.known = known
        return try FactDecision(fact, events, known, options: options, report: report)
    }

    /// Whether there is no row yet that events could meet.
    public var isFirstBuild: Bool {
        options.mode == .replace || (fact.snapshot?.files.isEmpty ?? true)
    }

    /// Announces the keys of rows to come, batch by batch: every key must be announced before the
    /// first `add`. A superset does no harm, so rows need not be checked before.
    ///
    /// - Parameter rowCount: about how many rows there will be in all.
    public func expect(
        _ keys: [Column], count: Int, rowCount: Int
    ) throws(LakeError) {
        precondition(!hasBegun, "expect after add")
        if repeats == nil { repeats = try begin(rowCount) }
        repeats?.add(hasher.hashes(keys, count: count))
    }

    /// Makes room for about `count` events, where none is announced.
    public func reserve(_ count: Int) { events.reserve(count) }

    /// See `FactEvents.numbers`.
    public func number(_ keys: [ValueHash]) -> [Int] { events.numbers(of: keys) }

    /// Keys that silver holds or has seen deleted count as one occurrence.
    private func begin(_ rowCount: Int) throws(LakeError) -> KeyRepeats {
        let known = isFirstBuild ? 0 : Int(clamping: fact.snapshot?.rowCount ?? 0)
        var repeats = KeyRepeats(expectedCount: rowCount + known)
        if options.mode != .replace { try tombstones.scan { hashes, _ in repeats.add(hashes) } }
        if isFirstBuild { return repeats }
        guard let snapshot = fact.snapshot else { return repeats }
        var hasher = KeyHasher(fact.spec.entity.keyCollations)
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(snapshot, columns: fact.keyNames(in: snapshot))
        }
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            repeats.add(hasher.hashes(fact.keyColumns(batch), count: batch.count))
        }
        return repeats
    }

    /// Tells keys of a full state whose rows are not among the events, because a rule rejects them:
    /// they are not gone, so the good row that silver has of them stays.
    public func keep(_ keys: RecordBatch) {
        for hash in hasher.hashes(keys.columns, count: keys.count) { _ = present.place(hash) }
    }

    /// Takes in valid, cleaned events: those of a batch at `accepted`, ascending, or all of them.
    /// Throws `.guarded` for a row without a date, which the rules should have kept, and `.lake`
    /// when rows cannot be written.
    public func add(
        _ events: EventBatch, rows accepted: [Int]? = nil
    ) throws(LakeError) {
        if !hasBegun { repeats?.seal() }
        hasBegun = true
        known = nil
        let count = accepted?.count ?? events.rows.count
        report.events += count
        if count == 0 { return }
        var batch = events
        batch.rows = try fact.conformed(fact.names.stored(events.rows))
        if fact.spec.entity.isWholeRow {
            addNumbers(to: &batch.rows, accepted, by: &numbers)
            // Rows of one state have no order: equal ones say the same.
            batch.sequence = Column(
                .long, storage: .int64([Int64](repeating: 0, count: batch.rows.count)))
        }
        let rows = batch.rows
        let keys = fact.spec.entity.key.compactMap { rows[$0] }
        let hashes = hasher.hashes(keys, count: rows.count)
        guard let repeats else {
            self.events.hold(batch, accepted, hashes)
            return
        }
        var held: [Int] = []
        var alone: [Int] = []
        alone.reserveCapacity(count)
        var deleted: [Int] = []
        for number in 0..<count {
            let row = accepted?[number] ?? number
            if repeats.mayRepeat(hashes[row]) {
                held.append(row)
            } else if let deletes = batch.deletes, deletes[row] {
                deleted.append(row)
            } else {
                alone.append(row)
            }
        }
        if !held.isEmpty { self.events.hold(batch, held, hashes) }
        report.deleted += deleted.count
        tombstones.add(rows, deleted, deleted.map { batch.sequence($0) })
        report.inserted += alone.count
        try writer.write(rows, alone)
    }

    /// The events taken in whose key may occur more than once, announced keys included; all events
    /// when none was announced. In the order of arrival.
    public var heldEvents: [(events: EventBatch, rows: [Int]?)] {
        zip(events.batches, events.chosen).map { batch, rows in
            if late.isEmpty { return (batch, rows) }
            let all = rows ?? Array(0..<batch.rows.count)
            return (batch, all.filter { !late.contains(batch.position($0)) })
        }
    }

    /// Notes rows that are set aside after all.
    func took(_ rows: [BronzePosition]) {
        late.formUnion(rows)
        report.events -= rows.count
    }

    /// How many keys the events have, with those of rejected rows.
    var foundKeys: Int { report.inserted + events.count + present.count }

    /// Goes on with `rest` of the events, `count` of which are set aside after all.
    func replaceEvents(_ rest: FactEvents, without count: Int) {
        events = rest
        known = nil
        report.events -= count
    }

    /// Ends the input: compares, rewrites and adds files. Nothing is visible before `commit`.
    ///
    /// - Parameter transactions: the versions of what was consumed, by name; kept in the commit.
    /// Throws `.receipt` when the events do not add up.
    public func prepare(
        transactions: [String: Int64] = [:], userMetadata: String? = nil
    ) throws(LakeError) -> FactChange {
        let decision = try decision()
        report = decision.report
        // What is overtaken stays in quarantine and is counted there.
        report.events -= report.overtaken.count
        report.superseded -= report.overtaken.count
        let deletes = decision.tombstones
        for (batch, rows) in deletes.enumerated() where !rows.isEmpty {
            let sequences = rows.map { events.latest[$0].sequence }
            let places = rows.map { events.latest[$0].row }
            tombstones.add(events.batches[batch].rows, places, sequences)
        }
        let removed = try write(decision.written, without: decision.leaving)
        let added = try writer.partitions.finish()
        return try change(
            removed: removed, added: added, transactions: transactions,
            userMetadata: userMetadata)
    }

    /// Writes the rows `new` of each batch of events, and files anew in which rows leave; returns
    /// those files, all of them when the table is replaced.
    private func write(
        _ new: [[Int]], without leaving: [[RowReplacement]]
    ) throws(LakeError) -> [AddFile] {
        if let snapshot = fact.snapshot, options.mode != .replace {
            let rewrite = FactRewrite(
                fact: fact, snapshot: snapshot, options: options, writer: writer,
                events: events.batches.map(\.rows))
            return try rewrite.run(leaving, new: new)
        }
        for (batch, rows) in new.enumerated() {
            try writer.write(events.batches[batch].rows, rows.sorted())
        }
        if options.mode == .replace { try keepPresent() }
        return fact.snapshot?.files ?? []
    }

    /// In a table that is built anew of a full state the rows of keys that are there, but rejected,
    /// stay: bronze's newest state does not tell them any more.
    private func keepPresent() throws(LakeError) {
        guard let snapshot = fact.snapshot, present.count > 0 else { return }
        var hasher = KeyHasher(fact.spec.entity.keyCollations)
        var kept = KeyIndex()
        let known = fact.rowSchema.fields.filter { snapshot.schema[$0.name] != nil }
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(snapshot, columns: known.map(\.name))
        }
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            let keys = fact.spec.entity.key.compactMap { batch[$0] }
            let hashes = hasher.hashes(keys, count: batch.count)
            let rows = hashes.indices.filter {
                present.find(hashes[$0]) != nil && events.index.find(hashes[$0]) == nil
                    && kept.place(hashes[$0]).isNew
            }
            if rows.isEmpty { continue }
            report.kept += rows.count
            try writer.write(try fact.conformed(batch.gather(rows)), Array(rows.indices))
        }
    }

    private func change(
        removed: [AddFile], added: [AddFile], transactions: [String: Int64],
        userMetadata: String?
    ) throws(LakeError) -> FactChange {
        report.filesAdded = added.count
        report.filesRemoved = removed.count
        report.bytesAdded = added.reduce(0) { $0 + $1.sizeBytes }
        report.rowsBefore =
            options.mode.isAnew ? Int64(report.kept) : fact.snapshot?.rowCount ?? 0
        let rows = { (files: [AddFile]) in
            files.reduce(Int64(0)) { $0 + ($1.rowCount ?? 0) }
        }
        let all = fact.snapshot?.rowCount ?? 0
        report.rowsAfter = all - rows(removed) + rows(added)
        let values = (removed + added).map(\.partitionValues)
        let days = fact.partition.column.map { column in
            values.compactMap { $0[column] ?? nil }
        }
        report.touchedPartitions = Set(days ?? []).sorted()
        guard report.isBalanced else {
            throw LakeError(
                .receipt, operation: "merge", subject: fact.spec.entity.name,
                message: "\(report.events) events and \(report.rowsBefore) rows came to "
                    + "\(report.rowsAfter) rows, \(report.superseded) superseded, "
                    + "\(report.duplicates) duplicates and \(report.deleted) deleted",
                hint: "Nothing was published; this is a defect, please report it.")
        }
        return try FactChange(
            fact, tombstones, report, options, removed: removed, added: added,
            transactions: transactions, userMetadata: userMetadata)
    }
}
