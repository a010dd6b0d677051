"""Concurrent committers for the crash and late-commit tests, and the comparison of the lake with the source.

Four tables, one per way of reading: `event` (microsecond watermark), `visit` (watermark of whole seconds, some NULL),
`journal` (append by id, with gaps from rollbacks), `account` (snapshot; transfers keep the sum of all balances)."""

import collections
import contextlib
import decimal
import random
import threading
import time

import pymysql

from harness import lake_files, read_with_deltalake, rows_of

SCHEMA = "committers"
ACCOUNTS = 5000
TOTAL = decimal.Decimal(ACCOUNTS * 1000)
EXTRACT = "  tables:\n    journal: {mode: append}\n"
# Retryable: deadlock, lock wait timeout.
RETRYABLE = {1205, 1213}


def create(server, events):
    server.execute(
        f"CREATE DATABASE {SCHEMA} CHARACTER SET utf8mb4", f"USE {SCHEMA}",
        "CREATE TABLE event (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, version INT NOT NULL DEFAULT 0, "
        "payload VARCHAR(120) NOT NULL, amount DECIMAL(12,2) NULL, updated_at TIMESTAMP(6) NOT NULL "
        "DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY ix_updated (updated_at))",
        "CREATE TABLE visit (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, version INT NOT NULL DEFAULT 0, "
        "page VARCHAR(40) NOT NULL, updated_at DATETIME NULL DEFAULT CURRENT_TIMESTAMP "
        "ON UPDATE CURRENT_TIMESTAMP, KEY ix_updated (updated_at))",
        "CREATE TABLE journal (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, entry VARCHAR(60) NOT NULL)",
        "CREATE TABLE account (id INT NOT NULL PRIMARY KEY, balance DECIMAL(12,2) NOT NULL)",
        f"INSERT INTO account SELECT seq, 1000 FROM seq_1_to_{ACCOUNTS}",
        f"INSERT INTO event (payload, amount) SELECT CONCAT('before the first run ', SHA1(seq)), seq / 100 "
        f"FROM seq_1_to_{events}",
        f"INSERT INTO visit (page) SELECT CONCAT('/', seq) FROM seq_1_to_{ACCOUNTS}")
    server.grant(SCHEMA)


