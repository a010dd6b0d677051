"""`sluice transform` beside DuckDB and polars in one run: silver with seven rules, dedupe and quarantine; a dimension's
history of a million rows taking 100,000 changes; the One Big Table. Called by `make bench` and `make bench-large`.

The same bronze files, monthly partitions and zstd for all. Every round runs every case once; the fastest round counts.
Writes .bench/transform.md and .bench/transform.json and exits 1 when a bar is missed."""

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Integration"))
import duckdb
from harness import PROJECT, SLUICE
from measure import measure
from transform_data import MEMBERS, add_batch, create_facts, create_history
from transform_sluice import Lakes, live_files

HERE = pathlib.Path(__file__).resolve().parent
OUT = PROJECT / ".bench"
WORK = OUT / "transform"
JOBS = ("silver", "scd2", "obt")
PEERS = ("duckdb", "polars")
DIMENSIONS = ("customer", "product", "market")
OURS = {"silver": ["transactions"], "scd2": ["customer"], "obt": ["sales"]}
OUTPUTS = {"silver": ["silver/transactions", "quarantine/transactions"], "scd2": ["silver/customer"], "obt": ["gold/sales"]}


def words():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--members", type=int, default=MEMBERS, help="members of the dimension's history")
    parser.add_argument("--large", action="store_true", help="50M facts, sluice alone: does it stay within 1.5 GB")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers-only", action="store_true", help="without sluice: what there is to beat")
    return parser.parse_args()


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    pathlib.Path(folder).mkdir(parents=True)
    return folder


def bytes_of(paths):
    return sum(os.path.getsize(path) for path in paths)


def dimension_file(name, source, folder):
    """A dimension as silver has it, for a run without sluice: every row current."""
    path = folder / f"{name}.parquet"
    duckdb.sql(f"""COPY (SELECT * EXCLUDE (_sluice_op, _sluice_run_id, _sluice_extracted_at, _sluice_invalid), updated_at AS valid_from,
      NULL::TIMESTAMPTZ AS valid_to, true AS is_current, false AS is_deleted, (hash({name}_code, updated_at) >> 1)::BIGINT AS surrogate_key
      FROM read_parquet({source}, hive_partitioning = false)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)""")
    return [str(path)]


def history_file(source, folder):
    """The dimension's history as silver has it, for a run without sluice."""
    path = folder / "history.parquet"
    duckdb.sql(f"""COPY (SELECT * EXCLUDE (_sluice_op, _sluice_run_id, _sluice_extracted_at, _sluice_invalid), updated_at AS valid_from,
      lead(updated_at) OVER member AS valid_to, lead(updated_at) OVER member IS NULL AS is_current, false AS is_deleted,
      (hash(customer_code, updated_at) >> 1)::BIGINT AS surrogate_key FROM read_parquet({source}, hive_partitioning = false)
      WINDOW member AS (PARTITION BY customer_code ORDER BY updated_at)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)""")
    return [str(path)]


def peer(name, job, inputs):
    out = WORK / "peer"

    def run():
        result = measure([sys.executable, HERE / f"transform_{name}.py", job, inputs, str(fresh(out))], None, out)
        return result, signature(job, peer_outputs(job, out))
    return run


def peer_outputs(job, out):
    if job == "silver":
        return {"silver": str(out / "silver/*/*.parquet"), "quarantine": str(out / "quarantine.parquet")}
    return {job: str(out / ("scd2.parquet" if job == "scd2" else "obt/*/*.parquet"))}


def ours(lakes, template, job):
    def run():
        lake = lakes.copy(template)
        before = set(lake.rglob("*.parquet"))
        result = measure(lakes.command(lake, *OURS[job]), None, cwd=lake)
        written = [p for p in lake.rglob("*.parquet") if p not in before and "_delta_log" not in p.parts]
        result.output_bytes = bytes_of(written)
        names = [table.split("/")[0] if job == "silver" else job for table in OUTPUTS[job]]
        found = signature(job, {name: live_files(lake, table) for name, table in zip(names, OUTPUTS[job])})
        shutil.rmtree(lake)
        return result, found
    return run


