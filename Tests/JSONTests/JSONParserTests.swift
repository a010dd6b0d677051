import JSON
import Testing

@Suite("JSON parser")
struct JSONParserTests {
    static let documents: [(String, JSONValue)] = [
        ("null", JSONValue.null), (" true ", true), ("false", false),
        ("-0", .number("-0")), ("9223372036854775807", 9_223_372_036_854_775_807),
        ("12345678901234567890.123456789", .number("12345678901234567890.123456789")),
        ("1e5", .number("1e5")), ("1.5E-7", .number("1.5E-7")), ("0.10", .number("0.10")),
        ("\"\"", ""), ("\"é\\u00e9\\n\\/\\\"\\\\\"", "éé\n/\"\\"),
        ("\"\\ud83d\\uDE00\"", "😀"), ("[]", []), ("{}", [:]),
        ("[1, [2 ,\t3],\r\n{}]", [1, [2, 3], [:]]),
        ("{\"a\":{\"b\":[null]},\"c\":\"d\"}", ["a": ["b": [.null]], "c": "d"]),
    ]

    @Test(
        "documents parse to their values",
        arguments: documents)
    func values(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test(
        "malformed documents are errors at the offending byte",
        arguments: [
            ("", JSONError.Code.truncated, 0), ("  ", .truncated, 2), ("nul", .truncated, 3),
            ("nulL", .syntax, 3), ("01", .syntax, 1), ("+1", .syntax, 0), ("1.", .truncated, 2),
            ("1.e3", .syntax, 2), (".5", .syntax, 0), ("-", .truncated, 1), ("1e", .truncated, 2),
            ("[1,]", .syntax, 3), ("[1 2]", .syntax, 3), ("[1", .truncated, 2),
            ("{\"a\":1,}", .syntax, 7), ("{\"a\" 1}", .syntax, 5), ("{a:1}", .syntax, 1),
            ("{\"a\":1 \"b\":2}", .syntax, 7), ("[] []", .syntax, 3), ("\"a", .truncated, 2),
            ("\"\t\"", .syntax, 1), ("\"\\x\"", .syntax, 2), ("\"\\u12g4\"", .syntax, 5),
            ("\"\\ud800\"", .encoding, 7), ("\"\\ud800\\u0041\"", .encoding, 13),
            ("\"\\udc00\"", .encoding, 7), ("\u{FEFF}1", .syntax, 0), ("NaN", .syntax, 0),
            ("// c\n1", .syntax, 0), ("'a'", .syntax, 0),
        ])
    func malformed(text: String, code: JSONError.Code, offset: Int) throws {
        let error = try #require(throws: JSONError.self) {
            try JSONValue(parsing: Array(text.utf8))
        }
        #expect(error.code == code, "\(error)")
        #expect(error.offset == offset, "\(error)")
    }

    @Test(
        "strings that are not UTF-8 are errors",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ] as [[UInt8]])
    func encoding(bytes: [UInt8]) throws {
        let error = try #require(throws: JSONError.self) {
            try JSONValue(parsing: [34] + bytes + [34])
        }
        #expect(error.code == .encoding)
    }

    @Test("nesting is accepted up to the limit and refused beyond it")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(String(repeating: "[", count: depth).utf8)
                + Array(String(repeating: "]", count: depth).utf8)
        }
        _ = try JSONValue(parsing: nested(10), depthLimit: 10)
        let error = try #require(throws: JSONError.self) {
            try JSONValue(parsing: nested(11), depthLimit: 10)
        }
        #expect(error.code == .depth)
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(1_000_000)) }
    }

    @Test("the last of equal keys wins at the place of the first")
    func duplicates() throws {
        let value = try JSONValue(parsing: Array(#"{"a":1,"b":2,"a":3}"#.utf8))
        #expect(value.description == #"{"a":3,"b":2}"#)
    }

    @Test("offsets in errors count from the start of a slice")
    func sliceOffset() throws {
        let bytes = Array("xxxx[1,]".utf8)
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: bytes[4...]) }
        #expect(error.offset == 3)
    }
}
