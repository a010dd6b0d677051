import Columnar
@testable import Delta
import Testing

/// Partition values, paths, bounds of strings: the texts of
/// `docs/specification/delta.md#partition-values`.
@Suite struct ValueTextTests {
    struct Value: CustomTestStringConvertible, Sendable {
        let column: Column
        let text: String?
        var testDescription: String { "\(column.type) \(text ?? "NULL")" }

        init(_ type: ColumnType, _ storage: ColumnStorage, _ text: String?) {
            column = Column(type, storage: storage)
            self.text = text
        }
    }

    static let values: [Value] = [
        Value(.boolean, .bool([1]), "true"), Value(.boolean, .bool([0]), "false"),
        Value(.byte, .int32([-128]), "-128"), Value(.short, .int32([32767]), "32767"),
        Value(.integer, .int32([.min]), "-2147483648"),
        Value(.long, .int64([.max]), "9223372036854775807"),
        Value(.date, .int32([0]), "1970-01-01"), Value(.date, .int32([-719_162]), "0001-01-01"),
        Value(.timestamp, .int64([123_456]), "1970-01-01T00:00:00.123456Z"),
        Value(.timestamp, .int64([-1]), "1969-12-31T23:59:59.999999Z"),
        Value(.timestampNtz, .int64([0]), "1970-01-01 00:00:00.000000"),
        Value(.decimal(precision: 10, scale: 2), .int64([-5]), "-0.05"),
        Value(
            .decimal(precision: 38, scale: 0), .int128([Decimal.powerOfTen(37)]), "1" + zeros(37)),
        Value(.double, .double([1]), "1.0"), Value(.double, .double([-0.0]), "-0.0"),
        Value(.double, .double([1e7]), "1.0E7"), Value(.double, .double([0.001]), "0.001"),
        Value(.double, .double([1.5e-5]), "1.5E-5"),
        Value(.double, .double([123_456.75]), "123456.75"),
        Value(.double, .double([.infinity]), "Infinity"), Value(.float, .float([0.1]), "0.1"),
        Value(.string, .bytes(ByteVector(["a:b/ü "])), "a:b/ü "),
        Value(.string, .bytes(ByteVector([""])), nil),
        Value(
            .string,
            .dictionary(
                codes: [1],
                values: DictionaryValues(lineage: .next(), values: ByteVector(["x", "y"]))),
            "y"),
    ]

    private static func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

    @Test(arguments: values) func aPartitionValueIsThisTextAndBack(_ value: Value) throws {
        #expect(try PartitionText.text(value.column, row: 0) == value.text)
        let back = try PartitionText.column(value.column.type, text: value.text, count: 2)
        #expect(back.count == 2)
        #expect(back.isNull(1) == (value.text == nil))
        if value.text != nil { #expect(try PartitionText.text(back, row: 1) == value.text) }
    }

    @Test func aNullPartitionValueHasNoText() throws {
        #expect(try PartitionText.text(Column.nulls(.date, count: 1), row: 0) == nil)
    }

    @Test(arguments: [
        (ColumnType.date, "2026-02-30"), (.long, "1.5"), (.byte, "128"), (.boolean, "yes"),
        (.timestamp, "noon"), (.decimal(precision: 3, scale: 1), "1.25"), (.double, "x"),
        (.decimal(precision: 3, scale: 1), "12345.5"),
    ])
    func aDamagedPartitionValueIsAnError(type: ColumnType, text: String) {
        let error = #expect(throws: DeltaError.self) {
            try PartitionText.column(type, text: text, count: 1)
        }
        #expect(error?.code == .damagedLog)
    }

