import Columnar
import Parquet
import Testing

/// What a finished file says of its columns: the material of Delta's statistics.
@Suite struct SummaryTests {
    private func summary(_ field: Field, _ columns: [Column]) throws -> ColumnSummary {
        let schema = Schema([field])
        let batches = columns.map { RecordBatch(schema: schema, columns: [$0]) }
        let summary = try write(schema, batches).summary
        #expect(summary.rows == columns.reduce(0) { $0 + Int64($1.count) })
        return try #require(summary.columns.first)
    }

    @Test func `bounds and nulls add up over batches`() throws {
        let present = Bitmap([true, false, true])
        let column = try summary(
            Field("n", .long),
            [
                Column(.long, storage: .int64([5, -99, 7]), validity: present),
                Column(.long, storage: .int64([-2, 3])),
            ])
        #expect(column.min == .integer(-2))
        #expect(column.max == .integer(7))
        #expect(column.nullCount == 1)
        #expect(column.valueCount == 5)
    }

    @Test func `a column of nulls has no bounds`() throws {
        let column = try summary(Field("s", .string), [.nulls(.string, count: 4)])
        #expect(column.min == nil && column.max == nil)
        #expect(column.nullCount == 4)
    }

    @Test func `decimals of any width keep their unscaled bounds`() throws {
        let short = ColumnType.decimal(precision: 9, scale: 2)
        let narrow = try summary(
            Field("d", short), [Column(short, storage: .int64([-999_999_999, 5]))])
        #expect(narrow.min == .decimal(-999_999_999) && narrow.max == .decimal(5))
        let long = ColumnType.decimal(precision: 38, scale: 2)
        let greatest = Decimal.powerOfTen(38) - 1
        let wide = try summary(
            Field("d", long), [Column(long, storage: .int128([-greatest, 1, greatest]))])
        #expect(wide.min == .decimal(-greatest) && wide.max == .decimal(greatest))
    }

    @Test func `a NaN takes the bounds away and is told`() throws {
        let column = try summary(
            Field("x", .double), [Column(.double, storage: .double([1, .nan, 2]))])
        #expect(column.min == nil && column.max == nil && column.hasNaN)
    }

    @Test func `infinities are bounds`() throws {
        let column = try summary(
            Field("x", .float), [Column(.float, storage: .float([-.infinity, 0, .infinity]))])
        #expect(column.min == .double(-.infinity) && column.max == .double(.infinity))
    }

    @Test func `long text keeps its first 256 bytes and says so`() throws {
        let long = String(repeating: "z", count: 300)
        let column = try summary(
            Field("s", .string),
            [Column(.string, storage: .bytes(ByteVector(["short", long, "a"])))])
        #expect(column.min == .bytes(Array("a".utf8)) && !column.isMinTruncated)
        #expect(column.max == .bytes(Array(repeating: 0x7A, count: 256)) && column.isMaxTruncated)
    }

    @Test func `a nested leaf counts the rows without it`() throws {
        let type = ColumnType.structure([Field("a", .integer)])
        let child = Column(
            .integer, storage: .int32([1, 2, 3]), validity: Bitmap([true, false, true]))
        let column = try summary(
            Field("s", type),
            [
                Column(
                    type, storage: .structure([child]), validity: Bitmap([true, true, false]))
            ])
        #expect(column.path == ["s", "a"])
        #expect(column.nullCount == 2)
        #expect(column.max == .integer(1))
        #expect(!column.isRepeated)
    }

    @Test func `sizes are those of the file and its row groups`() throws {
        var options = WriterOptions()
        options.rowGroupRows = 10
        let schema = Schema([Field("n", .integer)])
        let column = Column(.integer, storage: .int32(Array(0..<25)))
        let (bytes, summary) = try write(
            schema, [RecordBatch(schema: schema, columns: [column])], options)
        #expect(summary.bytes == Int64(bytes.count))
        #expect(summary.rowGroups.map(\.rows) == [10, 10, 5])
        #expect(summary.rowGroups.allSatisfy { $0.bytes > 0 })
    }

    @Test func `a file without rows is a file`() throws {
        let schema = Schema([Field("n", .integer)])
        let (bytes, summary) = try write(schema, [])
        #expect(summary.rows == 0 && summary.rowGroups.isEmpty)
        #expect(bytes.suffix(4) == Array("PAR1".utf8)[...])
    }
}
