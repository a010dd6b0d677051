"""Writes Parquet files with the values they hold as text, for the reader to be compared with.

Each case is one line of manifest.json: {"name", "file", "values", "columns"?}; the values file maps
a column to its type and its values. Text forms: whole numbers and decimals in digits, days and
microseconds since the epoch for dates, timestamps and times, floating point as the hexadecimal of
its bits, bytes in hexadecimal, nested values in brackets.
"""

import datetime as dt
import decimal
import json
import os
import struct

import pyarrow as pa

EPOCH = dt.datetime(1970, 1, 1)


def render(value, kind):
    if value is None:
        return None
    if pa.types.is_dictionary(kind):
        return render(value, kind.value_type)
    if pa.types.is_boolean(kind):
        return "true" if value else "false"
    if pa.types.is_float16(kind) or pa.types.is_float32(kind):
        return "nan" if value != value else struct.pack(">f", value).hex()
    if pa.types.is_float64(kind):
        return "nan" if value != value else struct.pack(">d", value).hex()
    if pa.types.is_decimal(kind):
        return format(value, "f")
    if pa.types.is_date(kind):
        return str((value - dt.date(1970, 1, 1)).days)
    if pa.types.is_timestamp(kind):
        if isinstance(value, int):
            return str(value)
        if value.tzinfo is not None:
            value = value.astimezone(dt.timezone.utc).replace(tzinfo=None)
        return str((value - EPOCH) // dt.timedelta(microseconds=1))
    if pa.types.is_time(kind):
        if isinstance(value, int):
            return str(value)
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        return str(seconds * 1_000_000 + value.microsecond)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return value.hex()
    if pa.types.is_fixed_size_binary(kind):
        return value.hex()
    if isinstance(kind, pa.BaseExtensionType):
        return render(value, kind.storage_type) if isinstance(value, (bytes, str)) else value.hex
    if pa.types.is_map(kind):
        inside = [f"{word(k, kind.key_type)}: {word(v, kind.item_type)}" for k, v in value]
        return "{" + ", ".join(inside) + "}"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return "[" + ", ".join(word(v, kind.value_type) for v in value) + "]"
    if pa.types.is_struct(kind):
        return "{" + ", ".join(f"{f.name}: {word(value[f.name], f.type)}" for f in kind) + "}"
    return str(value)


def word(value, kind):
    return "null" if value is None else render(value, kind)


def column_values(column):
    """Nanoseconds do not fit datetime, so such columns go by way of integers."""
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        whole = column.cast(pa.int64()).to_pylist()
        return [None if v is None else str(v // 1000) for v in whole]
    if pa.types.is_time64(kind) and kind.unit == "ns":
        whole = column.cast(pa.int64()).to_pylist()
        return [None if v is None else str(v // 1000) for v in whole]
    return [render(value, kind) for value in column.to_pylist()]


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        self.manifest = []

    def path(self, file):
        return os.path.join(self.folder, file)

    def values(self, name, table):
        """Stores the values of an Arrow table and returns their file's name."""
        file = name + ".json"
        columns = {n: column_values(table.column(n)) for n in table.column_names}
        with open(self.path(file), "w") as out:
            json.dump(columns, out)
        return file

    def case(self, name, file, values):
        self.manifest.append({"name": name, "file": file, "values": values})

    def close(self, name):
        with open(self.path(name), "w") as out:
            json.dump(self.manifest, out)