    @Test(arguments: [
        ("a:b", "p=a%3Ab", "p=a%253Ab"), ("x y", "p=x y", "p=x%20y"),
        ("100%", "p=100%25", "p=100%2525"),
        ("ü", "p=ü", "p=%C3%BC"), ("[1]{2}", "p=%5B1%5D%7B2}", "p=%255B1%255D%257B2%7D"),
        ("a#b?c", "p=a%23b%3Fc", "p=a%2523b%253Fc"), ("$1", "p=$1", "p=$1"),
        ("a/b\\c", "p=a%2Fb%5Cc", "p=a%252Fb%255Cc"),
    ])
    func aPartitionFolderIsEscapedTwice(value: String, folder: String, path: String) {
        #expect(FilePath.folder(columns: ["p"], values: ["p": value]) == folder)
        #expect(FilePath.uriEscaped(folder) == path)
        #expect(FilePath.uriUnescaped(path) == folder)
    }

    @Test func aNullOrEmptyPartitionHasHivesDefaultFolder() {
        let null = "p=__HIVE_DEFAULT_PARTITION__"
        #expect(FilePath.folder(columns: ["p"], values: ["p": nil]) == null)
        #expect(FilePath.folder(columns: ["p"], values: ["p": ""]) == null)
        #expect(
            FilePath.folder(columns: ["a b", "c"], values: ["a b": "1", "c": "2"]) == "a b=1/c=2")
        #expect(FilePath.folder(columns: [], values: [:]).isEmpty)
    }

    @Test(arguments: ["%", "%4", "%zz", "a%ff%fe"]) func aBrokenEscapeIsNoPath(_ text: String) {
        #expect(FilePath.uriUnescaped(text) == nil)
    }

    struct Bound: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: String
        let minimum: String
        let maximum: String?
    }

    private static func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    static let bounds: [Bound] = [
        Bound(testDescription: "short", text: "abc", minimum: "abc", maximum: "abc"),
        Bound(
            testDescription: "exactly 32", text: repeated("a", 32), minimum: repeated("a", 32),
            maximum: repeated("a", 32)),
        Bound(
            testDescription: "ASCII cut off", text: repeated("a", 33), minimum: repeated("a", 32),
            maximum: repeated("a", 32) + "\u{7F}"),
        Bound(
            testDescription: "beyond ASCII cut off", text: repeated("a", 32) + "é",
            minimum: repeated("a", 32), maximum: repeated("a", 32) + "\u{10FFFF}"),
        Bound(
            testDescription: "pair at the cut", text: repeated("a", 31) + "😀b",
            minimum: repeated("a", 31), maximum: repeated("a", 31) + "\u{10FFFF}"),
        Bound(
            testDescription: "nothing greater",
            text: repeated("a", 32) + repeated("\u{10FFFF}", 40),
            minimum: repeated("a", 32), maximum: nil),
        Bound(
            testDescription: "grown past the greatest",
            text: repeated("a", 32) + "\u{10FFFF}b", minimum: repeated("a", 32),
            maximum: repeated("a", 32) + "\u{10FFFF}\u{7F}"),
    ]

    @Test(arguments: bounds) func aLongStringIsBounded(_ row: Bound) {
        #expect(TruncatedString.minimum(row.text) == row.minimum)
        #expect(TruncatedString.maximum(row.text) == row.maximum)
    }

    @Test(arguments: 0..<50) func boundsEncloseWhateverTheText(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<50 {
            var text = ""
            for _ in 0..<Int.random(in: 0...70, using: &random) {
                let ranges: [ClosedRange<UInt32>] = [
                    0x61...0x63, 0x20...0x7F, 0xE0...0x3FF, 0x10FFF0...0x10FFFF,
                ]
                let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
                    text.unicodeScalars.append(scalar)
                }
            }
            let bytes = Array(text.utf8)
            let minimum = Array(TruncatedString.minimum(text).utf8)
            #expect(!bytes.lexicographicallyPrecedes(minimum))
            if let maximum = TruncatedString.maximum(text) {
                #expect(!Array(maximum.utf8).lexicographicallyPrecedes(bytes))
                #expect(maximum.utf16.count <= 66)
            }
        }
    }
}
