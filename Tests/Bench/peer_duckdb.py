"""DuckDB with its mysql extension: one table to one zstd Parquet file. Arguments: PORT OUT SCHEMA TABLE ROWS. Protocol compression is off:
with its default the server spends five times longer."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Integration"))
from harness import duckdb_with

port, out, schema, table, rows = int(sys.argv[1]), *sys.argv[2:5], int(sys.argv[5])
connection = duckdb_with("mysql_scanner")
connection.execute("SET preserve_insertion_order = false")
connection.execute(f"ATTACH 'host=127.0.0.1 port={port} user=bench password=bench database={schema} compression=disabled' "
                   "AS source (TYPE mysql, READ_ONLY)")
copied = connection.execute(
    f"COPY (SELECT * FROM source.{table}) TO '{out}/{table}.parquet' (FORMAT parquet, COMPRESSION zstd)").fetchone()
assert copied[0] == rows, copied