SIGNED = {"silver": "id, product_code, customer_code, sales_qty, sales_amount, currency, discount, note, updated_at",
          "quarantine": "id, updated_at",
          "scd2": "customer_code, customer_name, segment, credit_limit, valid_from, valid_to, is_current",
          "obt": "id, customer_customer_name, customer_city, customer_email, product_product_name, product_brand, market_market_name, market_region_manager, sales_amount"}


def signature(job, outputs):
    """Rows and an order-free checksum of every output: equal for equal tables."""
    signs = []
    for name, files in outputs.items():
        files = files if isinstance(files, list) else [files]
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        rows, total = connection.execute(
            f"SELECT count(*), sum(hash({SIGNED[name]}) % 1000000007) FROM read_parquet({files}, hive_partitioning = false)").fetchone()
        signs.append((name, rows, int(total or 0)))
    return tuple(signs)


def in_rounds(cases, rounds):
    """{case: its fastest measurement}; all tools of a job must have made the same tables."""
    best, signs = {}, {}
    for number in range(rounds):
        for (job, tool), case in cases.items():
            result, sign = case()
            print(f"  round {number + 1}: {job:7} {tool:7} {result.seconds:7.2f} s  cpu {result.cpu_seconds:6.2f}  noise {result.other_cpu_seconds:5.2f}  "
                  f"{result.peak_mb:6.0f} MB  out {result.output_bytes / 1e6:6.1f} MB", flush=True)
            if signs.setdefault(job, sign) != sign:
                raise RuntimeError(f"{job}: {tool} made other rows: {sign} instead of {signs[job]}")
            if (job, tool) not in best or result.seconds < best[job, tool].seconds:
                best[job, tool] = result
    return best, signs


def increment(lakes, template, rounds):
    """A night that brings 1 %: silver and gold together, then a run with nothing to do."""
    results = []
    for _ in range(rounds):
        lake = lakes.copy(template)
        command = lakes.command(lake)
        results.append((measure(command, None, cwd=lake), measure(command, None, cwd=lake)))
        shutil.rmtree(lake)
    return min((r[0] for r in results), key=lambda m: m.seconds), min((r[1] for r in results), key=lambda m: m.seconds)


def bars(best, night):
    found = []
    for job in JOBS:
        mine = best[job, "sluice"]
        rivals = [best[job, name] for name in PEERS]
        found += [(f"{job}: wall, against the faster peer (2 x faster)", mine.seconds / min(r.seconds for r in rivals), 0.5, "x"),
                  (f"{job}: peak memory", mine.peak_mb, 1000, "MB")]
        if job != "scd2":  # the peers write the whole dimension anew, sluice only what changed
            found.append((f"{job}: output, against the smaller peer", mine.output_bytes / min(r.output_bytes for r in rivals), 1.1, "x"))
    full = best["silver", "sluice"].seconds + best["obt", "sluice"].seconds
    return found + [("a night of 1 %, against the full build", night[0].seconds / full, 0.05, "x"), ("a night without changes", night[1].seconds, 1.0, "s")]


def report(options, best, signs, night, found):
    tools = [tool for tool in ("sluice", *PEERS) if (JOBS[0], tool) in best]
    lines = [f"# Sluice's transform bench: {options.rows / 1e6:g}M facts and 2 % of them again; fastest of {options.rounds} rounds",
             f"{platform.machine()}, {os.cpu_count()} cores; same bronze files, monthly partitions, zstd.", "",
             "| job | tool | wall s | against sluice | CPU s | noise CPU s | peak MB | output MB |", "|---|---|---|---|---|---|---|---|"]
    for job in JOBS:
        for tool in tools:
            m = best[job, tool]
            ratio = f"{m.seconds / best[job, 'sluice'].seconds:.2f}" if "sluice" in tools else "–"
            lines.append(f"| {job} | {tool} | {m.seconds:.2f} | {ratio} | {m.cpu_seconds:.2f} | {m.other_cpu_seconds:.2f} | {m.peak_mb:.0f} | {m.output_bytes / 1e6:.1f} |")
    lines += ["", "Rows, equal for all tools: " + "; ".join(f"{name} {rows:,}" for job in JOBS for name, rows, _ in signs[job]) + "."]
    if night:
        lines.append(f"A night of 1 %: {night[0].seconds:.2f} s, {night[0].peak_mb:.0f} MB. Without changes: {night[1].seconds:.2f} s.")
    if found:
        lines += ["", "| bar | measured | at most | |", "|---|---|---|---|"]
        lines += [f"| {what} | {value:.3f} {unit} | {limit:.2f} {unit} | {'met' if value <= limit else '**missed**'} |" for what, value, limit, unit in found]
    text = "\n".join(lines)
    (OUT / "transform.md").write_text(text + "\n")
    (OUT / "transform.json").write_text(json.dumps({
        "rows": options.rows, "rounds": options.rounds,
        "jobs": [{"job": job, "tool": tool, **dataclasses.asdict(m)} for (job, tool), m in best.items()],
        "night": [dataclasses.asdict(m) for m in night or []],
        "bars": [{"what": w, "value": v, "limit": most, "unit": u, "met": v <= most} for w, v, most, u in found]}, indent=2) + "\n")
    print(f"\n{text}\n\nwritten to {OUT / 'transform.md'} and transform.json")


