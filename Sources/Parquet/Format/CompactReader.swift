/// Thrift's compact protocol, as footers and page headers use it: fields as a delta of ids and a
/// wire type in one byte, integers as zig-zag varints, lists with count and element type.
///
/// Trusts nothing: lengths are held to the bytes left, nesting to `ReadLimits.thriftDepth`, and
/// every element takes at least a byte, so time and memory are bounded by the input.
struct CompactReader {
    enum WireType: UInt8 {
        case stop = 0
        case yes = 1
        case no = 2
        case byte = 3
        case int16 = 4
        case int32 = 5
        case int64 = 6
        case double = 7
        case binary = 8
        case list = 9
        case set = 10
        case map = 11
        case structure = 12
    }

    /// The head of one field of a structure.
    struct FieldHead {
        let id: Int16
        let type: WireType
    }

    private let bytes: [UInt8]
    private let end: Int
    private(set) var position: Int
    private var depth = 0

    init(_ bytes: [UInt8], in range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// Whether the last error came from running out of bytes rather than from wrong ones.
    private(set) var isExhausted = false

    /// Reads a structure, calling `field` for each field; what it does not consume must be skipped
    /// by `skip`.
    mutating func structure(
        _ field: (inout CompactReader, FieldHead) throws(Damage) -> Void
    ) throws(Damage) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= ReadLimits.thriftDepth else { throw Damage("structures nest too deep") }
        var lastID: Int16 = 0
        while true {
            let head = try readByte()
            if head == 0 { return }
            guard let type = WireType(rawValue: head & 15), type != .stop else {
                throw Damage("a field of unknown type \(head & 15)")
            }
            let delta = Int16(head >> 4)
            let id: Int
            if delta == 0 {
                id = Int(zigZag(try readVarint()))
            } else {
                id = Int(lastID) + Int(delta)
            }
            guard let id = Int16(exactly: id) else { throw Damage("field number \(id)") }
            lastID = id
            try field(&self, FieldHead(id: id, type: type))
        }
    }

    mutating func bool(_ field: FieldHead) throws(Damage) -> Bool {
        switch field.type {
        case .yes: return true
        case .no: return false
        default: throw unexpected(field, "a boolean")
        }
    }

    mutating func int8(_ field: FieldHead) throws(Damage) -> Int8 {
        guard field.type == .byte else { throw unexpected(field, "a byte") }
        return Int8(bitPattern: try readByte())
    }

    mutating func int16(_ field: FieldHead) throws(Damage) -> Int16 {
        guard let value = Int16(exactly: try int64(field)) else {
            throw Damage("field \(field.id) leaves 16 bits")
        }
        return value
    }

    mutating func int32(_ field: FieldHead) throws(Damage) -> Int32 {
        guard let value = Int32(exactly: try int64(field)) else {
            throw Damage("field \(field.id) leaves 32 bits")
        }
        return value
    }

    mutating func int64(_ field: FieldHead) throws(Damage) -> Int64 {
        switch field.type {
        case .int16, .int32, .int64: return zigZag(try readVarint())
        default: throw unexpected(field, "a number")
        }
    }

    mutating func binary(_ field: FieldHead) throws(Damage) -> [UInt8] {
        guard field.type == .binary else { throw unexpected(field, "bytes") }
        return try readBinary()
    }

    /// Text, invalid UTF-8 repaired.
    mutating func string(_ field: FieldHead) throws(Damage) -> String {
        String(decoding: try binary(field), as: UTF8.self)
    }

    /// A list of structures, each read by `element`.
    mutating func structures<T>(
        _ field: FieldHead, _ element: (inout CompactReader) throws(Damage) -> T
    ) throws(Damage) -> [T] {
        let count = try listCount(field, of: .structure)
        var out: [T] = []
        for _ in 0..<count { out.append(try element(&self)) }
        return out
    }

    /// A list of 16-, 32- or 64-bit integers or enumeration values.
    mutating func int64s(_ field: FieldHead) throws(Damage) -> [Int64] {
        let count = try listCount(field, of: .int64, .int32, .int16)
        var out: [Int64] = []
        for _ in 0..<count { out.append(zigZag(try readVarint())) }
        return out
    }

