import Columnar
import Names
import Profile
import Testing

@Suite struct TableProfileTests {
    private let now: Int64 = 1_700_000_000_000_000

    private func profile(_ columns: [(String, Column)]) -> TableProfile {
        var profile = TableProfile(now: now)
        profile.add(batch(columns))
        return profile
    }

    private func batch(_ columns: [(String, Column)]) -> RecordBatch {
        RecordBatch(
            schema: Schema(columns.map { Field($0.0, $0.1.type) }), columns: columns.map(\.1))
    }

    private func texts(_ texts: [String?]) -> Column {
        Column(
            .string, storage: .bytes(ByteVector(texts.map { $0 ?? "" })),
            validity: Bitmap(texts.map { $0 != nil }))
    }

    private func numbers(_ numbers: [Int64]) -> Column {
        Column(.long, storage: .int64(numbers))
    }

    @Test("a decimal's numbers are unscaled, a date's days, and zeros and signs are counted")
    func numbers() throws {
        let money = Column(.decimal(precision: 8, scale: 2), storage: .int64([-150, 0, 99_999]))
        let day = Column(.date, storage: .int32([19_000, 20_000, 20_000]))
        let profile = profile([("money", money), ("day", day)])
        let found = try #require(profile.columns["money"])
        #expect(found.least == -150 && found.greatest == 99_999)
        #expect(found.zeros == 1 && found.negatives == 1)
        #expect(found.values == [.number(-150): 1, .number(0): 1, .number(99_999): 1])
        let date = try #require(profile.columns["day"])
        #expect(date.days == 2 && date.distinct == 2 && date.future == 2 && date.zeros == 0)
        #expect(date.isAscending && found.isAscending)
    }

    @Test("values without a typed form are told from NULLs, zero dates from other ones")
    func invalidValues() throws {
        let day = Column(
            .date, storage: .int32([0, 0, 0, 0]),
            validity: Bitmap([false, false, false, true]))
        let invalid = texts([
            #"{"gebürtig":"0000-00-00","note \"x\"":"ff"}"#, nil, #"{"gebürtig":"2023-02-30"}"#,
            nil,
        ])
        var profile = TableProfile(now: now)
        let named = Field("geb_rtig", .date, metadata: ["sluice.source_name": "gebürtig"])
        let fields = [named, Field("note \"x\"", .string), Field("_sluice_invalid", .string)]
        let note = texts([nil, "a", "b", "c"])
        profile.add(RecordBatch(schema: Schema(fields), columns: [day, note, invalid]))
        let found = try #require(profile.columns["geb_rtig"])
        #expect(found.nulls == 1 && found.invalid == 2 && found.zeroDates == 1)
        #expect(found.present == 1 && found.values == [.number(0): 1])
        #expect(profile.columns["note \"x\""]?.invalid == 1)
        #expect(profile.columns["note \"x\""]?.nulls == 0)
        #expect(profile.columns.count == 2)
    }

    @Test(
        "what is odd at the ends of a text and within it",
        arguments: [
            ("a", false, false), ("a b", false, false), (" a", true, false), ("a ", true, false),
            ("a\r", true, true), ("\ta", true, true), ("a\0", true, true), ("a\nb", false, true),
            ("\u{A0}a", true, false), ("a\u{A0}", true, false), ("a\u{3000}", true, false),
            ("\u{FEFF}a", true, false), ("a\u{2009}", true, false), ("a\u{85}", true, true),
            ("é", false, false), ("ß\u{301}", false, false), ("日本", false, false),
            ("a\u{7F}b", false, true), ("   ", true, false), ("", false, false),
            ("à", false, false),
            ("a\u{9F}b", false, true), ("😀", false, false), ("a\u{200B}", true, false),
        ])
    func oddTexts(_ text: String, _ isPadded: Bool, _ hasControl: Bool) throws {
        let found = try #require(profile([("a", texts([text, nil]))]).columns["a"])
        #expect(found.paddedTexts == (isPadded ? 1 : 0))
        #expect(found.paddedExample == (isPadded ? Array(text.utf8) : nil))
        #expect(found.controlTexts == (hasControl ? 1 : 0))
        #expect(found.longest == text.utf8.count && found.empties == (text.isEmpty ? 1 : 0))
        let values = DictionaryValues(lineage: .next(), values: ByteVector(["other", text]))
        let coded = Column(.string, storage: .dictionary(codes: [1, 1], values: values))
        let twice = try #require(profile([("a", coded)]).columns["a"])
        #expect(twice.paddedTexts == found.paddedTexts * 2)
        #expect(twice.controlTexts == found.controlTexts * 2)
        #expect(twice.values == [.text(Array(text.utf8)): 2])
    }