class Committers:
    """Threads that commit and roll back transactions of random length until stopped."""

    def __init__(self, server, seed, threads, longest_seconds):
        self.committed = self.rolled_back = self.rows = 0
        self._server, self._longest = server, longest_seconds
        self._stop, self._count = threading.Event(), threading.Lock()
        self._failures = []
        self._threads = [threading.Thread(target=self._work, args=(random.Random(f"{seed}/{i}"),)) for i in range(threads)]
        for thread in self._threads:
            thread.start()

    def stop(self):
        """Ends the threads after their current transaction; an unexpected error of one is raised here."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _work(self, chance):
        try:
            with contextlib.closing(self._server.connect(SCHEMA)) as connection, connection.cursor() as cursor:
                cursor.execute("SET SESSION innodb_lock_wait_timeout = 2")
                while not self._stop.is_set():
                    try:
                        self._transaction(connection, cursor, chance)
                    except pymysql.err.OperationalError as error:
                        connection.rollback()
                        if error.args[0] not in RETRYABLE:
                            raise
        except Exception as error:
            self._failures.append(error)

    def _transaction(self, connection, cursor, chance):
        level = chance.choice(("READ COMMITTED", "REPEATABLE READ"))
        cursor.execute(f"SET SESSION TRANSACTION ISOLATION LEVEL {level}")
        connection.begin()
        rows, pieces = 0, chance.randint(1, 3)
        length = chance.random() ** 3 * self._longest
        for piece in range(pieces):
            rows += self._write(cursor, chance)
            if piece + 1 < pieces or chance.random() < 0.5:
                time.sleep(length / pieces)
        if chance.random() < 0.2:
            connection.rollback()
            with self._count:
                self.rolled_back += 1
            return
        connection.commit()
        with self._count:
            self.committed += 1
            self.rows += rows

    def _write(self, cursor, chance):
        rows, token = 0, chance.getrandbits(40)
        batch = chance.randint(1, 8)  # the rows of one statement share one moment: ties
        rows += cursor.executemany("INSERT INTO event (payload, amount) VALUES (%s, %s)",
                                   [(f"{token:x} {i}", chance.randint(-9999, 9999)) for i in range(batch)])
        rows += cursor.executemany("INSERT INTO journal (entry) VALUES (%s)", [(f"{token:x} {i}",) for i in range(batch)])
        rows += cursor.execute("INSERT INTO visit (page) VALUES (%s)", (f"/{token:x}",))
        if chance.random() < 0.1:
            rows += cursor.execute("INSERT INTO visit (page, updated_at) VALUES (%s, NULL)", (f"/{token:x}/null",))
        for table in ("event", "visit"):
            # mostly any row; sometimes a recent one, so that rows are updated again within the same second
            cursor.execute(f"SELECT MAX(id) FROM {table}")
            newest = cursor.fetchone()[0] or 1
            oldest = max(1, newest - 20) if chance.random() < 0.2 else 1
            ids = ", ".join(str(chance.randint(oldest, newest)) for _ in range(chance.randint(1, 4)))
            rows += cursor.execute(f"UPDATE {table} SET version = version + 1 WHERE id IN ({ids})")
        giver, taker = sorted(chance.sample(range(1, ACCOUNTS + 1), 2))
        rows += cursor.execute("UPDATE account SET balance = balance - 1 WHERE id = %s", (giver,))
        rows += cursor.execute("UPDATE account SET balance = balance + 1 WHERE id = %s", (taker,))
        return rows


def compare(checks, server, agent):
    """Compares the whole lake with the source, row by row, and returns {table: (rows, lost, doubled, invented)}."""
    figures = {}
    for table in ("event", "visit", "journal"):
        columns, source = _source(server, table)
        found = rows_of(read_with_deltalake(agent.table_path(table), columns), columns)
        figures[table] = _difference(columns, source, found)
        rows, lost, doubled, invented = figures[table]
        checks.equal(f"{table}: lost", lost, 0)
        checks.equal(f"{table}: doubled", doubled, 0)
        checks.equal(f"{table}: never committed", invented, 0)
    columns, source = _source(server, "account")
    by_run = collections.defaultdict(list)
    for row in rows_of(read_with_deltalake(agent.table_path("account")),
                       [*columns, "_sluice_run_id", "_sluice_extracted_at"]):
        by_run[row[-2]].append(row)
    sums = {run: (len(rows), sum(row[1] for row in rows)) for run, rows in by_run.items()}
    checks.equal(f"account: each of {len(sums)} snapshots is whole and of one moment", set(sums.values()), {(ACCOUNTS, TOTAL)})
    last = max(by_run.values(), key=lambda rows: max(row[-1] for row in rows))
    checks.same_rows("account: the last snapshot", [row[:2] for row in last], source)
    for table in ("event", "visit", "journal", "account"):
        named, present = lake_files(agent.table_path(table))
        checks.equal(f"{table}: files in the folder are those in the log", sorted(present), sorted(named))
    return figures


def _source(server, table):
    with contextlib.closing(server.connect(SCHEMA)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return [column[0] for column in cursor.description], list(cursor.fetchall())


def _difference(columns, source, found):
    """(rows found, keys whose newest version is missing, rows found twice, keys or versions that never were committed)."""
    counts = collections.Counter(found)
    doubled = sum(count - 1 for count in counts.values())
    lost = sum(1 for row in source if row not in counts)
    if "version" in columns:
        at = columns.index("version")
        newest = {row[0]: row[at] for row in source}
        invented = sum(1 for row in counts if row[at] > newest.get(row[0], -1))
        # one version of a row cannot have two contents
        invented += len(counts) - len({(row[0], row[at]) for row in counts})
    else:
        invented = len(set(counts) - set(source))
    return len(found), lost, doubled, invented
