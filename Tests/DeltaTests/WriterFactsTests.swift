import Delta
import JSON
import LakeTestSupport
import Parquet
import Storage
import Testing

/// What files and commits say of themselves beside the rows.
@Suite struct WriterFactsTests {
    @Test func commitsNameTheProgramAndTheirFigures() throws {
        let sample = try SampleTable()
        try EveryType.write(
            sample.table, [EveryType.batch(), EveryType.batch()], days: ["2026-01-02", nil])
        let snapshot = try #require(try sample.table.snapshot())
        var change = Transaction(sample.table, reading: snapshot)
        change.remove(snapshot.files[0])
        change.setTransaction(appID: "a", version: 1)
        _ = try change.commit(operation: "DELETE", metrics: ["numRemovedFiles": "one"])
        let history = try sample.table.history()
        for commit in history {
            #expect(commit.info?.engineInfo == "sluice/" + WriterOptions.programVersion)
        }
        let bytes = snapshot.files.map { String($0.sizeBytes) }
        #expect(
            history[1].info?.operationMetrics
                == ["numFiles": "1", "numOutputRows": "6", "numOutputBytes": bytes[1]])
        #expect(
            history[0].info?.operationMetrics
                == ["numRemovedFiles": "one", "numRemovedBytes": bytes[0]],
            "figures that are given stand")
        #expect(history[3].info?.operationMetrics == [:], "no file, no figures")
    }

    /// pyarrow's view of the footers of files joined by `lake optimize`.
    @Test func sortedFilesSaySo() throws {
        let sample = try SampleTable()
        for _ in 0..<3 {
            try EveryType.write(sample.table, [EveryType.batch()], days: ["2026-01-02"])
        }
        let lock = try RunLock(path: sample.folder.file("lock"))
        defer { lock.release(leavesTrace: false) }
        func facts() throws -> JSONValue {
            let path = try #require(try sample.table.snapshot()?.files.first).path
            return try Python.json(
                """
                import sys, json, pyarrow.parquet as pq
                m = pq.ParquetFile(sys.argv[1]).metadata
                group = m.row_group(0)
                columns = [group.column(i) for i in range(m.num_columns)]
                print(json.dumps([
                    all(c.file_offset == (c.dictionary_page_offset or c.data_page_offset) >= 4
                        for c in columns),
                    [[columns[s.column_index].path_in_schema, s.descending, s.nulls_first]
                        for s in group.sorting_columns], m.created_by]))
                """, [sample.folder.file("table/" + path)])
        }
        let version = JSONValue.string("sluice version " + WriterOptions.programVersion)
        #expect(try facts() == [true, [], version])
        func optimize(_ columns: [String]) throws {
            var options = Optimize.Options()
            options.sortColumns = columns
            _ = try Optimize(sample.table, options: options).run(holding: lock)
        }
        try optimize(["text", "dec9", "d", "int"])
        // The order of floating point is not the same for all: nothing is claimed from there on.
        #expect(
            try facts() == [true, [["text", false, true], ["dec9", false, true]], version])
    }
}
