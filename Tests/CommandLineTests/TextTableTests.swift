import CommandLine
import Testing

@Suite("Tables for people")
struct TextTableTests {
    private func sample() -> TextTable {
        var table = TextTable([
            .init("table", isFlexible: true), .init("rows", .right), .init("note"),
        ])
        table.append(["customer", "38", "ok"])
        table.append(["顧客表", "1,234", ""])
        table.append(["a\nb"])
        return table
    }

    @Test("columns align by display width")
    func aligned() {
        #expect(
            sample().text() == """
                table      rows  note
                ────────  ─────  ────
                customer     38  ok
                顧客表    1,234
                a\\nb

                """)
    }

    @Test("flexible columns give way to the terminal's width, others never")
    func cut() {
        let lines = sample().text(width: 18).split(separator: "\n")
        #expect(lines[0] == "table    rows  note")
        #expect(lines[2] == "custo…     38  ok")
    }

    @Test("columns that move below are whole there, the last one first")
    func below() {
        var table = TextTable([
            .init("table"), .init("watermark", movesBelow: true), .init("rows", .right),
            .init("guarantee", movesBelow: true),
        ])
        table.append(["customer", "2026-11-21", "38", "one snapshot; deletes not tracked"])
        table.append(["day", "", "1", ""])
        #expect(!table.text(width: 70).contains("guarantee: "))
        #expect(
            table.text(width: 30) == """
                table     watermark   rows
                ────────  ──────────  ────
                customer  2026-11-21    38
                  guarantee: one snapshot;
                    deletes not tracked
                day                      1

                """)
        let narrow = table.text(width: 20).split(separator: "\n")
        #expect(narrow[0] == "table     rows" && narrow[3] == "  watermark:")
        #expect(!table.text(width: 8).contains("…"))
    }

    @Test("columns are left out in the order given until the rest fits")
    func leftOut() {
        var table = sample()
        #expect(table.remove(["note", "rows"], toFit: nil).isEmpty)
        #expect(table.remove(["note", "rows"], toFit: 100).isEmpty)
        #expect(table.remove(["none", "note", "rows"], toFit: 16) == ["note"])
        #expect(table.text().split(separator: "\n")[2] == "customer     38")
        var empty = sample()
        empty.removeEmptyColumns(of: ["rows", "nothing"])
        #expect(empty.columns.count == 3)
        var other = TextTable([.init("a"), .init("owner")])
        other.append(["1"])
        other.removeEmptyColumns(of: ["owner"])
        #expect(other.text() == "a\n─\n1\n")
    }

    @Test(
        "display width counts cells",
        arguments: [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("🙂", 2), ("a\tb", 2),
            ("\u{200B}", 0), ("한", 2), ("ﾊ", 1), ("❤️", 2),
        ])
    func width(text: String, cells: Int) { #expect(DisplayWidth.of(text) == cells) }

    @Test("cutting never exceeds the width", arguments: 0...12)
    func cutting(width: Int) {
        for text in ["plain ascii", "漢字漢字漢字", "a漢b字c漢"] {
            #expect(DisplayWidth.of(DisplayWidth.cut(text, to: width)) <= width)
        }
        #expect(DisplayWidth.cut("abc", to: 3) == "abc")
        #expect(DisplayWidth.cut("abcd", to: 3) == "ab…")
    }
}

@Suite("Quantities")
struct QuantityTests {
    @Test(
        "counts are grouped in threes",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
            (Int.min, "-9,223,372,036,854,775,808"),
        ])
    func count(value: Int, text: String) { #expect(Quantity.count(value) == text) }

    @Test(
        "bytes have three significant digits",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (12_345, "12.3 kB"),
            (999_499, "999 kB"), (999_999, "1.00 MB"), (167_000_000, "167 MB"),
            (1_500_000_000_000, "1.50 TB"),
        ])
    func bytes(value: Int, text: String) { #expect(Quantity.bytes(value) == text) }

    @Test(
        "times change their unit as they grow",
        arguments: [
            (0.0, "0.000 s"), (0.1234, "0.123 s"), (5.84, "5.8 s"), (59.99, "1m 00s"),
            (125, "2m 05s"), (3725, "1h 02m"), (273_600, "3d 04h"), (.nan, "–"),
            (.infinity, "–"),
        ])
    func seconds(value: Double, text: String) { #expect(Quantity.seconds(value) == text) }

    @Test("decimals round half away from zero")
    func decimal() {
        #expect(Quantity.decimal(0.125, digits: 2) == "0.13")
        #expect(Quantity.decimal(-2.5, digits: 0) == "-3")
        #expect(Quantity.decimal(-0.001, digits: 2) == "0.00")
        #expect(Quantity.decimal(1.07, digits: 3) == "1.070")
    }
}
