import Columnar
import Foundation
import Testing

/// The referee: Foundation's decimal of 38 digits.
private typealias FoundationDecimal = Foundation.Decimal

@Suite("Decimals")
struct DecimalTests {
    @Test("38 digits are a number, one more is none")
    func digits() {
        let nines = String(repeating: "9", count: 38)
        #expect(Decimal.unscaled(nines.utf8, scale: 0) == Decimal.powerOfTen(38) - 1)
        #expect(Decimal.unscaled(("-" + nines).utf8, scale: 0) == 1 - Decimal.powerOfTen(38))
        for text in [nines + "9", nines + "0", "1" + nines, nines + ".0", nines + nines] {
            #expect(Decimal.unscaled(text.utf8, scale: 1) == nil, "\(text)")
        }
        #expect(Decimal.unscaled(nines.utf8, scale: 1) == nil)
        #expect(Decimal.unscaled(("000" + nines).utf8, scale: 0) == Decimal.powerOfTen(38) - 1)
    }

    @Test(
        "texts have exactly the scale's digits",
        arguments: [
            ("0", 0, "0"), ("0", 3, "0.000"), ("5", 2, "0.05"), ("-5", 2, "-0.05"),
            ("12345", 2, "123.45"), ("-100", 2, "-1.00"), ("-7", 0, "-7"),
            (String(repeating: "9", count: 38), 38, "0." + String(repeating: "9", count: 38)),
        ])
    func text(unscaled: String, scale: Int, text: String) throws {
        let value = try #require(Int128(unscaled))
        #expect(Columnar.Decimal.text(unscaled: value, scale: scale) == text)
        #expect(Columnar.Decimal.unscaled(text.utf8, scale: scale) == value)
    }

    @Test(
        "shorter spellings fill up to the scale",
        arguments: [("1", 2, 100), ("1.5", 2, 150), ("+1.5", 1, 15), (".5", 1, 5), ("-0", 4, 0)])
    func short(text: String, scale: Int, unscaled: Int) {
        #expect(Columnar.Decimal.unscaled(text.utf8, scale: scale) == Int128(unscaled))
    }

    @Test(
        "what is no exact decimal of 38 digits is refused",
        arguments: [
            ("", 0), ("-", 0), (".", 2), ("1.23", 1), ("1e5", 2), ("1,5", 2), (" 1", 0),
            ("1.2.3", 4), ("--1", 0), ("nan", 0), ("1", 38),
            ("1" + String(repeating: "0", count: 38), 0),
        ])
    func refused(text: String, scale: Int) {
        #expect(Columnar.Decimal.unscaled(text.utf8, scale: scale) == nil)
    }

    @Test("text and value are inverse, and agree with Foundation's decimal", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let digits = Int.random(in: 1...38, using: &generator)
            let scale = Int.random(in: 0...digits, using: &generator)
            let limit = Columnar.Decimal.powerOfTen(digits) - 1
            let value = Int128.random(in: -limit...limit, using: &generator)
            let text = Columnar.Decimal.text(unscaled: value, scale: scale)
            #expect(Columnar.Decimal.unscaled(text.utf8, scale: scale) == value)
            let other = try #require(FoundationDecimal(string: text))
            let back = try #require(FoundationDecimal(string: String(value)))
            var power = FoundationDecimal(1)
            for _ in 0..<scale { power *= 10 }
            #expect(other * power == back)
        }
    }

    @Test("powers of ten are exact to the 38th")
    func powers() {
        #expect(Columnar.Decimal.powerOfTen(0) == 1)
        #expect(String(Columnar.Decimal.powerOfTen(38)) == "1" + String(repeating: "0", count: 38))
    }
}
