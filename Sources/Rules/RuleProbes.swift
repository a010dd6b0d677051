public import Columnar
public import Keys
import Synchronization

/// The members of a dimension that a fact may name.
public protocol MemberSet: Sendable {
    /// The dimension's key columns, in the order in which their values are hashed.
    var key: [Field] { get }
    /// By column of `key` what its texts are compared by; nil by their bytes.
    var collations: [Collation?] { get }
    /// Whether there is a valid member with this key.
    func contains(_ member: ValueHash) -> Bool
    /// The members that are set aside, nil where nothing tells of them.
    var absent: AbsentMembers? { get }
}

/// Members held as hashes of their keys: about 34 bytes each.
public struct HashedMembers: MemberSet {
    public let key: [Field]
    private var members = KeyIndex()

    public let collations: [Collation?]
    private let lazyAbsent: LazyAbsentMembers?

    /// - Parameter absent: asked of when a row's member is not among these.
    public init(
        key: [Field], by collations: [Collation?] = [], absent: LazyAbsentMembers? = nil
    ) {
        self.key = key
        self.collations = collations
        lazyAbsent = absent
    }

    public var absent: AbsentMembers? { lazyAbsent?.members }

    /// The number of members.
    public var count: Int { members.count }

    /// Takes in the members whose keys are in `columns`, in the order of `key`; rows with a NULL
    /// in their key are no members.
    public mutating func insert(_ columns: [Column], count: Int) {
        let hashes = ValueHashes(columns, count: count, by: collations)
        for row in 0..<count {
            if let hash = hashes[row] { _ = members.place(hash) }
        }
    }

    public func contains(_ member: ValueHash) -> Bool { members.find(member) != nil }
}

/// Which key holds a value in silver, for rules of kind `unique`.
public protocol HeldValues: Sendable {
    /// The hash of the key whose current row holds `value` in `columns`, nil when none does.
    func holder(of value: ValueHash, in columns: [String]) -> ValueHash?
}

/// The values that a run's events bring, and who holds them in the current rows of silver: at most
/// about 100 bytes for each distinct value of the events and set of columns, however large silver
/// is.
///
/// First `expect` every value that `holder` will be asked of, then `insert` silver's rows.
public struct HashedValues: HeldValues {
    private var expected: [[String]: Expected] = [:]
    private let collations: [String: Collation]

    /// The values of one set of columns.
    private struct Expected: Sendable {
        /// By value the key that holds it; nil while none is known to.
        var holders: [ValueHash: ValueHash?] = [:]
        /// Where the first column's values lie; nil when values came without their columns.
        var range: KeyRange? = KeyRange()
    }

    /// - Parameter collations: by column what its texts are compared by; others by their bytes.
    public init(by collations: [String: Collation] = [:]) { self.collations = collations }

    /// Whether a value of `columns` is expected.
    public func expects(_ columns: [String]) -> Bool { expected[columns]?.holders.isEmpty == false }

    /// How many values are held, with a holder or without.
    public var count: Int { expected.values.reduce(0) { $0 + $1.holders.count } }

    /// Takes in the values that rows of the events have in `columns`; NULLs are none.
    public mutating func expect(_ rows: RecordBatch, columns: [String]) {
        let values = hashes(rows, columns)
        var known = expected.removeValue(forKey: columns) ?? Expected()
        for row in 0..<rows.count {
            if let value = values[row] { known.holders.updateValue(nil, forKey: value) }
        }
        if let first = columns.first, let column = rows[first] {
            // Bounds of bytes do not bound what a collation holds equal.
            if collations[first] == nil { known.range?.take(column) } else { known.range = nil }
        }
        expected[columns] = known
    }

    private func hashes(_ rows: RecordBatch, _ columns: [String]) -> ValueHashes {
        ValueHashes(
            columns.compactMap { rows[$0] }, count: rows.count, by: columns.map { collations[$0] })
    }

    /// Takes in one value, of which only the hash is known.
    public mutating func expect(_ value: ValueHash, columns: [String]) {
        expected[columns, default: Expected()].holders.updateValue(nil, forKey: value)
        expected[columns]?.range = nil
    }

    /// Takes in rows of silver: who holds what in `columns`. What is not expected is passed over.
    public mutating func insert(_ rows: RecordBatch, columns: [String], key: [String]) {
        insert(rows, columns: columns, keys: hashes(rows, key))
    }

    /// As above, by the hashes of the rows' keys.
    public mutating func insert(_ rows: RecordBatch, columns: [String], keys: ValueHashes) {
        guard var known = expected.removeValue(forKey: columns) else { return }
        let values = hashes(rows, columns)
        for row in 0..<rows.count {
            guard let value = values[row], let key = keys[row],
                let index = known.holders.index(forKey: value)
            else { continue }
            known.holders.values[index] = key
        }
        expected[columns] = known
    }

    /// Where the values of the first of `columns` lie; nil when that is not known.
    public func range(_ columns: [String]) -> KeyRange? { expected[columns]?.range }

    public func holder(of value: ValueHash, in columns: [String]) -> ValueHash? {
        expected[columns]?.holders[value] ?? nil
    }
}

/// Notes of which values it is asked, and knows no holder of any.
public final class ValueQuestions: HeldValues {
    private let asked: Mutex<HashedValues>

    public init(by collations: [String: Collation]) { asked = Mutex(HashedValues(by: collations)) }

    /// What was asked so far.
    public var values: HashedValues { asked.withLock { $0 } }

    public func holder(of value: ValueHash, in columns: [String]) -> ValueHash? {
        asked.withLock { $0.expect(value, columns: columns) }
        return nil
    }
}

/// What rules ask about rows outside their batch.
public struct RuleProbes: Sendable {
    /// The members of each dimension, those that became valid in this run included.
    public var members: [String: any MemberSet] = [:]
    /// What silver holds; nil when there is no silver yet.
    public var held: (any HeldValues)?
    /// The newest value silver has of a time column, microseconds.
    public var newest: [String: Int64] = [:]
    /// The time of the run, microseconds UTC: `freshness` is measured against it.
    public var now: Int64

    public init(now: Int64) { self.now = now }
}
