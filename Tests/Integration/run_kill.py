"""kill -9 at random moments of whole runs (extract, transform, reconcile) while the source changes in between, and several
runs at once; then everything in silver, quarantine and gold is compared with a recomputation from bronze, and bronze with
the source.

SLUICE_KILLS: how many (30). SLUICE_SECONDS: at most so long (60). SLUICE_SEED: repeats a run's choices."""

import fcntl
import json
import os
import pathlib
import random
import subprocess
import time

from harness import Agent, Checks, Server, read_with_deltalake, rows_of
from recomputation import Entity, Join, Recomputation

KILLS = int(os.environ.get("SLUICE_KILLS", 30))
SECONDS = float(os.environ.get("SLUICE_SECONDS", 60))
SEED = os.environ.get("SLUICE_SEED") or str(random.SystemRandom().getrandbits(32))
SCHEMA = "nightly"
SALES = 40_000
PIPELINE = """  margin: 100ms
transform:
  dimensions:
    client: {from: nightly.client, key: [code], track: [segment], rules: [{id: named, check: "name <> ''"}]}
    region: {from: nightly.region, key: [id], max_delete_percent: 100}  # nights that were killed add up their deletes
  facts:
    sale:
      from: nightly.sale
      key: [id]
      date: sold
      partition: month
      rules:
        - {id: qty_positive, check: "qty > 0"}
        - {id: known_client, references: client, on: {code: code}}
        - {id: a_lot, check: "qty < 90", severity: warn}
  one_big_tables:
    wide:
      fact: sale
      partition: month
      join:
        client: {on: {code: code}, columns: [name, segment]}
        region: {on: {region: id}, columns: [title]}
"""
CLIENT = Entity("client", "client", ("code",), tracked=("segment",), rules={"named": "name = ''"})
REGION = Entity("region", "region", ("id",), tracked=("title",), sequence=None)
SALE = Entity("sale", "sale", ("id",), date="sold", grain="month", warns=("a_lot",), rules={
    "qty_positive": "qty <= 0", "known_client": "code = 'nobody'", "a_lot": "qty >= 90"})
JOINS = (Join("client", {"code": "code"}, ("name", "segment")), Join("region", {"region": "id"}, ("title",)))
TABLES = ("silver/client", "silver/region", "silver/sale", "quarantine/client", "quarantine/region", "quarantine/sale",
          "gold/wide")


def create(server):
    moment = "TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at)"
    server.execute(
        f"CREATE DATABASE {SCHEMA}", f"USE {SCHEMA}",
        f"CREATE TABLE client (code VARCHAR(12) PRIMARY KEY, name VARCHAR(20), segment VARCHAR(12), updated_at {moment})",
        "CREATE TABLE region (id INT PRIMARY KEY, title VARCHAR(20))",
        f"CREATE TABLE sale (id BIGINT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(12), region INT, qty INT, amount DECIMAL(10,2), "
        f"sold DATE, updated_at {moment})",
        "INSERT INTO client (code, name, segment) SELECT CONCAT('c', seq), IF(seq % 90 = 0, '', CONCAT('name ', seq)), seq % 4 FROM seq_1_to_600",
        "INSERT INTO region SELECT seq, CONCAT('region ', seq) FROM seq_1_to_40",
        f"INSERT INTO sale (code, region, qty, amount, sold) SELECT IF(seq % 500 = 0, 'nobody', CONCAT('c', 1 + seq % 89)), 1 + seq % 40, "
        f"seq % 100, seq / 7, IF(seq % 700 = 0, NULL, '2025-01-01' + INTERVAL seq % 700 DAY) FROM seq_1_to_{SALES}")
    server.grant(SCHEMA)


def change(server, chance):
    """A moment of business: what a transaction may do to the three tables."""
    statements = []
    if chance.random() < 0.7:
        first = chance.randint(1, SALES)
        statements.append(f"UPDATE sale SET qty = qty - 3 + {chance.randint(0, 6)}, sold = sold + INTERVAL {chance.randint(0, 40)} DAY "
                          f"WHERE id BETWEEN {first} AND {first + chance.choice((3, 300))}")
    if chance.random() < 0.7:
        statements.append("INSERT INTO sale (code, region, qty, amount, sold) SELECT CONCAT('c', seq), 2, seq, seq, '2026-11-01' "
                          f"FROM seq_1_to_{chance.choice((5, 80))}")
    if chance.random() < 0.5:
        statements.append(f"UPDATE client SET segment = '{chance.randint(0, 4)}' WHERE code = 'c{chance.randint(1, 89)}'")
    if chance.random() < 0.4:
        statements.append(f"DELETE FROM region WHERE id = {chance.randint(1, 40)}")
    if chance.random() < 0.6:
        statements.append(f"REPLACE INTO region VALUES ({chance.randint(1, 45)}, 'region {chance.randint(1, 9)}')")
    if statements:
        server.execute(*statements, schema=SCHEMA)


def consumed(agent, entity):
    """The versions of bronze that a table of silver took in, one a commit, as its log tells."""
    found = []
    for log in sorted((agent.lake / "silver" / entity / "_delta_log").glob("*.json")):
        for line in log.read_text().splitlines():
            action = json.loads(line)
            if action.get("txn", {}).get("appId") == f"sluice/{entity}/bronze":
                found.append(action["txn"]["version"])
    return sorted(set(found))


def orphans(folder):
    """Data files in a table's folder that no version of its log ever named."""
    named = set()
    for log in folder.glob("_delta_log/*.json"):
        named |= {action["add"]["path"] for action in map(json.loads, log.read_text().splitlines()) if "add" in action}
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and "_delta_log" not in path.parts
            and str(path.relative_to(folder)) not in named]


