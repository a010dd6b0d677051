import Columnar
@testable import Keys
@testable import Rules
import Testing
@testable import Transform

/// A text and the value of a type that it is, if it is one.
private struct LiteralCase: CustomTestStringConvertible, Sendable {
    var type: ColumnType
    var text: String
    var value: ColumnStorage?
    var testDescription: String { "\(text) as \(type)" }

    init(_ type: ColumnType, _ text: String, _ value: ColumnStorage?) {
        self.type = type
        self.text = text
        self.value = value
    }

    static let wholes: [LiteralCase] = [
        LiteralCase(.boolean, "TRUE", .bool([1])),
        LiteralCase(.boolean, "false", .bool([0])),
        LiteralCase(.boolean, "0", nil),
        LiteralCase(.byte, "127", .int32([127])),
        LiteralCase(.byte, "-128.00", .int32([-128])),
        LiteralCase(.byte, "128", nil),
        LiteralCase(.byte, "1.5", nil),
        LiteralCase(.byte, "", nil),
        LiteralCase(.byte, ".0", nil),
        LiteralCase(.byte, " 1", nil),
        LiteralCase(.short, "-32769", nil),
        LiteralCase(.integer, "2147483647.0", .int32([2_147_483_647])),
        LiteralCase(.integer, "2147483648", nil),
        LiteralCase(.long, "-9223372036854775808.000", .int64([.min])),
        LiteralCase(.long, "9223372036854775808", nil),
        LiteralCase(.double, "1e3", .double([1000])),
        LiteralCase(.double, "one", nil),
        LiteralCase(.float, "0.5", .float([0.5])),
        LiteralCase(.decimal(precision: 5, scale: 2), "999.99", .int64([99_999])),
        LiteralCase(.decimal(precision: 5, scale: 2), "-1.50000", .int64([-150])),
        LiteralCase(.decimal(precision: 5, scale: 2), "1000", nil),
        LiteralCase(.decimal(precision: 5, scale: 2), "1.501", nil),
        LiteralCase(.decimal(precision: 5, scale: 2), "1e2", nil),
        LiteralCase(.decimal(precision: 5, scale: 2), ".", nil),
        LiteralCase(
            .decimal(precision: 38, scale: 0), String(repeating: "9", count: 38),
            .int128([99_999_999_999_999_999_999_999_999_999_999_999_999])),
        LiteralCase(.decimal(precision: 38, scale: 0), String(repeating: "9", count: 39), nil),
        LiteralCase(.string, "", .bytes(ByteVector([""]))),
        LiteralCase(.binary, "61Ff", .bytes(ByteVector(offsets: [0, 2], bytes: [0x61, 0xFF]))),
        LiteralCase(.binary, "6", nil),
        LiteralCase(.binary, "+f", nil),
        LiteralCase(.list(element: Field("element", .long)), "[]", nil),
    ]

    static let times: [LiteralCase] = [
        LiteralCase(.date, "2024-02-29", .int32([19_782])),
        LiteralCase(.date, "2023-02-29", nil),
        LiteralCase(.date, "2024-02-29 00:00", nil),
        LiteralCase(.timestamp, "1970-01-01", .int64([0])),
        LiteralCase(.timestamp, "1970-01-01T00:00:01Z", .int64([1_000_000])),
        LiteralCase(.timestamp, "1970-01-01 01:00+01:00", .int64([0])),
        LiteralCase(.timestamp, "1969-12-31 23:30:00-00:30", .int64([0])),
        LiteralCase(.timestamp, "1969-12-31 23:59:59.999999", .int64([-1])),
        LiteralCase(.timestampNtz, "1970-01-01 00:00:00.5", .int64([500_000])),
        LiteralCase(.timestamp, "1970-01-01 00:00:00.0000001", nil),
        LiteralCase(.timestamp, "1970-01-01 00:00:00.", nil),
        LiteralCase(.timestamp, "1970-01-01 24:00", nil),
        LiteralCase(.timestamp, "1970-01-01 00:60", nil),
        LiteralCase(.timestamp, "1970-01-01 00:00:60", nil),
        LiteralCase(.timestamp, "1970-01-01 7:00", nil),
        LiteralCase(.timestamp, "1970-01-01x00:00", nil),
        LiteralCase(.timestamp, "1970-01-01 ", nil),
        LiteralCase(.timestamp, "now", nil),
    ]
}

/// Two bounds of a type, and the range that they are.
private struct RangeCase: CustomTestStringConvertible, Sendable {
    var type: ColumnType
    var minimum: String?
    var maximum: String?
    var range: RuleRange?
    var testDescription: String { "\(minimum ?? "")...\(maximum ?? "") as \(type)" }

    init(_ type: ColumnType, _ minimum: String?, _ maximum: String?, _ range: RuleRange?) {
        self.type = type
        self.minimum = minimum
        self.maximum = maximum
        self.range = range
    }

