"""Another program changes rows of silver and gold: every command says so alike, nothing is put on top of it, and the hint heals."""

import duckdb
from deltalake import DeltaTable

from harness import Agent, read_with_deltalake, rows_of

MOMENT = "updated_at TIMESTAMP(6) NOT NULL DEFAULT NOW(6) ON UPDATE NOW(6), KEY (updated_at)"
PIPELINE = """transform:
  dimensions:
    d: {from: changed.d, key: [id]}
    s: {from: changed.s, key: [id]}
  facts:
    t: {from: changed.t, key: [id], date: day, partition: month, bloom_filters: true, rules: [{id: small, check: "amount < 1000"}]}
  one_big_tables:
    w: {fact: t, join: {d: {on: {d: id}, columns: [note]}, s: {on: {d: id}, columns: [note]}}, partition: month}
"""


def outside_changes(checks, server, outcome):
    server.execute(
        "CREATE DATABASE changed",
        f"CREATE TABLE changed.d (id INT PRIMARY KEY, note VARCHAR(20), {MOMENT})",
        "CREATE TABLE changed.s (id INT PRIMARY KEY, note VARCHAR(20))",
        f"CREATE TABLE changed.t (id INT PRIMARY KEY, day DATE NOT NULL, d INT, amount INT, {MOMENT})",
        "INSERT INTO changed.d (id, note) VALUES (1, 'one'), (2, 'two')", "INSERT INTO changed.s VALUES (1, 'one'), (2, 'two')",
        "INSERT INTO changed.t (id, day, d, amount) VALUES (1, '2026-01-05', 1, 10), (2, '2026-02-05', 2, 20), (3, '2026-02-06', 2, 2000)")
    server.grant_more("changed")
    agent = Agent(server, "changed", PIPELINE)
    agent.run("run")
    server.execute("UPDATE changed.s SET note = 'uno' WHERE id = 1", "UPDATE changed.d SET note = 'uno' WHERE id = 1")
    agent.run("run")
    filters(checks, agent)

    def rows(path, *columns):
        return sorted(rows_of(read_with_deltalake(str(agent.lake / path)), columns), key=str)

    for path, column, value in (("silver/t", "amount", "77"), ("silver/d", "note", "'hacked'"), ("silver/s", "note", "'hacked'"),
                                ("gold/w", "d_note", "'hacked'")):
        name = path.split("/")[1]
        key = ("id", "valid_from", "note") if name in "ds" else ("id", "day", "amount") if name == "t" else ("id", "d_note", "s_note")
        right = rows(path, *key)
        DeltaTable(str(agent.lake / path)).update(updates={column: value}, predicate="id = 1")
        changed = rows(path, *key)
        checks.that(f"{path} is changed, with as many rows", changed != right and len(changed) == len(right), str(changed))
        status, document, _ = outcome(agent, "reconcile")
        said = [d for t in document["tables"] for d in t["differences"]]
        checks.that(f"reconcile notices it in {path}", status == 4 and any(d.startswith(f"{name}: ") and "--rebuild --only " + name in d for d in said), str(said))
        for words in (("run",), ("transform", "--only", name)):
            status, document, _ = outcome(agent, *words)
            errors = {t["table"]: t["error"] for t in document["tables"] if t.get("error")}
            checks.that(f"{words[0]} refuses {path}, exit 4, and names what heals", status == 4 and "UPDATE by delta-rs" in errors[name]["message"]
                        and f"--rebuild --only {name}" in errors[name]["hint"], f"{status} {errors}")
        checks.equal("nothing was put on top of it", rows(path, *key), changed)
        if name == "t":
            status, _, _ = outcome(agent, "quarantine", "replay", "--table", "t")
            checks.equal("nor by a replay", status, 4)
        agent.run("transform", "--rebuild", "--only", name)
        checks.equal(f"the hint heals {path}", rows(path, *key), right)
        status, document, _ = outcome(agent, "run")
        checks.equal("the night after is well", (status, document["reconcile"]["balanced"]), (0, True))
    for path in ("silver/t", "silver/d", "gold/w"):
        table = DeltaTable(str(agent.lake / path))
        table.optimize.compact(target_size=1 << 20)
        table.optimize.z_order(["id"])
    server.execute("INSERT INTO changed.t (id, day, d, amount) VALUES (4, '2026-02-07', 1, 40)", "UPDATE changed.d SET note = 'due' WHERE id = 2")
    status, document, _ = outcome(agent, "run")
    checks.equal("joining files by another program is no change", (status, document["reconcile"]["balanced"]), (0, True))
    checks.equal("and goes on", rows("gold/w", "id", "d_note", "s_note"), [(1, "uno", "uno"), (2, "due", "two"), (4, "uno", "uno")])
    agent.remove()


def filters(checks, agent):
    """The filters of a fact's keys, as DuckDB reads them."""
    files = [uri.removeprefix("file://") for uri in DeltaTable(str(agent.lake / "silver/t")).file_uris()]

    def excluded(value):
        probes = [duckdb.sql(f"SELECT bloom_filter_excludes FROM parquet_bloom_probe('{file}', 'id', {value}::INT)").fetchall() for file in files]
        return [all(row[0] for row in probe) for probe in probes]

    checks.equal("each key is in one file's filter", [excluded(number).count(False) for number in (1, 2)], [1, 1])
    checks.that("others are in none", all(all(excluded(number)) for number in range(100, 120)))
    found = duckdb.sql(f"SELECT amount FROM read_parquet({files}, hive_partitioning = false) WHERE id = 2").fetchall()
    checks.equal("DuckDB finds a row by its key", found, [(20,)])