def compare(checks, server, agent, when):
    truth = Recomputation(agent.lake, SCHEMA, {e.source: consumed(agent, e.name) for e in (CLIENT, REGION, SALE)},
                          snapshots={"region": consumed(agent, "region")})
    truth.dimension(CLIENT)
    truth.dimension(REGION)
    truth.fact(SALE)
    truth.one_big_table("wide", SALE, JOINS, "month", {"client": CLIENT, "region": REGION})
    for path in TABLES:
        layer, name = path.split("/")
        actual = read_with_deltalake(str(agent.lake / path))
        columns = None
        if layer == "quarantine":
            actual = actual.rename_columns({"rules": "broken", "status": "expected_status"})
            columns = [*truth.columns[name], "broken", "expected_status"]
        more, fewer, example = truth.differences(f"{layer}_{name}", actual, columns)
        checks.that(f"{when}: {path} is as recomputed ({truth.count(f'{layer}_{name}')} rows)", more == fewer == 0,
                    f"SEED={SEED}: {more} too many, {fewer} missing: {example}")
    document = agent.run("reconcile", expect=(0, 4))
    checks.that(f"{when}: reconcile balances", document["balanced"], str(document))
    for source in ("client", "region", "sale"):
        columns = truth.columns[source]
        newest = f"SELECT {', '.join(columns)} FROM bronze_{source} QUALIFY row_number() OVER (PARTITION BY {columns[0]} ORDER BY arrival DESC) = 1"
        if source == "region":
            newest = f"SELECT {', '.join(columns)} FROM bronze_{source} WHERE version = (SELECT max(version) FROM bronze_{source})"
        lake = [tuple(v.replace(tzinfo=None) if hasattr(v, "tzinfo") else v for v in row) for row in rows_of(_arrow(truth.db, newest), columns)]
        there = [tuple(row) for row in server.execute(f"SELECT * FROM {SCHEMA}.{source}")]
        checks.same_rows(f"{when}: bronze holds what {source} holds", lake, there)


def _arrow(db, query):
    result = db.execute(query).arrow()
    return result if hasattr(result, "column") else result.read_all()


def kills(checks, server, agent, chance):
    killed = completed = forgotten = 0
    statuses, seconds, end = set(), 1.5, time.monotonic() + SECONDS
    while killed < KILLS and time.monotonic() < end:
        for _ in range(chance.randint(1, 3)):
            change(server, chance)
        if chance.random() < 0.1:
            for file in agent.folder.glob("state.sqlite*"):
                file.unlink()
            forgotten += 1
        words = chance.choice((("run",), ("run",), ("transform",), ("transform", "--rebuild", "--only", "sale", "--only", "client")))
        started = time.monotonic()
        process = agent.start(*words, "--quiet", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, errors = process.communicate(timeout=60 if chance.random() < 0.2 else chance.random() * seconds)
            completed += 1
            statuses.add(process.returncode)
            if process.returncode:
                print(" ".join(words), errors.decode(errors="replace")[-3000:])
            if words == ("run",):
                seconds = min(max(0.2, (time.monotonic() - started) * 1.1), 3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
    checks.that("runs were killed", killed >= 5, f"{killed}")
    checks.equal("every run that was left to end did so with status 0", statuses - {0}, set())
    print(f"kills survived {killed}, runs completed {completed}, state deleted {forgotten} times")


def at_once(checks, server, agent, chance):
    """Several at once: one works, the others end with status 6 and publish nothing."""
    for words in ((("run",),) * 3, (("transform", "--only", "client"), ("transform", "--only", "sale")),
                  (("transform", "--rebuild", "--only", "sale"), ("run",), ("extract",))):
        change(server, chance)
        running = [agent.start(*w, "--json", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for w in words]
        ends = [(process.communicate(timeout=120)[0], process.returncode) for process in running]
        codes = sorted(code for _, code in ends)
        checks.that(f"{len(words)} at once ({'; '.join(' '.join(w) for w in words)}) end with 0 or 6",
                    codes[0] == 0 and set(codes) <= {0, 6}, str(codes))
        for out, code in ends:
            if code == 6:
                checks.that("the loser says so", json.loads(out)["error"]["code"] == "locked", out)
    with open(agent.lake / ".sluice.lock", "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for words in (("run",), ("transform",), ("extract",), ("quarantine", "replay", "--rule", "qty_positive"),
                      ("quarantine", "discard", "--rule", "qty_positive", "--reason", "test")):
            error = agent.run(*words, expect=(6,))["error"]
            checks.equal(f"{' '.join(words[:2])} beside a run", sorted(error), ["code", "hint", "message", "operation", "subject"])
        agent.run("reconcile", expect=(0, 4))


def main():
    checks = Checks(f"kill -9 of whole runs, SLUICE_SEED={SEED}")
    chance = random.Random(SEED)
    with Server("--plugin-load-add=ha_sequence") as server:
        create(server)
        # The recomputation reads each file that a commit added, so none may hold rows of others.
        agent = Agent(server, SCHEMA, f"{PIPELINE}\nupkeep: {{compact_after: 0}}\n")
        agent.run("run")
        kills(checks, server, agent, chance)
        agent.run("run")
        time.sleep(0.2)
        agent.run("run")
        compare(checks, server, agent, "after kills")
        folders = [p.parent for p in pathlib.Path(agent.lake).rglob("_delta_log") if "bronze" not in p.parts]
        left = {str(folder.relative_to(agent.lake)): orphans(folder) for folder in folders}
        checks.equal("no file that no version names is left", {name: files for name, files in left.items() if files}, {})
        again = agent.run("run")
        checks.equal("a run without changes writes nothing", sum(table["files"] for table in again["tables"]), 0)
        at_once(checks, server, agent, chance)
        agent.run("run")
        compare(checks, server, agent, "after runs at once")
        agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
