import Columnar
import LakeTestSupport
import Parquet
import Testing

@testable import Delta

@Suite("Rolling files")
struct RollingFilesTests {
    private static let schema = Schema([Field("id", .long)])

    private let folder: TemporaryFolder
    private let table: DeltaTable

    init() throws {
        folder = try TemporaryFolder()
        table = DeltaTable(storage: folder.storage, path: "t")
    }

    private func files(limit: Int64, publishesAtOnce: Bool = true) -> RollingFiles {
        RollingFiles(limit: limit, publishesAtOnce: publishesAtOnce) {
            [table] () throws(DeltaError) in
            try DataFileWriter(table: table, schema: RollingFilesTests.schema)
        }
    }

    private func batch(_ first: Int64) -> RecordBatch {
        let values = (0..<1000).map { first + Int64($0 * 7919 % 1000) }
        return RecordBatch(
            schema: RollingFilesTests.schema,
            columns: [Column(.long, storage: .int64(values))])
    }

    @Test("a file ends at the limit, and no row is lost between two")
    func rolls() throws {
        let files = files(limit: 1)
        #expect(!files.isOpen && files.place == (0, 0))
        for number in 0..<3 { try files.write(batch(Int64(number) * 1000)) }
        try files.write(batch(0).gather([]))
        #expect(!files.isOpen && files.place == (3, 0) && files.rowCount == 3000)
        let adds = try files.finish()
        #expect(adds.map(\.rowCount) == [1000, 1000, 1000])
        #expect(Set(adds.map(\.path)).count == 3)
        let large = self.files(limit: 1 << 30)
        try large.write(batch(0))
        try large.write(batch(1000))
        #expect(large.isOpen && large.place == (0, 2000))
        #expect(try large.finish().map(\.rowCount) == [2000])
    }

    @Test("files that wait for a name are given once, and go with an abort")
    func waiting() throws {
        let files = files(limit: 1, publishesAtOnce: false)
        for number in 0..<3 { try files.write(batch(Int64(number) * 1000)) }
        let first = files.takeEnded()
        #expect(first.map(\.rowCount) == [1000, 1000, 1000] && files.takeEnded().isEmpty)
        #expect(try first[0].publish().rowCount == 1000)
        try files.write(batch(9000))
        files.abort()
        for writer in first.dropFirst() { writer.abort() }
        #expect(folder.files().count == 1)
    }

    @Test("a row group that cannot be taken over leaves no file behind")
    func refused() throws {
        let source = files(limit: 1)
        try source.write(batch(0))
        let reader = try table.reader(of: try #require(try source.finish().first))
        let files = files(limit: 1 << 30)
        let other = ["id": ChunkSource.stored(reader, rowGroup: 0)]
        #expect(try files.copy(reader, rowGroup: 0, replacing: other))
        #expect(files.rowCount == 1000)
        let wrong = RollingFiles(limit: 1) { [table] () throws(DeltaError) in
            try DataFileWriter(table: table, schema: Schema([Field("id", .string)]))
        }
        #expect(try !wrong.copy(reader, rowGroup: 0))
        #expect(try wrong.finish().isEmpty && !wrong.isOpen)
        #expect(try files.finish().map(\.rowCount) == [1000])
        #expect(folder.files().count == 2)
    }
}
