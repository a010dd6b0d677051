import Columnar
import Delta
public import Events
import Keys
public import Lake
import Pipeline
import Tables

/// Why a member has the versions it has: the events that are known, what became of each, and the
/// versions.
public struct MemberExplanation: Sendable {
    /// Where an event is known from.
    public enum Origin: String, Sendable {
        /// A version in the table tells it.
        case version
        /// The journal of what versions do not tell.
        case journal
        /// The events handed in.
        case bronze
        /// A row that was set aside.
        case quarantine
    }

    /// One event and what became of it.
    public struct Step: Sendable {
        public var sequence: Int64
        /// Microseconds UTC.
        public var time: Int64
        public var isDelete: Bool
        public var origin: Origin
        public var decision: String
        /// The values of columns other than the key's; nil is NULL. Empty for a delete.
        public var values: [(column: String, value: String?)]

        public init(
            sequence: Int64, time: Int64, isDelete: Bool, origin: Origin, decision: String,
            values: [(column: String, value: String?)]
        ) {
            self.sequence = sequence
            self.time = time
            self.isDelete = isDelete
            self.origin = origin
            self.decision = decision
            self.values = values
        }
    }

    /// One version. Times in microseconds UTC.
    public struct Version: Sendable {
        public var from: Int64
        /// Nil while it holds.
        public var to: Int64?
        public var isDeleted: Bool
        public var surrogateKey: Int64
        public var values: [(column: String, value: String?)]
    }

    public var dimension: String
    public var key: [(column: String, value: String)]
    /// Ordered by sequence.
    public var steps: [Step] = []
    public var versions: [Version] = []

    public init(
        dimension: String, key: [(column: String, value: String)], steps: [Step] = [],
        versions: [Version] = []
    ) {
        self.dimension = dimension
        self.key = key
        self.steps = steps
        self.versions = versions
    }

    /// The explanation as text: of each event and version its time and what became of it, below it
    /// the values, or only those that differ from the ones before.
    public var lines: [String] {
        let name = key.map { "\($0.column) = \($0.value)" }.joined(separator: ", ")
        var lines = ["\(dimension): \(name)", "", "events (\(steps.count)), oldest first:"]
        var before: [(column: String, value: String?)] = []
        for step in steps {
            let what = step.isDelete ? "delete" : "upsert"
            lines.append(
                "  \(Timestamp.text(microseconds: step.time))  \(what)  "
                    + "[\(step.origin.rawValue)]  \(step.decision)")
            if !step.isDelete { lines.append(MemberExplanation.text(step.values, after: before)) }
            before = step.values
        }
        lines += ["", "versions (\(versions.count)):"]
        before = []
        for version in versions {
            let to = version.to.map { Timestamp.text(microseconds: $0) } ?? "open"
            lines.append(
                "  [\(Timestamp.text(microseconds: version.from)), \(to))  "
                    + "surrogate_key \(version.surrogateKey)"
                    + (version.isDeleted ? "  deleted" : version.to == nil ? "  current" : ""))
            lines.append(MemberExplanation.text(version.values, after: before))
            before = version.values
        }
        return lines
    }

    /// `a='A' b=NULL`, or `a: 'A' → 'B'` for what differs from the values before.
    private static func text(
        _ values: [(column: String, value: String?)],
        after before: [(column: String, value: String?)]
    ) -> String {
        func quoted(_ text: String?) -> String { text.map { "'\($0)'" } ?? "NULL" }
        if before.isEmpty {
            return "      "
                + values.map { "\($0.column)=\(quoted($0.value))" }.joined(separator: " ")
        }
        let changes = values.compactMap { column, value -> String? in
            guard let old = before.first(where: { $0.column == column }) else {
                return "\(column)=\(quoted(value))"
            }
            return old.value == value ? nil : "\(column): \(quoted(old.value)) → \(quoted(value))"
        }
        return "      " + (changes.isEmpty ? "no value differs" : changes.joined(separator: ", "))
    }
}

extension DimensionMerge {
    /// Explains one member. Cost: the key columns of the table, and the files that hold it.
    ///
    /// - Parameters:
    ///   - key: the text of each key column.
    ///   - batches: events to lay beside what the table knows, such as all of bronze.
    /// - Returns: nil when nothing is known of such a member.
    /// - Throws: `.configuration` when `key` does not name the key columns, `.lake`, `.drift`.
    public func explain(
        key: [String: String], batches: [EventBatch] = []
    ) throws(LakeError) -> MemberExplanation? {
        guard Set(key.keys) == Set(spec.entity.key) else {
            throw LakeError(
                .configuration, operation: "explain", subject: "dimension \(name)",
                message: "a member is named by " + spec.entity.key.joined(separator: ", "),
                hint: "Give each key column once.")
        }
        let snapshot = try lake { () throws(DeltaError) in try table.snapshot() }
        return try snapshot.explained(self, key, batches)
    }
}

