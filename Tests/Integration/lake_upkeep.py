"""`lake optimize`, `vacuum` and `check` over a table that another writer made: rows stay the same for every reader, also
when the program is killed at random moments and while the other writer appends.

SLUICE_KILLS: how many (12). SLUICE_SEED: repeats a run's choices."""

import datetime
import fcntl
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

import deltalake
import pyarrow as pa
from harness import SLUICE, Checks, read_with_deltalake, read_with_duckdb, rows_of

KILLS = int(os.environ.get("SLUICE_KILLS", 12))
SEED = os.environ.get("SLUICE_SEED") or str(random.SystemRandom().getrandbits(32))
COLUMNS = ["id", "day", "text", "amount", "at"]


def batch(chance, first, count):
    ids = list(range(first, first + count))
    chance.shuffle(ids)
    return pa.table({
        "id": pa.array(ids, pa.int64()),
        "day": [datetime.date(2026, 1, 1 + i % 3) for i in ids],
        "text": [None if i % 11 == 0 else f"text {i % 50} – ü" for i in ids],
        "amount": pa.array([i * 0.25 for i in ids], pa.float64()),
        "at": pa.array([1_767_225_600_000_000 + i * 1001 for i in ids], pa.timestamp("us", tz="UTC"))})


def sluice(*words, expect=(0,), **options):
    process = subprocess.run([SLUICE, *map(str, words), "--quiet"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True, check=False, **options)
    assert process.returncode in expect, f"{words}: status {process.returncode}\n{process.stdout}\n{process.stderr}"
    return json.loads(process.stdout) if "--json" in words else process.stdout


def data_files(path):
    return sorted(p for p in path.rglob("*.parquet") if "_delta_log" not in p.parts)


def append(path, chance, first, count):
    deltalake.write_deltalake(str(path), batch(chance, first, count), mode="append", partition_by=["day"])


def other_writer(checks, folder, chance):
    """One table of another writer, through all three commands."""
    path = folder / "sales"
    for number in range(30):
        append(path, chance, number * 200, 200)
    before = rows_of(read_with_deltalake(path), COLUMNS)
    found = sluice("lake", "check", path, "--json")
    codes = {f["code"] for f in found["tables"][0]["findings"]}
    checks.that("check warns of small files", "smallFiles" in codes, str(codes))
    plan = sluice("lake", "optimize", path, "--dry-run", "--json")["tables"][0]
    checks.equal("a dry run joins nothing", (plan["files_removed"], plan["versions"]), (90, []))
    done = sluice("lake", "optimize", path, "--sort-by", "day", "--sort-by", "id", "--json")["tables"][0]
    checks.equal("90 files become 3", (done["files_removed"], done["files_added"], done["rows"]), (90, 3, 6000))
    checks.same_rows("deltalake reads the same rows", rows_of(read_with_deltalake(path), COLUMNS), before)
    checks.same_rows("DuckDB reads the same rows", rows_of(read_with_duckdb(path), COLUMNS), before)
    checks.equal("nothing is old enough for vacuum", sluice("lake", "vacuum", path, "--json")["tables"][0]["deleted_files"], 0)
    sluice("lake", "vacuum", path, "--retention", "1h", expect=(2,))
    cleaned = sluice("lake", "vacuum", path, "--retention", "0", "--force", "--json")["tables"][0]
    checks.equal("forced, the 90 old files go", (cleaned["deleted_files"], len(data_files(path))), (90, 3))
    checks.same_rows("and the rows stay", rows_of(read_with_duckdb(path), COLUMNS), before)
    checks.equal("check finds nothing wrong", sluice("lake", "check", path, "--profile", "spark,fabric", "--json")["ok"], True)
    data_files(path)[0].unlink()
    broken = sluice("lake", "check", path, "--json", expect=(1,))
    checks.equal("a missing file is an error", broken["tables"][0]["findings"][0]["code"], "missingFile")


def locked(checks, folder, chance):
    lake = folder / "locked"
    append(lake / "t", chance, 0, 10)
    with open(lake / ".sluice.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for verb in ("optimize", "vacuum"):
            sluice("lake", verb, lake / "t", expect=(6,))
        sluice("lake", "check", lake / "t")
    checks.that("beside a run, optimize and vacuum end with status 6", True)


def killed(checks, folder, chance):
    """kill -9 while another writer appends; in the end every row is there once and no other file."""
    path, rows, kills, seconds = folder / "killed", 0, 0, 0.5
    for attempt in range(KILLS * 4):
        if kills == KILLS:
            break
        for _ in range(8):
            append(path, chance, rows, 3000)
            rows += 3000
        started = time.monotonic()
        process = subprocess.Popen([SLUICE, "lake", "optimize", str(path), "--sort-by", "id", "--target-size", "300kB", "--quiet"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        append(path, chance, rows, 500)
        rows += 500
        try:
            _, errors = process.communicate(timeout=60 if attempt % 4 == 3 else chance.random() * seconds)
            checks.that("a run left to end does so with status 0", process.returncode == 0, errors.decode())
            seconds = max(0.05, (time.monotonic() - started) * 1.1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
        ids = read_with_deltalake(path, ["id"])
        assert ids.num_rows == rows and len(set(ids["id"].to_pylist())) == rows, f"SEED={SEED}: {ids.num_rows} of {rows}"
    sluice("lake", "optimize", path)
    sluice("lake", "vacuum", path, "--retention", "0", "--force")
    named = len(deltalake.DeltaTable(str(path)).file_uris())
    checks.equal("every row is there once", sorted(read_with_deltalake(path)["id"].to_pylist()), list(range(rows)))
    checks.equal("and no file that the table does not name", len(data_files(path)), named)
    print(f"kills survived {kills}, rows {rows}")


def main():
    checks = Checks(f"lake upkeep, SLUICE_SEED={SEED}")
    chance = random.Random(SEED)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sluice-upkeep-"))
    try:
        other_writer(checks, folder, chance)
        locked(checks, folder, chance)
        killed(checks, folder, chance)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    checks.finish()


if __name__ == "__main__":
    main()
