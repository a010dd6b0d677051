import Digest
import Testing

/// Values printed by a C program over libxxhash 0.8.1.
@Suite("XXH3")
struct XXH3Tests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var seed: UInt64
        var high: UInt64
        var low: UInt64
        var testDescription: String { "'\(text)', seed \(seed)" }
    }

    @Test(
        "the library's own hashes come out",
        arguments: [
            Case(text: "", seed: 0, high: 0x99AA_06D3_0147_98D8, low: 0x6001_C324_468D_497F),
            Case(text: "", seed: 42, high: 0x16C2_0ACD_33F7_AF2F, low: 0x3C1D_09E9_FE24_9164),
            Case(text: "a", seed: 0, high: 0xA96F_AF70_5AF1_6834, low: 0xE6C6_32B6_1E96_4E1F),
            Case(text: "abc", seed: 42, high: 0x4BC2_4859_F045_E0B4, low: 0xD843_8DEF_21BB_DCC3),
            Case(
                text: "déjà vu", seed: 42, high: 0x52EC_889C_8843_C9C6,
                low: 0xF3B0_3160_8A83_B187),
            Case(
                text: "The quick brown fox jumps over the lazy dog", seed: 42,
                high: 0x97FD_BC58_4D4C_6984, low: 0x72C6_65DA_6E6D_93B8),
        ])
    func published(expected: Case) {
        let bytes = Array("<\(expected.text)>".utf8)
        let offsets = [0, 1, UInt32(bytes.count - 1), UInt32(bytes.count)]
        let values = XXH3.values(of: bytes, offsets: offsets, seed: expected.seed)
        #expect(values.count == 3)
        #expect(values[1] == XXH3.Value(high: expected.high, low: expected.low))
    }

    @Test("five thousand bytes, a word, a name")
    func otherLengths() {
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 256) }
        #expect(
            XXH3.values(of: bytes, offsets: [0, 5000], seed: 42) == [
                XXH3.Value(high: 0xA5A5_4C86_78AD_CAF8, low: 0xC5BA_4AAF_DDE9_6F7C)
            ])
        #expect(
            XXH3.values(of: [UInt64(0x0123_4567_89AB_CDEF)], seed: 42) == [
                XXH3.Value(high: 0x5AB2_56DC_09CD_BA64, low: 0x1694_18E4_E794_A9D7)
            ])
        let wide = UInt128(0x0123_4567_89AB_CDEF)
        let parts: [UInt8] = (0..<16).map { UInt8(truncatingIfNeeded: wide >> UInt128($0 * 8)) }
        #expect(
            XXH3.values(of: [wide], seed: 7)
                == XXH3.values(of: parts, offsets: [0, 16], seed: 7))
        #expect(XXH3.short("déjà vu") == 0xA700_FA33_B484_9941)
        #expect(XXH3.values(of: [], offsets: [0], seed: 1).isEmpty)
    }
}
