"""Files by DuckDB and polars."""

import duckdb
import polars as pl
import pyarrow as pa

QUERY = """
  SELECT i AS id, CASE WHEN i % 7 = 0 THEN NULL ELSE i * 3 END AS maybe,
    (i % 3)::TINYINT AS tiny, (i % 200)::UTINYINT AS utiny, i::SMALLINT AS small,
    i::USMALLINT AS usmall, i::UINTEGER + 4000000000::UINTEGER AS uint,
    18446744073709551615::UBIGINT - i::UBIGINT AS ubig, i % 2 = 0 AS flag,
    (i / 7)::FLOAT AS single, (i / 7)::DOUBLE AS double,
    (i % 900 * 1.01)::DECIMAL(4,1) AS d4, (i * 1.0001)::DECIMAL(9,4) AS d9,
    (i * 1.00000001)::DECIMAL(18,8) AS d18, (i * 1.00000001)::DECIMAL(38,8) AS d38,
    'city ' || (i % 11) AS city, 'unique ' || i || repeat('x', (i % 40)::INT) AS word,
    encode('b' || i) AS blob, DATE '2020-01-01' + (i % 400)::INT AS day,
    TIMESTAMP '1969-12-31 23:00:00.123456' + INTERVAL (i) MINUTE AS at,
    (TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE)::TIMESTAMPTZ AS at_zone,
    (TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE)::TIMESTAMP_MS AS at_ms,
    (TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE)::TIMESTAMP_S AS at_s,
    TIME '00:00:00' + INTERVAL (i % 1000) SECOND AS clock,
    (CASE i % 3 WHEN 0 THEN 'low' WHEN 1 THEN 'high' END)::ENUM ('low', 'high') AS level,
    CASE WHEN i % 5 = 0 THEN NULL ELSE range(i % 4) END AS numbers,
    {'a': i, 'b': [{'c': 'x' || i}, NULL]} AS deep, MAP {'k' || i: i, 'j': NULL} AS pairs
  FROM range(3000) t(i)
"""


def duck(corpus):
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"CREATE TABLE t AS {QUERY}")
    values = corpus.values("duckdb", con.execute("SELECT * FROM t").fetch_arrow_table())
    options = ["CODEC snappy", "CODEC zstd", "CODEC gzip", "CODEC lz4_raw", "CODEC uncompressed",
               "PARQUET_VERSION v2", "PARQUET_VERSION v2, CODEC zstd, ROW_GROUP_SIZE 2048"]
    for index, option in enumerate(options):
        name = f"duckdb-{index}"
        con.execute(f"COPY t TO '{corpus.path(name + '.parquet')}' (FORMAT parquet, {option})")
        corpus.case(f"{name} ({option})", name + ".parquet", values)


def polars(corpus):
    n = 1500
    frame = pl.DataFrame({
        "id": range(n),
        "maybe": [None if i % 3 == 0 else i for i in range(n)],
        "small": pl.Series([i % 100 for i in range(n)], dtype=pl.Int8),
        "single": pl.Series([i / 3 for i in range(n)], dtype=pl.Float32),
        "text": [None if i % 10 == 0 else f"value {i % 20}" for i in range(n)],
        "bytes": [bytes([i % 256]) * (i % 5) for i in range(n)],
        "flag": [i % 3 == 1 for i in range(n)],
        "category": pl.Series([f"c{i % 4}" for i in range(n)], dtype=pl.Categorical),
        "lists": [[None if j == 1 else j for j in range(i % 4)] if i % 5 else None for i in range(n)],
        "structs": [{"a": i, "b": [{"c": str(i)}]} if i % 4 else None for i in range(n)],
    })
    frame = frame.with_columns(
        (pl.col("id") * 86_400_000_123).cast(pl.Datetime("us")).alias("at"),
        (pl.col("id") * 86_400_123).cast(pl.Datetime("ms")).alias("at_ms"),
        pl.col("id").cast(pl.Int32).cast(pl.Date).alias("day"),
        pl.col("id").cast(pl.Decimal(12, 3)).alias("money"),
    )
    values = corpus.values("polars", frame.to_arrow())
    for codec in ["uncompressed", "snappy", "gzip", "zstd", "lz4"]:
        name = f"polars-{codec}"
        frame.write_parquet(corpus.path(name + ".parquet"), compression=codec, row_group_size=600,
                            data_page_size=2000)
        corpus.case(name, name + ".parquet", values)
