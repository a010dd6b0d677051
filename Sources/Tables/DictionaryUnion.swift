import Columnar

/// One growing dictionary for the strings of many files.
///
/// Every row group brings a dictionary of its own. Mapped to one shared list, its values are looked
/// at once, and the writers of all partitions see codes of a single lineage.
struct DictionaryUnion {
    private var strings = DistinctStrings()
    private var source = Lineage.none
    private var mapping: [UInt32] = []
    private var isFull = false

    private static let countLimit = 1 << 18
    private static let byteLimit = 8 << 20
    private static let sampleCount = 1024

    /// The column with codes of the shared dictionary; columns without codes, and all columns once
    /// the values have become too many to share, are returned as they are.
    mutating func unify(_ column: Column) -> Column {
        guard case .dictionary(let codes, let dictionary) = column.storage, !isFull else {
            return column
        }
        extendMapping(dictionary)
        let mapped: [UInt32]
        if let validity = column.validity {
            mapped = codes.indices.map { validity[$0] ? mapping[Int(codes[$0])] : 0 }
        } else {
            mapped = codes.map { mapping[Int($0)] }
        }
        return Column(
            column.type, storage: .dictionary(codes: mapped, values: strings.dictionary()),
            validity: column.validity)
    }

    private mutating func extendMapping(_ dictionary: DictionaryValues) {
        if !dictionary.lineage.isShared(with: source) {
            source = dictionary.lineage
            mapping = []
        }
        let incoming = dictionary.values
        let (known, old) = (strings.values.count, mapping.count)
        mapping.reserveCapacity(incoming.count)
        while mapping.count < incoming.count {
            mapping.append(strings.code(incoming[mapping.count]))
        }
        // Texts that hardly come again gain nothing by being shared.
        let (added, met) = (strings.values.count - known, mapping.count - old)
        isFull =
            strings.values.count > DictionaryUnion.countLimit
            || strings.values.bytes.count > DictionaryUnion.byteLimit
            || old == 0 && known > 0 && met > DictionaryUnion.sampleCount && added > met * 9 / 10
    }
}
