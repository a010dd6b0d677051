import Columnar
import Delta
@testable import EntityTestSupport
@testable import Facts
import LakeTestSupport
import Parquet
@testable import Pipeline
import Testing

/// Row groups whose rows are replaced in place: only columns in which a value changes are written.
@Suite("Facts patched in place")
struct FactPatchTests {
    private func sample() throws -> FactLake {
        var lake = try FactLake()
        lake.rowGroupRows = 100
        try lake.run(events(0..<250))
        return lake
    }

    private func events(
        _ ids: Range<Int64>, sequence: Int64 = 1, day: Int32 = 20_000, version: Int64 = 0,
        change: (inout SaleEvent) -> Void = { _ in }
    ) -> [SaleEvent] {
        ids.map { id in
            var event = SaleEvent(
                id: id, sequence: sequence, day: day, customer: id % 7 == 0 ? nil : "c\(id % 13)",
                amount: id * 3, version: version, row: id - ids.lowerBound)
            change(&event)
            return event
        }
    }

    private func readers(_ lake: FactLake) throws -> [FileReader] {
        let table = try lake.table()
        let snapshot = try #require(table.snapshot)
        return try snapshot.files.map { try table.table.reader(of: $0) }
    }

    /// Which columns two row groups hold in the same bytes.
    private func shared(
        _ old: FileReader, _ group: Int, _ new: FileReader, _ number: Int
    ) throws -> Set<String> {
        Set(
            try old.schema.fields.map(\.name).filter {
                try StoredColumns(old, rowGroup: group, [$0])
                    .areStored(in: new, rowGroup: number)
            })
    }

    @Test("columns without a change are the old ones to the byte, also where other columns change")
    func unchangedColumns() throws {
        let lake = try sample()
        let old = try #require(try readers(lake).first)
        #expect(old.rowGroups.map(\.rowCount) == [100, 100, 50])
        let news = events(120..<160, sequence: 2, version: 1) { $0.amount += 1 }
        let report = try lake.run(news, consumed: 0)
        #expect(report.updated == 40 && report.superseded == 40 && report.rowsAfter == 250)
        let new = try #require(try readers(lake).first)
        // The small row group is read and written anew.
        #expect(new.rowGroups.map(\.rowCount).sorted() == [50, 100, 100])
        let all: Set = ["id", "order_date", "customer_code", "amount", "seq"]
        let matches = try new.rowGroups.indices.map { try shared(old, 1, new, $0) }
        #expect(matches.contains(all.subtracting(["amount", "seq"])))
        let copies = try new.rowGroups.indices.map { try shared(old, 0, new, $0) }
        #expect(copies.contains(all))
        #expect(try lake.rows() == FactLake.expected(events(0..<250) + news))
    }

    @Test("texts that become NULL and others that become new are in place too")
    func texts() throws {
        let lake = try sample()
        let news = events(0..<100, sequence: 2, version: 1) { event in
            event.customer = event.id % 5 == 0 ? nil : event.id % 3 == 0 ? "new \(event.id)" : "c1"
        }
        try lake.run(news, consumed: 0)
        #expect(try lake.rows() == FactLake.expected(events(0..<250) + news))
        let new = try #require(try readers(lake).first)
        #expect(new.rowGroups.map(\.rowCount).sorted() == [50, 100, 100])
    }

    @Test("a row that is deleted, or moves to another partition, has its row group spread anew")
    func leaves() throws {
        for isDelete in [true, false] {
            let lake = try sample()
            let news =
                events(10..<20, sequence: 2, version: 1) { $0.amount = 5 }
                + [
                    SaleEvent(
                        id: 30, sequence: 2, day: 20_100, isDelete: isDelete, version: 1, row: 10)
                ]
            let report = try lake.run(news, consumed: 0)
            #expect(report.updated == (isDelete ? 10 : 11))
            #expect(report.touchedPartitions.count == (isDelete ? 1 : 2))
            #expect(try lake.rows() == FactLake.expected(events(0..<250) + news))
        }
    }

    @Test("new rows of a patched partition come into one row group of their own")
    func newRows() throws {
        var lake = try FactLake()
        lake.rowGroupRows = 100
        try lake.run(events(0..<200))
        let news = events(150..<230, sequence: 2, version: 1) { $0.amount = 1 }
        let report = try lake.run(news, consumed: 0)
        #expect(report.inserted == 30 && report.updated == 50)
        let new = try #require(try readers(lake).first)
        #expect(new.rowGroups.map(\.rowCount).sorted() == [30, 100, 100])
        #expect(try lake.rows() == FactLake.expected(events(0..<200) + news))
    }

