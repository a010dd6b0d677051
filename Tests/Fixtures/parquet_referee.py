"""Reads Parquet files with other readers and compares them with what the writer was given.

Usage: parquet_referee.py MANIFEST, a JSON list of cases:
  {"file": path, "readers": ["pyarrow", "duckdb", "polars"], "columns": {name: [values]}}
Values are canonical: null, "true", the digits of whole numbers, dates (days), timestamps
(microseconds) and unscaled decimals, the digits of a float's bits, the hex of text and binary,
lists of values for lists, structures (in field order) and maps (lists of [key, value]).
Prints one JSON object {"failures": [text], "facts": {file: facts}} where facts are what pyarrow's
metadata says.
"""
import decimal
import json
import struct
import sys

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq


def canonical(array):
    """The canonical values of an Arrow array, children first."""
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in canonical(chunk)]
    kind = array.type
    valid = array.is_valid().to_pylist()
    if pa.types.is_dictionary(kind):
        return canonical(array.dictionary_decode())
    if pa.types.is_struct(kind):
        fields = [canonical(array.field(i)) for i in range(kind.num_fields)]
        return [[f[i] for f in fields] if valid[i] else None for i in range(len(array))]
    if pa.types.is_map(kind):
        keys, items = canonical(array.keys), canonical(array.items)
        return between(array, valid, [[k, v] for k, v in zip(keys, items)])
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return between(array, valid, canonical(array.values))
    if pa.types.is_null(kind):
        return [None] * len(array)
    return [text(v, kind) if ok else None for v, ok in zip(plain(array, kind), valid)]


def between(array, valid, values):
    offsets = array.offsets.to_pylist()
    return [values[offsets[i]:offsets[i + 1]] if valid[i] else None for i in range(len(array))]


def plain(array, kind):
    if pa.types.is_timestamp(kind):
        assert kind.unit == "us", kind
        return array.cast(pa.int64()).to_pylist()
    if pa.types.is_date(kind):
        return array.cast(pa.int32()).to_pylist()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return array.cast(pa.large_binary()).to_pylist()
    if str(kind) in ("string_view", "binary_view"):
        return array.cast(pa.large_string() if str(kind) == "string_view" else pa.large_binary()
                          ).cast(pa.large_binary()).to_pylist()
    return array.to_pylist()


def text(value, kind):
    if pa.types.is_boolean(kind):
        return "true" if value else "false"
    if pa.types.is_decimal(kind):
        return str(int(value.scaleb(kind.scale)))
    if pa.types.is_float32(kind):
        return str(struct.unpack("<I", struct.pack("<f", value))[0])
    if pa.types.is_float64(kind):
        return str(struct.unpack("<Q", struct.pack("<d", value))[0])
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def read(reader, path):
    if reader == "pyarrow":
        return pq.read_table(path, page_checksum_verification=True)
    if reader == "polars":
        return polars.read_parquet(path, glob=False, hive_partitioning=False).to_arrow()
    return duckdb.sql(f"SELECT * FROM read_parquet('{path}')").to_arrow_table()


def facts(path):
    """The structure of the file as pyarrow sees it."""
    with pq.ParquetFile(path) as file:
        meta = file.metadata
        groups = []
        for g in range(meta.num_row_groups):
            group = meta.row_group(g)
            columns = []
            for c in range(group.num_columns):
                column = group.column(c)
                stats = column.statistics
                columns.append({
                    "path": column.path_in_schema,
                    "physical": column.physical_type,
                    "encodings": sorted(set(column.encodings)),
                    "codec": column.compression,
                    "dictionary": column.has_dictionary_page,
                    "columnIndex": column.has_column_index,
                    "offsetIndex": column.has_offset_index,
                    "compressed": column.total_compressed_size,
                    "uncompressed": column.total_uncompressed_size,
                    "values": column.num_values,
                    "nulls": stats.null_count if stats and stats.has_null_count else None,
                    "min": repr(stats.min_raw) if stats and stats.has_min_max else None,
                    "max": repr(stats.max_raw) if stats and stats.has_min_max else None,
                })
            groups.append({"rows": group.num_rows, "columns": columns})
        return {
            "rows": meta.num_rows, "createdBy": meta.created_by, "groups": groups,
            "schema": str(meta.schema).split("\n", 1)[1],
            "metadata": {k.decode(): v.decode() for k, v in (meta.metadata or {}).items()
                         if k != b"ARROW:schema"},
        }


def main():
    decimal.getcontext().prec = 60
    duckdb.sql("SET TimeZone='UTC'")
    failures, described = [], {}
    for case in json.load(open(sys.argv[1])):
        path = case["file"]
        for reader in case["readers"]:
            try:
                table = read(reader, path)
                for name, expected in case["columns"].items():
                    got = canonical(table.column(name))
                    if got != expected:
                        at = next((i for i, (a, b) in enumerate(zip(got, expected)) if a != b),
                                  min(len(got), len(expected)))
                        failures.append(
                            f"{path}: {reader}: {name}[{at}] is {got[at:at + 1]!r:.200}, expected "
                            f"{expected[at:at + 1]!r:.200} ({len(got)} of {len(expected)} rows)")
            except Exception as error:
                failures.append(f"{path}: {reader}: {type(error).__name__}: {error}"[:600])
        try:
            described[path] = facts(path)
        except Exception as error:
            failures.append(f"{path}: metadata: {type(error).__name__}: {error}"[:600])
    json.dump({"failures": failures, "facts": described}, sys.stdout)


main()
