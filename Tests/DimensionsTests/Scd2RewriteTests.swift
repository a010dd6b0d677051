import Columnar
import Delta
@testable import Dimensions
import JSON
import LakeTestSupport
import Parquet
import Testing

@Suite("SCD2 files")
struct Scd2RewriteTests {
    /// Members 1 to 1000 in ten row groups, as of time 10 ms.
    private func lake() throws -> DimensionLake {
        let lake = try DimensionLake()
        lake.writerOptions.rowGroupRows = 100
        lake.writerOptions.pageRows = 40
        try lake.run((1...1000).map { .up($0, 10_000, "A\($0 % 7)", "u\($0)") })
        return lake
    }

    /// What duckdb reads of the file: rows, distinct untracked values, closed and deleted rows.
    private func read(_ lake: DimensionLake) throws -> [[Int64]] {
        let files = try #require(try lake.table.snapshot()).files.map {
            lake.folder.file("silver/member/" + $0.path)
        }
        let found = try Python.json(
            """
            import sys, json, duckdb, pyarrow.parquet as pq
            rows = []
            for f in sys.argv[1:]:
                t = pq.ParquetFile(f, page_checksum_verification=True).read()
                q = \"\"\"SELECT count(*), count(DISTINCT u), count(valid_to), count(*) FILTER (is_deleted),
                       count(*) FILTER (is_current), sum(surrogate_key % 1000)::BIGINT FROM \"\"\"
                one = duckdb.sql(q + "t").fetchone()
                two = duckdb.sql(q + "read_parquet('" + f + "')").fetchone()
                lookup = duckdb.sql("SELECT count(*) FROM read_parquet('" + f + "') WHERE id = 555").fetchone()[0]
                assert one == two, (one, two)
                rows.append([int(x) for x in one[:5]] + [lookup])
            print(json.dumps(rows))
            """, files)
        return found.array?.map { $0.array?.compactMap(\.int64) ?? [] } ?? []
    }

    @Test("closing versions keeps the other columns of their file as they are stored")
    func closing() throws {
        let lake = try lake()
        let before = try #require(try lake.table.snapshot()).files[0]
        let report = try lake.run([.del(555, 20_000), .up(7, 20_000, "B"), .up(9, 20_000, "A2")])
        #expect(report.filesRemoved == 1 && report.filesAdded == 2)
        #expect(report.rowsClosed == 2 && report.rowsInserted == 1 && report.rowsUpdated == 3)
        #expect(try read(lake).contains([1000, 1000, 2, 1, 998, 1]))
        #expect(try lake.picture(555) == "[10000,20000)A2 deleted")
        #expect(try lake.picture(7) == "[10000,20000)A0 [20000,∞)B")
        #expect(try lake.picture(9, shows: ["a", "u"]) == "[10000,∞)A2/u")
        #expect(try lake.picture(8, shows: ["a", "u"]) == "[10000,∞)A1/u8")
        let after = try #require(
            try lake.table.snapshot()?.files.first {
                FileStatistics($0.stats)?.numRecords == 1000
            })
        let (old, new) = (FileStatistics(before.stats), FileStatistics(after.stats))
        #expect(new?.nullCount(column: "valid_to") == 998)
        for column in ["id", "valid_from"] {
            #expect(new?.mayHold(column: column, greaterThan: 11_000) == false)
            #expect(new?.nullCount(column: column) == old?.nullCount(column: column))
        }
    }

    @Test("a start that moves takes its surrogate key along")
    func moving() throws {
        let lake = try lake()
        try lake.run([.up(7, 30_000, "B")])
        let report = try lake.run([.up(7, 20_000, "B")])
        #expect(report.lostSurrogateKeys.count == 1)
        #expect(try lake.picture(7) == "[10000,20000)A0 [20000,∞)B")
        let rows = try lake.rows().filter { $0["id"] == "7" }
        let keys = SurrogateKeys(dimension: "member", key: [lake.schema.fields[0]])
        for row in rows {
            let from = try #require((row["valid_from"] ?? nil).flatMap { Int64($0) })
            let key = keys.key([DimensionLake.numbers(.long, [7])], row: 0, validFrom: from)
            #expect(row["surrogate_key"] == "\(key)")
        }
    }

    @Test("versions that go leave their files, and an empty file leaves the table")
    func removing() throws {
        let lake = try lake()
        try lake.run([.up(7, 20_000, "B")])
        #expect(try #require(try lake.table.snapshot()).files.count == 2)
        let report = try lake.run([.del(7, 20_000), .del(555, 10_000)])
        #expect(report.rowsRemoved == 2)
        #expect(try #require(try lake.table.snapshot()).files.count == 1)
        #expect(try lake.picture(7) == "[10000,20000)A0 deleted")
        #expect(try lake.picture(555) == "")
        #expect(try lake.rows().count == 999)
    }

    @Test("a file of another program is written anew whole")
    func otherWriter() throws {
        let lake = try lake()
        lake.writerOptions.createdBy = "other version 1.0"
        try lake.run([.up(2000, 10_000, "A"), .up(2001, 10_000, "A")])
        lake.writerOptions.createdBy = WriterOptions().createdBy
        let report = try lake.run([.up(2000, 20_000, "B")])
        #expect(report.filesRemoved == 1)
        #expect(try lake.picture(2000) == "[10000,20000)A [20000,∞)B")
        #expect(try lake.picture(2001) == "[10000,∞)A")
    }
}
