import Columnar
@testable import Dimensions
@testable import EntityTestSupport
@testable import Keys
import Testing

/// The one hash of values, and the three ways in which those of a row are combined.
@Suite("Hashes of values")
struct ValueHashTests {
    private func keys(_ columns: Column...) -> [ValueHash] {
        var hasher = KeyHasher()
        return hasher.hashes(columns, count: columns[0].count)
    }

    private func members(
        _ columns: [(Field, Column)], _ names: [String]? = nil
    ) -> [ValueHash] {
        let schema = Schema(columns.map(\.0))
        let batch = RecordBatch(schema: schema, columns: columns.map(\.1))
        return MemberHasher(schema).hashes(batch, names ?? columns.map(\.0.name))
    }

    private static func decimal(_ values: [Int64], _ scale: Int) -> Column {
        Column(.decimal(precision: 18, scale: scale), storage: .int64(values))
    }

    private static func wide(_ values: [Int128], _ scale: Int) -> Column {
        Column(.decimal(precision: 38, scale: scale), storage: .int128(values))
    }

    private static let dictionary = DictionaryValues(
        lineage: .none, values: ByteVector(["x", "日本語の文字", "never"]))

    private static let samples: [(name: String, column: Column, stored: [Int64])] = [
        (
            "long", Column(.long, storage: .int64([0, 1, -1, .max, .min])),
            [
                404_213_986_918_806_081, -3_872_785_638_892_165_005, 2_198_985_456_423_003_523,
                -5_071_330_688_354_413_034, -4_234_370_933_104_936_596,
            ]
        ),
        (
            "boolean", Column(.boolean, storage: .bool([0, 1, 0, 1, 1])),
            [
                5_813_872_610_441_810_355, -3_972_151_916_310_869_921, 5_813_872_610_441_810_355,
                -3_972_151_916_310_869_921, -3_972_151_916_310_869_921,
            ]
        ),
        (
            "price", decimal([0, 500, 1234, -1230, 99], 2),
            [
                -7_565_452_330_185_761_432, -6_579_542_896_190_783_444,
                -8_875_466_231_769_122_749, 4_090_711_884_820_894_034, -5_246_775_426_062_600_174,
            ]
        ),
        (
            "wide", wide([0, 50000, 12345, -(1 << 100), 1 << 70], 4),
            [
                -1_768_834_227_514_445_113, 4_601_256_962_390_771_095, 3_153_280_161_607_298_416,
                548_458_787_176_367_540, 1_627_838_903_114_204_945,
            ]
        ),
        (
            "double", Column(.double, storage: .double([0, -0.0, .nan, 1.5, -3])),
            [
                8_939_930_316_060_533_634, 8_939_930_316_060_533_634, 9_158_899_636_156_824_157,
                8_205_134_759_926_427_883, -8_872_963_274_861_831_644,
            ]
        ),
        (
            "text",
            Column(
                .string,
                storage: .bytes(
                    ByteVector(["", "a", "eight by", "nine byte", "trailing   "]))),
            [
                2_565_032_259_836_507_571, -8_158_925_053_607_047_783, 196_178_530_268_180_397,
                6_514_063_194_450_895_053, 7_852_544_981_982_748_552,
            ]
        ),
        (
            "codes",
            Column(.string, storage: .dictionary(codes: [0, 1, 1, 0, 2], values: dictionary)),
            [
                8_984_889_677_307_779_374, 8_065_954_855_584_343_159, 8_065_954_855_584_343_159,
                8_984_889_677_307_779_374, -3_464_446_893_622_908_651,
            ]
        ),
    ]

    @Test("what quarantine stores of a row's values never changes", arguments: samples.indices)
    func stored(sample: Int) {
        let (name, column, stored) = ValueHashTests.samples[sample]
        let rows = RecordBatch(schema: Schema([Field(name, column.type)]), columns: [column])
        #expect(QuarantineContent.hashes(rows) == stored)
    }

