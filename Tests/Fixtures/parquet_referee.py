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
import zlib

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


class Thrift:
    """Reads any structure of Thrift's compact protocol as {field number: value}."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def zigzag(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def value(self, kind):
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return self.byte()
        if kind in (4, 5, 6):
            return self.zigzag()
        if kind == 8:
            length = self.varint()
            self.at += length
            return bytes(self.data[self.at - length:self.at])
        if kind == 9:
            head = self.byte()
            count = head >> 4 if head >> 4 < 15 else self.varint()
            if head & 15 in (1, 2):
                return [self.byte() == 1 for _ in range(count)]
            return [self.value(head & 15) for _ in range(count)]
        assert kind == 12, kind
        return self.struct()

    def struct(self):
        fields, last = {}, 0
        while True:
            head = self.byte()
            if head == 0:
                return fields
            last = last + (head >> 4) if head >> 4 else self.zigzag()
            fields[last] = self.value(head & 15)


def check_pages(path, table):
    """Every page where the offset index says, whole, and within the bounds of the column index.
    Returns the number of data pages."""
    data = open(path, "rb").read()
    length = struct.unpack("<I", data[-8:-4])[0]
    footer = Thrift(data, len(data) - 8 - length).struct()
    first_row, page_count = 0, 0
    for group in footer[4]:
        for chunk in group[1]:
            meta = chunk[3]
            offsets = Thrift(data, chunk[4]).struct()[1]
            bounds = Thrift(data, chunk[6]).struct() if 6 in chunk else None
            name = b".".join(meta[3]).decode()
            at = meta.get(11, meta[9])
            if 11 in meta:
                at = check_page(data, at, 2)[0]
            assert at == meta[9], f"{name}: data page offset"
            values = 0
            flat = len(meta[3]) == 1
            for number, location in enumerate(offsets):
                assert location[1] == at, f"{name}: page {number} is elsewhere"
                at, header = check_page(data, at, 0)
                assert location[2] == at - location[1], f"{name}: size of page {number}"
                if flat:
                    assert location[3] == values, f"{name}: first row of page {number}"
                    rows = header[5][1]
                    column = table.column(name).slice(first_row + values, rows)
                    if bounds:
                        check_bounds(name, meta, bounds, number, column)
                values += header[5][1]
                page_count += 1
            assert values == meta[5], f"{name}: values of the chunk"
            assert at == meta.get(11, meta[9]) + meta[7], f"{name}: bytes of the chunk"
        first_row += group[3]
    return page_count


def check_page(data, at, kind):
    reader = Thrift(data, at)
    header = reader.struct()
    assert header[1] == kind, "kind of page"
    end = reader.at + header[3]
    assert zlib.crc32(data[reader.at:end]) == header[4] & 0xFFFFFFFF, "checksum"
    return end, header


def check_bounds(name, meta, bounds, number, column):
    values = [v for v in column_values(column, meta[1]) if v is not None]
    assert bounds[1][number] == (not values), f"{name}: null page {number}"
    assert bounds[5][number] == len(column) - len(values), f"{name}: nulls of page {number}"
    if not values:
        return
    low, high = (decoded(bounds[f][number], meta[1]) for f in (2, 3))
    if meta[1] in (6,) and max(map(len, (low, high))) >= 60:
        assert low <= min(values) and high >= max(values), f"{name}: bounds of page {number}"
    else:
        assert (low, high) == (min(values), max(values)), \
            f"{name}: bounds of page {number}: {(low, high)}, {(min(values), max(values))}"


def column_values(column, physical):
    if pa.types.is_decimal(column.type):
        scale = column.type.scale
        return [None if v is None else int(v.scaleb(scale)) for v in column.to_pylist()]
    return [v for chunk in column.chunks for v in plain(chunk, chunk.type)]


def decoded(raw, physical):
    if physical == 0:
        return raw != b"\0"
    if physical in (1, 2):
        return int.from_bytes(raw, "little", signed=True)
    if physical in (4, 5):
        return struct.unpack("<f" if physical == 4 else "<d", raw)[0]
    return raw if physical == 6 else int.from_bytes(raw, "big", signed=True)


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
            described[path]["pages"] = check_pages(path, read("pyarrow", path))
        except Exception as error:
            failures.append(f"{path}: metadata: {type(error).__name__}: {error}"[:600])
    json.dump({"failures": failures, "facts": described}, sys.stdout)


main()
