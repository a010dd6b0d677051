import Columnar
@testable import Quarantine
import Testing

@Suite("Cells of spreadsheets")
struct SpreadsheetCellTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        var type: ColumnType
        var separator: Character
        var cell: String
        /// What it means, nil when it is refused.
        var text: String?

        init(_ type: ColumnType, _ separator: Character, _ cell: String, _ text: String?) {
            self.type = type
            self.separator = separator
            self.cell = cell
            self.text = text
        }

        var testDescription: String { "\(type) \(cell.debugDescription) between \(separator)" }
    }

    private static let money = ColumnType.decimal(precision: 10, scale: 2)

    @Test(
        "forms with one meaning are read, others refused",
        arguments: [
            Sample(money, ";", "1234,50", "1234.50"), Sample(money, ";", " 1234,5\u{A0}", "1234.5"),
            Sample(money, "\t", "1234,50", "1234.50"), Sample(money, "\t", "1,234", nil),
            Sample(money, ",", "1234,50", nil), Sample(money, ",", "1,234", nil),
            Sample(money, ",", "1,234.50", "1234.50"), Sample(money, ";", "1.234,50", "1234.50"),
            Sample(money, ";", "-1.234.567,5", "-1234567.5"), Sample(money, ";", "1.23,50", nil),
            Sample(money, ";", "1234.50", "1234.50"), Sample(money, ";", "1.230", nil),
            Sample(money, ";", "0.500", "0.500"), Sample(money, ",", "1.230", "1.230"),
            Sample(money, ",", "1.234", nil), Sample(money, ",", "12345678901", nil),
            Sample(money, ",", "1E+3", nil), Sample(money, ",", "12.50 EUR", nil),
            Sample(money, ",", "", nil), Sample(money, ",", "1 234", nil),
            Sample(.integer, ",", " 5 ", "5"), Sample(.integer, ";", "5,0", "5.0"),
            Sample(.integer, ";", "5,5", nil), Sample(.integer, ";", "1,234", nil),
            Sample(.byte, ",", "128", nil), Sample(.long, ",", "1.23457E+18", nil),
            Sample(.double, ";", "0,1", "0.1"), Sample(.double, ",", "1e-7", "1e-7"),
            Sample(.boolean, ",", " TRUE ", "TRUE"), Sample(.boolean, ",", "ja", nil),
            Sample(.date, ",", "2026-01-05", "2026-01-05"),
            Sample(.date, ",", " 2026-01-05 00:00:00", "2026-01-05"),
            Sample(.date, ",", "2026-01-05T00:00:00.000Z", "2026-01-05"),
            Sample(.date, ",", "2026-01-05 0:00", "2026-01-05"),
            Sample(.date, ",", "2026-01-05 00:00:01", nil),
            Sample(.date, ",", "2026-01-05 02:00:00+02:00", nil),
            Sample(.date, ",", "2026/1/5", "2026-01-05"),
            Sample(.date, ",", "5.1.2026", "2026-01-05"),
            Sample(.date, ",", "05/01/2026", nil), Sample(.date, ",", "13/01/2026", nil),
            Sample(.date, ",", "2026-02-29", nil), Sample(.date, ",", "5.1.26", nil),
            Sample(.date, ",", "46027", nil), Sample(.date, ",", "2026-01", nil),
            Sample(.timestamp, ",", "2026-01-05 9:30", "2026-01-05 09:30"),
            Sample(.timestamp, ",", "5.1.2026 09:30:05", "2026-01-05 09:30:05"),
            Sample(.timestamp, ",", "2026-01-05", "2026-01-05"),
            Sample(.timestamp, ",", "2026-01-05T09:30:05+05:30", "2026-01-05T09:30:05+05:30"),
            Sample(.timestamp, ",", "2026-01-05 9:30 PM", nil),
            Sample(.string, ";", " 1,5 ", " 1,5 "),
        ])
    func texts(_ sample: Sample) {
        let mark = sample.separator.asciiValue ?? 0
        let cell = SpreadsheetCell(type: sample.type, separator: mark)
        #expect(cell.text(sample.cell) == sample.text)
    }

    @Test(
        "a value that a spreadsheet shows with fewer digits is no other value",
        arguments: [
            (
                ColumnType.long, "1234567890123456789", "1.23457E+18",
                SpreadsheetCell.Likeness.shortened
            ),
            (.long, "1234567890123456789", "1234567890123450000", .shortened),
            (.long, "1234567890123456789", "1234567890123460000", .shortened),
            (.long, "1234567890123456789", "1234567890123400000", .other),
            (.long, "-999999999999999999", "-1000000000000000000", .shortened),
            (.long, "1234567890123456789", "1234567890123456790", .other),
            (.long, "5", "5.0", .same), (.long, "123456", "123450", .other),
            (
                .decimal(precision: 20, scale: 4), "1234567890123456.7891", "1234567890123460",
                .shortened
            ),
            (.decimal(precision: 10, scale: 2), "1234.50", "1234,5", .same),
            (.double, "0.123456789012345678", "0.123456789012346", .shortened),
            (.date, "2026-01-05", "05.01.2026", .same), (.date, "2026-01-05", "05.01.2027", .other),
            (.timestamp, "2026-01-05T09:30:45.123456Z", "2026-01-05 09:30:45", .shortened),
            (.timestamp, "2026-01-05T09:30:45.123456Z", "2026-01-05 09:30:45.123", .shortened),
            (.timestamp, "2026-01-05T09:30:45.123456Z", "5.1.2026 9:30", .shortened),
            (.timestamp, "2026-01-05T09:30:45.123456Z", "2026-01-05 09:31", .other),
            (.timestamp, "2026-01-05T09:30:45.123456Z", "2026-01-05", .other),
            (.string, "0012", "12", .other), (.string, "a", "a ", .other),
        ])
    func likeness(
        type: ColumnType, before: String, cell: String, expected: SpreadsheetCell.Likeness
    ) {
        let cells = SpreadsheetCell(type: type, separator: UInt8(ascii: ";"))
        #expect(cells.likeness(cell, to: before) == expected)
    }
}
