"""Many small nights: each brings some 20 rows to four tables, is killed or finds nothing now and then, and the lake stays
as small and as quick as it was, with every row where it belongs.

SLUICE_NIGHTS: how many (45; the long proof runs 300). The CPU of a night is told for the first, for a sixth, for half
and for the last of them; the median of the last ten may be 1.5 times that of the first ten."""

import contextlib
import os
import pathlib
import resource
import statistics
import subprocess

from deltalake import DeltaTable
from harness import PASSWORD, SLUICE, Agent, Checks, Server, duckdb_with

NIGHTS = int(os.environ.get("SLUICE_NIGHTS", 45))
FILES_MAX = 40
CPU_RATIO_MAX = 1.5
SCHEMA = "shop"

TABLES = """
CREATE TABLE customer (code VARCHAR(10) PRIMARY KEY, name VARCHAR(40), segment VARCHAR(10),
  updated_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at));
CREATE TABLE market (code VARCHAR(10) PRIMARY KEY, zone VARCHAR(10));
CREATE TABLE sale (id BIGINT PRIMARY KEY AUTO_INCREMENT, customer VARCHAR(10), market VARCHAR(10), day DATE, qty INT,
  amount DECIMAL(12,2), updated_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at));
CREATE TABLE visit (id BIGINT PRIMARY KEY AUTO_INCREMENT, day DATE, page VARCHAR(20));
INSERT INTO market VALUES ('M1', 'east'), ('M2', 'west'), ('M3', 'north');
INSERT INTO customer (code, name, segment) SELECT CONCAT('C', seq), CONCAT('name ', seq), 'A' FROM seq_1_to_200;
INSERT INTO sale (customer, market, day, qty, amount)
  SELECT CONCAT('C', 1 + seq % 200), CONCAT('M', 1 + seq % 3), '2026-01-01' + INTERVAL seq % 90 DAY, seq % 7, seq / 4 FROM seq_1_to_2000;
INSERT INTO visit (day, page) SELECT '2026-01-01', 'home' FROM seq_1_to_500;
"""

TRANSFORM = """
  tables:
    market: {mode: snapshot}
    visit: {mode: append, key: [id]}
transform:
  dimensions:
    customer: {from: shop.customer, key: [code], sequence: updated_at, rules: [{id: named, check: "name <> ''"}]}
    market: {from: shop.market, key: [code]}
  facts:
    sale:
      from: shop.sale
      key: [id]
      sequence: updated_at
      date: day
      partition: year
      rules:
        - {id: qty_positive, check: "qty > 0"}
        - {id: known_customer, references: customer, on: {customer: code}}
    visit: {from: shop.visit, key: [id], date: day, partition: year}
  one_big_tables:
    sales:
      fact: sale
      join: {customer: {on: {customer: code}, columns: [name, segment]}, market: {on: {market: code}, columns: [zone]}}
      partition: year
"""


def night(number):
    """The statements of one night: about 20 rows, some wrong, some corrected, a customer that changes."""
    return [
        f"INSERT INTO sale (customer, market, day, qty, amount) SELECT CONCAT('C', 1 + (seq * 7 + {number}) % 205), 'M1', "
        f"'2026-02-01' + INTERVAL seq % 20 DAY, seq % 9, seq FROM seq_1_to_12",
        f"UPDATE sale SET qty = qty + 1 WHERE id % 211 = {number} % 211 LIMIT 5",
        f"UPDATE customer SET segment = 'N{number % 5}' WHERE code = 'C{1 + number * 13 % 200}'",
        f"UPDATE market SET zone = 'z{number}' WHERE code = 'M{1 + number % 3}'",
        f"INSERT INTO visit (day, page) SELECT '2026-03-01', 'p{number}' FROM seq_1_to_3",
    ]


