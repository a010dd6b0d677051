"""`lake cat|schema|check|ls|history` over Parquet files and Delta tables that others wrote, sound and damaged: rows as other
readers see them, clear words for what is damaged and for what is not supported, never a crash."""

import contextlib
import datetime
import io
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

from harness import SLUICE, Checks, read_with_deltalake, read_with_duckdb, rows_of


def sluice(*words, expect=(0,), timeout=120):
    """The command's standard output (parsed with --json) and its standard error."""
    process = subprocess.run([SLUICE, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                             timeout=timeout)
    out, err = process.stdout.decode(), process.stderr.decode()
    assert process.returncode in expect, f"{words}: status {process.returncode}\n{out}\n{err}"
    return (json.loads(out) if "--json" in words and out else out), err


def single_files(checks, folder):
    """Each command says of one Parquet file what is in it, or that it takes tables."""
    path = folder / "one.parquet"
    pq.write_table(pa.table({"id": [1, 2, 3], "d": [float("nan"), float("inf"), -float("inf")]}), path,
                   compression="zstd", write_page_checksum=True)
    schema, _ = sluice("lake", "schema", path, "--json")
    checks.equal("schema of a file", [(c["column"], c["type"]) for c in schema["columns"]], [("id", "long"), ("d", "double")])
    text, _ = sluice("lake", "cat", path, "--format", "csv")
    checks.equal("NaN and infinities", text.split(), ["id,d", "1,NaN", "2,Infinity", "3,-Infinity"])
    lines, _ = sluice("lake", "cat", path, "--format", "jsonl")
    checks.equal("in JSON as texts", [json.loads(line)["d"] for line in lines.splitlines()], ["NaN", "Infinity", "-Infinity"])
    found, _ = sluice("lake", "check", path, "--json")
    checks.equal("a sound file", (found["ok"], found["rows"], found["row_groups_checked"], found["findings"]), (True, 3, 1, []))
    for verb in ["ls", "history", "optimize", "vacuum"]:
        _, err = sluice("lake", verb, path, expect=(2,))
        checks.that(f"{verb} says that it takes no file", "single file" in err and "check take Parquet files" in err, err)

    data = bytearray(path.read_bytes())
    column = pq.ParquetFile(path).metadata.row_group(0).column(1)
    start = column.dictionary_page_offset or column.data_page_offset
    data[start + column.total_compressed_size - 1] ^= 1
    broken = folder / "broken.parquet"
    broken.write_bytes(data)
    found, _ = sluice("lake", "check", broken, "--json", expect=(1,))
    checks.that("a damaged page", found["findings"][0]["code"] == "damagedFile", str(found))
    data = path.read_bytes()
    (folder / "cut.parquet").write_bytes(data[:-9])
    found, _ = sluice("lake", "check", folder / "cut.parquet", "--json", expect=(1,))
    checks.equal("a file cut off", found["findings"][0]["code"], "damagedFile")
    for codec in ["brotli"]:
        other = folder / f"{codec}.parquet"
        pq.write_table(pa.table({"id": [1, 2, 3]}), other, compression=codec)
        found, _ = sluice("lake", "check", other, "--json", expect=(1,))
        checks.equal("not supported is not damaged", found["findings"][0]["code"], "notReadHere")
        _, err = sluice("lake", "cat", other, expect=(1,))
        checks.that("and said with a hint", "compression codec BROTLI is not supported" in err and "may be sound" in err, err)


# what a table of Tests/Fixtures/foreign_tables.py is keyed by, and the columns that DuckDB reads of it as they are
MADE_BY_HAND = {"vectors": ("id", ["id"]), "checkpoint-json": ("id", ["id", "p"]), "checkpoint-parquet": ("id", ["id", "p"]), "parts": ("id", ["id"]),
                "mapping-name": ("renamed, p", ["renamed", "b"]), "mapping-id": ("renamed, p", ["renamed", "b"]),
                "widening": ("a", ["a", "b", "c", "d", "e", "f", "g", "h", "p"])}


def pipeline(lake, dimensions, rest=""):
    """A configuration without a source that is reached, since `transform` needs none."""
    text = "source: {host: 127.0.0.1, user: nobody}\nlake: ./lake\nstate: ./state.sqlite\ntransform:\n  dimensions:\n"
    text += "".join(f"    {name}: {{from: {source}, key: [{key}]}}\n" for name, (source, key) in dimensions.items())
    conf = lake.parent / "agent.conf"
    conf.write_text(text + rest)
    return conf


def sorted_rows(table, columns):
    plain = [tuple(value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value for value in row)
             for row in rows_of(table, columns)]
    return sorted(plain, key=str)


def from_others(checks, folder):
    """`from:` of tables with features that Sluice reads and never writes: every row is in silver or set aside, as DuckDB reads it."""
    lake = folder / "made" / "lake"
    lake.joinpath("bronze/ext").mkdir(parents=True)
    script = pathlib.Path(__file__).resolve().parent.parent / "Fixtures/foreign_tables.py"
    known = {"sys": type("Arguments", (), {"argv": ["", str(lake / "bronze/ext")]}), "json": json, "os": os, "struct": struct, "pa": pa,
             "duck": read_with_duckdb, "rows": lambda table: table.num_rows}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(script.read_text(), str(script), "exec"), known)
    names = {name: name.replace("-", "_") for name in MADE_BY_HAND}
    conf = pipeline(lake, {names[name]: (f"ext.{name}", key) for name, (key, _) in MADE_BY_HAND.items()})
    told, _ = sluice("transform", "--config", conf, "--json")
    for name, (key, columns) in MADE_BY_HAND.items():
        # DuckDB finds columns by id in files that have no such names as NULLs; both tables hold the same rows
        judged = name.replace("mapping-id", "mapping-name")
        theirs = sorted_rows(read_with_duckdb(str(lake / "bronze/ext" / judged)), columns)
        ours = sorted_rows(read_with_deltalake(str(lake / "silver" / names[name])), columns)
        if (lake / "quarantine" / names[name]).exists():
            ours = sorted(ours + sorted_rows(read_with_deltalake(str(lake / "quarantine" / names[name])), columns), key=str)
        checks.same_rows(f"from: {name}", ours, theirs)
    notes = {table["table"]: str(table) for table in told["tables"]}
    checks.that("nested columns that are left out are named", "s, l" in notes["mapping_name"], notes["mapping_name"])
    receipts, _ = sluice("reconcile", "--config", conf, "--json")
    checks.that("and the receipts balance", receipts["balanced"] and len(receipts["tables"]) == len(MADE_BY_HAND), str(receipts))
    again, _ = sluice("transform", "--config", conf, "--json")
    checks.equal("without news nothing is written", {table["files"] for table in again["tables"]}, {0})


