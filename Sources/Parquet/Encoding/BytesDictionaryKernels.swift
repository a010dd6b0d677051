import Columnar

/// The distinct byte strings of a column chunk, kept as the dictionary page will hold them.
struct BytesDictionary {
    /// The values in PLAIN encoding: each after its 4-byte length, or bare when of fixed length.
    private(set) var plain: [UInt8] = []
    /// Where the content of value `i` starts in `plain`, and how long it is.
    private(set) var places: [Place] = []
    /// The first eight bytes of value `i` as a big-endian number: decides most comparisons.
    private(set) var prefixes: [UInt64] = []
    /// Code + 1 and the hash's high half of the value that hashes here; a power of two of them,
    /// or none yet.
    private var slots: [UInt64] = []
    /// For each lineage of incoming dictionaries, the code here of each code there.
    private var mappings: [Lineage: [UInt32]] = [:]
    private let isFixedLength: Bool

    struct Place: Hashable, Sendable {
        var start: UInt32
        var length: UInt32
    }

    private static let unmapped = UInt32.max
    /// Mappings kept at once: batches of several connections take turns in one file.
    private static let mappingLimit = 8

    init(isFixedLength: Bool) { self.isFixedLength = isFixedLength }

    var count: Int { places.count }

    /// Bytes held in memory, without what maps other dictionaries' codes.
    var byteCount: Int { plain.count + places.count * 16 + slots.count * 8 }

    mutating func removeAll() {
        self = BytesDictionary(isFixedLength: isFixedLength)
    }

    /// Appends the code of every string of `range`, adding strings not seen before.
    mutating func encode(_ strings: ByteVector, _ range: Range<Int>, to codes: inout [UInt32]) {
        precondition(range.lowerBound >= 0 && range.upperBound <= strings.count)
        codes.reserveCapacity(codes.count + range.count)
        unsafe strings.bytes.withUnsafeBytes { content in
            unsafe strings.offsets.withUnsafeBufferPointer { offsets in
                for index in range {
                    let start = unsafe Int(offsets[index])
                    let length = unsafe Int(offsets[index + 1]) - start
                    let string = unsafe UnsafeRawBufferPointer(
                        rebasing: content[start..<start + length])
                    codes.append(unsafe code(of: string))
                }
            }
        }
    }

