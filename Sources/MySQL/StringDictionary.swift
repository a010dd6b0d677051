import Columnar
import Source
import Synchronization

/// The distinct texts of one column of one stream and their codes, looked up straight from the
/// wire.
///
/// Open addressing with linear probing over codes; a text of up to 16 bytes is compared as two
/// words, a longer one by hash, length and then its bytes.
@safe final class StringDictionary {
    private struct Entry {
        var low: UInt64
        var high: UInt64
        var length: Int
    }

    private var slots: [UInt32]
    private var entries: [Entry] = []
    private var values = ByteVector()
    private var mask: Int
    private let lineage: UInt64
    private let seed: UInt64
    /// Values seen in finished batches.
    private var valueCount = 0

    private static let lineages = Atomic<UInt64>(1)
    /// Code past the last one.
    private static let empty = UInt32.max

    /// More distinct values than this stop being a dictionary.
    private static let entryLimit = 1 << 16
    private static let byteLimit = 1 << 20
    /// The share of distinct values is judged only after this many values.
    private static let trialCount = 1 << 16

    init() {
        slots = [UInt32](repeating: StringDictionary.empty, count: 1024)
        mask = 1023
        lineage = StringDictionary.lineages.add(1, ordering: .relaxed).newValue
        seed = UInt64.random(in: .min ... .max)
    }

    /// The dictionary as a column's batch refers to it.
    func snapshot() -> DictionaryValues { DictionaryValues(lineage: lineage, values: values) }

    func noteBatch(valueCount count: Int) { valueCount += count }

    /// Whether codes still save more than they cost: not too many values, and they repeat.
    var isWorthwhile: Bool {
        if entries.count > StringDictionary.entryLimit { return false }
        if values.bytes.count > StringDictionary.byteLimit { return false }
        return valueCount < StringDictionary.trialCount || entries.count * 4 <= valueCount
    }

    /// The code of a text, a new one for a new text; nil when it is not UTF-8. Eight bytes may be
    /// loaded from the text's last byte on.
    @inline(__always)
    func code(of text: UnsafeRawPointer, _ length: Int) -> UInt32? {
        let low: UInt64
        let high: UInt64
        if length <= 8 {
            low = unsafe StringDictionary.word(text, length)
            high = 0
        } else if length <= 16 {
            low = unsafe text.loadUnaligned(as: UInt64.self)
            high = unsafe StringDictionary.word(text + 8, length - 8)
        } else {
            (low, high) = unsafe digest(text, length)
        }
        var slot = hash(low, high, length) & mask
        while true {
            let code = slots[slot]
            if code == StringDictionary.empty {
                return unsafe insert(text, Entry(low: low, high: high, length: length))
            }
            let entry = entries[Int(code)]
            if entry.low == low, entry.high == high, entry.length == length,
                unsafe length <= 16 || isEqual(Int(code), text, length)
            {
                return code
            }
            slot = (slot &+ 1) & mask
        }
    }

    /// The first `length` (0…8) bytes as a little-endian number.
    @inline(__always)
    private static func word(_ text: UnsafeRawPointer, _ length: Int) -> UInt64 {
        guard length > 0 else { return 0 }
        let word = unsafe text.loadUnaligned(as: UInt64.self)
        return word & (UInt64.max >> UInt64(64 - 8 * length))
    }

    @inline(__always)
    private func hash(_ low: UInt64, _ high: UInt64, _ length: Int) -> Int {
        let factor = (low ^ seed).multipliedFullWidth(by: high ^ 0x9E37_79B9_7F4A_7C15)
        let mixed = factor.high ^ factor.low ^ UInt64(truncatingIfNeeded: length)
        let product = (mixed &* 0xD6E8_FEB8_6659_FD93)
        return Int(truncatingIfNeeded: product >> 32)
    }

    private func digest(_ text: UnsafeRawPointer, _ length: Int) -> (UInt64, UInt64) {
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

    private func isEqual(_ code: Int, _ text: UnsafeRawPointer, _ length: Int) -> Bool {
        let range = values.range(code)
        let other = unsafe UnsafeRawBufferPointer(start: text, count: length)
        return unsafe values.bytes[range].elementsEqual(other)
    }

    private func insert(_ text: UnsafeRawPointer, _ entry: Entry) -> UInt32? {
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: entry.length)
        guard unsafe UTF8Text.isValid(bytes) else { return nil }
        let code = UInt32(entries.count)
        entries.append(entry)
        unsafe values.append(bytes)
        if entries.count * 2 > slots.count { grow() } else { place(code) }
        return code
    }

    private func place(_ code: UInt32) {
        let entry = entries[Int(code)]
        var slot = hash(entry.low, entry.high, entry.length) & mask
        while slots[slot] != StringDictionary.empty { slot = (slot &+ 1) & mask }
        slots[slot] = code
    }

    private func grow() {
        slots = [UInt32](repeating: StringDictionary.empty, count: slots.count * 2)
        mask = slots.count - 1
        for code in entries.indices { place(UInt32(code)) }
    }
}
