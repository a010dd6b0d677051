import Columnar
import Testing

@Suite("Widening without loss")
struct WideningTests {
    @Test(
        "what widens",
        arguments: [
            (ColumnType.byte, ColumnType.short, true), (.integer, .long, true),
            (.long, .integer, false), (.long, .long, false), (.float, .double, true),
            (.double, .float, false), (.integer, .double, false),
            (.long, .decimal(precision: 20, scale: 0), true),
            (.long, .decimal(precision: 20, scale: 2), false),
            (.decimal(precision: 10, scale: 2), .decimal(precision: 12, scale: 2), true),
            (.decimal(precision: 10, scale: 2), .decimal(precision: 11, scale: 4), false),
            (.decimal(precision: 10, scale: 2), .decimal(precision: 10, scale: 2), false),
            (.integer, .string, false), (.string, .binary, false), (.date, .timestamp, false),
        ])
    func rules(from: ColumnType, to: ColumnType, widens: Bool) {
        #expect(from.widens(to: to) == widens)
    }

    @Test("values keep their text, nulls stay nulls")
    func values() {
        let validity = Bitmap([true, false, true])
        let columns: [(Column, ColumnType, [String])] = [
            (
                Column(.integer, storage: .int32([.min, 7, .max]), validity: validity), .long,
                ["-2147483648", "2147483647"]
            ),
            (
                Column(.long, storage: .int64([.min, .max, 5]), validity: validity),
                .decimal(precision: 38, scale: 19),
                ["-9223372036854775808.0000000000000000000", "5.0000000000000000000"]
            ),
            (
                Column(
                    .decimal(precision: 4, scale: 2), storage: .int64([-9999, 0, 1]),
                    validity: validity),
                .decimal(precision: 18, scale: 3), ["-99.990", "0.010"]
            ),
            (
                Column(.float, storage: .float([0.1, 0, -2]), validity: validity), .double,
                ["0.10000000149011612", "-2.0"]
            ),
        ]
        for (column, type, texts) in columns {
            let wider = column.widened(to: type)
            #expect(wider.type == type && wider.isNull(1))
            #expect([wider.text(0), wider.text(2)] == texts)
        }
    }
}