def large(lakes):
    """50M facts through silver and gold."""
    lake = WORK / "large"
    create_facts(lake, 50_000_000)
    lakes.transform(lake, *DIMENSIONS)
    peaks = []
    for name in ("transactions", "sales"):
        result = measure(lakes.command(lake, name), None, cwd=lake)
        peaks.append(result.peak_mb)
        print(f"50M facts, {name}: {result.seconds:.1f} s, {result.peak_mb:.0f} MB", flush=True)
    shutil.rmtree(lake)
    return max(peaks) <= 1500


def prepared(options, lakes):
    """The inputs of the peers, the templates of ours (None without sluice)."""
    facts, history = WORK / "facts", WORK / "history"
    print(f"generating {options.rows:,} facts", flush=True)
    tables, table = create_facts(facts, options.rows), create_history(history, options.members)

    def bronze(lake, name):
        return sorted(str(p) for p in (lake / "bronze" / name).rglob("*.parquet"))
    inputs = {name: bronze(facts, f"Atliqsale/{name}") for name in (*DIMENSIONS, "transactions")}
    first_history = bronze(history, "Crm/customer")
    if lakes is None:
        inputs["dimensions"] = {name: dimension_file(name, inputs[name], WORK) for name in DIMENSIONS}
        inputs["history"] = history_file(first_history, WORK)
        inputs["batch"] = [str(p) for p in add_batch(table, options.members)]
        templates = None
    else:
        templates, batch = lakes.prepare(facts, history, tables, table, options)
        inputs["dimensions"] = {name: live_files(templates["obt"], f"silver/{name}") for name in DIMENSIONS}
        inputs["history"] = live_files(history, "silver/customer")
        inputs["batch"] = [str(p) for p in batch]
        inputs["silver"] = live_files(templates["obt"], "silver/transactions")
    path = WORK / "inputs.json"
    path.write_text(json.dumps(inputs))
    if lakes is None:  # DuckDB's silver is what the One Big Table is made of
        out = fresh(WORK / "reference")
        measure([sys.executable, HERE / "transform_duckdb.py", "silver", path, str(out)], None)
        inputs["silver"] = sorted(str(p) for p in (out / "silver").rglob("*.parquet"))
        path.write_text(json.dumps(inputs))
    return path, templates


def main():
    options = words()
    fresh(WORK)
    lakes = Lakes(SLUICE, WORK)
    if options.peers_only:
        lakes = None
    if options.large:
        fits = large(lakes)
        shutil.rmtree(WORK, ignore_errors=True)
        sys.exit(0 if fits else 1)
    inputs, templates = prepared(options, lakes)
    cases = {}
    for job in JOBS:
        if templates:
            cases[job, "sluice"] = ours(lakes, templates[job], job)
        for name in PEERS:
            cases[job, name] = peer(name, job, inputs)
    best, signs = in_rounds(cases, options.rounds)
    night = increment(lakes, templates["increment"], options.rounds) if templates else None
    found = bars(best, night) if templates else []
    report(options, best, signs, night, found)
    shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(0 if all(value <= limit for _, value, limit, _ in found) else 1)


if __name__ == "__main__":
    main()
