public import Columnar

/// The hashes of the rows of a batch over some columns, as rules compare them: a row in which one
/// of the columns is NULL equals nothing.
public struct ValueHashes: Sendable {
    public var values: [ValueHash]
    /// Rows in which one of the columns is NULL: they equal nothing, not even each other.
    public var incomplete: Bitmap?

    /// One hash a row over `columns`, in their order; nested ones do not count. A few nanoseconds a
    /// value; a dictionary's values are hashed once.
    ///
    /// - Parameter collations: by column what its texts are compared by; nil, and columns behind
    ///   the last, by their bytes.
    public init(_ columns: [Column], count: Int, by collations: [Collation?] = []) {
        var values = [ValueHash](repeating: .seed, count: count)
        var present = RuleMask.all(count)
        for (position, original) in columns.enumerated() {
            let collation = position < collations.count ? collations[position] : nil
            let column = original.folded(by: collation)
            if !column.type.isNested {
                column.hash(into: &values, null: nil) { $0.then($1) }
            }
            if column.validity != nil { present.formIntersection(column.present) }
        }
        self.values = values
        if present.setCount < count {
            var missing = RuleMask.all(count)
            missing.subtract(present)
            incomplete = missing.bitmap
        }
    }

    /// Rows none of which is incomplete.
    public init(_ values: [ValueHash]) { self.values = values }

    /// The hash of row `index`, nil when it is incomplete.
    public subscript(index: Int) -> ValueHash? {
        incomplete?[index] == true ? nil : values[index]
    }
}