    private static let money = ColumnType.decimal(precision: 10, scale: 2)

    static let all: [RangeCase] = [
        RangeCase(.integer, "1", "3", .exact(1...3)),
        RangeCase(.integer, nil, nil, .exact(.min ... .max)),
        RangeCase(.integer, "1.5", "2.5", .exact(2...2)),
        RangeCase(.integer, "-1.5", "-0.5", .exact(-1 ... -1)),
        RangeCase(.integer, "2.4", "2.6", .empty),
        RangeCase(.integer, "3", "1", .empty),
        RangeCase(.integer, "x", nil, nil),
        RangeCase(.integer, "1.2.3", nil, nil),
        RangeCase(.integer, "1.x", nil, nil),
        RangeCase(
            .long, nil, "9223372036854775808", .exact(.min...9_223_372_036_854_775_808)),
        RangeCase(.long, "170141183460469231731687303715884105727.5", nil, nil),
        RangeCase(.long, nil, "-170141183460469231731687303715884105728.5", nil),
        RangeCase(money, "0.005", "0.019", .exact(1...1)),
        RangeCase(money, "-0.019", "-0.005", .exact(-1 ... -1)),
        RangeCase(.date, "DATE '2024-02-29'", "2024-03-01", .exact(19_782...19_783)),
        RangeCase(.date, "2024-02-30", nil, nil),
        RangeCase(
            .timestamp, "TIMESTAMP '1970-01-01 00:00:01'", nil, .exact(1_000_000 ... .max)),
        RangeCase(.double, "1", "2.5", .real(1...2.5)),
        RangeCase(.double, nil, nil, .real(-.infinity ... .infinity)),
        RangeCase(.double, "2", "1", .empty),
        RangeCase(.double, "nan", nil, nil),
        RangeCase(
            .string, "'a''b'", nil, .bytes(minimum: Array("a'b".utf8), maximum: nil)),
        RangeCase(
            .string, "'a'b'", "z",
            .bytes(minimum: Array("'a'b'".utf8), maximum: Array("z".utf8))),
        RangeCase(.boolean, "0", "1", nil),
        RangeCase(.binary, "00", nil, nil),
    ]
}

@Suite("Literals and bounds of rules")
struct RuleLiteralTests {
    @Test("a text is a value of its type, exactly, or none", arguments: LiteralCase.wholes)
    fileprivate func wholes(_ literal: LiteralCase) {
        #expect(RuleLiteral.column(literal.type, [literal.text])?.storage == literal.value)
    }

    @Test("dates and times are ISO 8601 within the calendar", arguments: LiteralCase.times)
    fileprivate func times(_ literal: LiteralCase) {
        #expect(RuleLiteral.column(literal.type, [literal.text])?.storage == literal.value)
    }

    @Test("NULL is NULL; one text that is no value refuses all")
    func nulls() {
        let column = RuleLiteral.column(.long, ["1", nil])
        #expect(column?.isNull(0) == false && column?.isNull(1) == true)
        #expect(RuleLiteral.column(.long, ["1", nil, "x"]) == nil)
        #expect(RuleLiteral.column(.long, [])?.count == 0)
    }

    @Test("bounds are inclusive and move inwards to values of the column", arguments: RangeCase.all)
    fileprivate func bounds(_ bounds: RangeCase) {
        let range = RuleRange(minimum: bounds.minimum, maximum: bounds.maximum, type: bounds.type)
        #expect(range == bounds.range)
    }

    @Test("values at the bounds pass, those beyond fail, whatever holds them")
    func failures() {
        let one = RuleRange.exact(1...3)
        let wanted = RuleMask(Bitmap([true, false, false, true]))
        #expect(one.failures(Column(.integer, storage: .int32([0, 1, 3, 4]))) == wanted)
        #expect(one.failures(Column(.long, storage: .int64([.min, 1, 3, .max]))) == wanted)
        let wide = ColumnType.decimal(precision: 38, scale: 0)
        #expect(one.failures(Column(wide, storage: .int128([.min, 1, 3, .max]))) == wanted)
        // Beyond what 64 bits hold no value passes, and up to there each does.
        let long = Column(.long, storage: .int64([.min, .max]))
        #expect(RuleRange.exact((1 << 64)...(1 << 65)).failures(long) == .all(2))
        #expect(RuleRange.exact(.min ... .max).failures(long) == RuleMask(count: 2))
        #expect(RuleRange.empty.failures(long) == .all(2))
        let real = Column(.double, storage: .double([.nan, -.infinity, 1, 1.000001]))
        #expect(
            RuleRange.real(-.infinity...1).failures(real)
                == RuleMask(Bitmap([true, false, false, true])))
        let texts = Column(.string, storage: .bytes(ByteVector(["a", "b", "ba", "é"])))
        #expect(
            RuleRange.bytes(minimum: Array("b".utf8), maximum: Array("ba".utf8)).failures(texts)
                == wanted)
    }
}
