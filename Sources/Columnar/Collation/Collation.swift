/// What a collation of the source holds equal: texts whose folded bytes are the same.
///
/// A text is folded to the weights that the server's `WEIGHT_STRING()` gives its characters, level
/// by level; where the collation pads, weights of spaces at the end do not count. Collations that
/// compare bytes fold to the bytes, without spaces at the end where they pad.
///
/// Immutable, made once a collation and shared; two are equal when their names are.
public final class Collation: Sendable {
    /// The server's name of it, for example `utf8mb4_general_ci`.
    public let name: String
    /// Whether spaces at the end do not count (PAD SPACE).
    public let padsSpaces: Bool
    /// Nil where bytes are compared.
    public let weights: CollationWeights?
    /// Why texts cannot be compared as the server does, nil when they can.
    public let unmatched: String?

    /// A collation; `weights` are nil where bytes are compared.
    public init(
        name: String, padsSpaces: Bool, weights: CollationWeights?, unmatched: String? = nil
    ) {
        self.name = name
        self.padsSpaces = padsSpaces
        self.weights = weights
        self.unmatched = unmatched
    }

    /// The collation of this name when its name alone tells all of it: those that compare bytes.
    public convenience init?(binary name: String) {
        let words = name.lowercased().split(separator: "_")
        guard words.last == "bin" || name == "binary" else { return nil }
        let isPlain = name == "binary" || words.contains("nopad") || words.contains("0900")
        self.init(name: name, padsSpaces: !isPlain, weights: nil)
    }

    /// Whether the bytes themselves are what is compared, so that nothing has to be folded.
    public var isPlain: Bool { weights == nil && !padsSpaces }

    /// Appends what stands for `text`, UTF-8, to `folded`. Bytes that are not UTF-8 stand for
    /// themselves. Cost: some nanoseconds a character and level.
    public func fold(_ text: ArraySlice<UInt8>, into folded: inout [UInt8]) {
        guard let weights else {
            var text = text
            if padsSpaces { while text.last == 0x20 { text.removeLast() } }
            folded.append(contentsOf: text)
            return
        }
        if weights.levelCount == 1 {
            weights.append(text, level: 0, trims: padsSpaces, to: &folded)
            return
        }
        for level in 0..<weights.levelCount {
            let start = folded.count
            folded.append(contentsOf: [0, 0, 0, 0])
            weights.append(text, level: level, trims: padsSpaces, to: &folded)
            // Each level's length first, so that no two texts run into one another.
            let count = UInt32(folded.count - start - 4)
            for byte in 0..<4 {
                folded[start + byte] = UInt8(truncatingIfNeeded: count >> UInt32(24 - 8 * byte))
            }
        }
    }

    /// What stands for `text`.
    public func folded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var folded: [UInt8] = []
        fold(text, into: &folded)
        return folded
    }

    /// What stands for each string from `first` on, in their order.
    public func folded(_ strings: ByteVector, from first: Int = 0) -> ByteVector {
        var bytes: [UInt8] = []
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(strings.count - first + 1)
        bytes.reserveCapacity(strings.bytes.count * 2)
        for index in first..<strings.count {
            fold(strings[index], into: &bytes)
            offsets.append(UInt32(bytes.count))
        }
        return ByteVector(offsets: offsets, bytes: bytes)
    }
}

extension Collation: Hashable {
    /// Whether the server calls them the same.
    public static func == (left: Collation, right: Collation) -> Bool { left.name == right.name }
    /// Hashes by the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Column {
    /// The column with every text as `collation` folds it; itself when there is none, or the column
    /// is no text. Of a dictionary each value is folded once, or only those of the rows where
    /// these are fewer; NULLs stay.
    public func folded(by collation: Collation?) -> Column {
        guard let collation, !collation.isPlain, type == .string else { return self }
        let folded: ColumnType = collation.weights == nil ? .string : .binary
        switch storage {
        case .bytes(let values):
            return Column(
                folded, storage: .bytes(collation.folded(values)), validity: validity)
        case .dictionary(let codes, let dictionary):
            if dictionary.values.count <= codes.count {
                // Values may fold to one, so no longer all are distinct: without a lineage nobody
                // takes them for more than codes of bytes.
                let values = DictionaryValues(
                    lineage: .none, values: collation.folded(dictionary.values))
                return Column(
                    folded, storage: .dictionary(codes: codes, values: values),
                    validity: validity)
            }
            var values = ByteVector()
            for (row, code) in codes.enumerated() {
                values.append(
                    isNull(row) ? [] : collation.folded(dictionary.values[Int(code)]))
            }
            return Column(folded, storage: .bytes(values), validity: validity)
        default: return self
        }
    }
}
