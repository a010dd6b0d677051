public import Columnar
import Delta
public import Parquet
import Synchronization

/// How a fact takes in a batch of events.
public struct FactOptions: Sendable {
    public enum Mode: Sendable {
        /// The events are news of a table that goes on.
        case merge
        /// The events are the whole table at one moment: rows whose key they lack are gone.
        case fullState
        /// The events are all there are; what the table holds is put aside (a rebuild).
        case replace
    }

    /// How rows of the quarantine are taken in. They wait there only while nothing later came of
    /// their key, so at the sequence of silver's row, or where the fact has none, they win.
    public struct Replay: Sendable {
        /// Rows that yield then: those whose key was corrected to another one.
        public var yielding: Set<BronzePosition> = []

        public init() {}
    }

    public var mode = Mode.merge
    /// Bronze versions up to this one were merged before: of two versions of a key with the same
    /// sequence, one from a later version wins and one from an earlier one does not.
    public var consumed: Int64 = -1
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
/// events (spec/scd2.md S34, with `FactOptions.consumed` for ties across runs).
///
/// Memory: without `expect` all events are held; with it, only those whose key comes more than once
/// or is in silver already, about two bytes a key for the others, and `FactOptions.memoryBytes`.
public final class FactMerge {
    public let fact: FactTable
    private let options: FactOptions
    private var repeats: KeyRepeats?
    /// Keys that a full state holds beside the events.
    private var present = KeyIndex()
    private var hasBegun = false
    private var events = FactEvents()
    private(set) var tombstones: FactTombstones
    private var hasher = KeyHasher()
    private var writer: PartitionedWriter?
    private var report = FactReport()

    /// Begins a merge into the table as it is now.
    public init(_ fact: FactTable, options: FactOptions = FactOptions()) throws(TransformError) {
        self.fact = fact
        self.options = options
        tombstones = try FactTombstones(fact, replaces: options.mode == .replace)
        events.namesOvertaken = options.replay != nil
    }

    /// The events added so far that a later version of their key overtakes, for a replay that is
    /// only tried. Nothing is written.
    public func overtaken() throws(TransformError) -> [BronzePosition] {
        try FactDecision(
            fact, events, tombstones, present, options: options, report: report
        ).report.overtaken
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
    ) throws(TransformError) {
        precondition(!hasBegun, "expect after add")
        if repeats == nil { repeats = try begin(rowCount) }
        repeats?.add(hasher.hashes(keys, count: count))
    }

    /// Keys that silver holds or has seen deleted count as one occurrence.
    private func begin(_ rowCount: Int) throws(TransformError) -> KeyRepeats {
        let known = isFirstBuild ? 0 : Int(clamping: fact.snapshot?.rowCount ?? 0)
        var repeats = KeyRepeats(expectedCount: rowCount + known)
        if options.mode != .replace { try tombstones.scan { hashes, _ in repeats.add(hashes) } }
        if isFirstBuild { return repeats }
        guard let snapshot = fact.snapshot else { return repeats }
        var hasher = KeyHasher()
        let scan = try inLake { () throws(DeltaError) in
            try DeltaScan(snapshot, columns: fact.spec.entity.key)
        }
        while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
            repeats.add(hasher.hashes(batch.columns, count: batch.count))
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
    ) throws(TransformError) {
        if !hasBegun { repeats?.seal() }
        hasBegun = true
        let count = accepted?.count ?? events.rows.count
        report.events += count
        if count == 0 { return }
        var batch = events
        batch.rows = try fact.conformed(events.rows)
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
        try write(rows, alone)
    }

    /// The events taken in whose key may occur more than once, announced keys included; all events
    /// when none was announced. In the order of arrival.
    var heldEvents: [EventBatch] { events.batches }

    /// Ends the input: compares, rewrites and adds files. Nothing is visible before `commit`.
    ///
    /// - Parameter transactions: the versions of what was consumed, by name; kept in the commit.
    /// Throws `.receipt` when the events do not add up.
    public func prepare(
        transactions: [String: Int64] = [:], userMetadata: String? = nil
    ) throws(TransformError) -> FactChange {
        let decision = try FactDecision(
            fact, events, tombstones, present, options: options, report: report)
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
        let removed = try rewrite(decision.dropped)
        if options.mode == .replace { try keepPresent() }
        for (batch, rows) in decision.written.enumerated() {
            try write(events.batches[batch].rows, rows)
        }
        let added = try writer?.finish() ?? []
        return try change(
            removed: removed, added: added, transactions: transactions,
            userMetadata: userMetadata)
    }

    /// Writes the rows of touched files that stay; returns those files, and all files when the
    /// table is replaced.
    private func rewrite(_ dropped: [[Int]]) throws(TransformError) -> [AddFile] {
        guard let snapshot = fact.snapshot else { return [] }
        if options.mode == .replace { return snapshot.files }
        var removed: [AddFile] = []
        var touched: [TouchedGroup] = []
        for (file, gone) in zip(snapshot.files, dropped)
        where !gone.isEmpty || fact.isWidened {
            removed.append(file)
            touched += try copyUntouched(file, without: gone.sorted())
        }
        try rewrite(touched, of: snapshot)
        return removed
    }

    /// A row group some of whose rows leave.
    private struct TouchedGroup: Sendable {
        var file: AddFile
        var reader: FileReader
        var number: Int
        /// The rows that leave, ascending, within the group.
        var gone: [Int]
    }

