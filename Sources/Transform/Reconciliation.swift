public import Columnar
public import Delta
public import Lake
public import Pipeline
import Work

/// The receipt of an entity: where the rows of bronze are, and whether every one is somewhere.
public struct Reconciliation: Hashable, Sendable {
    public var table: String
    /// Rows of bronze that were taken in; nil where nobody knows.
    public var bronze: Int64?
    public var silver: Int64
    public var quarantined: Int64
    public var superseded: Int64
    public var duplicates: Int64
    public var deleted: Int64
    /// Rows of the One Big Table over the fact; nil when there is none.
    public var gold: Int64?
    /// What does not balance, for people; empty when all does.
    public var differences: [String] = []
    /// What is not known, so that nothing is proven of it.
    public var notProven: [String] = []
    /// What is in order and worth knowing.
    public var notes: [String] = []

    public var isBalanced: Bool { differences.isEmpty }

    /// Where the rows are, added up.
    public var sum: Int64 { silver + quarantined + superseded + duplicates + deleted }

    /// The receipt of a fact or dimension: bronze = silver + quarantined + superseded +
    /// duplicates + deleted.
    ///
    /// - Parameters:
    ///   - quarantined: rows that wait in quarantine, or of which a steward decided.
    ///   - overtaken: rows there that a later version superseded.
    public init(
        table: String, bronze: Int64?, silver: Int64, _ totals: SilverTotals, quarantined: Int64,
        overtaken: Int64
    ) {
        self.init(
            table: table, bronze: bronze, silver: silver, quarantined: quarantined,
            superseded: totals.superseded + overtaken, duplicates: totals.duplicates,
            deleted: totals.deleted)
    }

    /// A receipt over counts.
    public init(
        table: String, bronze: Int64?, silver: Int64, quarantined: Int64, superseded: Int64,
        duplicates: Int64, deleted: Int64
    ) {
        self.table = table
        self.bronze = bronze
        self.silver = silver
        self.quarantined = quarantined
        self.superseded = superseded
        self.duplicates = duplicates
        self.deleted = deleted
        guard let bronze else {
            notProven.append("\(table): bronze's log does not tell how many rows were taken in")
            return
        }
        if sum != bronze {
            differences.append(
                "\(table): bronze has \(bronze) rows, silver \(silver) + quarantined "
                    + "\(quarantined) + superseded \(superseded) + duplicates \(duplicates) + "
                    + "deleted \(deleted) = \(sum)")
        }
    }

    /// Compares the fact, as it was when the One Big Table was made of it, with that table: as many
    /// rows, and equal sums of every measure that is in both.
    /// Cost: reads the measures of both tables whole, on `threads` threads; nothing without `sums`.
    public mutating func compare(
        fact: Snapshot, gold: Snapshot, _ spec: OneBigTableSpec, sums: Bool = true,
        threads: Int = 2
    ) throws(LakeError) {
        let name = spec.name
        self.gold = gold.rowCount
        if fact.rowCount != gold.rowCount {
            let rows = { (count: Int64?) in count.map { "\($0)" } ?? "an unknown number of" }
            differences.append(
                "\(name): \(rows(fact.rowCount)) facts, \(rows(gold.rowCount)) rows of gold")
        }
        guard sums else { return }
        let names = StoredNames(stored: fact.schema)
        let columns = MeasureSums.measures(fact.schema).filter {
            spec.columns.takes(names.entity($0)) && gold.schema[$0] != nil
        }
        let left = try MeasureSums(fact, columns: columns, threads: threads)
        let right = try MeasureSums(gold, columns: columns, threads: threads)
        for (index, column) in columns.enumerated() where left.sums[index] != right.sums[index] {
            differences.append(
                "\(name): the sum of '\(column)' is \(left.text(index)) in silver and "
                    + "\(right.text(index)) in gold")
        }
    }
}

/// The exact sums of a table's numeric columns.
public struct MeasureSums: Sendable {
    /// One column's sum and what it is the sum of.
    public struct Sum: Hashable, Sendable {
        /// Whole numbers and unscaled decimals add up exactly, modulo 2^128. Of floating point the
        /// bits are added up, since a sum of such numbers depends on their order.
        public var total: Int128 = 0
        public var valueCount: Int64 = 0
    }

    public let columns: [String]
    public private(set) var sums: [Sum]
    private let types: [ColumnType]

    /// The columns of a fact that gold must hold with the same sum: all numbers.
    public static func measures(_ schema: Schema) -> [String] {
        schema.fields.filter { field in
            switch field.type {
            case .byte, .short, .integer, .long, .decimal, .float, .double: true
            default: false
            }
        }.map(\.name)
    }

    /// Adds up `columns` over all files.
    init(
        _ snapshot: Snapshot, columns: [String], threads: Int = 2
    ) throws(LakeError) {
        self.columns = columns
        types = columns.map { snapshot.schema[$0]?.type ?? .long }
        sums = columns.map { _ in Sum() }
        if columns.isEmpty { return }
        let parts = try concurrentMap(snapshot.files, threads: threads) {
            file throws(LakeError) -> [Sum] in
            var sums = columns.map { _ in Sum() }
            try inLake { () throws(DeltaError) in
                let scan = try DeltaScan(snapshot, files: [file], columns: columns)
                while let batch = try scan.next() {
                    for (index, column) in batch.columns.enumerated() {
                        sums[index].add(column)
                    }
                }
            }
            return sums
        }
        for part in parts {
            for index in sums.indices {
                sums[index].total &+= part[index].total
                sums[index].valueCount += part[index].valueCount
            }
        }
    }

    /// A sum for people.
    public func text(_ index: Int) -> String {
        let sum = sums[index]
        switch types[index] {
        case .decimal(_, let scale): return Decimal.text(unscaled: sum.total, scale: scale)
        case .float, .double:
            return "\(sum.valueCount) values of digest " + String(sum.total, radix: 16)
        default: return "\(sum.total)"
        }
    }
}

extension MeasureSums.Sum {
    /// Takes a column's values in; NULLs do not count.
    mutating func add(_ column: Column) {
        valueCount += Int64(column.count - column.nullCount)
        switch column.storage {
        case .int32(let values): add(column) { Int128(values[$0]) }
        case .int64(let values): add(column) { Int128(values[$0]) }
        case .int128(let values): add(column) { values[$0] }
        case .float(let values): add(column) { Int128(values[$0].bitPattern) }
        case .double(let values): add(column) { Int128(values[$0].bitPattern) }
        case .bool, .bytes, .dictionary, .structure, .list, .map: break
        }
    }

    private mutating func add(_ column: Column, _ value: (Int) -> Int128) {
        var sum: Int128 = 0
        if let validity = column.validity {
            for row in 0..<column.count where validity[row] { sum &+= value(row) }
        } else {
            for row in 0..<column.count { sum &+= value(row) }
        }
        total &+= sum
    }
}
