public import Keys

/// Tells equal rows apart by number: 0, 1, 2… in the order in which they are met.
public struct EqualRowNumbers: Sendable {

    public init() {
    }
    /// The column of silver that holds the numbers.
    public static let column = "_sluice_number"

    private var index = KeyIndex()
    private var counts: [Int32] = []

    /// The number of the next row of this hash.
    public mutating func next(_ hash: ValueHash) -> Int32 {
        let (place, isNew) = index.place(hash)
        if isNew { counts.append(0) }
        defer { counts[place] += 1 }
        return counts[place]
    }

    /// Counts a row that is there already, if rows of its hash are to come.
    public mutating func skip(_ hash: ValueHash) {
        if let place = index.find(hash) { counts[place] += 1 }
    }

    /// Announces a row to come.
    public mutating func expect(_ hash: ValueHash) {
        if index.place(hash).isNew { counts.append(0) }
    }
}
