import Columnar
import Source

/// Turns the wire values of one column into a typed column, block by block.
protocol ColumnDecoder: AnyObject {
    /// Appends the block's values of wire column `column`. Returns false when a value does not fit
    /// its packet; throws when the configuration asks for a type the value does not have.
    func decode(_ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues)
        throws(SourceError) -> Bool

    /// The rows since the last call as a column.
    func take() -> Column

    /// Local times so far that come twice or are skipped when clocks change.
    var unclearCount: Int { get }
}

extension ColumnDecoder {
    var unclearCount: Int { 0 }
}

/// The growing values of one column in the machine's width, one slot a row.
///
/// Slots are written by position within a block, so rows without a value keep the zero that the
/// block began with.
struct FixedValues<Value: BitwiseCopyable> {
    private(set) var values: [Value] = []
    private let zero: Value

    init(zero: Value) { self.zero = zero }

    /// Makes `count` more slots and lets `body` fill them through a pointer to the first.
    @inline(__always)
    mutating func extend(by count: Int, _ body: (UnsafeMutablePointer<Value>) -> Bool) -> Bool {
        let start = values.count
        values.append(contentsOf: repeatElement(zero, count: count))
        return unsafe values.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return count == 0 }
            return unsafe body(base + start)
        }
    }

    /// The values so far; starts anew.
    mutating func take() -> [Value] {
        let taken = values
        values = []
        values.reserveCapacity(taken.count)
        return taken
    }
}

/// Values of a batch that have no typed form: their rows and raw text (P10, P17).
struct InvalidValues {
    struct Entry {
        /// The row within the batch.
        var row: Int
        var column: Int
        var text: [UInt8]
    }

    private(set) var entries: [Entry] = []
    /// The rows of the batch before the block being decoded.
    var blockStart = 0

    /// Notes the value of `row` of the current block.
    mutating func note(_ row: Int, _ column: Int, _ text: [UInt8]) {
        entries.append(Entry(row: blockStart + row, column: column, text: text))
    }

    mutating func removeAll() {
        entries.removeAll()
        blockStart = 0
    }
}

extension ValidityBuilder {
    /// Clears the rows noted since entry `first`.
    mutating func clear(_ invalid: InvalidValues, since first: Int) {
        guard invalid.entries.count > first else { return }
        for entry in invalid.entries[first...] { clear(entry.row) }
    }
}
