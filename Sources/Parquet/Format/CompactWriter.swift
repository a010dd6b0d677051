/// Writes Thrift's compact protocol: the metadata's form in the file.
///
/// A field is one byte `delta << 4 | type` when its number follows the last by 1…15, else the type
/// byte and the zigzag number; integers are zigzag varints; a structure ends with 0. Booleans are
/// in the type. Absent optional values are passed as nil and leave nothing.
/// Specification: thrift-compact-protocol.md.
struct CompactWriter {
    private(set) var bytes: [UInt8] = []
    private var lastField: Int16 = 0

    private enum Kind {
        static let isTrue: UInt8 = 1
        static let isFalse: UInt8 = 2
        static let i8: UInt8 = 3
        static let i16: UInt8 = 4
        static let i32: UInt8 = 5
        static let i64: UInt8 = 6
        static let binary: UInt8 = 8
        static let list: UInt8 = 9
        static let structure: UInt8 = 12
    }

    // MARK: Fields

    mutating func bool(_ field: Int16, _ value: Bool?) {
        guard let value else { return }
        header(field, value ? Kind.isTrue : Kind.isFalse)
    }

    mutating func i8(_ field: Int16, _ value: Int8?) {
        guard let value else { return }
        header(field, Kind.i8)
        bytes.append(UInt8(bitPattern: value))
    }

    mutating func i16(_ field: Int16, _ value: Int16?) {
        guard let value else { return }
        header(field, Kind.i16)
        zigzag(Int64(value))
    }

    mutating func i32(_ field: Int16, _ value: Int32?) {
        guard let value else { return }
        header(field, Kind.i32)
        zigzag(Int64(value))
    }

    mutating func i64(_ field: Int16, _ value: Int64?) {
        guard let value else { return }
        header(field, Kind.i64)
        zigzag(value)
    }

    mutating func binary(_ field: Int16, _ value: [UInt8]?) {
        guard let value else { return }
        header(field, Kind.binary)
        lengthAndBytes(value)
    }

    mutating func string(_ field: Int16, _ value: String?) {
        guard let value else { return }
        binary(field, Array(value.utf8))
    }

    /// A structure as a field; `body` writes its fields.
    mutating func structure(_ field: Int16, _ body: (inout CompactWriter) -> Void) {
        header(field, Kind.structure)
        structure(body)
    }

    // MARK: Lists

    mutating func structureList<Element>(
        _ field: Int16, _ elements: [Element], _ write: (Element, inout CompactWriter) -> Void
    ) {
        list(field, Kind.structure, elements.count)
        for element in elements { write(element, &self) }
    }

    mutating func i32List(_ field: Int16, _ values: [Int32]) {
        list(field, Kind.i32, values.count)
        for value in values { zigzag(Int64(value)) }
    }

    mutating func i64List(_ field: Int16, _ values: [Int64]) {
        list(field, Kind.i64, values.count)
        for value in values { zigzag(value) }
    }

    mutating func boolList(_ field: Int16, _ values: [Bool]) {
        list(field, Kind.isTrue, values.count)
        for value in values { bytes.append(value ? Kind.isTrue : Kind.isFalse) }
    }

    mutating func binaryList(_ field: Int16, _ values: [[UInt8]]) {
        list(field, Kind.binary, values.count)
        for value in values { lengthAndBytes(value) }
    }

    mutating func stringList(_ field: Int16, _ values: [String]) {
        binaryList(field, values.map { Array($0.utf8) })
    }

    // MARK: Parts

    /// A structure where no field header stands: the outermost, or an element of a list.
    mutating func structure(_ body: (inout CompactWriter) -> Void) {
        let outer = lastField
        lastField = 0
        body(&self)
        bytes.append(0)
        lastField = outer
    }

    private mutating func header(_ field: Int16, _ kind: UInt8) {
        let delta = field - lastField
        if delta > 0, delta <= 15 {
            bytes.append(UInt8(delta) << 4 | kind)
        } else {
            bytes.append(kind)
            zigzag(Int64(field))
        }
        lastField = field
    }

    private mutating func list(_ field: Int16, _ kind: UInt8, _ count: Int) {
        header(field, Kind.list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | kind)
        } else {
            bytes.append(0xF0 | kind)
            bytes.appendVarint(UInt64(count))
        }
    }

    private mutating func lengthAndBytes(_ value: [UInt8]) {
        bytes.appendVarint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func zigzag(_ value: Int64) {
        bytes.appendVarint(UInt64(bitPattern: value << 1 ^ value >> 63))
    }
}
