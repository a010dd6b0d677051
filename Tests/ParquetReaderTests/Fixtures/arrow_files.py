"""Files by pyarrow, DuckDB and polars: every type, encoding, codec and page version."""

import datetime as dt
import decimal
import os
import random
import sys
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import other_files  # noqa: E402
from values import Corpus  # noqa: E402

random.seed(7)
corpus = Corpus(sys.argv[1])
D = decimal.Decimal


def sparse(values, every):
    """Nulls at every so many places; none for 0."""
    return [None if every and i % every == 0 else v for i, v in enumerate(values)]


def decimals(digits, scale, n):
    top = 10**digits
    random.seed(digits)
    out = [D(random.randrange(-top + 1, top)).scaleb(-scale, decimal.Context(prec=60)) for _ in range(n)]
    out[:2] = [D(top - 1).scaleb(-scale, decimal.Context(prec=60)), D(1 - top).scaleb(-scale, decimal.Context(prec=60))]
    return out


def flat(n=500, nulls=5):
    r = random.Random(11)
    whole = lambda bits: [r.randrange(-(1 << (bits - 1)), 1 << (bits - 1)) for _ in range(n)]
    unsigned = lambda bits: [r.randrange(0, 1 << bits) for _ in range(n)]
    words = ["", "a", "Grüße", "日本", "x" * 300] + [f"word{i}" for i in range(40)]
    floats = [0.0, -0.0, float("inf"), float("-inf"), float("nan"), 1e-320, 0.1]
    instants = [r.randrange(-62135596800_000000, 253402300800_000000) for _ in range(n)]
    f = lambda values: sparse(values, nulls)
    fields = {
        "bool": pa.array(f([r.random() < 0.3 for _ in range(n)]), pa.bool_()),
        "i8": pa.array(f(whole(8)), pa.int8()),
        "i16": pa.array(f(whole(16)), pa.int16()),
        "i32": pa.array(f(whole(32)), pa.int32()),
        "i64": pa.array(f(whole(64)), pa.int64()),
        "u8": pa.array(f(unsigned(8)), pa.uint8()),
        "u16": pa.array(f(unsigned(16)), pa.uint16()),
        "u32": pa.array(f(unsigned(32)), pa.uint32()),
        "u64": pa.array(f(unsigned(64)), pa.uint64()),
        "few": pa.array(f([r.randrange(3) for _ in range(n)]), pa.int32()),
        "f32": pa.array(f([r.choice(floats + [r.gauss(0, 1e9)]) for _ in range(n)]), pa.float32()),
        "f64": pa.array(f([r.choice(floats + [r.gauss(0, 1e9)]) for _ in range(n)]), pa.float64()),
        "d5": pa.array(f(decimals(5, 2, n)), pa.decimal128(5, 2)),
        "d18": pa.array(f(decimals(18, 6, n)), pa.decimal128(18, 6)),
        "d38": pa.array(f(decimals(38, 10, n)), pa.decimal128(38, 10)),
        "text": pa.array(f([r.choice(words) for _ in range(n)]), pa.string()),
        "unique": pa.array(f([f"{i:06d}-{r.random()}" for i in range(n)]), pa.string()),
        "bytes": pa.array(f([r.randbytes(r.randrange(20)) for _ in range(n)]), pa.binary()),
        "fixed": pa.array(f([r.randbytes(7) for _ in range(n)]), pa.binary(7)),
        "date": pa.array(f([r.randrange(-719162, 2932896) for _ in range(n)]), pa.int32()).cast(pa.date32()),
        "ms": pa.array(f([v // 1000 for v in instants]), pa.timestamp("ms", tz="UTC")),
        "us": pa.array(f(instants), pa.timestamp("us", tz="UTC")),
        "ntz": pa.array(f(instants), pa.timestamp("us")),
        "ns": pa.array(f([r.randrange(-(1 << 62), 1 << 62) for _ in range(n)]), pa.timestamp("ns", tz="UTC")),
        "t32": pa.array(f([r.randrange(86_400_000) for _ in range(n)]), pa.time32("ms")),
        "t64": pa.array(f([r.randrange(86_400_000_000) for _ in range(n)]), pa.time64("us")),
        "tns": pa.array(f([r.randrange(86_400_000_000_000) for _ in range(n)]), pa.time64("ns")),
        "void": pa.array([None] * n, pa.string()),
        "half": pa.array(f([r.choice([0.0, 1.5, -2.25, 65504.0, 5.960464477539063e-08, float("inf")]) for _ in range(n)]), pa.float16()),
    }
    return pa.table(fields)


def required(table):
    fields = [pa.field(f.name, f.type, nullable=False) for f in table.schema]
    return pa.table(table.columns, schema=pa.schema(fields))


def write(name, table, values, **options):
    options.setdefault("data_page_size", 1500)
    options.setdefault("write_batch_size", 64)
    options.setdefault("row_group_size", 200)
    pq.write_table(table, corpus.path(name + ".parquet"), **options)
    corpus.case(name, name + ".parquet", values)


def codecs_and_pages():
    table = flat()
    values = corpus.values("flat", table)
    for codec in ["none", "snappy", "gzip", "zstd", "lz4"]:
        for version in ["1.0", "2.0"]:
            for dictionary in [True, False]:
                name = f"flat-{codec}-v{version[0]}-{'dictionary' if dictionary else 'plain'}"
                write(name, table, values, compression=codec, data_page_version=version,
                      use_dictionary=dictionary, write_page_checksum=codec != "none")
    full = required(flat(nulls=0).drop_columns(["void"]))
    full_values = corpus.values("required", full)
    for version in ["1.0", "2.0"]:
        write(f"required-v{version[0]}", full, full_values, data_page_version=version)
    write("decimal-as-integer", table.select(["d5", "d18"]), corpus.values("decimals", table.select(["d5", "d18"])),
          store_decimal_as_integer=True)
    days = table.select(["us", "ntz", "ns"])
    stamps = pa.table({"int96": pa.array([0, 1, -1, 1_000_000_000_000_001, None, -86_400_000_001], pa.timestamp("us"))})
    write("int96", stamps, corpus.values("int96", stamps), use_deprecated_int96_timestamps=True)
    write("page-index", days, corpus.values("page-index", days), write_page_index=True)
    empty = table.slice(0, 0)
    write("no-rows", empty, corpus.values("no-rows", empty))
    big = pa.table({"fallback": pa.array([f"{i * 7919 % 5000:08d}" * 4 for i in range(6000)]),
                    "long": pa.array(range(6000), pa.int64())})
    write("dictionary-fallback", big, corpus.values("dictionary-fallback", big),
          dictionary_pagesize_limit=3000, row_group_size=6000)
    ids = pa.array([uuid.UUID(int=random.getrandbits(128)).bytes for _ in range(50)], pa.uuid())
    uuids = pa.table({"uuid": ids, "json": pa.array(['{"a": 1}'] * 50)})
    write("uuid", uuids, corpus.values("uuid", uuids))
    pq.write_table(table, corpus.path("brotli.parquet"), compression="brotli")


def encodings():
    table = flat()
    choices = {
        "PLAIN": table.column_names,
        "DELTA_BINARY_PACKED": ["i8", "i16", "i32", "i64", "u32", "u64", "few", "date", "us", "t32", "ns"],
        "DELTA_LENGTH_BYTE_ARRAY": ["text", "unique", "bytes", "void"],
        "DELTA_BYTE_ARRAY": ["text", "unique", "bytes", "fixed", "void", "d38"],
        "BYTE_STREAM_SPLIT": ["f32", "f64", "i32", "i64", "fixed", "d38", "half"],
        "RLE": ["bool"],
    }
    for encoding, names in choices.items():
        for version in ["1.0", "2.0"]:
            for nulls in [0, 3, 1]:
                part = flat(nulls=nulls).select(names)
                values = corpus.values(f"encoding-{encoding}-{nulls}", part)
                write(f"encoding-{encoding}-v{version[0]}-nulls{nulls}", part, values, use_dictionary=False,
                      column_encoding={n: encoding for n in names}, data_page_version=version)


def nested_table(p, n=400):
    r = random.Random(5)
    maybe = lambda p, make: None if r.random() < p else make()
    number = lambda: maybe(0.2, lambda: r.randrange(1000))
    text = lambda: maybe(0.2, lambda: r.choice(["", "a", "bc", "def"]))
    many = lambda make, top=4: [make() for _ in range(r.randrange(top))]
    pair = pa.struct([("x", pa.int32()), ("y", pa.string())])
    point = lambda: {"x": number(), "y": text()}
    mapping = lambda make: [(f"k{i}", make()) for i in range(r.randrange(4))]
    deep = pa.struct([("a", pa.list_(pair)), ("m", pa.map_(pa.string(), pa.list_(pa.int64()))), ("s", pa.struct([("z", pa.float64())]))])
    kinds = {
        "struct": (pair, point),
        "list": (pa.list_(pa.int32()), lambda: many(number)),
        "strings": (pa.list_(pa.string()), lambda: many(text)),
        "lists": (pa.list_(pa.list_(pa.string())), lambda: many(lambda: maybe(0.2, lambda: many(text)))),
        "cube": (pa.list_(pa.list_(pa.list_(pa.int64()))), lambda: many(lambda: maybe(0.2, lambda: many(lambda: maybe(0.2, lambda: many(number)))))),
        "structs": (pa.list_(pair), lambda: many(lambda: maybe(0.2, point))),
        "map": (pa.map_(pa.string(), pa.int32()), lambda: mapping(number)),
        "maps": (pa.map_(pa.string(), pa.map_(pa.string(), pa.string())), lambda: mapping(lambda: maybe(0.2, lambda: mapping(text)))),
        "deep": (deep, lambda: {
            "a": maybe(0.2, lambda: many(lambda: maybe(0.2, point))),
            "m": maybe(0.2, lambda: mapping(lambda: maybe(0.2, lambda: many(number)))),
            "s": maybe(0.2, lambda: {"z": maybe(0.2, r.random)})}),
        "decimals": (pa.list_(pa.decimal128(20, 2)), lambda: many(lambda: maybe(0.2, lambda: D(r.randrange(10**18)).scaleb(-2)))),
    }
    return pa.table({k: pa.array([maybe(p, make) for _ in range(n)], kind) for k, (kind, make) in kinds.items()})


def nested(n=400):
    r = random.Random(6)
    for p in [0, 0.2, 1]:
        data = nested_table(p)
        values = corpus.values(f"nested-{p}", data)
        for version in ["1.0", "2.0"]:
            for dictionary in [True, False]:
                write(f"nested-v{version[0]}-{p}-{'dictionary' if dictionary else 'plain'}", data, values,
                      data_page_version=version, use_dictionary=dictionary, data_page_size=300, row_group_size=150)
    required = pa.schema([pa.field("l", pa.list_(pa.field("element", pa.int32(), nullable=False)), nullable=False),
                          pa.field("s", pa.struct([pa.field("x", pa.string(), nullable=False)]), nullable=False)])
    data = pa.table({"l": [[7] * r.randrange(4) for _ in range(n)], "s": [{"x": f"{i}"} for i in range(n)]}, schema=required)
    write("nested-required", data, corpus.values("nested-required", data), data_page_size=200)
    long = pa.table({"long": pa.array([list(range(20_000)), [], None, [1]], pa.list_(pa.int32()))})
    write("nested-long", long, corpus.values("nested-long", long), data_page_size=500)


def bases_to_damage():
    """Small files without checksums, so that damage gets as far as the decoders."""
    bases = Corpus(sys.argv[1])
    def base(name, table, **options):
        pq.write_table(table, bases.path(name + ".parquet"), data_page_size=300, write_batch_size=16,
                       row_group_size=40, **options)
        bases.case(name, name + ".parquet", "")
    for version in ["1.0", "2.0"]:
        small = flat(n=60)
        base(f"damage-dictionary-{version}", small, data_page_version=version, compression="none")
        base(f"damage-plain-{version}", small, data_page_version=version, compression="none", use_dictionary=False)
        numbers = flat(n=60).select(["i32", "i64", "few", "text", "unique", "fixed", "f64"])
        base(f"damage-delta-{version}", numbers, data_page_version=version, compression="none", use_dictionary=False,
             column_encoding={"i32": "DELTA_BINARY_PACKED", "i64": "DELTA_BINARY_PACKED", "few": "DELTA_BINARY_PACKED",
                              "text": "DELTA_LENGTH_BYTE_ARRAY", "unique": "DELTA_BYTE_ARRAY", "fixed": "DELTA_BYTE_ARRAY",
                              "f64": "BYTE_STREAM_SPLIT"})
        base(f"damage-nested-{version}", nested_table(0.2, n=60), data_page_version=version, compression="none")
    for codec in ["snappy", "gzip", "zstd", "lz4"]:
        base(f"damage-{codec}", flat(n=60).select(["i32", "text", "d38", "bool"]), compression=codec)
    bases.close("damage.json")


def contract():
    """A file with bounds, free metadata and columns of every kind of dictionary use."""
    n = 1000
    table = pa.table({
        "id": pa.array(range(n), pa.int64()),
        "city": pa.array([None if i % 10 == 3 else f"city {i % 7}" for i in range(n)]),
        "word": pa.array([f"word {i:05d}" for i in range(n)]),
        "price": pa.array([D(i).scaleb(-2) for i in range(n)], pa.decimal128(10, 2)),
        "nothing": pa.array([None] * n, pa.int32()),
        "ratio": pa.array([float("nan") if i == 5 else i / 4 for i in range(n)], pa.float64()),
        "tags": pa.array([["a", "b"][: i % 3] for i in range(n)], pa.list_(pa.string())),
    }).replace_schema_metadata({"owner": "tests", "empty": ""})
    pq.write_table(table, corpus.path("contract.parquet"), row_group_size=400, write_page_checksum=True,
                   use_dictionary=["city", "tags"], compression="none", data_page_size=500, write_batch_size=50)


bases_to_damage()
contract()
codecs_and_pages()
encodings()
nested()
other_files.duck(corpus)
other_files.polars(corpus)
corpus.close("arrow.json")