def measured(agent):
    """One `sluice run`: seconds of CPU and peak memory, MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    agent.run("run")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


def live_files(agent):
    """Live files by table, for every table of the lake, hidden ones included."""
    tables = sorted(p.parent for p in agent.lake.rglob("_delta_log"))
    return {str(t.relative_to(agent.lake)): len(DeltaTable(str(t)).file_uris()) for t in tables}


def compare(checks, server, agent):
    """Silver, quarantine and gold hold what the source's rows make."""
    duck = duckdb_with("delta")
    source = server.execute("SELECT id, qty FROM sale ORDER BY id", schema=SCHEMA)
    good = duck.execute(f"SELECT id, qty FROM delta_scan('{agent.lake}/silver/sale')").fetchall()
    bad = duck.execute(
        f"SELECT id, qty FROM delta_scan('{agent.lake}/quarantine/sale') WHERE status = 'open'").fetchall()
    checks.same_rows("every sale is in silver or open in quarantine, as it is", good + bad, [tuple(r) for r in source])
    gold = duck.execute(f"SELECT id, market_zone, customer_segment FROM delta_scan('{agent.lake}/gold/sales')").fetchall()
    joined = server.execute(
        "SELECT s.id, m.zone, c.segment FROM sale s JOIN market m ON m.code = s.market JOIN customer c ON c.code = s.customer "
        "WHERE s.qty > 0", schema=SCHEMA)
    checks.same_rows("gold shows the members as they are", gold, [tuple(r) for r in joined])
    count = duck.execute(f"SELECT count(*), count(DISTINCT id) FROM delta_scan('{agent.lake}/silver/visit')").fetchone()
    checks.equal("every visit once", count, tuple(server.execute("SELECT count(*), count(*) FROM visit", schema=SCHEMA)[0]))
    checks.equal("the receipts balance", agent.run("reconcile")["balanced"], True)


def rebuilt(checks, agent):
    """What many nights made is what one rebuild of joined bronze makes."""
    duck = duckdb_with("delta")
    query = "SELECT COLUMNS(*)::VARCHAR FROM delta_scan('{}/silver/{}')"
    names = ("customer", "sale", "visit")
    before = {name: duck.execute(query.format(agent.lake, name)).fetchall() for name in names}
    agent.run("transform", "--rebuild", *(word for name in names for word in ("--only", name)))
    for name, rows in before.items():
        checks.same_rows(f"a rebuild of {name} from joined bronze gives the same",
                         duck.execute(query.format(agent.lake, name)).fetchall(), rows)


def main():
    checks = Checks(f"{NIGHTS} small nights")
    with Server() as server, contextlib.ExitStack() as stack:
        server.run_text(f"CREATE DATABASE {SCHEMA}; USE {SCHEMA};{TABLES}")
        server.grant(SCHEMA)
        agent = Agent(server, SCHEMA, TRANSFORM)
        stack.callback(agent.remove)
        agent.run("run")
        nights = []
        for number in range(1, NIGHTS + 1):
            server.execute(*night(number), schema=SCHEMA)
            if number % 20 == 7:
                process = agent.start("run", "--quiet", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.02 * (number % 11))
                process.kill()
                process.wait()
            nights.append(measured(agent))
            if number in (1, NIGHTS // 6, NIGHTS // 2, NIGHTS):
                files = live_files(agent)
                most = max(files, key=files.get)
                print(f"night {number}: {nights[-1][0]:.3f} s CPU, {nights[-1][1]:.0f} MB, {sum(files.values())} files, "
                      f"most {files[most]} in {most}", flush=True)
        cpu = [seconds for seconds, _ in nights]
        first, last = statistics.median(cpu[:10]), statistics.median(cpu[-10:])
        checks.that(f"a night's CPU stays ({first:.3f} s at first, {last:.3f} s at last)", last <= CPU_RATIO_MAX * first,
                    f"{last / first:.2f} times as much")
        too_many = {table: count for table, count in live_files(agent).items() if count > FILES_MAX}
        checks.equal(f"no table has more than {FILES_MAX} live files", too_many, {})
        compare(checks, server, agent)
        agent.run("run")
        rebuilt(checks, agent)
        compare(checks, server, agent)
        found = subprocess.run([SLUICE, "lake", "check", "--json", "."], cwd=agent.lake, capture_output=True, text=True,
                               env={**os.environ, "SLUICE_SOURCE_PASSWORD": PASSWORD}, check=False)
        checks.equal("lake check finds no error", found.returncode, 0)
    checks.finish()


if __name__ == "__main__":
    main()
