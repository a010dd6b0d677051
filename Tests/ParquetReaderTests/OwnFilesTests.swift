import Columnar
import Parquet
import Testing

/// What our writer writes, our reader reads: the referees of other suites see each side alone.
@Suite("Our own files")
struct OwnFilesTests {
    private static let schema = Schema([
        Field("boolean", .boolean), Field("byte", .byte), Field("short", .short),
        Field("integer", .integer), Field("long", .long), Field("float", .float),
        Field("double", .double), Field("d9", .decimal(precision: 9, scale: 2)),
        Field("d18", .decimal(precision: 18, scale: 0)),
        Field("d38", .decimal(precision: 38, scale: 10)), Field("string", .string),
        Field("binary", .binary), Field("date", .date), Field("timestamp", .timestamp),
        Field("list", .list(element: Field("element", .long))),
        Field("point", .structure([Field("x", .integer), Field("y", .string)])),
        Field(
            "map",
            .map(key: Field("key", .string, isNullable: false), value: Field("value", .integer))),
    ])

    @Test("come back value by value, whatever codec, batch and row group", arguments: 0..<12)
    func roundTrip(seed: Int) throws {
        var random = Seeded(UInt64(seed))
        let count = [1, 7, 300, 2000][seed % 4]
        let columns = Self.schema.fields.map { Self.column($0.type, count, &random) }
        let batch = RecordBatch(schema: Self.schema, columns: columns)
        let sink = MemorySink()
        var options = WriterOptions(codec: WriterOptions.Codec.allCases[seed % 3])
        options.rowGroupRows = [100_000, 700, 64][seed % 3]
        options.pageRows = 100
        options.usesDictionary = seed % 2 == 0
        let writer = try FileWriter(schema: Self.schema, options: options, sink: sink)
        try writer.write(batch)
        _ = try writer.finish()

        let file = try FileReader(source: MemorySource(sink.bytes))
        #expect(file.schema.fields.map(\.type) == Self.schema.fields.map(\.type))
        let found = try readAll(file, batchRowCount: [65_536, 50, 3][seed % 3])
        for (field, column) in zip(Self.schema.fields, columns) {
            let expected = (0..<count).map { rendered(column, $0) }
            #expect(found[field.name] == expected, "\(field.name)")
        }
    }

    private static func column(_ type: ColumnType, _ count: Int, _ random: inout Seeded) -> Column {
        func numbers<T: FixedWidthInteger>(_ range: ClosedRange<T>) -> [T] {
            (0..<count).map { _ in T.random(in: range, using: &random) }
        }
        let storage: ColumnStorage
        switch type {
        case .boolean: storage = .bool(numbers(0...1))
        case .byte: storage = .int32(numbers(-128...127))
        case .short: storage = .int32(numbers(-32768...32767))
        case .integer: storage = .int32(numbers(.min ... .max))
        case .date: storage = .int32(numbers(-700_000...2_900_000))
        case .long: storage = .int64(numbers(.min ... .max))
        case .timestamp, .timestampNtz: storage = .int64(numbers(-(1 << 55)...(1 << 55)))
        case .float: storage = .float(numbers(0...UInt32.max).map { Float(bitPattern: $0) })
        case .double: storage = .double(numbers(0...UInt64.max).map { Double(bitPattern: $0) })
        case .decimal(let precision, _):
            let top = Decimal.powerOfTen(precision) - 1
            let values = (0..<count).map { _ in Int128.random(in: -top...top, using: &random) }
            storage = precision <= 18 ? .int64(values.map { Int64($0) }) : .int128(values)
        case .string, .binary:
            storage = .bytes(
                ByteVector((0..<count).map { _ in "v\(Int.random(in: 0..<200, using: &random))" }))
        case .structure(let fields):
            storage = .structure(fields.map { column($0.type, count, &random) })
        case .list(let element):
            let offsets = offsets(count, &random)
            let child = column(element.type, Int(offsets[count]), &random)
            storage = .list(offsets: offsets, element: child)
        case .map(let key, let value):
            let offsets = offsets(count, &random)
            let total = Int(offsets[count])
            let keys = Column(key.type, storage: column(key.type, total, &random).storage)
            storage = .map(
                offsets: offsets, key: keys, value: column(value.type, total, &random))
        }
        let nullEvery = Int.random(in: 0...4, using: &random)
        if nullEvery == 0 { return Column(type, storage: storage) }
        let validity = Bitmap((0..<count).map { $0 % nullEvery != 0 || $0 % 11 == 5 })
        return Column(type, storage: storage, validity: validity)
    }

    private static func offsets(_ count: Int, _ random: inout Seeded) -> [UInt32] {
        var offsets: [UInt32] = [0]
        for row in 0..<count {
            offsets.append(offsets[row] + UInt32.random(in: 0...3, using: &random))
        }
        return offsets
    }
}
