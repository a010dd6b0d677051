import Columnar
import Delta
@testable import Keys
import Parquet
import Testing
@testable import Transform

@Suite("Ranges of keys")
struct KeyRangeTests {
    private func file(_ stats: String?) -> AddFile {
        AddFile(path: "a", sizeBytes: 1, modificationTime: 0, stats: stats)
    }

    private func stats(_ low: Int64, _ high: Int64) -> String {
        "{\"numRecords\":2,\"minValues\":{\"id\":\(low)},\"maxValues\":{\"id\":\(high)},"
            + "\"nullCount\":{\"id\":0}}"
    }

    private func range(_ columns: Column...) -> KeyRange {
        var range = KeyRange()
        for column in columns { range.take(column) }
        return range
    }

    private func ids(_ values: [Int64?]) -> Column {
        Column(
            .long, storage: .int64(values.map { $0 ?? .max }),
            validity: Bitmap(values.map { $0 != nil }))
    }

    @Test(
        "a file is passed over where its statistics leave no place for a key",
        arguments: [
            (8, 10, false), (7, 10, true), (4, 6, true), (0, 3, true), (-5, 2, false),
            (Int64.min, Int64.max, true),
        ] as [(Int64, Int64, Bool)])
    func files(_ low: Int64, _ high: Int64, _ mayMeet: Bool) {
        let range = range(ids([7, nil]), ids([3, 5]))
        #expect(range.mayMeet(file(stats(low, high)), Field("id", .long)) == mayMeet)
    }

    @Test("what cannot be told may be there")
    func unknown() {
        let range = range(ids([3, 7]))
        #expect(range.mayMeet(file(nil), Field("id", .long)))
        #expect(range.mayMeet(file("{}"), Field("id", .long)))
        #expect(range.mayMeet(file("not JSON"), Field("id", .long)))
        #expect(range.mayMeet(file(stats(8, 9)), Field("other", .long)))
        #expect(range.mayMeet(file(stats(8, 9)), Field("id", .integer)))
        let least = self.range(ids([.min, 0]))
        #expect(least.mayMeet(file(stats(8, 9)), Field("id", .long)))
        let real = self.range(Column(.double, storage: .double([1])))
        #expect(real.mayMeet(file(stats(8, 9)), Field("id", .double)))
    }

    @Test("a row group is passed over by its own statistics, numbers and texts alike")
    func rowGroups() throws {
        let schema = Schema([Field("id", .long), Field("name", .string)])
        let sink = MemorySink()
        let writer = try FileWriter(schema: schema, options: WriterOptions(), sink: sink)
        let names = Column(.string, storage: .bytes(ByteVector(["b", "d"])))
        try writer.write(RecordBatch(schema: schema, columns: [ids([4, 6]), names]))
        _ = try writer.finish()
        let group = try FileReader(source: MemorySource(sink.bytes)).rowGroups[0]
        for (values, mayMeet) in [
            ([7], false), ([6, 7], true), ([1, 9], true), ([1, 3], false), ([], false),
        ] as [([Int64], Bool)] {
            #expect(range(ids(values)).mayMeet(group, "id") == mayMeet, "\(values)")
        }
        for (values, mayMeet) in [
            (["a"], false), (["a", "b"], true), (["c"], true), (["da"], false), (["dä"], false),
        ] as [([String], Bool)] {
            let column = Column(.string, storage: .bytes(ByteVector(values)))
            #expect(range(column).mayMeet(group, "name") == mayMeet, "\(values)")
        }
        #expect(range(ids([9])).mayMeet(group, "absent"))
        let narrow = Column(.integer, storage: .int32([9]))
        #expect(range(narrow).mayMeet(group, "id"))
    }
}
