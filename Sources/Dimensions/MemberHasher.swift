import Columnar
import Keys
import Names

/// Hashes what a dimension compares: a member's key, or the values of some of its columns. Each
/// column is salted by its name and all are summed up, so that the order of columns is free. A NULL
/// counts, so NULL and the empty text differ.
public struct MemberHasher: Sendable {
    /// CHAR columns, which the source compares without their padding (S24).
    private let padded: Set<String>
    /// By column of the key what its texts are compared by.
    private let collations: [String: Collation]

    /// Takes which columns are CHAR from the fields' `sluice.source_type`.
    init(_ schema: Schema, by collations: [String: Collation] = [:]) {
        padded = Set(schema.fields.filter(MemberHasher.isPadded).map(\.name))
        self.collations = collations
    }

    static func isPadded(_ field: Field) -> Bool {
        let type = field.metadata[BronzeColumn.sourceType]?.lowercased() ?? ""
        return field.type == .string && (type == "char" || type.hasPrefix("char("))
    }

    /// One hash a row over the key's columns, which `batch` must have: equal when the source holds
    /// the keys equal.
    func keys(_ batch: RecordBatch, _ names: [String]) -> [ValueHash] {
        var sums = [ValueHash](repeating: .zero, count: batch.count)
        for name in names {
            guard let column = batch[name] else { preconditionFailure("no column \(name)") }
            if let collation = collations[name] {
                add(column.folded(by: collation), name: name, trims: false, to: &sums)
            } else {
                add(column, name: name, to: &sums)
            }
        }
        return sums
    }

    /// One hash a row over the columns of `batch` named by `names`, all of which it must have:
    /// equal when the bytes are.
    func hashes(_ batch: RecordBatch, _ names: [String]) -> [ValueHash] {
        var sums = [ValueHash](repeating: .zero, count: batch.count)
        for name in names {
            guard let column = batch[name] else { preconditionFailure("no column \(name)") }
            add(column, name: name, to: &sums)
        }
        return sums
    }

    /// Adds the hash of each value of `column` to the row's sum. A few nanoseconds a value.
    func add(_ column: Column, name: String, to sums: inout [ValueHash]) {
        add(column, name: name, trims: padded.contains(name), to: &sums)
    }

    private func add(_ column: Column, name: String, trims: Bool, to sums: inout [ValueHash]) {
        let salt = ValueHash.bytes(Array(name.utf8)[...])
        column.hash(
            into: &sums, null: .null, trims: trims, salted: { salt.then($0) }, combined: { $0 + $1 }
        )
    }
}
