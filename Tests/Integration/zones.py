"""DATETIME watermarks whoever's clock writes them: servers west and east of UTC, clocks set back and forward, columns written by
NOW(), by UTC_TIMESTAMP() and by clients in zones of their own, committers running through it; rows dated beyond the clock; what
DATETIME values become in a zone with summer time; engines without snapshots. Nothing is lost, nothing doubled."""

import contextlib
import datetime
import random
import subprocess
import threading
import time

from harness import Agent, Checks, Server, read_with_deltalake, rows_of

SCHEMA = "zones"
# table: (what is written, the zone of the client's session; None is the server's)
WRITERS = {"by_now": ("NOW(6)", None), "by_utc": ("UTC_TIMESTAMP(6)", None), "by_client": ("NOW(6)", "-03:00"), "by_far_client": ("NOW(6)", "+13:00")}


def create(server):
    server.execute(f"CREATE DATABASE {SCHEMA}")
    server.execute(*(f"CREATE TABLE {table} (id INT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(40), updated_at DATETIME(6), KEY (updated_at))"
                     for table in WRITERS), schema=SCHEMA)
    server.grant(SCHEMA)


def session(server, zone):
    connection = server.connect(SCHEMA)
    with connection.cursor() as cursor:
        cursor.execute("SET time_zone = " + (f"'{zone}'" if zone else "@@global.time_zone"))
    return connection


def write(server, table, stop, seed):
    """Inserts and updates in transactions of up to half a second until told to stop."""
    expression, zone = WRITERS[table]
    choice, number = random.Random(f"{table} {seed}"), 0
    while not stop.is_set():
        # a client that connects anew follows the server's zone
        with contextlib.closing(session(server, zone)) as connection, connection.cursor() as cursor:
            for _ in range(choice.randint(1, 3)):
                number += 1
                cursor.execute(f"INSERT INTO {table} (note, updated_at) VALUES ('{seed}-{number}', {expression})")
                if number % 3 == 0:
                    cursor.execute(f"UPDATE {table} SET note = CONCAT(note, 'u'), updated_at = {expression} WHERE id = %s", [cursor.lastrowid])
                time.sleep(choice.random() * 0.15)
            connection.commit() if choice.random() < 0.9 else connection.rollback()


def compare(checks, what, server, agent):
    for table in WRITERS:
        expected = server.execute(f"SELECT id, note, updated_at FROM {table}", schema=SCHEMA)
        rows = rows_of(read_with_deltalake(agent.table_path(table)), ["id", "note", "updated_at"])
        missing = set(expected) - set(rows)
        checks.that(f"{what}: {table}, {len(expected)} rows, lost 0", expected and not missing, f"{len(missing)} lost, e.g. {list(missing)[:2]}")
        checks.equal(f"{what}: {table}, doubled", len(rows) - len(set(rows)), 0)


def run_through(checks, what, server, agent, changes=()):
    """Extracts while the committers work; before each run the next of `changes` is made."""
    stop = threading.Event()
    threads = [threading.Thread(target=write, args=(server, table, stop, seed)) for table in WRITERS for seed in (1, 2)]
    for thread in threads:
        thread.start()
    try:
        for change in changes or ("DO 1",) * 3:
            time.sleep(0.7)
            server.execute(change)
            agent.extract()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    agent.extract()
    compare(checks, what, server, agent)
    again = agent.extract()
    checks.equal(f"{what}: nothing more comes", set(agent.rows_by_table(again).values()), {0})
    checks.equal(f"{what}: nothing is withheld", {table["withheld"] for table in again["tables"]}, {0})


