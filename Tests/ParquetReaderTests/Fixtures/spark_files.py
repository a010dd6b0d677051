"""Files by Spark: its present and its older Parquet forms, each timestamp type, V2 pages."""

import datetime as dt
import decimal
import glob
import os
import shutil
import sys

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import types as t

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from values import Corpus  # noqa: E402

corpus = Corpus(sys.argv[1])
D = decimal.Decimal
UTC = dt.timezone.utc
os.environ["TZ"] = "UTC"

point = t.StructType([t.StructField("x", t.IntegerType()), t.StructField("y", t.StringType())])
FIELDS = [
    ("b", t.ByteType(), pa.int8(), lambda i: i % 100),
    ("s", t.ShortType(), pa.int16(), lambda i: -i),
    ("i", t.IntegerType(), pa.int32(), lambda i: i * 1000),
    ("l", t.LongType(), pa.int64(), lambda i: i * 10**12),
    ("f", t.FloatType(), pa.float32(), lambda i: i / 2),
    ("d", t.DoubleType(), pa.float64(), lambda i: i / 3),
    ("flag", t.BooleanType(), pa.bool_(), lambda i: i % 2 == 0),
    ("d7", t.DecimalType(7, 2), pa.decimal128(7, 2), lambda i: D(i).scaleb(-2)),
    ("d17", t.DecimalType(17, 5), pa.decimal128(17, 5), lambda i: D(-i * 10**9).scaleb(-5)),
    ("d38", t.DecimalType(38, 9), pa.decimal128(38, 9), lambda i: D(i * 10**20).scaleb(-9, decimal.Context(prec=60))),
    ("text", t.StringType(), pa.string(), lambda i: f"text {i % 9}"),
    ("word", t.StringType(), pa.string(), lambda i: f"word number {i}"),
    ("bytes", t.BinaryType(), pa.binary(), lambda i: bytes([i % 256, 0])),
    ("day", t.DateType(), pa.date32(), lambda i: dt.date(1990, 1, 1) + dt.timedelta(days=i)),
    ("at", t.TimestampType(), pa.timestamp("us", tz="UTC"),
     lambda i: dt.datetime(1965, 5, 4, 3, 2, 1, i % 1000 * 1000, tzinfo=UTC) + dt.timedelta(hours=i)),
    ("list", t.ArrayType(t.IntegerType(), True), pa.list_(pa.int32()), lambda i: [None, i][: i % 3]),
    ("full", t.ArrayType(t.StringType(), False), pa.list_(pa.string()), lambda i: [f"e{i}"] * (i % 3)),
    ("points", t.ArrayType(point, False), pa.list_(pa.struct([("x", pa.int32()), ("y", pa.string())])),
     lambda i: [{"x": i, "y": None}] * (i % 3)),
    ("deep", t.ArrayType(t.ArrayType(t.IntegerType(), False), False), pa.list_(pa.list_(pa.int32())),
     lambda i: [[1, 2], [], [i]][: i % 4]),
    ("map", t.MapType(t.StringType(), t.LongType()), pa.map_(pa.string(), pa.int64()), lambda i: [{f"k{i}": i}, {"n": None}, {}][i % 3]),
    ("point", point, pa.struct([("x", pa.int32()), ("y", pa.string())]), lambda i: {"x": i, "y": f"{i}"}),
]

rows = [tuple(None if i % 6 == 5 else make(i) for _, _, _, make in FIELDS) for i in range(300)]
arrow = pa.table({
    name: pa.array([list(r[k].items()) if isinstance(r[k], dict) and name == "map" else r[k] for r in rows], kind)
    for k, (name, _, kind, _) in enumerate(FIELDS)
})
values = corpus.values("values", arrow)

spark = (
    SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC").config("spark.driver.memory", "600m")
    .config("spark.sql.shuffle.partitions", "1")
    # Start-up counts here, not speed: no compiled plans, no second compiler.
    .config("spark.sql.codegen.wholeStage", "false")
    .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto")
    .getOrCreate()
)
frame = spark.createDataFrame(rows, t.StructType([t.StructField(n, k) for n, k, _, _ in FIELDS])).coalesce(1)
frame.cache()

for name, options in {
    "present": {},
    "legacy": {
        "spark.sql.parquet.writeLegacyFormat": "true",
        "spark.sql.parquet.outputTimestampType": "INT96",
        "spark.sql.parquet.compression.codec": "gzip",
    },
    "v2-millis": {
        "parquet.writer.version": "v2",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MILLIS",
        "spark.sql.parquet.compression.codec": "zstd",
    },
    "hadoop-lz4": {"spark.sql.parquet.compression.codec": "lz4"},
}.items():
    for key, value in options.items():
        spark.conf.set(key, value)
    folder = corpus.path(name)
    writer = frame.write.option("parquet.page.row.count.limit", "100")
    for key, value in options.items():
        writer = writer.option(key, value)
    writer.parquet(folder)
    (part,) = glob.glob(folder + "/part-*.parquet")
    shutil.move(part, corpus.path(name + ".parquet"))
    corpus.case("spark-" + name, name + ".parquet", values)
    for key in options:
        spark.conf.unset(key)
spark.stop()
corpus.close("spark.json")
