import Columnar
import Source
import Synchronization

/// The distinct texts of one column of one stream and their codes, looked up straight from the
/// wire.
///
/// Open addressing with linear probing. A slot is a code and 12 bits of its text's hash, so that a
/// neighbour's slot is mostly passed without a look at its entry, which is another cache line. A
/// text of up to 16 bytes is compared as two words, a longer one by its digests, length and then
/// its bytes.
@safe final class StringDictionary {
    /// What a lookup compares a text with.
    struct Entry {
        var low: UInt64
        var high: UInt64
        var length: Int
    }

    /// The tables of one moment, to be held in registers over many lookups; stale after an insert.
    @unsafe struct Table {
        var slots: UnsafeMutablePointer<UInt32>
        var entries: UnsafeMutablePointer<Entry>
        var mask: Int
        var seed: UInt64
    }

    private(set) var table: Table
    private var entryCount = 0
    private var entryCapacity: Int
    private var texts = BytesBuilder()
    private let lineage: UInt64
    /// Values seen in finished batches.
    private var valueCount = 0

    private static let lineages = Atomic<UInt64>(1)
    /// The slot of no code.
    private static let empty = UInt32.max

    /// The bits of a slot that hold the code.
    private static let codeMask: UInt32 = (1 << 20) - 1
    /// Rows that one batch may add without the codes leaving their bits.
    static let batchRowLimit = 1 << 19

    /// More distinct values than this stop being a dictionary.
    private static let entryLimit = 1 << 16
    private static let byteLimit = 1 << 20
    /// The share of distinct values is judged only after this many values.
    private static let trialCount = 1 << 16

    init() {
        lineage = StringDictionary.lineages.add(1, ordering: .relaxed).newValue
        entryCapacity = 512
        let slots = UnsafeMutablePointer<UInt32>.allocate(capacity: 1024)
        unsafe slots.initialize(repeating: StringDictionary.empty, count: 1024)
        unsafe table = unsafe Table(
            slots: slots, entries: .allocate(capacity: 512), mask: 1023,
            seed: UInt64.random(in: .min ... .max))
    }

    deinit {
        unsafe table.slots.deallocate()
        unsafe table.entries.deallocate()
    }

    /// The dictionary as a column's batch refers to it.
    func snapshot() -> DictionaryValues { DictionaryValues(lineage: lineage, values: texts.vector) }

    func noteBatch(valueCount count: Int) { valueCount += count }

    /// Whether codes still save more than they cost: not too many values, and they repeat.
    var isWorthwhile: Bool {
        if entryCount > StringDictionary.entryLimit { return false }
        if texts.byteCount > StringDictionary.byteLimit { return false }
        return valueCount < StringDictionary.trialCount || entryCount * 4 <= valueCount
    }

    /// The code of a text, a new one for a new text, after which `table` is renewed; nil when it
    /// is not UTF-8. Eight bytes may be loaded from any of the text's bytes on.
    @inline(__always)
    func code(of text: UnsafeRawPointer, _ length: Int, _ table: inout Table) -> UInt32? {
        let low: UInt64
        let high: UInt64
        if length <= 8 {
            low = unsafe StringDictionary.word(text, length)
            high = 0
        } else if length <= 16 {
            low = unsafe text.loadUnaligned(as: UInt64.self)
            high = unsafe StringDictionary.word(text + 8, length - 8)
        } else {
            (low, high) = unsafe StringDictionary.digest(text, length, table.seed)
        }
        let mask = unsafe table.mask
        let hash = unsafe StringDictionary.hash(low, high, length, table.seed)
        let tag = StringDictionary.tag(hash)
        var slot = hash & mask
        while true {
            let content = unsafe table.slots[slot]
            if content == StringDictionary.empty { break }
            let code = content & StringDictionary.codeMask
            let entry = unsafe table.entries + Int(code)
            if unsafe content & ~StringDictionary.codeMask == tag
                && entry.pointee.low == low && entry.pointee.high == high
                && entry.pointee.length == length
                && (length <= 16 || texts.isEqual(Int(code), text, length))
            {
                return code
            }
            slot = (slot &+ 1) & mask
        }
        let entry = Entry(low: low, high: high, length: length)
        let code = unsafe insert(text, entry)
        unsafe table = unsafe self.table
        return code
    }

    /// The first `length` (0…8) bytes as a little-endian number.
    @inline(__always)
    private static func word(_ text: UnsafeRawPointer, _ length: Int) -> UInt64 {
        let word = unsafe text.loadUnaligned(as: UInt64.self)
        // A shift by 64 gives 0, so no bytes give 0.
        return word & (UInt64.max >> UInt64(64 &- 8 &* length))
    }

    @inline(__always)
    private static func hash(_ low: UInt64, _ high: UInt64, _ length: Int, _ seed: UInt64) -> Int {
        let factor = (low ^ seed).multipliedFullWidth(by: high ^ 0x9E37_79B9_7F4A_7C15)
        let mixed = factor.high ^ factor.low ^ UInt64(truncatingIfNeeded: length)
        return Int(truncatingIfNeeded: (mixed &* 0xD6E8_FEB8_6659_FD93) >> 20)
    }

    /// The upper 12 of a hash's 44 bits in the place that slots keep them.
    @inline(__always)
    private static func tag(_ hash: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: hash >> 12) & ~codeMask
    }

    @inline(never)
    private static func digest(_ text: UnsafeRawPointer, _ length: Int, _ seed: UInt64)
        -> (UInt64, UInt64)
    {
        var low = seed
        var high = UInt64(length)
        var index = 0
        while index < length {
            let word = unsafe StringDictionary.word(text + index, min(8, length - index))
            let product = (low ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
            low = product.low ^ product.high
            high = (high &* 31) ^ word
            index += 8
        }
        return (low, high)
    }

    @inline(never)
    private func insert(_ text: UnsafeRawPointer, _ entry: Entry) -> UInt32? {
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: entry.length)
        guard unsafe UTF8Text.isValid(bytes) else { return nil }
        if entryCount == entryCapacity { grow() }
        let code = UInt32(entryCount)
        unsafe (table.entries + entryCount).initialize(to: entry)
        entryCount += 1
        unsafe texts.append(bytes)
        place(code)
        return code
    }

    private func place(_ code: UInt32) {
        let entry = unsafe table.entries[Int(code)]
        let mask = unsafe table.mask
        let hash = unsafe StringDictionary.hash(entry.low, entry.high, entry.length, table.seed)
        var slot = hash & mask
        while unsafe table.slots[slot] != StringDictionary.empty { slot = (slot &+ 1) & mask }
        unsafe table.slots[slot] = code | StringDictionary.tag(hash)
    }

    /// Doubles the tables; slots stay at most half full.
    private func grow() {
        entryCapacity *= 2
        let entries = UnsafeMutablePointer<Entry>.allocate(capacity: entryCapacity)
        unsafe entries.moveInitialize(from: table.entries, count: entryCount)
        unsafe table.entries.deallocate()
        unsafe table.entries = unsafe entries
        let slotCount = entryCapacity * 2
        unsafe table.slots.deallocate()
        unsafe table.slots = .allocate(capacity: slotCount)
        unsafe table.slots.initialize(repeating: StringDictionary.empty, count: slotCount)
        unsafe table.mask = slotCount - 1
        for code in 0..<entryCount { place(UInt32(code)) }
    }
}