    /// Appends the code of every string that the codes of `range` stand for; strings of a known
    /// lineage are looked at once, later only by their code.
    mutating func encode(
        _ incoming: [UInt32], _ range: Range<Int>, of dictionary: DictionaryValues,
        to codes: inout [UInt32]
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= incoming.count)
        // Without a lineage dictionaries need not be prefixes of one another.
        let lineage = dictionary.lineage
        var mapping = lineage == .none ? [] : mappings.removeValue(forKey: lineage) ?? []
        let known = dictionary.values.count
        if mapping.count < known {
            mapping.append(
                contentsOf: repeatElement(BytesDictionary.unmapped, count: known - mapping.count))
        }
        let base = codes.count
        codes.append(contentsOf: repeatElement(0, count: range.count))
        var index = range.lowerBound
        while index < range.upperBound {
            unsafe index = codes.withUnsafeMutableBufferPointer { target in
                unsafe BytesDictionary.map(
                    incoming, index..<range.upperBound, mapping, target, base - range.lowerBound)
            }
            guard index < range.upperBound else { break }
            let code = Int(incoming[index])
            mapping[code] = add(dictionary.values, code)
        }
        if lineage == .none { return }
        if mappings.count >= BytesDictionary.mappingLimit { mappings.removeAll() }
        mappings[lineage] = mapping
    }

    /// Maps codes until one is unmapped; returns its index, or the end.
    private static func map(
        _ incoming: [UInt32], _ range: Range<Int>, _ mapping: [UInt32],
        _ target: UnsafeMutableBufferPointer<UInt32>, _ shift: Int
    ) -> Int {
        unsafe incoming.withUnsafeBufferPointer { incoming in
            unsafe mapping.withUnsafeBufferPointer { mapping in
                for index in range {
                    let code = unsafe Int(incoming[index])
                    precondition(code < mapping.count, "code outside the dictionary")
                    let mapped = unsafe mapping[code]
                    if mapped == unmapped { return index }
                    unsafe target[index + shift] = mapped
                }
                return range.upperBound
            }
        }
    }

    private mutating func add(_ values: ByteVector, _ index: Int) -> UInt32 {
        let range = values.range(index)
        return unsafe values.bytes.withUnsafeBytes { content in
            unsafe code(of: UnsafeRawBufferPointer(rebasing: content[range]))
        }
    }

    private mutating func code(of string: UnsafeRawBufferPointer) -> UInt32 {
        if (count + 1) * 2 > slots.count { grow() }
        let hash = unsafe hashBytes(string)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        let tag = hash & 0xFFFF_FFFF_0000_0000
        while true {
            let entry = slots[slot]
            if entry == 0 {
                slots[slot] = tag | UInt64(count + 1)
                unsafe append(string)
                return UInt32(count - 1)
            }
            if entry & 0xFFFF_FFFF_0000_0000 == tag {
                let code = Int(entry & 0xFFFF_FFFF) - 1
                if unsafe isEqual(string, code) { return UInt32(code) }
            }
            slot = (slot + 1) & mask
        }
    }

    private func isEqual(_ string: UnsafeRawBufferPointer, _ code: Int) -> Bool {
        let place = places[code]
        guard Int(place.length) == string.count else { return false }
        return unsafe plain.withUnsafeBytes { all in
            unsafe compareBytes(
                string, UnsafeRawBufferPointer(rebasing: all[place.range])) == 0
        }
    }

    private mutating func append(_ string: UnsafeRawBufferPointer) {
        if !isFixedLength {
            let length = UInt32(string.count)
            unsafe withUnsafeBytes(of: length.littleEndian) {
                unsafe plain.append(contentsOf: $0)
            }
        }
        places.append(Place(start: UInt32(plain.count), length: UInt32(string.count)))
        unsafe plain.append(contentsOf: string)
        unsafe prefixes.append(prefix(string))
    }

    private mutating func grow() {
        slots = [UInt64](repeating: 0, count: max(64, slots.count * 2))
        let mask = slots.count - 1
        unsafe plain.withUnsafeBytes { all in
            for (code, place) in places.enumerated() {
                let hash = unsafe hashBytes(UnsafeRawBufferPointer(rebasing: all[place.range]))
                var slot = Int(truncatingIfNeeded: hash) & mask
                while slots[slot] != 0 { slot = (slot + 1) & mask }
                slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(code + 1)
            }
        }
    }

    /// Appends the values that `codes` stand for, in PLAIN encoding.
    func appendPlain(_ codes: [UInt32], to bytes: inout [UInt8]) {
        let header = isFixedLength ? 0 : 4
        for code in codes {
            let place = places[Int(code)]
            let start = Int(place.start)
            bytes.append(contentsOf: plain[start - header..<start + Int(place.length)])
        }
    }

    /// The content of value `code`.
    subscript(code: Int) -> ArraySlice<UInt8> { plain[places[code].range] }

    private func isLess(_ left: Int, _ right: Int) -> Bool {
        unsafe plain.withUnsafeBytes { all in
            unsafe compareBytes(
                UnsafeRawBufferPointer(rebasing: all[places[left].range]),
                UnsafeRawBufferPointer(rebasing: all[places[right].range])) < 0
        }
    }

    /// The codes of the least and the greatest string among `codes`, which must not be empty. Each
    /// distinct string is compared once: O(codes + count).
    func bounds(_ codes: [UInt32]) -> (min: Int, max: Int) {
        var isThere = [UInt8](repeating: 0, count: count)
        unsafe isThere.withUnsafeMutableBufferPointer { isThere in
            for code in codes {
                precondition(Int(code) < isThere.count, "code outside the dictionary")
                unsafe isThere[Int(code)] = 1
            }
        }
        var low = Int(codes[0])
        var high = low
        for code in isThere.indices where isThere[code] == 1 {
            let prefix = prefixes[code]
            if prefix <= prefixes[low], prefix < prefixes[low] || isLess(code, low) { low = code }
            if prefix >= prefixes[high], prefix > prefixes[high] || isLess(high, code) {
                high = code
            }
        }
        return (low, high)
    }
}

extension BytesDictionary.Place {
    var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
}
