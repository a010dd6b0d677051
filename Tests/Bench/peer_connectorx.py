"""connectorx streaming into pyarrow's Parquet writer at zstd, two partitions. Arguments: PORT OUT SCHEMA TABLE ROWS."""

import sys

import connectorx
import pyarrow
import pyarrow.parquet

port, out, schema, table, rows = int(sys.argv[1]), *sys.argv[2:5], int(sys.argv[5])
reader = connectorx.read_sql(
    f"mysql://bench:bench@127.0.0.1:{port}/{schema}", f"SELECT * FROM {table}", return_type="arrow_stream",
    protocol="binary", batch_size=65536, partition_on="id", partition_num=2)
written, held = 0, []
with pyarrow.parquet.ParquetWriter(f"{out}/{table}.parquet", reader.schema, compression="zstd") as writer:
    def flush():
        global written
        if held:
            rows_held = pyarrow.Table.from_batches(held)
            writer.write_table(rows_held)
            written += rows_held.num_rows
            held.clear()

    for batch in reader:
        held.append(batch)
        if sum(b.num_rows for b in held) >= 1 << 20:
            flush()
    flush()
assert written == rows, written