extension Snapshot? {
    /// The explanation of the member `key` in this table.
    fileprivate func explained(
        _ merge: DimensionMerge, _ key: [String: String], _ batches: [EventBatch]
    ) throws(LakeError) -> MemberExplanation? {
        let layout = try DimensionLayout(
            merge.spec, given: merge.schema, untold: UntoldColumns(batches, merge.options),
            snapshot: self, acceptsTracking: true)
        let hasher = MemberHasher(layout.cleaned, by: layout.collations)
        var intake = MemberIntake(
            layout, hasher, merge.options, takesDeletes: merge.spec.closesDeleted, capacity: 1)
        let texts = Dictionary(
            key.map { (layout.names.stored($0.key), $0.value) }, uniquingKeysWith: { $1 })
        let match = KeyMatch(layout: layout, hasher: hasher, key: texts)
        intake.take(batches.compactMap { match.only($0.stored(by: layout.names)) })
        let history = map { MemberHistory(snapshot: $0, layout: layout, hasher: hasher) }
        let journal = try merge.lake { () throws(DeltaError) in
            try MemberJournal(merge.journalTable, layout, hasher, isNew: false)
        }
        if intake.index.count == 0 {
            let tables = [self, journal.snapshot].compactMap(\.self)
            let hash = try merge.lake { () throws(DeltaError) -> ValueHash? in
                for table in tables {
                    if let hash = try match.find(in: table) { return hash }
                }
                return nil
            }
            guard let hash else { return nil }
            _ = intake.index.place(hash)
        }
        let (versions, known) = try merge.lake { () throws(DeltaError) in
            (
                try history?.versions(of: &intake, within: nil) ?? [],
                try journal.events(of: &intake, within: nil)
            )
        }
        return MemberOutcome(name: merge.name, layout: layout, intake: intake)
            .explanation(versions, known, key)
    }
}

/// Finds one member by the text of its key.
private struct KeyMatch {
    let layout: DimensionLayout
    let hasher: MemberHasher
    let key: [String: String]

    private func rows(_ batch: RecordBatch) -> [Int] {
        var rows = Array(0..<batch.count)
        for name in layout.key {
            guard let column = batch[name], let text = key[name] else { return [] }
            let collation = layout.collations[name]
            let compared = { (text: [UInt8]) in collation?.folded(text[...]) ?? text }
            let wanted = compared(Array(text.utf8))
            rows.removeAll { column.isNull($0) || compared(column.textBytes($0)) != wanted }
        }
        return rows
    }

    func only(_ batch: EventBatch) -> EventBatch? {
        let rows = rows(batch.rows)
        if rows.isEmpty { return nil }
        var only = batch
        only.rows = batch.rows.gather(rows)
        only.sequence = batch.sequence.gather(rows)
        only.deletes = batch.deletes.map { deletes in Bitmap(rows.map { deletes[$0] }) }
        only.extractedAt = rows.map { batch.extractedAt[$0] }
        return only
    }

    func find(in snapshot: Snapshot) throws(DeltaError) -> ValueHash? {
        let scan = try DeltaScan(snapshot, columns: layout.key)
        while let batch = try scan.next() {
            guard let row = rows(batch).first else { continue }
            return hasher.keys(batch.gather([row]), layout.key)[0]
        }
        return nil
    }
}

extension MemberOutcome {
    /// What is known of the only member, and what becomes of it.
    fileprivate func explanation(
        _ versions: [MemberVersion], _ known: [MemberEvent], _ key: [String: String]
    ) -> MemberExplanation {
        var input = known
        let old = versions.sorted { $0.interval.from < $1.interval.from }
        MemberDecisions.recover(old[...], 0, intake.options.kind, into: &input)
        input.append(contentsOf: intake.events)
        var timeline = Timeline(
            TimelineRules(
                kind: intake.options.kind, tieBreak: intake.options.tieBreak, loose: intake.loose))
        timeline.build(input)
        var explanation = MemberExplanation(
            dimension: name,
            key: layout.key.map { layout.names.entity($0) }.map { ($0, key[$0] ?? "") })
        for event in timeline.events {
            explanation.steps.append(step(event, decision(event, timeline)))
        }
        for event in timeline.duplicates {
            explanation.steps.append(step(event, "an event of this sequence is there already"))
        }
        for event in timeline.conflicts {
            explanation.steps.append(
                step(event, "refused, another one has this sequence and other values"))
        }
        explanation.steps.sort { ($0.sequence, $0.time) < ($1.sequence, $1.time) }
        explanation.versions = old.map { version in
            MemberExplanation.Version(
                from: version.interval.from,
                to: version.interval.isOpen ? nil : version.interval.to,
                isDeleted: version.interval.isDeleted, surrogateKey: version.surrogateKey,
                values: values(version.interval.row))
        }
        return explanation
    }

    private func step(_ event: MemberEvent, _ decision: String) -> MemberExplanation.Step {
        MemberExplanation.Step(
            sequence: event.sequence, time: event.time, isDelete: event.isDelete,
            origin: event.isJournaled ? .journal : event.isKnown ? .version : .bronze,
            decision: decision, values: event.isDelete ? [] : values(event.row))
    }

    private func decision(_ event: MemberEvent, _ timeline: Timeline) -> String {
        let intervals = timeline.intervals
        if event.isDelete {
            return intervals.contains { $0.to == event.time }
                ? "ends the version" : "nothing is open, it ends nothing"
        }
        if let opened = intervals.first(where: { $0.from == event.time }) {
            return opened.row == event.row
                ? "begins a version" : "begins a version; later untracked values hold"
        }
        guard let around = intervals.first(where: { $0.from < event.time && event.time < $0.to })
        else { return "was superseded before it was seen" }
        return around.row == event.row
            ? "tracked values are those of the version, its untracked values hold"
            : "tracked values are those of the version; later untracked values hold"
    }

    private func values(_ row: RowReference) -> [(column: String, value: String?)] {
        if row.batch < 0 { return [] }
        let batch = intake.store.batches[Int(row.batch)]
        return zip(batch.schema.fields, batch.columns).compactMap { field, column in
            if layout.key.contains(field.name) { return nil }
            let index = Int(row.row)
            let name = layout.names.entity(field.name)
            return (name, column.isNull(index) ? nil : column.text(index))
        }
    }
}
