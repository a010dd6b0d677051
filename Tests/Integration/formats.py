"""`lake cat|schema|check|ls|history` over Parquet files and Delta tables that others wrote, sound and damaged: rows as other
readers see them, clear words for what is damaged and for what is not supported, never a crash."""

import json
import pathlib
import shutil
import subprocess
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq

from harness import SLUICE, Checks


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


def main():
    checks = Checks("formats of others")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sluice-formats-"))
    try:
        single_files(checks, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    checks.finish()


if __name__ == "__main__":
    main()
