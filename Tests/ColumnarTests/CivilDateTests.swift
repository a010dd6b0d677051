import Columnar
import Testing

@Suite("Civil dates")
struct CivilDateTests {
    @Test("day numbers and dates are inverse over four eras")
    func roundTrip() {
        for days in stride(from: -800_000, through: 800_000, by: 37) {
            let date = CivilDate(daysSinceEpoch: days)
            #expect(date.exists)
            #expect(date.daysSinceEpoch == days)
        }
    }

    @Test(
        "known days",
        arguments: [
            ("1970-01-01", 0), ("2000-02-29", 11016), ("1600-03-01", -135_080),
            ("9999-12-31", 2_932_896),
        ])
    func known(text: String, days: Int) {
        #expect(CivilDate(text)?.daysSinceEpoch == days)
        #expect(CivilDate(daysSinceEpoch: days).text == text)
    }

    @Test("impossible dates are refused", arguments: ["2023-02-29", "2023-00-10", "2023-1-01", ""])
    func impossible(text: String) { #expect(CivilDate(text) == nil) }

    @Test("timestamps before the epoch keep their fraction")
    func negative() {
        #expect(Timestamp.text(microseconds: -1) == "1969-12-31T23:59:59.999999Z")
        #expect(Timestamp.text(microseconds: -1, fractionDigits: 3) == "1969-12-31T23:59:59.999Z")
    }
}
