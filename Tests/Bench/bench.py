"""Sluice beside the limit and its fastest peers, in one run: ratios, memory, size. `make bench`, `make bench-large`.

Every round runs every case once, so that a change of the machine's mood meets them all; the fastest quiet round counts.
Writes .bench/report.md and .bench/report.json and exits 1 when a bar is missed."""

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Integration"))
from data import create_fact, create_many_tables, create_mixed, create_small_tables, create_texts
from harness import PROJECT, SLUICE, Agent, Server
from measure import fastest_start, measure

HERE = pathlib.Path(__file__).resolve().parent
OUT = PROJECT / ".bench"
LIMIT, DUCKDB, CONNECTORX = "limit: C, fetch and discard, 1 connection", "DuckDB mysql extension", "connectorx + pyarrow, 2 partitions"
PAIR = "limit: C, 2 connections"
OFF, COUNT, SINGLE = "sluice, verify: off", "sluice, verify: count", "sluice, verify: off, 1 connection"
SMALL_TABLES, MANY_TABLES = 50, 500
# Tables that dictionaries do not help: (schema, table, rows of each 10M of the fact, mode, times faster than the faster peer).
OTHERS = [("texts", "events", 2_000_000, "snapshot", 1.4), ("mixed", "readings", 300_000, "auto", 1.8)]


@dataclasses.dataclass
class Bar:
    what: str
    value: float
    limit: float
    unit: str = ""

    @property
    def met(self):
        return self.value <= self.limit


def words():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--large", action="store_true", help="30M rows, and 10M and 1M for the linearity")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.large:
        options.rows = 30_000_000
    return options


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    pathlib.Path(folder).mkdir(parents=True)
    return folder


def settings(verify, connections):
    return f"  verify: {verify}\n  connections: {connections}\n  codec: zstd\n"


def sluice_extract(server, schema, verify, connections, tables=""):
    """One extract into an empty lake."""
    agent = Agent(server, schema, settings(verify, connections) + tables, folder=fresh(OUT / "agent"))
    return measure([SLUICE, "extract", "--quiet"], server.pid, agent.lake, cwd=agent.folder, env=agent.environment)


def compile_limit():
    program = OUT / "discard"
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libmariadb"], stdout=subprocess.PIPE, text=True, check=True)
    subprocess.run(["cc", "-O2", "-pthread", "-o", program, HERE / "discard.c", *flags.stdout.split()], check=True)
    return program


def peer(server, script, schema, table, rows):
    out = OUT / "peer"
    return lambda: measure([sys.executable, HERE / script, str(server.port), str(fresh(out)), schema, table, str(rows)], server.pid, out)


def other_cases(server, schema, table, rows, mode):
    tables = f"  tables:\n    {table}: {{mode: {mode}}}\n"
    return {f"{schema}: DuckDB": peer(server, "peer_duckdb.py", schema, table, rows),
            f"{schema}: connectorx": peer(server, "peer_connectorx.py", schema, table, rows),
            f"{schema}: sluice": lambda: sluice_extract(server, schema, "off", 2, tables)}


def extract_cases(server, rows):
    limit = compile_limit()
    fact = ("Atliqsale", "transactions", rows)
    return {
        LIMIT: lambda: measure([limit, str(server.port), "1", str(rows)], server.pid),
        PAIR: lambda: measure([limit, str(server.port), "2", str(rows)], server.pid),
        DUCKDB: peer(server, "peer_duckdb.py", *fact),
        CONNECTORX: peer(server, "peer_connectorx.py", *fact),
        SINGLE: lambda: sluice_extract(server, "Atliqsale", "off", 1),
        OFF: lambda: sluice_extract(server, "Atliqsale", "off", 2),
        COUNT: lambda: sluice_extract(server, "Atliqsale", "count", 2),
    }


def in_rounds(cases, rounds):
    """{case: its fastest measurement}, of quiet ones where there are any; as many rounds again for cases that had none."""
    found = {name: [] for name in cases}
    for number in range(2 * rounds):
        if number >= rounds and all(any(m.is_quiet for m in results) for results in found.values()):
            break
        for name, case in cases.items():
            result = case()
            found[name].append(result)
            print(f"  round {number + 1}: {name:44} {result.seconds:7.2f} s  cpu {result.cpu_seconds:6.2f}  "
                  f"server {result.server_cpu_seconds:6.2f}  noise {result.other_cpu_seconds:5.2f}  {result.peak_mb:6.0f} MB", flush=True)
    return {name: min([m for m in results if m.is_quiet] or results, key=lambda m: m.seconds)
            for name, results in found.items()}


