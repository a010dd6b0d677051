import Testing

@testable import Parquet

/// The metadata's bytes, worked out by hand from the compact protocol.
@Suite struct CompactWriterTests {
    struct Row: CustomTestStringConvertible {
        var testDescription: String
        var expected: [UInt8]
        var write: @Sendable (inout CompactWriter) -> Void

        init(
            _ name: String, _ expected: [UInt8],
            _ write: @escaping @Sendable (inout CompactWriter) -> Void
        ) {
            testDescription = name
            self.expected = expected
            self.write = write
        }
    }

    @Test(arguments: [
        Row("a near field has its distance in the type byte", [0x15, 0x02]) { $0.i32(1, 1) },
        Row("a far field has its number after the type byte", [0x05, 0x28, 0x03]) {
            $0.i32(20, -2)
        },
        Row("fields count from the one before", [0x15, 0x00, 0x26, 0x01]) {
            $0.i32(1, 0)
            $0.i64(3, -1)
        },
        Row("numbers of more than seven bits are varints", [0x16, 0xD8, 0x04]) { $0.i64(1, 300) },
        Row(
            "the least number takes ten bytes",
            [0x16, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
        ) { $0.i64(1, .min) },
        Row("booleans are in the type", [0x11, 0x12]) {
            $0.bool(1, true)
            $0.bool(2, false)
        },
        Row("nil leaves nothing", []) {
            $0.bool(1, nil)
            $0.i32(2, nil)
            $0.string(3, nil)
        },
        Row("text has its length", [0x18, 0x02, 0xC3, 0xA9]) { $0.string(1, "é") },
        Row("short lists have their length in the type byte", [0x19, 0x25, 0x02, 0x04]) {
            $0.i32List(1, [1, 2])
        },
        Row(
            "long lists have their length after it",
            [0x19, 0xF5, 0x0F] + [UInt8](repeating: 0, count: 15)
        ) { $0.i32List(1, [Int32](repeating: 0, count: 15)) },
        Row("lists of booleans hold a byte each", [0x19, 0x21, 0x01, 0x02]) {
            $0.boolList(1, [true, false])
        },
        Row(
            "a structure ends with zero and forgets its fields",
            [0x2C, 0x55, 0x02, 0x00, 0x15, 0x04]
        ) {
            $0.structure(2) { $0.i32(5, 1) }
            $0.i32(3, 2)
        },
    ])
    func `fields take the protocol's form`(row: Row) {
        var writer = CompactWriter()
        row.write(&writer)
        #expect(writer.bytes == row.expected)
    }
}