    /// Row groups that keep all their rows are taken over as they are stored; returns the others.
    private func copyUntouched(
        _ file: AddFile, without gone: [Int]
    ) throws(TransformError) -> [TouchedGroup] {
        let reader = try inLake { () throws(DeltaError) in try fact.table.reader(of: file) }
        let day = (file.partitionValues[fact.partition.column] ?? nil).flatMap { CivilDate($0) }
        var touched: [TouchedGroup] = []
        var rest = gone[...]
        var start = 0
        for group in reader.rowGroups.indices {
            let count = reader.rowGroups[group].rowCount
            let here = rest.prefix { $0 < start + count }
            rest = rest.dropFirst(here.count)
            var isCopied = false
            if here.isEmpty, count >= options.copiedRows,
                let day = day.flatMap({ Int32(exactly: $0.daysSinceEpoch) })
            {
                isCopied = try openWriter().copy(reader, rowGroup: group, day: day)
            }
            if !isCopied {
                touched.append(
                    TouchedGroup(
                        file: file, reader: reader, number: group, gone: here.map { $0 - start }))
            }
            start += count
        }
        return touched
    }

    /// Writes the rows that stay of row groups, which are read on threads of their own.
    private func rewrite(
        _ groups: [TouchedGroup], of snapshot: Snapshot
    ) throws(TransformError) {
        let fact = fact
        let known = fact.rowSchema.fields.map(\.name).filter { snapshot.schema[$0] != nil }
        let rest = Mutex(groups[...])
        let production = OrderedProduction<TouchedGroup, (rows: RecordBatch, stay: [Int])>(
            threads: 2, limit: options.memoryBytes / 4, size: { $0.rows.heldBytes },
            next: { () throws(TransformError) in rest.withLock { $0.popFirst() } },
            produce: { (group, give) throws(TransformError) in
                let scan = try inLake { () throws(DeltaError) in
                    try DeltaScan(
                        snapshot, group.file, reader: group.reader, rowGroup: group.number,
                        columns: known)
                }
                var gone = group.gone[...]
                var first = 0
                while let batch = try inLake({ () throws(DeltaError) in try scan.next() }) {
                    var stay: [Int] = []
                    stay.reserveCapacity(batch.count)
                    for row in 0..<batch.count {
                        if gone.first == first + row {
                            gone.removeFirst()
                        } else {
                            stay.append(row)
                        }
                    }
                    first += batch.count
                    if !give((try fact.conformed(batch), stay)) { return }
                }
            })
        try production.run { (batch) throws(TransformError) in
            try write(batch.rows, batch.stay)
        }
    }

    /// In a table that is built anew of a full state the rows of keys that are there, but rejected,
    /// stay: bronze's newest state does not tell them any more.
    private func keepPresent() throws(TransformError) {
        guard let snapshot = fact.snapshot, present.count > 0 else { return }
        var hasher = KeyHasher()
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
            try write(try fact.conformed(batch.gather(rows)), Array(rows.indices))
        }
    }

    private func write(_ rows: RecordBatch, _ chosen: [Int]) throws(TransformError) {
        guard !chosen.isEmpty, let dates = rows[fact.partition.date] else { return }
        if let validity = dates.validity, let row = chosen.first(where: { !validity[$0] }) {
            throw TransformError(
                .guarded, operation: "merge", subject: fact.spec.entity.name,
                message: "the \(row + 1)th row of a batch has no \(fact.partition.date): it has no "
                    + "partition to be in",
                hint: "the rule null_date keeps such rows in quarantine; is it switched off?")
        }
        try openWriter().write(
            fact.fileColumns(rows), rows: chosen.count == rows.count ? nil : chosen,
            days: fact.partition.days(dates))
    }

    private func openWriter() -> PartitionedWriter {
        if let writer { return writer }
        var layout = PartitionLayout(
            table: fact.table, schema: fact.fileSchema, partitionColumn: fact.partition.column)
        layout.alwaysIndexed = Set(fact.spec.entity.key + (fact.sequenceColumn.map { [$0] } ?? []))
        layout.configuration = fact.snapshot?.configuration ?? options.configuration
        layout.options = options.writer
        layout.memoryBytes = options.memoryBytes
        let writer = PartitionedWriter(layout, threads: options.threads)
        self.writer = writer
        return writer
    }

    private func change(
        removed: [AddFile], added: [AddFile], transactions: [String: Int64],
        userMetadata: String?
    ) throws(TransformError) -> FactChange {
        report.filesAdded = added.count
        report.filesRemoved = removed.count
        report.bytesAdded = added.reduce(0) { $0 + $1.sizeBytes }
        report.rowsBefore =
            options.mode == .replace ? Int64(report.kept) : fact.snapshot?.rowCount ?? 0
        let rows = { (files: [AddFile]) in
            files.reduce(Int64(0)) { $0 + (FileStatistics($1.stats)?.numRecords ?? 0) }
        }
        let all = fact.snapshot?.rowCount ?? 0
        report.rowsAfter = all - rows(removed) + rows(added)
        let days = (removed + added).compactMap { $0.partitionValues[fact.partition.column] ?? nil }
        report.touchedPartitions = Set(days).sorted()
        guard report.isBalanced else {
            throw TransformError(
                .receipt, operation: "merge", subject: fact.spec.entity.name,
                message: "\(report.events) events and \(report.rowsBefore) rows came to "
                    + "\(report.rowsAfter) rows, \(report.superseded) superseded, "
                    + "\(report.duplicates) duplicates and \(report.deleted) deleted",
                hint: "nothing was published; this is a defect, please report it")
        }
        return try FactChange(
            fact, tombstones, report, options, removed: removed, added: added,
            transactions: transactions, userMetadata: userMetadata)
    }
}