def no_change(server, schema, create, count, rounds):
    """A run over `count` tables in which nothing changed."""
    create(server, schema, count, 200)
    server.execute(f"GRANT SELECT ON {schema}.* TO 'sluice'@'localhost'")
    agent = Agent(server, schema, folder=fresh(OUT / "agent"))
    document = agent.extract()
    assert sum(table["rows"] for table in document["tables"]) == count * 200, document
    command = [SLUICE, "extract", "--quiet"]
    return min((measure(command, server.pid, cwd=agent.folder, env=agent.environment) for _ in range(rounds + 2)),
               key=lambda m: m.seconds)


def linearity(server, rows, rounds, whole):
    """[(rows, measurement)], smaller tables first; the largest was measured already."""
    sizes = [n for n in (1_000_000, 10_000_000) if n < rows]
    points = []
    for size in sizes:
        schema = f"first_{size}"
        create_fact(server, schema, size, copy_from="Atliqsale")
        server.execute(f"GRANT SELECT ON {schema}.* TO 'sluice'@'localhost'")
        points.append((size, min((sluice_extract(server, schema, "off", 2) for _ in range(rounds)), key=lambda m: m.seconds)))
    return [*points, (rows, whole)]


def other_bars(best, schema, times):
    ours = best[f"{schema}: sluice"]
    fastest = min(best[f"{schema}: DuckDB"].seconds, best[f"{schema}: connectorx"].seconds)
    return [Bar(f"{schema}: wall, against the faster peer ({times} x faster)", ours.seconds / fastest, 1 / times, "x"),
            Bar(f"{schema}: peak memory", ours.peak_mb, 256, "MB")]


def bars(best, points, quiet, many, start, binary_bytes):
    ours = best[OFF]
    small, large = points[0], points[-1]
    found = [
        Bar("wall, against the C limit on one connection", ours.seconds / best[LIMIT].seconds, 1.15, "x"),
        Bar("wall, one connection each", best[SINGLE].seconds / best[LIMIT].seconds, 1.15, "x"),
        Bar("wall, two connections each", ours.seconds / best[PAIR].seconds, 1.25, "x"),
        Bar("client's CPU, two connections each", ours.cpu_seconds / best[PAIR].cpu_seconds, 1.5, "x"),
        Bar("count, against off", best[COUNT].seconds / ours.seconds, 1.15, "x"),
        Bar("wall, against DuckDB (1.3 x faster)", ours.seconds / best[DUCKDB].seconds, 1 / 1.3, "x"),
        Bar("wall, against connectorx (1.4 x faster)", ours.seconds / best[CONNECTORX].seconds, 1 / 1.4, "x"),
        Bar("output, against DuckDB", ours.output_bytes / best[DUCKDB].output_bytes, 1.0, "x"),
        Bar("peak memory", max(best[name].peak_mb for name in (OFF, COUNT, SINGLE)), 256, "MB"),
        Bar(f"no-change run over {SMALL_TABLES} tables", quiet.seconds, 1.0, "s"),
        Bar(f"no-change run over {MANY_TABLES} tables, half of them snapshots", many.seconds, 2.0, "s"),
        Bar("start-up (least of 50)", start[0] * 1000, 10, "ms"),
        Bar("stripped binary", binary_bytes / 1e6, 20, "MB"),
    ]
    if small is not large:
        found.append(Bar(f"time per row, {large[0] // 1_000_000}M against {small[0] // 1_000_000}M",
                         (large[1].seconds / large[0]) / (small[1].seconds / small[0]), 1.15, "x"))
    for schema, _, _, _, times in OTHERS:
        found += other_bars(best, schema, times)
    return found


