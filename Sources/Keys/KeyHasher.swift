public import Columnar

/// Hashes the keys of batches, column by column; a dictionary's values are hashed once for all
/// batches of its lineage.
///
/// The order of the columns matters. NULL is a value of its own, different from every other.
public struct KeyHasher: Sendable {
    private var known: [Int: KnownDictionary] = [:]

    /// The hashes of the values of one growing dictionary.
    private struct KnownDictionary: Sendable {
        var lineage: Lineage
        var hashes: [ValueHash]
    }

    private let collations: [Collation?]

    /// - Parameter collations: by column what its texts are compared by; nil, and columns behind
    ///   the last, by their bytes.
    public init(_ collations: [Collation?] = []) { self.collations = collations }

    /// One hash a row over `columns`, all of `count` rows. A few nanoseconds a value.
    public mutating func hashes(_ columns: [Column], count: Int) -> [ValueHash] {
        var states = [ValueHash](repeating: .seed, count: count)
        for (position, column) in columns.enumerated() {
            let collation = position < collations.count ? collations[position] : nil
            if let collation, column.type == .string, !collation.isPlain {
                take(column, position, collation, into: &states)
            } else {
                KeyHasher.fold(column, contents(column, position), into: &states)
            }
        }
        return states
    }

    private static func fold(
        _ column: Column, _ known: [ValueHash]?, into states: inout [ValueHash]
    ) {
        column.hash(into: &states, null: .null, known: known) { $0.then($1) }
    }

    /// As `fold`, by what a collation makes of the texts. A dictionary with more values than rows
    /// that is met for the first time is not folded whole.
    private mutating func take(
        _ column: Column, _ position: Int, _ collation: Collation, into states: inout [ValueHash]
    ) {
        guard case .dictionary(let codes, let dictionary) = column.storage,
            dictionary.lineage != .none || dictionary.values.count <= codes.count
        else {
            return KeyHasher.fold(column.folded(by: collation), nil, into: &states)
        }
        KeyHasher.fold(column, contents(column, position, collation), into: &states)
    }

    /// The hashes of the values of a column's dictionary, nil when it has none; those known of its
    /// lineage are kept.
    private mutating func contents(
        _ column: Column, _ position: Int, _ collation: Collation? = nil
    ) -> [ValueHash]? {
        guard case .dictionary(_, let dictionary) = column.storage else { return nil }
        var entry = KnownDictionary(lineage: dictionary.lineage, hashes: [])
        if let found = known.removeValue(forKey: position),
            found.lineage.isShared(with: dictionary.lineage)
        {
            entry = found
        }
        if entry.hashes.count < dictionary.values.count {
            let count = entry.hashes.count
            entry.hashes +=
                collation?.folded(dictionary.values, from: count).hashes()
                ?? dictionary.values.hashes(from: count)
        }
        known[position] = entry
        return entry.hashes
    }
}
