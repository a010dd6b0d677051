import Columnar
import Parquet
import Synchronization
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
        try Self.expectRanges(file, &random)
    }

    /// Rows from the middle of a row group are those that reading all of it gives there.
    private static func expectRanges(_ file: FileReader, _ random: inout Seeded) throws {
        for group in file.rowGroups.indices {
            let count = file.rowGroups[group].rowCount
            let all = try texts(file, group, 0..<count)
            for _ in 0..<4 {
                let start = Int.random(in: 0...count, using: &random)
                let rows = start..<Int.random(in: start...count, using: &random)
                let found = try texts(file, group, rows)
                for (field, texts) in zip(file.schema.fields, found) {
                    let index = file.schema.index(of: field.name) ?? 0
                    #expect(texts == Array(all[index][rows]), "\(field.name), rows \(rows)")
                }
            }
        }
    }

    private static func texts(
        _ file: FileReader, _ group: Int, _ rows: Range<Int>
    ) throws -> [[String?]] {
        var texts: [[String?]] = file.schema.fields.map { _ in [] }
        let reader = try file.read(rowGroup: group, rows: rows, batchRowCount: 64)
        while let batch = try reader.next() {
            for (index, column) in batch.columns.enumerated() {
                texts[index] += (0..<batch.count).map { rendered(column, $0) }
            }
        }
        return texts
    }

    @Test("the page index bounds every page, and pages before a range are not read")
    func pages() throws {
        let sink = MemorySink()
        var options = WriterOptions(codec: .none)
        options.pageRows = 1000
        options.usesDictionary = false
        let schema = Schema([Field("id", .long), Field("none", .long)])
        let writer = try FileWriter(schema: schema, options: options, sink: sink)
        let ids: [Int64] = (0..<20_000).map { (row: Int) -> Int64 in
            let spread = row * 7 % 20_000
            return Int64(spread / 3 * 5 + row / 1000)
        }
        let columns = [
            Column(.long, storage: .int64(ids)),
            Column.nulls(.long, count: ids.count),
        ]
        try writer.write(RecordBatch(schema: schema, columns: columns))
        _ = try writer.finish()
        let source = CountingSource(sink.bytes)
        let file = try FileReader(source: source)
        let pages = try #require(try file.pageBounds(rowGroup: 0, column: "id"))
        let starts = [Int](stride(from: 0, to: 20_000, by: 1000))
        #expect(pages.map(\.rows) == starts.map { $0..<$0 + 1000 })
        for page in pages {
            guard case .int64(let low)? = page.minimum?.storage,
                case .int64(let high)? = page.maximum?.storage
            else { throw Failure("no bounds of \(page.rows)") }
            #expect(low == [ids[page.rows].min()] && high == [ids[page.rows].max()])
        }
        let nulls = try #require(try file.pageBounds(rowGroup: 0, column: "none"))
        #expect(nulls.allSatisfy { $0.minimum == nil && $0.maximum == nil })

        source.reads.withLock { $0 = [] }
        let reader = try file.read(rowGroup: 0, rows: 18_500..<18_600, columns: ["id"])
        #expect(try reader.next()?.columns[0].storage == .int64(Array(ids[18_500..<18_600])))
        #expect(try reader.next() == nil)
        // Of 18 pages the headers, of one or two the values.
        let read = source.reads.withLock { $0.reduce(0) { $0 + $1.count } }
        #expect(read < 60_000, "\(read) of \(sink.bytes.count) bytes")
    }

    private struct Failure: Error {
        let text: String
        init(_ text: String) { self.text = text }
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
