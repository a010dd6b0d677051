public import Columnar

/// The members of a dimension that a fact may name.
public protocol MemberSet: Sendable {
    /// The dimension's key columns, in the order in which their values are hashed.
    var key: [Field] { get }
    /// Whether there is a valid member with this key.
    func contains(_ member: ValueHash) -> Bool
}

/// Members held as hashes of their keys: 16 bytes each and the set's slack.
public struct HashedMembers: MemberSet {
    public let key: [Field]
    private var members: Set<ValueHash> = []

    public init(key: [Field]) { self.key = key }

    /// The number of members.
    public var count: Int { members.count }

    /// Takes in the members whose keys are in `columns`, in the order of `key`; rows with a NULL
    /// in their key are no members.
    public mutating func insert(_ columns: [Column], count: Int) {
        let hashes = ValueHashes(columns, count: count)
        for row in 0..<count {
            if let hash = hashes[row] { members.insert(hash) }
        }
    }

    public func contains(_ member: ValueHash) -> Bool { members.contains(member) }
}

/// Which key holds a value in silver, for rules of kind `unique`.
public protocol HeldValues: Sendable {
    /// The hash of the key whose current row holds `value` in `columns`, nil when none does.
    func holder(of value: ValueHash, in columns: [String]) -> ValueHash?
}

/// Values read from the current rows of a silver table: 48 bytes a row and set of columns.
public struct HashedValues: HeldValues {
    private var holders: [[String]: [ValueHash: ValueHash]] = [:]

    public init() {}

    /// Takes in rows of silver: who holds what in `columns`.
    public mutating func insert(_ rows: RecordBatch, columns: [String], key: [String]) {
        let values = ValueHashes(columns.compactMap { rows[$0] }, count: rows.count)
        let keys = ValueHashes(key.compactMap { rows[$0] }, count: rows.count)
        var known = holders.removeValue(forKey: columns) ?? [:]
        for row in 0..<rows.count {
            if let value = values[row], let key = keys[row] { known[value] = key }
        }
        holders[columns] = known
    }

    public func holder(of value: ValueHash, in columns: [String]) -> ValueHash? {
        holders[columns]?[value]
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
