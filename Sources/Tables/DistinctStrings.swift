import Columnar
import Keys

/// Numbers byte strings in the order they are first met: a growing dictionary.
struct DistinctStrings: Sendable {
    /// Names the dictionary among all of the process.
    let lineage = Lineage.next()
    private(set) var values = ByteVector()
    private var index = KeyIndex()
    /// What `values` was when it was last handed out.
    private var shared: DictionaryValues?

    /// The code of a string, which is added when it is new. Amortised O(its length).
    mutating func code(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let (code, isNew) = index.place(ValueHash.single(bytes))
        if isNew { values.append(bytes) }
        return UInt32(code)
    }

    /// The dictionary as it is now.
    mutating func dictionary() -> DictionaryValues {
        if let shared, shared.values.count == values.count { return shared }
        let fresh = DictionaryValues(lineage: lineage, values: values)
        shared = fresh
        return fresh
    }
}