    @Test("numbers hash by value, whatever their type and scale")
    func numbers() {
        let values: [Int64] = [5, 0, -7, 1 << 40]
        let long = Column(.long, storage: .int64(values))
        let others = [
            ValueHashTests.decimal(values.map { $0 * 100 }, 2),
            ValueHashTests.decimal(values, 0),
            ValueHashTests.wide(values.map { Int128($0) * 1_000_000_000_000 }, 12),
        ]
        for other in others {
            #expect(keys(other) == keys(long))
            #expect(ValueHashes([other], count: 4).values == ValueHashes([long], count: 4).values)
            #expect(
                members([(Field("n", other.type), other)]) == members([(Field("n", .long), long)]))
        }
        let odd = keys(ValueHashTests.decimal([5, 50, 505], 2))
        #expect(odd == keys(ValueHashTests.wide([500, 5000, 50500], 4)))
        #expect(Set(odd + keys(long)).count == 7)
    }

    @Test("a key's NULL is a value, a compared row with a NULL equals nothing")
    func nulls() {
        let texts = RuleSamples.text(["a", nil, ""])
        #expect(Set(keys(texts)).count == 3)
        #expect(keys(texts)[1] == keys(RuleSamples.text([nil]))[0])
        let compared = ValueHashes([texts, RuleSamples.long([1, 1, nil])], count: 3)
        #expect(compared[0] != nil && compared[1] == nil && compared[2] == nil)
        #expect(compared[0] == keys(RuleSamples.text(["a"]), RuleSamples.long([1]))[0])
    }

    @Test("a member's columns hash in any order, by name, CHAR without its padding")
    func memberColumns() {
        let left = (Field("l", .string), RuleSamples.text(["a", "b", nil, ""]))
        let right = (Field("r", .string), RuleSamples.text(["b", "a", "", nil]))
        let hashes = members([left, right])
        #expect(hashes == members([right, left]))
        #expect(hashes == members([left, right], ["r", "l"]))
        #expect(Set(hashes).count == 4)
        let padded = Field("l", .string, metadata: ["sluice.source_type": "char(4)"])
        let texts = RuleSamples.text(["a  ", "b", nil, "   "])
        #expect(members([(padded, texts)]) == members([left]))
        #expect(members([(Field("l", .string), texts)]) != members([left]))
    }

    @Test("sums over columns tell small numbers apart, by either half of the hash")
    func sums() {
        let side = 300
        let pairs = (0..<side * side).map { (Int64($0 / side), Int64($0 % side)) }
        let hashes = members([
            (Field("a", .long), RuleSamples.long(pairs.map(\.0))),
            (Field("b", .long), RuleSamples.long(pairs.map(\.1))),
        ])
        #expect(Set(hashes.map(\.high)).count == pairs.count)
        #expect(Set(hashes.map(\.low)).count == pairs.count)
    }

    @Test("codes hash as the texts they stand for, also of few rows of a large dictionary")
    func codes() {
        let dictionary = ValueHashTests.dictionary
        for codes: [UInt32] in [[1, 0], [1, 0, 1, 2]] {
            let coded = Column(.string, storage: .dictionary(codes: codes, values: dictionary))
            let texts = RuleSamples.text(codes.map { dictionary.values.text(Int($0)) })
            #expect(keys(coded) == keys(texts))
            #expect(
                members([(Field("c", .string), coded)]) == members([(Field("c", .string), texts)]))
            let values = ValueHashes([coded], count: codes.count).values
            #expect(values == ValueHashes([texts], count: codes.count).values)
        }
        // Of nothing but NULLs there is no dictionary.
        let empty = DictionaryValues(lineage: .none, values: ByteVector())
        let nulls = Column(
            .string, storage: .dictionary(codes: [0, 0], values: empty),
            validity: Bitmap([false, false]))
        #expect(keys(nulls) == keys(RuleSamples.text([nil, nil])))
        #expect(ValueHashes([nulls], count: 2)[0] == nil)
    }
}