    mutating func bools(_ field: FieldHead) throws(Damage) -> [Bool] {
        let count = try listCount(field, of: .yes, .no)
        var out: [Bool] = []
        for _ in 0..<count { out.append(try readByte() == 1) }
        return out
    }

    mutating func binaries(_ field: FieldHead) throws(Damage) -> [[UInt8]] {
        let count = try listCount(field, of: .binary)
        var out: [[UInt8]] = []
        for _ in 0..<count { out.append(try readBinary()) }
        return out
    }

    /// Moves past a field's value.
    mutating func skip(_ field: FieldHead) throws(Damage) {
        try skip(field.type, isElement: false)
    }

    private mutating func skip(_ type: WireType, isElement: Bool) throws(Damage) {
        switch type {
        case .stop: throw Damage("a value of type stop")
        case .yes, .no: if isElement { _ = try readByte() }
        case .byte: _ = try readByte()
        case .int16, .int32, .int64: _ = try readVarint()
        case .double: try advance(8)
        case .binary: try advance(try readLength())
        case .list, .set:
            let (type, count) = try readListHead()
            try nested { (reader) throws(Damage) in
                for _ in 0..<count { try reader.skip(type, isElement: true) }
            }
        case .map:
            let count = try readLength()
            if count == 0 { return }
            let types = try readByte()
            guard let key = WireType(rawValue: types >> 4),
                let value = WireType(rawValue: types & 15)
            else { throw Damage("a map of unknown types") }
            try nested { (reader) throws(Damage) in
                for _ in 0..<count {
                    try reader.skip(key, isElement: true)
                    try reader.skip(value, isElement: true)
                }
            }
        case .structure:
            try structure { (reader, field) throws(Damage) in try reader.skip(field) }
        }
    }

    private mutating func nested(
        _ body: (inout CompactReader) throws(Damage) -> Void
    ) throws(Damage) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= ReadLimits.thriftDepth else { throw Damage("lists nest too deep") }
        try body(&self)
    }

    private mutating func listCount(
        _ field: FieldHead, of types: WireType...
    ) throws(Damage) -> Int {
        guard field.type == .list || field.type == .set else { throw unexpected(field, "a list") }
        let (type, count) = try readListHead()
        guard count == 0 || types.contains(type) else {
            throw Damage("field \(field.id) lists values of type \(type)")
        }
        return count
    }

    private mutating func readListHead() throws(Damage) -> (WireType, Int) {
        let head = try readByte()
        guard let type = WireType(rawValue: head & 15) else {
            throw Damage("a list of unknown type \(head & 15)")
        }
        if head >> 4 < 15 {
            let count = Int(head >> 4)
            guard count <= end - position else { throw exhausted("a list is cut off") }
            return (type, count)
        }
        return (type, try readLength())
    }

    /// A count of bytes or elements, at most the bytes left.
    private mutating func readLength() throws(Damage) -> Int {
        let length = try readVarint()
        guard length <= UInt64(end - position) else {
            throw exhausted("a length of \(length) passes the end")
        }
        return Int(length)
    }

    private mutating func readBinary() throws(Damage) -> [UInt8] {
        let length = try readLength()
        position += length
        return Array(bytes[position - length..<position])
    }

    private mutating func advance(_ count: Int) throws(Damage) {
        guard count <= end - position else { throw exhausted("a value is cut off") }
        position += count
    }

    private mutating func readByte() throws(Damage) -> UInt8 {
        guard position < end else { throw exhausted("the structure is cut off") }
        position += 1
        return bytes[position - 1]
    }

    private mutating func readVarint() throws(Damage) -> UInt64 {
        do {
            return try Parquet.readVarint(bytes, &position, end)
        } catch {
            if position == end { isExhausted = true }
            throw error
        }
    }

    private mutating func exhausted(_ reason: String) -> Damage {
        isExhausted = true
        return Damage(reason)
    }

    private func unexpected(_ field: FieldHead, _ wanted: String) -> Damage {
        Damage("field \(field.id) is of type \(field.type), not \(wanted)")
    }
}