def plain_loss(checks, server):
    """The report: insert, extract, insert, extract on a server in the west."""
    server.execute("CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, updated_at DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6))",
                   "CREATE TABLE d.m (id INT PRIMARY KEY, updated_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6)) ENGINE=MyISAM",
                   "SET time_zone = @@global.time_zone", "INSERT INTO d.t (id) VALUES (1)", "INSERT INTO d.m (id) VALUES (1)")
    server.grant_more("d")
    agent = Agent(server, "d")
    agent.extract()
    server.execute("SET time_zone = @@global.time_zone", "INSERT INTO d.t (id) VALUES (2)",
                   *(f"INSERT INTO d.t VALUES ({10 + i}, '{day}')" for i, day in enumerate(("2099-01-01", "9999-12-31 23:59:59.999999", "0001-01-01"))))
    tables = {table["table"]: table for table in agent.extract()["tables"]}
    checks.equal("the second row comes, and rows dated 2099, 9999 and 0001", tables["t"]["rows"], 4)
    checks.that("the guarantee tells of rows beyond the clock", "dated beyond the clock included" in tables["t"]["guarantee"], tables["t"]["guarantee"])
    checks.that("an engine without snapshots is not proven", any("MyISAM" in text for text in tables["m"]["not_proven"])
                and "every row committed" not in tables["m"]["guarantee"], str(tables["m"]))
    with contextlib.closing(server.connect("d")) as holder:
        with holder.cursor() as cursor:
            cursor.execute("INSERT INTO t (id) VALUES (50)")
            time.sleep(1.5)
            server.execute("SET time_zone = @@global.time_zone", "INSERT INTO d.t (id) VALUES (51), (52), (53)")
            table = next(table for table in agent.extract()["tables"] if table["table"] == "t")
            checks.that("rows withheld are counted and said", table["withheld"] == 3 and table["rows"] == 0
                        and any("3 rows withheld" in text for text in table["not_proven"]), str(table))
            holder.rollback()
    time.sleep(1.1)
    table = next(table for table in agent.extract()["tables"] if table["table"] == "t")
    checks.that("they come when the transaction has ended", table["withheld"] == 0 and table["rows"] == 3
                and "every row committed before the run" in table["guarantee"], str(table))
    shown = agent.run("discover")["tables"]
    checks.that("discover says the cost", any("7 h below" in table["reason"] for table in shown), str([table["reason"] for table in shown]))
    agent.remove()


def values(checks, server):
    server.execute("CREATE DATABASE v", "CREATE TABLE v.t (id INT PRIMARY KEY, d DATETIME)", "INSERT INTO v.t VALUES (1, '2024-10-27 02:30:00'),"
                   " (2, '2024-03-31 02:30:00'), (3, '2600-07-01 12:00:00'), (4, '1800-01-01 00:53:28'), (5, '9999-12-31 12:00:00')")
    server.grant_more("v")
    agent = Agent(server, "v")
    config = agent.folder / "agent.conf"
    text = config.read_text()
    config.write_text(text.replace("lake: ./lake", "  time_zone: Europe/Berlin\nlake: ./lake"))
    table = agent.extract()["tables"][0]
    checks.that("times that clocks show twice or skip are counted", "2 values of d are times that clocks of Europe/Berlin" in str(table), str(table))
    expected = {1: (2024, 10, 27, 0, 30), 2: (2024, 3, 31, 1, 30), 3: (2600, 7, 1, 10), 4: (1800, 1, 1), 5: (9999, 12, 31, 11)}
    rows = dict(rows_of(read_with_deltalake(agent.table_path("t")), ["id", "d"]))
    checks.equal("values of a zone with summer time", rows, {key: datetime.datetime(*value) for key, value in expected.items()})
    for name in ("Europe/Nowhere", "../../etc/passwd"):
        config.write_text(text.replace("lake: ./lake", f"  time_zone: {name}\nlake: ./lake"))
        document = agent.run("extract", expect=(2,))
        checks.that(f"the zone {name} is refused", "time" in str(document["error"]), str(document))
    agent.remove()


def main():
    checks = Checks("zones")
    for zone in ("-05:00", "+05:30"):
        with Server(f"--default-time-zone={zone}", "--innodb-buffer-pool-size=64M") as server:
            create(server)
            agent = Agent(server, SCHEMA)
            run_through(checks, f"a server at {zone}", server, agent)
            agent.remove()
            if zone == "-05:00":
                plain_loss(checks, server)
                values(checks, server)
    with Server("--default-time-zone=+02:00", "--innodb-buffer-pool-size=64M") as server:
        create(server)
        agent = Agent(server, SCHEMA)
        changes = [f"SET GLOBAL time_zone = '{zone}'" for zone in ("+02:00", "+01:00", "+01:00", "+02:00", "+02:00", "+01:00")]
        run_through(checks, "clocks set back and forward", server, agent, changes)
        zones = subprocess.run(["mariadb-tzinfo-to-sql", "/usr/share/zoneinfo/America/New_York", "America/New_York"], stdout=subprocess.PIPE, text=True)
        if zones.returncode == 0:
            server.run_text("USE mysql;\n" + zones.stdout)
            server.execute("SET GLOBAL time_zone = 'America/New_York'")
            run_through(checks, "a zone by its name", server, agent)
        agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
