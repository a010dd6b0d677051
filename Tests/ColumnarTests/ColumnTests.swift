import Columnar
import Testing

/// A column of each kind with the same four rows' worth of values, the second null, and its texts.
enum Samples {
    static let validity = Bitmap([true, false, true, true])

    static let dictionary = DictionaryValues(lineage: .next(), values: ByteVector(["a", "bé"]))

    static let item = Field("item", .integer)

    static let columns: [(Column, [String])] = [
        (
            Column(.boolean, storage: .bool([1, 0, 0, 1]), validity: validity),
            ["true", "false", "true"]
        ),
        (
            Column(.byte, storage: .int32([-128, 0, 127, 1]), validity: validity),
            ["-128", "127", "1"]
        ),
        (
            Column(.date, storage: .int32([0, 0, -1, 11016]), validity: validity),
            ["1970-01-01", "1969-12-31", "2000-02-29"]
        ),
        (
            Column(.long, storage: .int64([.min, 0, .max, 0]), validity: validity),
            ["-9223372036854775808", "9223372036854775807", "0"]
        ),
        (
            Column(.timestamp, storage: .int64([0, 0, -1, 1]), validity: validity),
            [
                "1970-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z",
                "1970-01-01T00:00:00.000001Z",
            ]
        ),
        (
            Column(.timestampNtz, storage: .int64([0, 0, 1, 2]), validity: validity),
            [
                "1970-01-01T00:00:00.000000", "1970-01-01T00:00:00.000001",
                "1970-01-01T00:00:00.000002",
            ]
        ),
        (
            Column(
                .decimal(precision: 10, scale: 2), storage: .int64([5, 0, -5, 100]),
                validity: validity), ["0.05", "-0.05", "1.00"]
        ),
        (
            Column(
                .decimal(precision: 20, scale: 0), storage: .int128([1, 0, -1, 1 << 70]),
                validity: validity), ["1", "-1", "1180591620717411303424"]
        ),
        (
            Column(.float, storage: .float([0.1, 0, -2, .infinity]), validity: validity),
            ["0.1", "-2.0", "Infinity"]
        ),
        (
            Column(.double, storage: .double([0.1, 0, 1e300, -0.0]), validity: validity),
            ["0.1", "1e+300", "-0.0"]
        ),
        (
            Column(.string, storage: .bytes(ByteVector(["x", "", "漢", ""])), validity: validity),
            ["x", "漢", ""]
        ),
        (
            Column(
                .binary, storage: .bytes(ByteVector(["\u{1}", "", "\u{7F}", ""])),
                validity: validity), ["01", "7f", ""]
        ),
        (
            Column(
                .string, storage: .dictionary(codes: [1, 0, 0, 1], values: dictionary),
                validity: validity), ["bé", "a", "bé"]
        ),
        (
            Column(
                .structure([Field("n", .integer)]),
                storage: .structure([
                    Column(
                        .integer, storage: .int32([1, 2, 3, 4]),
                        validity: Bitmap([true, true, false, true]))
                ]),
                validity: validity), ["{n: 1}", "{n: null}", "{n: 4}"]
        ),
        (
            Column(
                .list(element: item),
                storage: .list(
                    offsets: [0, 2, 2, 2, 3],
                    element: Column(.integer, storage: .int32([7, 8, 9]))),
                validity: validity), ["[7, 8]", "[]", "[9]"]
        ),
        (
            Column(
                .map(key: Field("k", .string), value: item),
                storage: .map(
                    offsets: [0, 1, 1, 3, 3],
                    key: Column(.string, storage: .bytes(ByteVector(["p", "q", "r"]))),
                    value: Column(.integer, storage: .int32([1, 2, 3]))), validity: validity),
            ["{p: 1}", "{q: 2, r: 3}", "{}"]
        ),
    ]
}

@Suite("Columns")
struct ColumnTests {
    @Test("values have one canonical text each", arguments: Samples.columns.indices)
    func texts(sample: Int) {
        let (column, texts) = Samples.columns[sample]
        #expect(column.count == 4 && column.nullCount == 1 && column.isNull(1))
        #expect([0, 2, 3].map(column.text) == texts)
        if column.type != .binary {
            #expect([0, 2, 3].map(column.textBytes) == texts.map { Array($0.utf8) })
        }
    }

    @Test(
        "gathering picks rows in the order asked, nulls among them",
        arguments: Samples.columns.indices)
    func gather(sample: Int) {
        let (column, texts) = Samples.columns[sample]
        let picked = column.gather([3, 0, 0, 1])
        #expect(picked.type == column.type && picked.count == 4)
        #expect((0..<4).map(picked.isNull) == [false, false, false, true])
        #expect((0..<3).map(picked.text) == [texts[2], texts[0], texts[0]])
        let none = column.gather([])
        #expect(none.count == 0 && none.nullCount == 0)
    }

    @Test("a column of nulls fits every type", arguments: Samples.columns.indices)
    func nulls(sample: Int) {
        let nulls = Column.nulls(Samples.columns[sample].0.type, count: 3)
        #expect(nulls.count == 3 && nulls.nullCount == 3)
        #expect(nulls.gather([2, 2]).nullCount == 2)
    }

    @Test("a constant repeats one text")
    func constant() {
        let column = Column.constant("u", count: 3)
        #expect((0..<3).map(column.text) == ["u", "u", "u"] && column.validity == nil)
        #expect(Column.constant("", count: 0).count == 0)
    }

    @Test("storage that does not fit the type or the validity traps")
    func misfit() async {
        await #expect(processExitsWith: .failure) { _ = Column(.string, storage: .int32([1])) }
        await #expect(processExitsWith: .failure) {
            _ = Column(.decimal(precision: 19, scale: 0), storage: .int64([1]))
        }
        await #expect(processExitsWith: .failure) {
            _ = Column(.integer, storage: .int32([1]), validity: Bitmap([true, true]))
        }
    }

    @Test("batches find columns by name and gather all of them alike")
    func batch() {
        let schema = Schema([Field("a", .integer), Field("A", .string)])
        let batch = RecordBatch(
            schema: schema,
            columns: [
                Column(.integer, storage: .int32([1, 2, 3])),
                Column(.string, storage: .bytes(ByteVector(["x", "y", "z"]))),
            ])
        #expect(batch.count == 3 && schema.index(of: "A") == 1 && schema["b"] == nil)
        let picked = batch.gather([2, 0])
        #expect(picked["a"]?.text(0) == "3" && picked["A"]?.text(1) == "x")
        #expect(RecordBatch(schema: Schema([]), columns: [], count: 5).gather([1]).count == 1)
    }
}
