import JSON
import LakeTestSupport

/// What pyarrow and DuckDB find in files: page checksums, and whether statistics and page indexes
/// tell what the rows are.
struct StoredCheck {
    let rows: Int64?
    /// How many rows have one of the ids, which the page index leads to.
    let found: Int64?
    let faults: [String]

    init(_ glob: String, ids: [Int64]) throws {
        let answer = try Python.json(
            """
            import sys, json, glob, pyarrow.parquet as pq, pyarrow.compute as pc, duckdb
            rows, faults = 0, []
            for path in glob.glob(sys.argv[1]):
                file = pq.ParquetFile(path, page_checksum_verification=True)
                table = file.read()
                rows += table.num_rows
                start = 0
                for g in range(file.metadata.num_row_groups):
                    group = file.metadata.row_group(g)
                    part = table.slice(start, group.num_rows)
                    start += group.num_rows
                    for c in range(group.num_columns):
                        chunk = group.column(c)
                        column = part.column(c)
                        name = chunk.path_in_schema
                        if not chunk.has_offset_index or not chunk.has_column_index:
                            faults.append(f"{name}: no page index")
                        if chunk.statistics.null_count != column.null_count:
                            faults.append(f"{name}: null count")
                        bounds = pc.min_max(column)
                        mine = (bounds["min"].as_py(), bounds["max"].as_py())
                        if (chunk.statistics.min, chunk.statistics.max) != mine:
                            faults.append(f"{name}: {chunk.statistics.min} {mine}")
            # The page index decides which pages are read.
            found = duckdb.sql(f"SELECT count(*) FROM '{sys.argv[1]}' WHERE id IN ({sys.argv[2]})")
            print(json.dumps({"rows": rows, "faults": faults, "found": found.fetchone()[0]}))
            """, [glob, ids.map { "\($0)" }.joined(separator: ",")])
        rows = answer["rows"]?.int64
        found = answer["found"]?.int64
        faults = answer["faults"]?.array?.compactMap(\.string) ?? ["no answer"]
    }
}
