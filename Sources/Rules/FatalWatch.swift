public import Columnar
public import Events
public import Keys
public import Lake
import Pipeline

/// The rows that fail rules which may stop a run: how many of them count against it, and samples
/// for the quarantine.
///
/// A row counts while it is the latest of its key: a later version, good or bad, or a delete says
/// that the source went on from it. Nor does one count about which a steward decided. About 60
/// bytes for each key with a failing row; samples are held whole.
public struct FatalWatch: Sendable {
    /// What orders the versions of a key.
    public struct Order: Comparable, Sendable {
        public var sequence: Int64
        public var position: BronzePosition

        /// Of a row of a batch.
        public init(_ events: EventBatch, _ row: Int) {
            sequence = events.sequence.int64(row) ?? .min
            position = events.position(row)
        }

        public static func < (left: Order, right: Order) -> Bool {
            (left.sequence, left.position) < (right.sequence, right.position)
        }
    }

    /// A row that fails, by its key.
    public struct Failing: Sendable {
        public var order: Order
        /// `QuarantineContent`; 0 where rows are known by their place alone.
        public var content: Int64
    }

    /// Samples of a rule.
    public static let sampleCount = 1000

    private let set: RuleSet
    /// The rules that may stop a run.
    private let watched: [Int]
    private let collations: [Collation?]
    private let hashesContents: Bool
    private var latest: [Int: [ValueHash: Failing]] = [:]
    /// Rows without a whole key: nothing can follow them.
    private var keyless: [Int: Int64] = [:]
    private var samples: [RejectedRows] = []
    private var sampled: [Int: Int] = [:]

    /// - Parameters:
    ///   - collations: what the key is compared by.
    ///   - hashesContents: whether rows are known by their values, as those of full states.
    public init(_ set: RuleSet, by collations: [Collation?], hashesContents: Bool) {
        self.set = set
        self.collations = collations
        self.hashesContents = hashesContents
        watched = set.rules.indices.filter { index in
            let rule = set.rules[index]
            return !rule.test.isAboutBatch
                && (rule.spec.severity == .fatal || rule.spec.fatalIf != nil)
        }
    }

    /// Takes in what fails of a batch; `verdict` is settled.
    ///
    /// - Parameters:
    ///   - pardons: row by row the rules that are not held against it; empty for none.
    ///   - contents: as those of `RejectedRows`.
    public mutating func take(
        _ events: EventBatch, raw: EventBatch?, contents: [Int64]?, pardons: [Set<String>],
        _ verdict: RuleVerdict
    ) {
        var wanted: Set<Int> = []
        for rule in watched {
            guard let mask = verdict.failing[rule] else { continue }
            let id = set.rules[rule].spec.id
            let rows = mask.rows.filter { $0 >= pardons.count || !pardons[$0].contains(id) }
            if rows.isEmpty { continue }
            note(rows, rule, events, (raw ?? events).rows, contents)
            let room = FatalWatch.sampleCount - (sampled[rule] ?? 0)
            wanted.formUnion(rows.prefix(room))
            sampled[rule, default: 0] += min(room, rows.count)
        }
        if wanted.isEmpty { return }
        let rows = wanted.sorted()
        samples.append(
            RejectedRows(
                events: events.gather(rows), raw: raw?.gather(rows), rows: Array(rows.indices),
                contents: contents.map { contents in rows.map { contents[$0] } },
                violations: set.violations(rows, in: events, verdict)))
    }

    private mutating func note(
        _ rows: [Int], _ rule: Int, _ events: EventBatch, _ raw: RecordBatch, _ contents: [Int64]?
    ) {
        // A whole row has no later version: each counts.
        let keys =
            set.equalRows != nil
            ? ValueHashes(rows.map { events.position($0).hash })
            : ValueHashes(
                set.key.map { events.rows.columns[$0].gather(rows) }, count: rows.count,
                by: collations)
        var hashes = [Int64](repeating: 0, count: rows.count)
        if hashesContents {
            hashes =
                contents.map { contents in rows.map { contents[$0] } }
                ?? QuarantineContent.hashes(raw.gather(rows))
        }
        for (number, row) in rows.enumerated() {
            guard let key = keys[number] else {
                keyless[rule, default: 0] += 1
                continue
            }
            let order = Order(events, row)
            if let known = latest[rule]?[key], order < known.order { continue }
            latest[rule, default: [:]][key] = Failing(order: order, content: hashes[number])
        }
    }

    /// Whether there is a row that something later may have followed.
    public var hasKeys: Bool { latest.values.contains { !$0.isEmpty } }

    /// A version of a key: failing rows that it follows count no more.
    public mutating func follow(_ key: ValueHash, _ order: Order) {
        for rule in watched {
            guard let known = latest[rule]?[key], known.order < order else { continue }
            latest[rule]?[key] = nil
        }
    }

    /// Takes out what a steward decided about.
    public mutating func remove(
        where isDecided: (ValueHash, Failing) throws(LakeError) -> Bool
    ) throws(LakeError) {
        for rule in watched {
            for (key, failing) in latest[rule] ?? [:] where try isDecided(key, failing) {
                latest[rule]?[key] = nil
            }
        }
    }

    /// How many rows count, by the rule's place.
    public var counts: [Int: Int64] {
        var counts: [Int: Int64] = [:]
        for rule in watched {
            counts[rule] = Int64(latest[rule]?.count ?? 0) + (keyless[rule] ?? 0)
        }
        return counts
    }

    /// The samples that fail one of the rules `ids` and count.
    public func samples(of ids: Set<String>) -> [RejectedRows] {
        var places: Set<BronzePosition> = []
        for failing in latest.values { places.formUnion(failing.values.map(\.order.position)) }
        return samples.compactMap { aside in
            let key = set.key.map { aside.events.rows.columns[$0] }
            let rows = aside.rows.filter { row in
                aside.violations[row].contains { ids.contains($0.rule) }
                    && (places.contains(aside.events.position(row))
                        || key.contains { $0.isNull(row) })
            }
            if rows.isEmpty { return nil }
            var part = aside
            part.rows = rows
            part.violations = rows.map { aside.violations[$0] }
            return part
        }
    }
}