def report(options, best, points, quiet, many, start, binary_bytes, found):
    lines = [f"# Sluice's bench: {options.rows / 1e6:g}M rows, 11 columns, zstd; fastest quiet round of {options.rounds} or more",
             f"{platform.machine()}, {os.cpu_count()} cores; MariaDB on the same machine, private, over TCP.", "",
             "| extract | wall s | against the limit | client CPU s | server CPU s | noise CPU s | peak MB | output MB |",
             "|---|---|---|---|---|---|---|---|"]
    for name, m in best.items():
        is_other = name.split(":")[0] in [schema for schema, *_ in OTHERS]
        against = "–" if is_other else f"{m.seconds / best[LIMIT].seconds:.2f}"
        size = f"{m.output_bytes / 1e6:.1f}" if m.output_bytes else "–"
        lines.append(f"| {name} | {m.seconds:.2f} | {against} | {m.cpu_seconds:.2f} | "
                     f"{m.server_cpu_seconds:.2f} | {m.other_cpu_seconds:.2f}{'' if m.is_quiet else ' (noisy)'} | {m.peak_mb:.0f} | {size} |")
    lines += ["", "| rows | wall s | µs per row | peak MB |", "|---|---|---|---|"]
    lines += [f"| {rows / 1e6:g}M | {m.seconds:.2f} | {m.seconds / rows * 1e6:.3f} | {m.peak_mb:.0f} |" for rows, m in points]
    lines += ["", f"No-change run over {SMALL_TABLES} tables: {quiet.seconds:.2f} s, {quiet.cpu_seconds:.2f} s of CPU; "
              f"over {MANY_TABLES}, half of them snapshots: {many.seconds:.2f} s, {many.cpu_seconds:.2f} s of CPU. "
              f"Start-up: {start[0] * 1000:.1f} ms least, {start[1] * 1000:.1f} ms median. "
              f"Stripped binary: {binary_bytes / 1e6:.1f} MB.", "", "| bar | measured | at most | |", "|---|---|---|---|"]
    lines += [f"| {b.what} | {b.value:.2f} {b.unit} | {b.limit:.2f} {b.unit} | {'met' if b.met else '**missed**'} |" for b in found]
    text = "\n".join(lines)
    (OUT / "report.md").write_text(text + "\n")
    (OUT / "report.json").write_text(json.dumps({
        "rows": options.rows, "rounds": options.rounds, "extract": {n: dataclasses.asdict(m) for n, m in best.items()},
        "linearity": [{"rows": n, **dataclasses.asdict(m)} for n, m in points], "no_change": dataclasses.asdict(quiet),
        "no_change_many": dataclasses.asdict(many),
        "start_seconds": start, "binary_bytes": binary_bytes,
        "bars": [{**dataclasses.asdict(b), "met": b.met} for b in found]}, indent=2) + "\n")
    print(f"\n{text}\n\nwritten to {OUT / 'report.md'} and report.json")


def main():
    options = words()
    OUT.mkdir(exist_ok=True)
    database = ["--innodb-buffer-pool-size=4G", "--innodb-log-file-size=1G", "--plugin-load-add=ha_sequence",
                "--max-connections=64"]
    with Server(*database) as server:
        print(f"generating {options.rows:,} rows", flush=True)
        create_fact(server, "Atliqsale", options.rows)
        server.grant("Atliqsale")
        server.execute("CREATE USER 'bench'@'localhost' IDENTIFIED BY 'bench'", "GRANT SELECT ON *.* TO 'bench'@'localhost'")
        best = in_rounds(extract_cases(server, options.rows), options.rounds)
        for (schema, table, rows, mode, _), create in zip(OTHERS, (create_texts, create_mixed)):
            rows = max(1000, rows * min(options.rows, 10_000_000) // 10_000_000)
            create(server, rows)
            server.execute(f"GRANT SELECT ON {schema}.* TO 'sluice'@'localhost'")
            best |= in_rounds(other_cases(server, schema, table, rows, mode), options.rounds)
        points = linearity(server, options.rows, options.rounds, best[OFF])
        quiet = no_change(server, "small", create_small_tables, SMALL_TABLES, options.rounds)
        many = no_change(server, "many", create_many_tables, MANY_TABLES, options.rounds)
    start = fastest_start([SLUICE, "--help"], 50)
    binary_bytes = os.path.getsize(SLUICE)
    found = bars(best, points, quiet, many, start, binary_bytes)
    report(options, best, points, quiet, many, start, binary_bytes, found)
    shutil.rmtree(OUT / "agent", ignore_errors=True)
    shutil.rmtree(OUT / "peer", ignore_errors=True)
    sys.exit(0 if all(bar.met for bar in found) else 1)


if __name__ == "__main__":
    main()
