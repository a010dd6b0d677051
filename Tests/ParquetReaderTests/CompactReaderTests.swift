import Testing

@testable import Parquet

@Suite("Thrift compact")
struct CompactReaderTests {
    @Test("structures that the format does not allow are refused")
    func damage() {
        let cases: [(String, [UInt8])] = [
            ("nothing", []),
            ("no stop", [0x15, 2]),
            ("a type that is not one", [0x1d, 0, 0]),
            ("a number without end", [0x15] + [UInt8](repeating: 0x80, count: 30)),
            ("bytes past the end", [0x18, 100, 1, 2]),
            ("a list longer than the bytes", [0x19, 0xf5, 0xff, 0xff, 0x7f, 1]),
            ("a list of a type that is not one", [0x19, 0x1d, 1, 0]),
            ("a map of types that are not", [0x1b, 1, 0xdd, 1, 1, 0]),
            ("structures without end", [UInt8](repeating: 0x1c, count: 10_000)),
            ("lists of lists without end", [UInt8](repeating: 0x19, count: 10_000)),
            ("a field number outside 16 bits", [0x05, 0x80, 0x80, 0x08, 0, 0]),
        ]
        for (name, bytes) in cases {
            #expect(throws: Damage.self, "\(name)") {
                var reader = CompactReader(bytes, in: 0..<bytes.count)
                try reader.structure { (reader, field) throws(Damage) in try reader.skip(field) }
            }
        }
    }

    @Test("unknown fields of every type are skipped, and the known one behind them is found")
    func skipping() throws {
        let bytes: [UInt8] =
            [0x11, 0x12, 0x13, 7, 0x14, 2, 0x15, 2, 0x16, 2]
            + [0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0x18, 2, 65, 66, 0x19, 0x25, 2, 4]
            + [0x1b, 1, 0x85, 1, 65, 2, 0x1c, 0x15, 4, 0, 0x1b, 0, 0x19, 0x21, 1, 2]
            + [0x05, 200, 1, 0x0e, 0]
        var found: Int64?
        var reader = CompactReader(bytes, in: 0..<bytes.count)
        try reader.structure { (reader, field) throws(Damage) in
            if field.id == 100 { found = try reader.int64(field) } else { try reader.skip(field) }
        }
        #expect(found == 7)
        #expect(reader.position == bytes.count)
    }

    @Test("a footer is read back as it was written")
    func footer() throws {
        let column = ColumnMetaData(
            type: .int64, encodings: [.plain, .rle], pathInSchema: ["a", "b"], codec: .zstd,
            valueCount: 70_000, totalUncompressedSize: 1 << 40, totalCompressedSize: 5,
            dataPageOffset: 1234, dictionaryPageOffset: 4,
            statistics: Statistics(
                nullCount: 3, maxValue: [1, 2], minValue: [], isMaxValueExact: true,
                isMinValueExact: false),
            encodingStats: [PageEncodingStats(pageType: .data, encoding: .plain, count: 2)])
        let footer = FileMetaData(
            version: 2,
            schema: [
                SchemaElement(name: "schema", childCount: 1),
                SchemaElement(
                    type: .int64, repetition: .optional, name: "ü", convertedType: .decimal,
                    scale: 2, precision: 18, fieldID: -7,
                    logicalType: .decimal(scale: 2, precision: 18)),
                SchemaElement(
                    type: .int64, repetition: .required, name: "t",
                    logicalType: .timestamp(isAdjustedToUTC: true, unit: .micros)),
                SchemaElement(
                    type: .int32, repetition: .repeated, name: "i",
                    logicalType: .integer(bitWidth: 16, isSigned: true)),
            ],
            rowCount: 70_000,
            rowGroups: [
                RowGroup(
                    columns: [ColumnChunk(fileOffset: 4, metaData: column, offsetIndexOffset: 9)],
                    totalByteSize: 77, rowCount: 70_000,
                    sortingColumns: [
                        SortingColumn(columnIndex: 0, isDescending: true, isNullsFirst: false)
                    ], ordinal: 0)
            ],
            keyValueMetadata: [KeyValue(key: "k", value: "v"), KeyValue(key: "empty", value: nil)],
            createdBy: "tests", columnOrders: [true, false])
        var writer = CompactWriter()
        footer.write(to: &writer)
        var reader = CompactReader(writer.bytes, in: 0..<writer.bytes.count)
        #expect(try FileMetaData(from: &reader) == footer)
        for count in 0..<writer.bytes.count {
            #expect(throws: Damage.self) {
                var reader = CompactReader(writer.bytes, in: 0..<count)
                _ = try FileMetaData(from: &reader)
            }
        }
    }

    @Test("a page that claims to decompress to more than its codec can is not believed")
    func bombs() throws {
        let decompressor = try Decompressor()
        for codec in [CompressionCodec.snappy, .gzip, .zstd, .lz4, .lz4Raw, .uncompressed] {
            #expect(throws: Damage.self) {
                try decompressor.page(codec, [1, 2, 3, 4], 0..<4, count: 1 << 30)
            }
            #expect(try decompressor.page(codec, [], 0..<0, count: 0).bytes.isEmpty)
        }
        for (codec, name) in [(CompressionCodec.lzo, "LZO"), (.brotli, "BROTLI")] {
            let error = #expect(throws: Damage.self) {
                try decompressor.page(codec, [1, 2], 0..<2, count: 2)
            }
            #expect(error?.isUnsupported == true)
            #expect(error?.reason.contains(name) == true)
        }
    }
}
