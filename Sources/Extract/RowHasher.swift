public import Columnar
import Digest

/// 128 bits that stand for the content of one row.
public struct RowHash: Hashable, Sendable {
    public var high: UInt64
    public var low: UInt64

    /// The sum modulo 2^128: order-free, so that rows may come in any order.
    static func &+ (left: RowHash, right: RowHash) -> RowHash {
        let (low, carry) = left.low.addingReportingOverflow(right.low)
        return RowHash(high: left.high &+ right.high &+ (carry ? 1 : 0), low: low)
    }

    /// 32 hex digits.
    public var text: String { hex(high) + hex(low) }

    private func hex(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Hashes rows by content: equal values give equal hashes whatever their storage.
///
/// A row's hash is that of the sum over its columns' XXH3, each seeded by its name; a null adds
/// nothing, so a column that is added later and still null changes no hash, and the order of the
/// columns does not matter. Ample against chance, no defence against someone who builds
/// collisions. Cost: a few nanoseconds a value; the values of a dictionary are hashed
/// once a batch. What it gives is kept in lakes: never change it.
public struct RowHasher: Sendable {
    public init() {}

    /// One hash a row over all `columns` named by `names`.
    public func hashes(_ columns: [Column], names: [String], count: Int) -> [RowHash] {
        var sums = [UInt128](repeating: 0, count: count)
        for (column, name) in zip(columns, names) { add(column, named: name, to: &sums) }
        return XXH3.values(of: sums, seed: 0).map { RowHash(high: $0.high, low: $0.low) }
    }

    private func add(_ column: Column, named name: String, to sums: inout [UInt128]) {
        let seed = XXH3.short(name)
        switch column.storage {
        case .bool(let values):
            add(XXH3.values(of: values.map(UInt64.init), seed: seed), column, to: &sums)
        case .int32(let values):
            let words = values.map { UInt64(bitPattern: Int64($0)) }
            add(XXH3.values(of: words, seed: seed), column, to: &sums)
        case .int64(let values):
            let words = values.map { UInt64(bitPattern: $0) }
            add(XXH3.values(of: words, seed: seed), column, to: &sums)
        case .int128(let values):
            let words = values.map { UInt128(bitPattern: $0) }
            add(XXH3.values(of: words, seed: seed), column, to: &sums)
        case .float(let values):
            let words = values.map { UInt64($0.bitPattern) }
            add(XXH3.values(of: words, seed: seed), column, to: &sums)
        case .double(let values):
            add(XXH3.values(of: values.map(\.bitPattern), seed: seed), column, to: &sums)
        case .bytes(let values): add(hashes(values, seed), column, to: &sums)
        case .dictionary(let codes, let dictionary):
            add(hashes(dictionary.values, seed), by: codes, column, to: &sums)
        case .structure, .list, .map:
            preconditionFailure("rows of a source are flat")
        }
    }

    private func hashes(_ values: ByteVector, _ seed: UInt64) -> [XXH3.Value] {
        XXH3.values(of: values.bytes, offsets: values.offsets, seed: seed)
    }

    private func add(_ hashes: [XXH3.Value], _ column: Column, to sums: inout [UInt128]) {
        for (row, hash) in hashes.enumerated() where !column.isNull(row) {
            sums[row] &+= hash.number
        }
    }

    private func add(
        _ hashes: [XXH3.Value], by codes: [UInt32], _ column: Column, to sums: inout [UInt128]
    ) {
        for (row, code) in codes.enumerated() where !column.isNull(row) {
            sums[row] &+= hashes[Int(code)].number
        }
    }
}

extension XXH3.Value {
    fileprivate var number: UInt128 { UInt128(high) << 64 | UInt128(low) }
}
