import Columnar
import Digest
import Source

/// The distinct texts of one column of one stream and their codes, looked up straight from the
/// wire, a block of texts at a time.
///
/// Open addressing with linear probing. A slot is a code and 12 bits of its text's hash, so that a
/// neighbour's slot is mostly passed without a look at its key, which is another cache line. A
/// block's texts are first all looked for in the slots where they should be, without a branch, so
/// that the processor waits for the memory of many at once; only what is not there is probed for.
@safe final class StringDictionary {
    /// What a text is compared by: its bytes and, above them, its length up to 15; the hash of a
    /// longer one, whose bytes are then compared too.
    struct Key {
        var low: UInt64
        var high: UInt64

        /// Set in `high` for texts that are longer than the key.
        static let long: UInt64 = 0x80 << 56
        /// The key of no text.
        static let none = Key(low: 0, high: 0x7F << 56)

        var isLong: Bool { high & Key.long != 0 }
    }

    private var slots: UnsafeMutablePointer<UInt32>
    private var slotCount: Int
    private var keys: UnsafeMutablePointer<Key>
    private var keyCount = 0
    private var keyCapacity: Int
    private var texts = BytesBuilder()
    private let lineage = Lineage.next()
    private let seed = UInt64.random(in: .min ... .max)
    /// Values seen in finished batches.
    private var valueCount = 0

    /// The slot of no code.
    private static let empty = UInt32.max
    /// The bits of a slot that hold the code.
    private static let codeMask: UInt32 = (1 << 20) - 1
    /// Slots a key: few texts are then not where they should be.
    private static let slotsPerKey = 4
    /// Rows that one batch may add without the codes leaving their bits.
    static let batchRowLimit = 1 << 19

    /// More distinct values than this stop being a dictionary.
    private static let keyLimit = 1 << 16
    private static let byteLimit = 1 << 20
    /// The share of distinct values is judged only after this many values.
    private static let trialCount = 1 << 16

    init() {
        keyCapacity = 512
        slotCount = keyCapacity * StringDictionary.slotsPerKey
        unsafe slots = .allocate(capacity: slotCount)
        unsafe slots.initialize(repeating: StringDictionary.empty, count: slotCount)
        unsafe keys = .allocate(capacity: keyCapacity)
        unsafe keys.initialize(repeating: Key.none, count: keyCapacity)
    }

    deinit {
        unsafe slots.deallocate()
        unsafe keys.deallocate()
    }

    /// The dictionary as a column's batch refers to it.
    func snapshot() -> DictionaryValues { DictionaryValues(lineage: lineage, values: texts.vector) }

    func noteBatch(valueCount count: Int) { valueCount += count }

    /// Whether codes still save more than they cost: not too many values, and they repeat.
    var isWorthwhile: Bool {
        if keyCount > StringDictionary.keyLimit { return false }
        if texts.byteCount > StringDictionary.byteLimit { return false }
        return valueCount < StringDictionary.trialCount || keyCount * 4 <= valueCount
    }

    /// A text to be looked for, in row `row` of its block. Eight bytes may be loaded from any of
    /// its bytes on.
    @inline(__always)
    func sought(_ text: UnsafeRawPointer, _ length: Int, row: Int) -> SoughtText {
        let key: Key
        let size = UInt64(truncatingIfNeeded: length) << 56
        if length <= 8 {
            key = Key(low: unsafe StringDictionary.word(text, length), high: size)
        } else if length < 16 {
            let low = unsafe text.loadUnaligned(as: UInt64.self)
            let high = unsafe StringDictionary.word(text + 8, length &- 8)
            key = Key(low: low, high: high | size)
        } else {
            key = unsafe longKey(text, length)
        }
        let hash = StringDictionary.hash(key, seed)
        return unsafe SoughtText(key: key, hash: hash, start: text, length: length, row: row)
    }

