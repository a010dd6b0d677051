"""Delta tables with the features that other writers use, made by hand, and their rows as DuckDB reads them.

Usage: foreign_tables.py FOLDER. Prints {table: [row as JSON text, ...]}; the caller's prelude gives `rows` and `duck`."""

import uuid
import zlib

import pyarrow.parquet as pq

ROOT = sys.argv[1]
FEATURES = {"deletionVectors", "columnMapping", "v2Checkpoint", "typeWidening", "timestampNtz"}


def field(name, kind, number=None, physical=None, **metadata):
    if number is not None:
        metadata |= {"delta.columnMapping.id": number, "delta.columnMapping.physicalName": physical}
    return {"name": name, "type": kind, "nullable": True, "metadata": metadata}


class Table:
    """One table, its commits written line by line."""

    def __init__(self, name, fields, features=(), partitions=(), configuration=None):
        self.path = f"{ROOT}/{name}"
        self.version = 0
        self.state = []
        os.makedirs(self.path + "/_delta_log")
        reader = [f for f in features if f in FEATURES]
        self.head = [
            {"protocol": {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": reader, "writerFeatures": list(features)}},
            {"metaData": {"id": str(uuid.uuid4()), "format": {"provider": "parquet", "options": {}},
                          "schemaString": json.dumps({"type": "struct", "fields": fields}), "partitionColumns": list(partitions),
                          "configuration": configuration or {}, "createdTime": 0}}]
        self.commit(self.head)

    def commit(self, actions):
        with open(f"{self.path}/_delta_log/{self.version:020}.json", "w") as file:
            file.writelines(json.dumps(action) + "\n" for action in actions)
        self.version += 1

    def file(self, table, **members):
        """Writes a data file and returns its add action."""
        name = f"part-{uuid.uuid4()}.parquet"
        pq.write_table(table, f"{self.path}/{name}", row_group_size=1000)
        return {"add": {"path": name, "partitionValues": {}, "size": os.path.getsize(f"{self.path}/{name}"), "modificationTime": 0,
                        "dataChange": True, "stats": json.dumps({"numRecords": table.num_rows})} | members}

    def forget_commits(self, upto):
        for version in range(upto + 1):
            os.remove(f"{self.path}/_delta_log/{version:020}.json")


def roaring(deleted):
    """Rows as a 64-bit Roaring bitmap in its portable form: runs, arrays and bits as they come."""
    out = struct.pack("<IQ", 1681511377, len({row >> 32 for row in deleted}))
    for high in sorted({row >> 32 for row in deleted}):
        keys = sorted({(row & 0xffffffff) >> 16 for row in deleted if row >> 32 == high})
        containers = [sorted(row & 0xffff for row in deleted if row >> 16 == (high << 16 | key)) for key in keys]
        runs = [[(first, [r for r in c if r - first == c.index(r) - c.index(first)][-1] - first)
                 for first in c if first - 1 not in c] if len(c) < 3000 else None for c in containers]
        use = [r is not None and len(r) * 2 < len(c) for r, c in zip(runs, containers)]
        out += struct.pack("<I", high)
        if any(use):
            out += struct.pack("<I", 12347 | (len(keys) - 1) << 16)
            out += bytes(sum(use[i + bit] << bit for bit in range(8) if i + bit < len(use)) for i in range(0, len(use), 8))
        else:
            out += struct.pack("<II", 12346, len(keys))
        for key, c in zip(keys, containers):
            out += struct.pack("<HH", key, len(c) - 1)
        bodies = []
        for c, r, is_run in zip(containers, runs, use):
            if is_run:
                bodies.append(struct.pack("<H", len(r)) + b"".join(struct.pack("<HH", *pair) for pair in r))
            elif len(c) > 4096:
                bits = bytearray(8192)
                for row in c:
                    bits[row >> 3] |= 1 << (row & 7)
                bodies.append(bytes(bits))
            else:
                bodies.append(struct.pack(f"<{len(c)}H", *c))
        if not any(use) or len(keys) >= 4:
            start = len(out) - 12 + 4 * len(keys)
            for body in bodies:
                out += struct.pack("<I", start)
                start += len(body)
        out += b"".join(bodies)
    return out


ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"


def base85(data):
    data += bytes(-len(data) % 4)
    text = ""
    for start in range(0, len(data), 4):
        value, = struct.unpack(">I", data[start:start + 4])
        text += "".join(ALPHABET[value // 85 ** power % 85] for power in (4, 3, 2, 1, 0))
    return text


def inline(deleted):
    data = roaring(deleted)
    return {"storageType": "i", "pathOrInlineDv": base85(data), "sizeInBytes": len(data), "cardinality": len(deleted)}


def vector_file(table, vectors, prefix=""):
    """Several vectors in one file; their descriptors."""
    name = uuid.uuid4()
    folder = f"{table.path}/{prefix}" if prefix else table.path
    os.makedirs(folder, exist_ok=True)
    descriptors = []
    with open(f"{folder}/deletion_vector_{name}.bin", "wb") as file:
        file.write(b"\x01")
        for deleted in vectors:
            data = roaring(deleted)
            descriptors.append({"storageType": "u", "pathOrInlineDv": prefix + base85(name.bytes), "offset": file.tell(),
                                "sizeInBytes": len(data), "cardinality": len(deleted)})
            file.write(struct.pack(">I", len(data)) + data + struct.pack(">I", zlib.crc32(data)))
    return descriptors


def deletion_vectors():
    table = Table("vectors", [field("id", "long")], ["deletionVectors"], configuration={"delta.enableDeletionVectors": "true"})
    files = [table.file(pa.table({"id": pa.array(range(n, n + count), pa.int64())})) for n, count in
             [(0, 2500), (10_000, 100), (100_000, 70_000), (300_000, 50)]]
    table.commit(files)
    scattered = [1, 7, 999, 1000, 2499]
    bits = list(range(0, 65_536, 7)) + [65_536, 65_537, 69_999]
    first, second, third = vector_file(table, [scattered, list(range(10, 60)), bits], prefix="ab")
    for add, vector in zip(files, [first, second, third]):
        old = add["add"]
        # The order of the two within a commit means nothing: the vector tells one from the other.
        new = {"add": old | {"deletionVector": vector}}
        gone = {"remove": {"path": old["path"], "deletionTimestamp": 1, "dataChange": True}}
        table.commit([new, gone])
    old = files[0]["add"]
    table.commit([
        {"remove": {"path": old["path"], "deletionTimestamp": 2, "dataChange": True, "deletionVector": first}},
        {"add": old | {"deletionVector": inline(scattered + [2, 3, 4])}}])
    # All rows of a file.
    old = files[3]["add"]
    table.commit([{"remove": {"path": old["path"], "deletionTimestamp": 2, "dataChange": True}},
                  {"add": old | {"deletionVector": inline(list(range(50)))}}])


def column_mapping(mode):
    def inner(first, second):
        return {"type": "struct", "fields": [field("inner", "string", first, f"col-{first}"),
                                             field("later", "long", second, f"col-{second}")]}

    fields = [field("renamed", "long", 1, "col-1"), field("b", "string", 2, "a"), field("s", inner(5, 7), 3, "col-3"),
              field("l", {"type": "array", "elementType": inner(10, 11), "containsNull": True}, 6, "col-6"),
              field("missing", "long", 9, "b"), field("p", "string", 8, "col-8")]
    table = Table(f"mapping-{mode}", fields, ["columnMapping"], ["p"],
                  {"delta.columnMapping.mode": mode, "delta.columnMapping.maxColumnId": "12"})

    def numbered(name, kind, number):
        return pa.field(name if mode == "name" else f"other-{number}", kind, metadata={"PARQUET:field_id": str(number)})

    # "gone" was dropped from the table, "later" came after the file was written.
    struct_type = pa.struct([numbered("gone", pa.int64(), 4), numbered("col-5", pa.string(), 5)])
    element_type = pa.struct([numbered("gone", pa.int64(), 12), numbered("col-10", pa.string(), 10)])
    schema = pa.schema([numbered("col-3", struct_type, 3), numbered("a", pa.string(), 2), numbered("col-1", pa.int64(), 1),
                        numbered("col-6", pa.list_(element_type), 6)])
    (gone, kept), (old, new) = ([f.name for f in t] for t in (struct_type, element_type))
    data = pa.Table.from_arrays([
        pa.array([{gone: 1, kept: "x"}, None], schema.field(0).type), pa.array(["q", None]), pa.array([5, 6], pa.int64()),
        pa.array([[{old: 2, new: "y"}, None], []], schema.field(3).type)], schema=schema)
    stats = json.dumps({"numRecords": 2, "minValues": {"a": "q", "col-1": 5}, "maxValues": {"a": "q", "col-1": 6},
                        "nullCount": {"a": 1, "col-1": 0}})
    table.commit([table.file(data, partitionValues={"col-8": "one"}, stats=stats),
                  table.file(data, partitionValues={"col-8": None}, stats=stats)])


def second_checkpoint(form):
    """A checkpoint of the second kind with sidecars, all older commits gone."""
    name = f"checkpoint-{form}"
    table = Table(name, [field("id", "long"), field("p", "string")], ["v2Checkpoint", "deletionVectors"], ["p"],
                  {"delta.checkpointPolicy": "v2"})
    adds = [table.file(pa.table({"id": [n, n + 1, n + 2]}), partitionValues={"p": p}) for n, p in [(0, "x"), (10, None), (20, "y")]]
    adds[0]["add"]["deletionVector"] = inline([1])
    for add in adds:
        table.commit([add])
    log = table.path + "/_delta_log"
    os.makedirs(log + "/_sidecars")
    vector = pa.struct([("storageType", pa.string()), ("pathOrInlineDv", pa.string()), ("offset", pa.int32()),
                        ("sizeInBytes", pa.int32()), ("cardinality", pa.int64())])
    texts = pa.map_(pa.string(), pa.string())
    add_type = pa.struct([("path", pa.string()), ("partitionValues", texts), ("size", pa.int64()), ("modificationTime", pa.int64()),
                          ("dataChange", pa.bool_()), ("stats", pa.string()), ("deletionVector", vector)])
    remove_type = pa.struct([("path", pa.string()), ("deletionTimestamp", pa.int64()), ("dataChange", pa.bool_())])
    sidecars = []
    for part in [adds[:2], adds[2:]]:
        side = f"{uuid.uuid4()}.parquet"
        values = [a["add"] | {"partitionValues": list(a["add"]["partitionValues"].items())} for a in part]
        pq.write_table(pa.table({"add": pa.array(values, add_type), "remove": pa.array([None] * len(part), remove_type)}),
                       f"{log}/_sidecars/{side}")
        sidecars.append({"sidecar": {"path": side, "sizeInBytes": os.path.getsize(f"{log}/_sidecars/{side}"), "modificationTime": 0}})
    top = [{"checkpointMetadata": {"version": 3}}] + table.head + sidecars
    target = f"{log}/{3:020}.checkpoint.{uuid.uuid4()}.{form}"
    if form == "json":
        with open(target, "w") as file:
            file.writelines(json.dumps(action) + "\n" for action in top)
    else:
        protocol = pa.struct([("minReaderVersion", pa.int32()), ("minWriterVersion", pa.int32()),
                              ("readerFeatures", pa.list_(pa.string())), ("writerFeatures", pa.list_(pa.string()))])
        meta = pa.struct([("id", pa.string()), ("format", pa.struct([("provider", pa.string()), ("options", texts)])),
                          ("schemaString", pa.string()), ("partitionColumns", pa.list_(pa.string())), ("configuration", texts),
                          ("createdTime", pa.int64())])
        kinds = {"checkpointMetadata": pa.struct([("version", pa.int64())]), "protocol": protocol, "metaData": meta,
                 "sidecar": pa.struct([("path", pa.string()), ("sizeInBytes", pa.int64()), ("modificationTime", pa.int64())])}
        meta_data = top[2]["metaData"]
        meta_data = meta_data | {"configuration": list(meta_data["configuration"].items()), "format": {"provider": "parquet",
                                                                                                      "options": []}}
        top[2] = {"metaData": meta_data}
        pq.write_table(pa.table({k: pa.array([action.get(k) for action in top], t) for k, t in kinds.items()}), target)
    table.commit([table.file(pa.table({"id": [30]}), partitionValues={"p": "z"})])
    table.forget_commits(2)


def parts():
    """A classic checkpoint in parts, each with the columns of its own actions only."""
    table = Table("parts", [field("id", "long")])
    adds = [table.file(pa.table({"id": [n, n + 1]})) for n in range(0, 30, 10)]
    table.head[0]["protocol"] = {"minReaderVersion": 1, "minWriterVersion": 2}
    with open(f"{table.path}/_delta_log/{0:020}.json", "w") as file:
        file.writelines(json.dumps(action) + "\n" for action in table.head)
    table.commit(adds[:2])
    table.commit(adds[2:])
    texts = pa.map_(pa.string(), pa.string())
    meta = table.head[1]["metaData"] | {"configuration": [], "format": {"provider": "parquet", "options": []}}
    meta_type = pa.struct([("id", pa.string()), ("format", pa.struct([("provider", pa.string()), ("options", texts)])),
                           ("schemaString", pa.string()), ("partitionColumns", pa.list_(pa.string())), ("configuration", texts),
                           ("createdTime", pa.int64())])
    add_type = pa.struct([("path", pa.string()), ("partitionValues", texts), ("size", pa.int64()), ("modificationTime", pa.int64()),
                          ("dataChange", pa.bool_()), ("stats", pa.string())])
    values = [a["add"] | {"partitionValues": []} for a in adds]
    contents = [
        {"protocol": pa.array([{"minReaderVersion": 1, "minWriterVersion": 2}, None],
                              pa.struct([("minReaderVersion", pa.int32()), ("minWriterVersion", pa.int32())])),
         "metaData": pa.array([None, meta], meta_type)},
        {"add": pa.array(values[:1], add_type)}, {"add": pa.array(values[1:], add_type)}]
    for number, content in enumerate(contents):
        pq.write_table(pa.table(content), f"{table.path}/_delta_log/{2:020}.checkpoint.{number + 1:010}.{3:010}.parquet")
    table.commit([table.file(pa.table({"id": [100]}))])
    table.forget_commits(1)


def widening():
    kinds = {"a": "short", "b": "long", "c": "double", "d": "double", "e": "decimal(12,4)", "f": "timestamp_ntz", "g": "decimal(14,2)",
             "h": "decimal(24,3)", "p": "long"}
    table = Table("widening", [field(n, k) for n, k in kinds.items()], ["typeWidening", "timestampNtz"], ["p"],
                  {"delta.enableTypeWidening": "true"})
    import decimal
    old = pa.table({
        "a": pa.array([-128, None, 127], pa.int8()), "b": pa.array([1, None, -2], pa.int32()),
        "c": pa.array([1.5, None, -0.1], pa.float32()), "d": pa.array([2**31 - 1, None, -2**31], pa.int32()),
        "e": pa.array([decimal.Decimal("99999999.99"), None, decimal.Decimal("-0.01")], pa.decimal128(10, 2)),
        "f": pa.array([0, None, -1], pa.int32()).cast(pa.date32()), "g": pa.array([2**31 - 1, None, -5], pa.int32()),
        "h": pa.array([2**63 - 1, None, -2**63], pa.int64())})
    new = pa.table({
        "a": pa.array([300], pa.int16()), "b": pa.array([2**40], pa.int64()), "c": pa.array([0.1], pa.float64()),
        "d": pa.array([0.5], pa.float64()), "e": pa.array([decimal.Decimal("1.2345")], pa.decimal128(12, 4)),
        "f": pa.array([123456], pa.int64()).cast(pa.timestamp("us")), "g": pa.array([decimal.Decimal("7.25")], pa.decimal128(14, 2)),
        "h": pa.array([decimal.Decimal("1.125")], pa.decimal128(24, 3))})
    table.commit([table.file(old, partitionValues={"p": "1"})])
    table.commit([table.file(new, partitionValues={"p": str(2**40)})])


deletion_vectors()
column_mapping("name")
column_mapping("id")
second_checkpoint("json")
second_checkpoint("parquet")
parts()
widening()
names = sorted(os.listdir(ROOT))
# DuckDB reads the partition columns of mapped tables as NULL: they are left out there.
print(json.dumps({name: rows(t.drop_columns(["p"]) if "mapping" in name else t)
                  for name in names for t in [duck(f"{ROOT}/{name}")]}))