    @Test("of many values an even choice is kept, with all their rows and a count of all")
    func manyValues() throws {
        var profile = TableProfile(now: now)
        // 20,000 values, each in two batches far from one another.
        for round in 0..<40 {
            let start = Int64(round % 20) * 1000 + 1
            profile.add(batch([("a", numbers((0..<1000).map { start + $0 }))]))
        }
        let found = try #require(profile.columns["a"])
        #expect(!found.hasAllValues && found.distinct == ColumnProfile.valueCountMax)
        #expect(found.values.values.allSatisfy { $0 == 2 })
        #expect((18_000...22_000).contains(found.distinctEstimate))
        let upper = found.values.keys.count { $0.number > 10_000 }
        #expect((400...600).contains(upper), "the choice is not even: \(upper)")
        // The order of the rows does not choose.
        var turned = TableProfile(now: now)
        for round in 0..<40 {
            let start = Int64(19 - round % 20) * 1000 + 1
            turned.add(batch([("a", numbers((0..<1000).map { start + $0 }))]))
        }
        #expect(turned.columns["a"]?.values == found.values)
    }

    @Test("a text that is too long to be kept is told")
    func longTexts() throws {
        let long = String(repeating: "x", count: 65)
        let found = try #require(profile([("a", texts([long, "y"]))]).columns["a"])
        #expect(!found.hasAllValues && found.values == [.text([121]): 1] && found.longest == 65)
    }

    @Test(
        "numbers are Unix times when all of them can be, on two days",
        arguments: [
            ([1_600_000_000, 1_600_100_000], UnixUnit.seconds, 2, 0),
            ([0, 1_600_000_000, 1_800_100_000], .seconds, 2, 1),
            ([1_600_000_000_000, 1_600_100_000_000], .milliseconds, 2, 0),
            ([1_600_000_000, 1_600_000_001], nil, 0, 0),
            ([1_600_000_000, 1_600_100_000, -1], nil, 0, 0),
            ([1_600_000_000, 1_600_100_000, 17], nil, 0, 0),
            ([1_600_000_000, 1_600_100_000_000], nil, 0, 0),
            ([4_102_444_800, 1_600_000_000], nil, 0, 0), ([0, 0], nil, 0, 0),
            ([631_152_000, 4_102_444_799], .seconds, 2, 1),
        ] as [([Int64], UnixUnit?, Int, Int)])
    func unixTimes(_ given: [Int64], _ unit: UnixUnit?, _ days: Int, _ future: Int) throws {
        let found = try #require(profile([("a", numbers(given))]).columns["a"])
        #expect(found.unixUnit == unit && found.days == days && found.future == future)
        let wide = Column(
            .decimal(precision: 20, scale: 0), storage: .int128(given.map { Int128($0) }))
        #expect(try #require(profile([("a", wide)]).columns["a"]).unixUnit == unit)
        let price = Column(.decimal(precision: 12, scale: 2), storage: .int64(given))
        #expect(try #require(profile([("a", price)]).columns["a"]).unixUnit == nil)
    }

    @Test("two times of a row are compared, by days where one is a date")
    func orders() throws {
        let hour: Int64 = 3_600_000_000
        let present = Bitmap([true, true, true, false])
        let first = Column(
            .timestamp, storage: .int64([0, 5 * hour, 30 * hour, 0]), validity: present)
        let second = Column(.timestamp, storage: .int64([hour, 5 * hour, 0, 0]))
        let day = Column(.date, storage: .int32([0, 0, 0, -1]))
        let profile = profile([
            ("a", first), ("b", second), ("c", day), ("n", numbers([1, 2, 3, 4])),
        ])
        #expect(try #require(profile.order(of: "a", to: "b")) == (1, 1, 1, 1))
        #expect(try #require(profile.order(of: "b", to: "a")) == (1, 1, 1, 1))
        #expect(try #require(profile.order(of: "a", to: "c")) == (0, 2, 1, 1))
        #expect(try #require(profile.order(of: "c", to: "a")) == (1, 2, 0, 1))
        #expect(try #require(profile.order(of: "c", to: "b")) == (1, 3, 0, 0))
        #expect(profile.order(of: "a", to: "n") == nil)
        #expect(profile.order(of: "a", to: "a") == nil)
    }

    @Test("equal rows are found across batches and storages, and not where a column differs")
    func repeats() {
        var profile = TableProfile(now: now)
        let values = DictionaryValues(lineage: .next(), values: ByteVector(["x", "y"]))
        let coded = Column(
            .string, storage: .dictionary(codes: [0, 1, 0], values: values),
            validity: Bitmap([true, true, false]))
        profile.add(batch([("a", coded), ("n", numbers([1, 2, 3]))]))
        #expect(profile.repeatedRows == 0)
        profile.add(batch([("a", texts(["x", "y", nil, ""])), ("n", numbers([1, 1, 3, 3]))]))
        #expect(profile.repeatedRows == 2)
    }

    @Test("a finished profile keeps what it told")
    func finished() {
        var profile = profile([("a", numbers([3, 4]))])
        let before = profile.columns["a"]
        profile.finish()
        #expect(profile.columns["a"]?.values == before?.values && profile.rows == 2)
        #expect(profile.columns["a"]?.distinctEstimate == 2)
    }
}

extension SampledValue {
    fileprivate var number: Int128 {
        if case .number(let number) = self { number } else { 0 }
    }
}