def living_table(checks, folder):
    """A table that another program overwrites, appends to, deletes from and compacts: each version is a full state."""
    lake = folder / "living" / "lake"
    path = str(lake / "bronze/ext/member")

    def rows(numbers, text):
        return pa.table({"id": pa.array(numbers, pa.int64()), "name": [f"{text}{number}" for number in numbers],
                         "day": [datetime.date(2026, 1, 1 + number % 3) for number in numbers]})

    write_deltalake(path, rows(range(20), "a"), partition_by=["day"])
    fact = "  facts:\n    seen: {from: ext.member, key: [id], date: day}\n  one_big_tables:\n    wide: {fact: seen, join: {member: {on: {id: id}, columns: [name]}}}\n"
    conf = pipeline(lake, {"member": ("ext.member", "id")}, fact)

    def step(what, members, facts):
        sluice("transform", "--config", conf, "--json")
        table = read_with_deltalake(str(lake / "silver/member"))
        current = [row[:2] for row in sorted_rows(table, ["id", "name", "is_current"]) if row[2]]
        checks.equal(f"members after {what}", dict(current), members)
        checks.equal(f"facts after {what}", dict(sorted_rows(read_with_deltalake(str(lake / "silver/seen")), ["id", "name"])), facts)
        gold = dict(sorted_rows(read_with_deltalake(str(lake / "gold/wide")), ["id", "member_name"]))
        checks.equal(f"gold after {what}", gold, facts)
        receipts, _ = sluice("reconcile", "--config", conf, "--json")
        checks.that(f"receipts after {what}", receipts["balanced"], str(receipts))

    held = {number: f"a{number}" for number in range(20)}
    step("the first version", held, held)
    write_deltalake(path, rows([20], "b"), mode="append")
    held = held | {20: "b20"}
    step("an append", held, held)
    DeltaTable(path).update(updates={"name": "'c3'"}, predicate="id = 3")
    held = held | {3: "c3"}
    step("an update", held, held)
    DeltaTable(path).delete("id = 5")
    del held[5]
    step("a delete", held, held)
    before = DeltaTable(str(lake / "silver/member")).version()
    DeltaTable(path).optimize.compact()
    step("a compaction", held, held)
    checks.equal("a compaction is no news", DeltaTable(str(lake / "silver/member")).version(), before)


def main():
    checks = Checks("formats of others")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sluice-formats-"))
    try:
        single_files(checks, folder)
        from_others(checks, folder)
        living_table(checks, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    checks.finish()


if __name__ == "__main__":
    main()