    @Test("where most columns change the row group is spread, and so is another program's file")
    func spread() throws {
        var lake = try sample()
        let news = events(0..<50, sequence: 2, day: 20_001, version: 1) { event in
            event.amount = 1
            event.customer = "other"
        }
        try lake.run(news, consumed: 0)
        #expect(try lake.rows() == FactLake.expected(events(0..<250) + news))
        lake = try FactLake()
        lake.rowGroupRows = 100
        lake.createdBy = "other version 1.0"
        try lake.run(events(0..<250))
        lake.createdBy = WriterOptions().createdBy
        let later = events(110..<120, sequence: 2, version: 1) { $0.amount = 1 }
        #expect(try lake.run(later, consumed: 0).updated == 10)
        #expect(try lake.rows() == FactLake.expected(events(0..<250) + later))
        #expect(try #require(try readers(lake).first).createdBy == WriterOptions().createdBy)
    }

    @Test("other readers find checksums, statistics and page indexes of patched columns in order")
    func readers() throws {
        var lake = try FactLake()
        lake.rowGroupRows = 60_000
        lake.threads = 2
        let first = events(0..<60_000)
        try lake.run(first, size: 20_000)
        let old = try #require(try self.readers(lake).first)
        let news = events(25_000..<65_000, sequence: 2, version: 1) { event in
            event.amount = event.id % 3 == 0 ? -event.id : event.id
            if event.id % 1000 == 0 { event.customer = "n\(event.id)" }
        }
        let report = try lake.run(news, consumed: 0, size: 20_000)
        #expect(report.updated == 35_000 && report.inserted == 5000)
        let new = try #require(try self.readers(lake).first)
        #expect(new.rowGroups.map(\.rowCount).sorted() == [5000, 60_000])
        let check = try StoredCheck(
            lake.folder.path + "/silver/sales/*/*.parquet", ids: [1, 30_000, 64_999])
        // Amounts have no dictionary, so that the page without a change is taken over alone.
        for file in [old, new] {
            let group = try #require(file.rowGroups.firstIndex { $0.rowCount == 60_000 })
            let pages = try ColumnEncoder.pages(
                of: file, rowGroup: group, try #require(file.schema["amount"]), WriterOptions())
            #expect(pages?.map(\.rows) == [0..<20_000, 20_000..<40_000, 40_000..<60_000])
        }
        // The file from before is there as well.
        #expect(check.rows == 125_000 && check.found == 5)
        #expect(check.faults == [])
        #expect(try lake.rows() == FactLake.expected(first + news))
    }

    @Test("a night may touch more partitions than files are open at a time")
    func manyFiles() throws {
        var lake = try FactLake(grain: .day)
        lake.rowGroupRows = 4
        lake.threads = 2
        var all: [SaleEvent] = []
        for day in 0..<150 {
            for place in 0..<4 {
                all.append(
                    SaleEvent(
                        id: Int64(day * 4 + place), sequence: 1, day: 20_000 + Int32(day),
                        row: Int64(all.count)))
            }
        }
        try lake.run(all)
        var news: [SaleEvent] = []
        for event in all where event.id % 4 != 3 {
            var later = event
            later.sequence = 2
            later.version = 1
            later.row = Int64(news.count)
            later.amount = event.id
            // Of some days a row leaves, of others one comes.
            if event.id % 28 == 0 { later.isDelete = true }
            if event.id % 40 == 1 { later.id += 10_000 }
            news.append(later)
        }
        let report = try lake.run(news, consumed: 0, size: 37)
        #expect(report.touchedPartitions.count == 150 && report.inserted == 15)
        #expect(try lake.rows() == FactLake.expected(all + news))
    }

    @Test("any events give what writing every row anew gives", arguments: 0..<24)
    func equalsRewriting(seed: Int) throws {
        var random = SeededNumbers(UInt64(seed + 1))
        var patching = try FactLake()
        patching.rowGroupRows = 40
        patching.copiedRows = 10
        patching.threads = seed % 3
        var all = events(0..<200)
        try patching.run(all)
        var version: Int64 = 0
        for _ in 0..<4 {
            version += 1
            let first = Int64.random(in: 0..<180, using: &random)
            let size = Int64.random(in: 1..<60, using: &random)
            let changesDay = Int.random(in: 0..<4, using: &random) == 0
            var news: [SaleEvent] = []
            for id in first..<first + size where Int.random(in: 0..<3, using: &random) > 0 {
                var event = SaleEvent(
                    id: id, sequence: Int64.random(in: 1...version + 1, using: &random),
                    amount: Int64.random(in: 0..<4, using: &random), version: version,
                    row: Int64(news.count))
                event.customer = id % 7 == 0 ? nil : "c\(id % 13)"
                if Bool.random(using: &random) { event.customer = "n\(version)" }
                if changesDay { event.day = 20_000 + Int32.random(in: 0..<60, using: &random) }
                event.isDelete = Int.random(in: 0..<30, using: &random) == 0
                news.append(event)
            }
            try patching.run(news, consumed: version - 1, size: 7)
            all += news
            #expect(try patching.rows() == FactLake.expected(all))
        }
    }
}
