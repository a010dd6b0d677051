import Columnar
import Names
import Profile
import Testing

/// Random rows in random batches and storages, profiled and counted one by one.
@Suite struct NaiveProfileTests {
    private static let now: Int64 = 1_700_000_000_000_000

    @Test("a profile equals a count row by row", arguments: 1...40)
    func equalsNaiveCount(seed: UInt64) throws {
        var numbers = Numbers(seed: seed)
        let rows = (0..<Int.random(in: 0...400, using: &numbers)).map { _ in Row(&numbers) }
        var profile = TableProfile(now: NaiveProfileTests.now)
        var rest = rows[...]
        var texts: [String] = []
        while !rest.isEmpty {
            let count = Int.random(in: 1...100, using: &numbers)
            profile.add(Row.batch(Array(rest.prefix(count)), &texts, &numbers))
            rest = rest.dropFirst(count)
        }
        #expect(profile.rows == rows.count)
        var seen = Set<Row>()
        #expect(profile.repeatedRows == rows.count { !seen.insert($0).inserted })
        if rows.isEmpty { return }
        try check(numbers: rows.map { $0.number.map { Int128($0) } }, profile, "number")
        try check(numbers: rows.map { $0.day.map { Int128($0) } }, profile, "day")
        try check(numbers: rows.map { $0.time.map { Int128($0) } }, profile, "time")
        try check(texts: rows.map(\.text), profile)
        try check(reals: rows.map(\.real), profile)
        let days = try #require(profile.columns["day"])
        #expect(days.days == Set(rows.compactMap(\.day)).count)
        #expect(days.future == rows.count { $0.day.map { $0 > 19_675 } ?? false })
        let times = try #require(profile.columns["time"])
        #expect(times.days == Set(rows.compactMap { $0.time?.dayNumber }).count)
        #expect(times.future == rows.count { $0.time.map { $0 > NaiveProfileTests.now } ?? false })
        let pairs = rows.map { row in
            row.time.flatMap { time in row.day.map { (time.dayNumber, $0) } }
        }
        let order = try #require(profile.order(of: "time", to: "day"))
        #expect(order.less == pairs.count { $0.map { $0.0 < $0.1 } ?? false })
        #expect(order.equal == pairs.count { $0.map { $0.0 == $0.1 } ?? false })
        #expect(order.greater == pairs.count { $0.map { $0.0 > $0.1 } ?? false })
        #expect(order.missing == pairs.count { $0 == nil })
    }

    private func check(numbers: [Int128?], _ profile: TableProfile, _ name: String) throws {
        let found = try #require(profile.columns[.init(name)])
        let present = numbers.compactMap { $0 }
        #expect(found.nulls == numbers.count - present.count && found.rows == numbers.count)
        #expect(found.least == present.min() && found.greatest == present.max())
        #expect(found.isAscending == (present == present.sorted()))
        #expect(found.values == counts(present.map { SampledValue.number($0) }))
        #expect(found.hasAllValues && found.distinctEstimate == Set(present).count)
        guard name == "number" else { return }
        #expect(found.zeros == present.count { $0 == 0 })
        #expect(found.negatives == present.count { $0 < 0 })
    }

    private func check(texts: [String?], _ profile: TableProfile) throws {
        let found = try #require(profile.columns["text"])
        let present = texts.compactMap { $0.map { Array($0.utf8) } }
        #expect(found.nulls == texts.count - present.count)
        #expect(found.empties == present.count { $0.isEmpty })
        #expect(found.longest == present.map(\.count).max() ?? 0)
        #expect(found.paddedTexts == present.count { $0.first == 32 || $0.last == 32 })
        let kept = present.filter { $0.count <= 64 }
        #expect(found.values == counts(kept.map { SampledValue.text($0) }))
        #expect(found.hasAllValues == (kept.count == present.count))
    }

    private func check(reals: [Double?], _ profile: TableProfile) throws {
        let found = try #require(profile.columns["real"])
        let present = reals.compactMap { $0 }
        #expect(found.leastDouble == present.min() && found.greatestDouble == present.max())
        #expect(found.zeros == present.count { $0 == 0 } && found.least == nil)
        #expect(found.values.isEmpty && found.hasAllValues == present.isEmpty)
        #expect(found.isAscending == (present == present.sorted()))
    }

    private func counts(_ values: [SampledValue]) -> [SampledValue: Int] {
        Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
    }
}

private struct Row: Hashable {
    var number: Int64?
    var day: Int32?
    var time: Int64?
    var text: String?
    var real: Double?

    init(_ numbers: inout Numbers) {
        func maybe<Value>(_ value: Value) -> Value? {
            Int.random(in: 0..<8, using: &numbers) == 0 ? nil : value
        }
        number = maybe(Int64.random(in: -3...40, using: &numbers))
        day = maybe(Int32.random(in: 19_670...19_680, using: &numbers))
        let second = Int64.random(in: -5...5, using: &numbers) * 90_000
        time = maybe(1_700_000_000_000_000 + second * 1_000_000)
        let long = String(repeating: "z", count: 70)
        text = maybe(["", "a", " a", "a ", "ab", "é", long].randomElement(using: &numbers) ?? "")
        real = maybe(Double(Int.random(in: -2...2, using: &numbers)) / 2)
    }

    /// The rows; texts as bytes, or as codes into `texts`, which grows.
    static func batch(
        _ rows: [Row], _ texts: inout [String], _ numbers: inout Numbers
    ) -> RecordBatch {
        func validity(_ isPresent: (Row) -> Bool) -> Bitmap? {
            rows.allSatisfy(isPresent) ? nil : Bitmap(rows.map(isPresent))
        }
        var text = ColumnStorage.bytes(ByteVector(rows.map { $0.text ?? "" }))
        if Bool.random(using: &numbers) {
            for case let text? in rows.map(\.text) where !texts.contains(text) {
                texts.append(text)
            }
            let codes = rows.map { row in
                UInt32(texts.firstIndex { $0 == row.text } ?? 0)
            }
            let values = DictionaryValues(lineage: .next(), values: ByteVector(texts))
            if !texts.isEmpty { text = .dictionary(codes: codes, values: values) }
        }
        return RecordBatch(
            schema: Schema([
                Field("number", .long), Field("day", .date), Field("time", .timestamp),
                Field("text", .string), Field("real", .double),
            ]),
            columns: [
                Column(
                    .long, storage: .int64(rows.map { $0.number ?? 7 }),
                    validity: validity { $0.number != nil }),
                Column(
                    .date, storage: .int32(rows.map { $0.day ?? 7 }),
                    validity: validity { $0.day != nil }),
                Column(
                    .timestamp, storage: .int64(rows.map { $0.time ?? 7 }),
                    validity: validity { $0.time != nil }),
                Column(.string, storage: text, validity: validity { $0.text != nil }),
                Column(
                    .double, storage: .double(rows.map { $0.real ?? 7 }),
                    validity: validity { $0.real != nil }),
            ])
    }
}

extension Int64 {
    fileprivate var dayNumber: Int32 { Int32(dividedFloor(by: 86_400_000_000)) }
}

private struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