    /// Writes the code of each of the first `count` sought texts to `codes`, at its row; a new text
    /// gets a new code, one that is not UTF-8 none but a call of `refused`.
    func find(
        _ sought: SoughtTexts, _ count: Int, _ codes: UnsafeMutablePointer<UInt32>,
        refused: (SoughtText) -> Void
    ) {
        let texts = unsafe sought.texts
        let missed = unsafe sought.missed
        let slots = unsafe self.slots
        let keys = unsafe self.keys
        let mask = slotCount - 1
        // An empty slot leads to the last key, which the text cannot equal: its slot would not be
        // empty. The capacity is a power of two.
        let codeMask = UInt32(truncatingIfNeeded: keyCapacity - 1)
        var missedCount = 0
        for index in 0..<count {
            let text = unsafe texts + index
            let key = unsafe text.pointee.key
            let hash = unsafe text.pointee.hash
            let code = unsafe slots[hash & mask] & codeMask
            let found = unsafe keys[Int(code)]
            let difference =
                (found.low ^ key.low) | (found.high ^ key.high) | (key.high & Key.long)
            unsafe codes[text.pointee.row] = code
            unsafe missed[missedCount] = index
            // One for any difference. A branch that is guessed wrong would wait for the memory.
            missedCount &+= Int((difference | (0 &- difference)) >> 63)
        }
        for index in 0..<missedCount {
            let text = unsafe texts[missed[index]]
            if let code = unsafe probe(text) {
                unsafe codes[text.row] = code
            } else {
                unsafe codes[text.row] = 0
                unsafe refused(text)
            }
        }
    }

    /// The text's code, a new one for a new text; nil when it is not UTF-8.
    private func probe(_ text: SoughtText) -> UInt32? {
        let key = unsafe text.key
        let hash = unsafe text.hash
        let tag = StringDictionary.tag(hash)
        let mask = slotCount - 1
        var slot = hash & mask
        while true {
            let content = unsafe slots[slot]
            if content == StringDictionary.empty { return unsafe insert(text) }
            let code = content & StringDictionary.codeMask
            if content & ~StringDictionary.codeMask == tag {
                let found = unsafe keys[Int(code)]
                let isEqual =
                    unsafe found.low == key.low && found.high == key.high
                    && (!key.isLong || texts.isEqual(Int(code), text.start, text.length))
                if isEqual { return code }
            }
            slot = (slot &+ 1) & mask
        }
    }

    /// The first `length` (0…8) bytes as a little-endian number.
    @inline(__always)
    private static func word(_ text: UnsafeRawPointer, _ length: Int) -> UInt64 {
        let word = unsafe text.loadUnaligned(as: UInt64.self)
        // A shift by 64 gives 0, so no bytes give 0.
        return word & (UInt64.max >> UInt64(64 &- 8 &* length))
    }

    @inline(never)
    private func longKey(_ text: UnsafeRawPointer, _ length: Int) -> Key {
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: length)
        let hash = unsafe XXH3.value(of: bytes, seed: seed)
        return Key(low: hash.low, high: hash.high | Key.long)
    }

    @inline(__always)
    private static func hash(_ key: Key, _ seed: UInt64) -> Int {
        let factor = (key.low ^ seed).multipliedFullWidth(by: key.high ^ 0x9E37_79B9_7F4A_7C15)
        let mixed = factor.high ^ factor.low
        return Int(truncatingIfNeeded: (mixed &* 0xD6E8_FEB8_6659_FD93) >> 20)
    }

    /// The upper 12 of a hash's 44 bits in the place that slots keep them.
    @inline(__always)
    private static func tag(_ hash: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: hash >> 12) & ~codeMask
    }

    @inline(never)
    private func insert(_ text: SoughtText) -> UInt32? {
        let bytes = unsafe UnsafeRawBufferPointer(start: text.start, count: text.length)
        guard unsafe UTF8Text.isValid(bytes) else { return nil }
        if keyCount == keyCapacity { grow() }
        let code = UInt32(keyCount)
        unsafe keys[keyCount] = unsafe text.key
        keyCount += 1
        unsafe texts.append(bytes)
        place(code)
        return code
    }

    private func place(_ code: UInt32) {
        let hash = unsafe StringDictionary.hash(keys[Int(code)], seed)
        let mask = slotCount - 1
        var slot = hash & mask
        while unsafe slots[slot] != StringDictionary.empty { slot = (slot &+ 1) & mask }
        unsafe slots[slot] = code | StringDictionary.tag(hash)
    }

    /// Doubles the tables.
    private func grow() {
        let grown = UnsafeMutablePointer<Key>.allocate(capacity: 2 * keyCapacity)
        unsafe grown.initialize(from: keys, count: keyCount)
        unsafe (grown + keyCount).initialize(
            repeating: Key.none, count: 2 * keyCapacity - keyCount)
        unsafe keys.deallocate()
        unsafe keys = unsafe grown
        keyCapacity *= 2
        slotCount = keyCapacity * StringDictionary.slotsPerKey
        unsafe slots.deallocate()
        unsafe slots = .allocate(capacity: slotCount)
        unsafe slots.initialize(repeating: StringDictionary.empty, count: slotCount)
        for code in 0..<keyCount { place(UInt32(code)) }
    }
}
