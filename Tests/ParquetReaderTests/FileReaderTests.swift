import Columnar
import Foundation
import Parquet
import Synchronization
import Testing

@Suite("File reader")
struct FileReaderTests {
    private static func bytes() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Corpus.arrow.get().file("contract.parquet")))
    }

    private static func open() throws -> FileReader {
        try FileReader(source: MemorySource(try bytes()))
    }

    @Test("the footer gives schema, counts, sizes and free metadata without touching a page")
    func footer() throws {
        let file = try Self.open()
        #expect(
            file.schema.fields.map(\.name) == [
                "id", "city", "word", "price", "nothing", "ratio", "tags",
            ])
        #expect(file.schema["price"]?.type == .decimal(precision: 10, scale: 2))
        #expect(file.rowCount == 1000)
        #expect(file.rowGroups.map(\.rowCount) == [400, 400, 200])
        #expect(file.keyValueMetadata["owner"] == "tests")
        #expect(file.keyValueMetadata["empty"] == "")
        #expect(file.createdBy?.hasPrefix("parquet-cpp-arrow") == true)
        for group in file.rowGroups {
            #expect(group.compressedSizeBytes > 1000)
            #expect(group.uncompressedSizeBytes == group.compressedSizeBytes)
            #expect(group.columns.count == 7)
        }
    }

    @Test("bounds and null counts are typed, and absent where the file gives none that hold")
    func statistics() throws {
        let columns = try Self.open().rowGroups[1].columns
        func bounds(_ index: Int) -> [String?] {
            [columns[index].minimum?.text(0), columns[index].maximum?.text(0)]
        }
        #expect(bounds(0) == ["400", "799"])
        #expect(bounds(1) == ["city 0", "city 6"])
        #expect(columns[1].nullCount == 40)
        #expect(bounds(3) == ["4.00", "7.99"])
        #expect(bounds(4) == [nil, nil])
        #expect(columns[4].nullCount == 400)
        #expect(bounds(5) == ["100.0", "199.75"])
        #expect(columns[6].path == ["tags", "list", "element"])
        #expect(columns[6].valueCount > 400)
    }

    @Test("only the columns asked for are read, in the order asked for")
    func projection() throws {
        let reader = try Self.open().read(rowGroup: 2, columns: ["price", "id"])
        let batch = try #require(try reader.next())
        #expect(batch.schema.fields.map(\.name) == ["price", "id"])
        #expect(batch.count == 200)
        #expect(batch.columns[0].text(0) == "8.00")
        #expect(batch.columns[1].storage == .int64(Array(800..<1000)))
        #expect(try reader.next() == nil)
    }

    @Test("no columns still give the number of rows")
    func noColumns() throws {
        let reader = try Self.open().read(rowGroup: 0, columns: [], batchRowCount: 300)
        #expect(try reader.next()?.count == 300)
        #expect(try reader.next()?.count == 100)
        #expect(try reader.next() == nil)
    }

    @Test("a column that is not in the file is an error that names it")
    func missingColumn() throws {
        let file = try Self.open()
        let error = #expect(throws: ParquetError.self) {
            try file.read(rowGroup: 0, columns: ["id", "ID"])
        }
        #expect(error?.code == .schema)
        #expect(error?.subject == "column ID")
    }

    @Test("batches hold what was asked at most, and end with the row group")
    func batches() throws {
        let reader = try Self.open().read(rowGroup: 0, batchRowCount: 150)
        var counts: [Int] = []
        while let batch = try reader.next() { counts.append(batch.count) }
        #expect(counts == [150, 150, 100])
        #expect(reader.rowsLeft == 0)
    }

    @Test("dictionary-coded strings stay codes, with one lineage in a row group and no other")
    func lineage() throws {
        let file = try Self.open()
        var lineages: [Set<Lineage>] = []
        for group in file.rowGroups.indices {
            var found: Set<Lineage> = []
            let reader = try file.read(rowGroup: group, columns: ["city"], batchRowCount: 64)
            while let batch = try reader.next() {
                guard case .dictionary(let codes, let values) = batch.columns[0].storage else {
                    Issue.record("not a dictionary column")
                    return
                }
                #expect(values.values.count == 7)
                #expect(codes.count == batch.count)
                found.insert(values.lineage)
            }
            lineages.append(found)
        }
        #expect(lineages.allSatisfy { $0.count == 1 })
        #expect(Set(lineages).count == 3)
    }

    @Test("plain strings, and those after the writer gave its dictionary up, come as bytes")
    func fallback() throws {
        let plain = try Self.open().read(rowGroup: 0, columns: ["word"])
        guard case .bytes = try plain.next()?.columns[0].storage else {
            Issue.record("plain strings are not bytes")
            return
        }
        let url = try Corpus.arrow.get().file("dictionary-fallback.parquet")
        let file = try FileReader(source: MemorySource([UInt8](try Data(contentsOf: url))))
        let reader = try file.read(rowGroup: 0, columns: ["fallback"], batchRowCount: 1000)
        var kinds: [Bool] = []
        while let batch = try reader.next() {
            if case .dictionary = batch.columns[0].storage {
                kinds.append(true)
            } else {
                kinds.append(false)
            }
        }
        #expect(kinds.last == false)
    }

    @Test("a changed byte of a page fails its checksum, and says which column, where")
    func checksum() throws {
        var bytes = try Self.bytes()
        let word = try #require(bytes.firstRange(of: Array("word 00123".utf8)))
        bytes[word.lowerBound] = 87
        let file = try FileReader(source: MemorySource(bytes))
        let reader = try file.read(rowGroup: 0, columns: ["word"])
        for _ in 0..<2 {
            let error = #expect(throws: ParquetError.self) { try reader.next() }
            #expect(error?.code == .checksum)
            #expect(error?.subject.contains("column word of row group 0, page at byte ") == true)
        }
        let other = try file.read(rowGroup: 0, columns: ["id"])
        #expect(try other.next()?.count == 400)
    }

    @Test("what is not read is named: codecs, encryption, other formats")
    func refusals() throws {
        let brotli = try Corpus.arrow.get().file("brotli.parquet")
        let file = try FileReader(source: MemorySource([UInt8](try Data(contentsOf: brotli))))
        let reader = try file.read(rowGroup: 0)
        let codec = #expect(throws: ParquetError.self) { try reader.next() }
        #expect(codec?.code == .unsupported)
        #expect(codec?.message == "compression codec BROTLI is not supported")
        #expect(codec?.hint?.contains("may be sound") == true)

        var encrypted = try Self.bytes()
        encrypted[encrypted.count - 1] = UInt8(ascii: "E")
        let encryption = #expect(throws: ParquetError.self) {
            try FileReader(source: MemorySource(encrypted))
        }
        #expect(encryption?.code == .unsupported)
        #expect(encryption?.message.contains("encrypted") == true)

        for bytes in [[], Array("PAR1".utf8), [UInt8](repeating: 7, count: 100)] {
            let error = #expect(throws: ParquetError.self) {
                try FileReader(source: MemorySource(bytes))
            }
            #expect(error?.code == .notParquet)
        }
    }

    @Test("a batch reads as many bytes of the file as its columns have")
    func readsOnlyItsColumns() throws {
        let source = CountingSource(try Self.bytes())
        let file = try FileReader(source: source)
        let before = source.reads.withLock { $0.count }
        let reader = try file.read(rowGroup: 1, columns: ["id"])
        while try reader.next() != nil {}
        let ranges = source.reads.withLock { Array($0.dropFirst(before)) }
        let size = file.rowGroups[1].columns[0].compressedSizeBytes
        #expect(!ranges.isEmpty)
        #expect(ranges.reduce(0) { $0 + $1.count } <= size + 200)
    }
}
