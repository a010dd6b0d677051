"""Servers whose globals, proxies or locks would alter what is read: everything arrives, or a clear error says what did not hold."""

import fcntl
import os
import pty
import socket
import struct
import subprocess
import termios
import threading
import time

from bad_input import ended
from harness import PASSWORD, Agent, Checks, Server, read_with_deltalake

SCHEMA = "d"
W = "TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)"
TABLES = f"""CREATE DATABASE d CHARACTER SET utf8mb4; USE d;
CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(20), updated_at {W}, KEY (updated_at));
INSERT INTO t SELECT seq, CONCAT('n', seq), '2024-01-01' FROM seq_1_to_1000;
CREATE TABLE s (id INT PRIMARY KEY, note VARCHAR(20));
INSERT INTO s SELECT seq, CONCAT('n', seq) FROM seq_1_to_1000;"""
HOSTILE = ["sql_select_limit = 100", "completion_type = 'CHAIN'", "completion_type = 'RELEASE'", "autocommit = 0",
           "tx_isolation = 'READ-UNCOMMITTED'", "sql_mode = 'ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH,NO_BACKSLASH_ESCAPES'",
           "max_statement_time = 0.001", "idle_transaction_timeout = 1", "max_join_size = 10", "sql_auto_is_null = 1",
           "time_zone = '-05:00'", "sql_safe_updates = 1", "sql_if_exists = 1", "old_mode = 'ZERO_DATE_TIME_CAST'", "tx_read_only = 1",
           "init_connect = 'SET sql_select_limit = 7, timestamp = 1, time_zone = \\'+09:00\\''"]


class Proxy:
    """Relays to a server and replaces bytes of what the client says; old and new are of one length."""

    def __init__(self, port, old=b"", new=b""):
        assert len(old) == len(new)
        self.target, self.old, self.new = port, old, new
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self._pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, False), daemon=True).start()

    def _pump(self, source, target, rewrites):
        try:
            while data := source.recv(65536):
                target.sendall(data.replace(self.old, self.new) if rewrites and self.old else data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def hostile_globals(checks, server):
    for number, setting in enumerate(HOSTILE):
        name = setting.split(" =")[0]
        if name != "init_connect":
            before = server.execute(f"SELECT @@global.{name}")[0][0]
        server.execute(f"SET GLOBAL {setting}")
        agent = Agent(server, SCHEMA, extract="  verify: off\n  tables: {s: {mode: snapshot}}\n")
        try:
            document = agent.extract()
            rows = agent.rows_by_table(document)
            checks.equal(f"SET GLOBAL {setting}: rows", rows, {"t": 1000, "s": 1000})
            ids = sorted(read_with_deltalake(agent.table_path("t"), ["id"]).column("id").to_pylist())
            checks.equal(f"SET GLOBAL {setting}: every row is in bronze", ids, list(range(1, 1001)))
        except RuntimeError as error:
            checks.that(f"SET GLOBAL {setting}", False, str(error)[-600:])
        finally:
            agent.remove()
            server.execute("SET GLOBAL init_connect = ''" if name == "init_connect" else f"SET GLOBAL {name} = '{before}'"
                           if isinstance(before, str) else f"SET GLOBAL {name} = {before}")


def read_back(checks, server):
    """A proxy that rewrites a setting is found out, named and refused; nothing is read."""
    for name, old, new in (
            ("sql_select_limit", b"sql_select_limit = 18446744073709551615", b"sql_select_limit = 00000000000000000100"),
            ("completion_type", b"completion_type = 'NO_CHAIN'", b"completion_type = 'CHAIN'   "),
            ("time_zone", b"time_zone = '+00:00'", b"time_zone = '-05:00'"),
            ("tx_isolation", b"ISOLATION LEVEL REPEATABLE READ", b"ISOLATION LEVEL READ COMMITTED ")):
        server.execute("SET GLOBAL sql_select_limit = 100", "SET GLOBAL completion_type = 'CHAIN'", "SET GLOBAL time_zone = '-05:00'",
                       "SET GLOBAL tx_isolation = 'READ-COMMITTED'")
        proxy = Proxy(server.port, old, new)
        agent = Agent(server, SCHEMA)
        conf = agent.folder / "agent.conf"
        conf.write_text(conf.read_text().replace(f"port: {server.port}", f"port: {proxy.port}\n  tls: disabled"))
        code, out, err = ended(agent, "extract")
        if name == "tx_isolation":  # set twice, by statement and by variable: the proxy rewrites only one of them
            checks.equal(f"{name} is mended by the second setting", code, 0)
        else:
            checks.equal(f"{name} rewritten on the way: exit status", code, 3)
            checks.that(f"{name} rewritten on the way: says so", f"{name} is '" in err and "did not hold" in err, err[-500:])
            checks.that(f"{name} rewritten on the way: nothing was read", not (agent.lake / "bronze").exists())
        agent.remove()
    server.execute("SET GLOBAL sql_select_limit = DEFAULT", "SET GLOBAL completion_type = DEFAULT", "SET GLOBAL time_zone = 'SYSTEM'",
                   "SET GLOBAL tx_isolation = DEFAULT")


def withheld(checks, server):
    """Rows behind an open or forgotten transaction: who holds them, what ends it, and after how long that is a failure."""
    agent = Agent(server, SCHEMA, extract="  include: [t]\n")
    agent.extract()
    holder = server.connect(SCHEMA)
    with holder.cursor() as cursor:
        cursor.execute("INSERT INTO t (id, note) VALUES (5001, 'open')")
        thread = holder.thread_id()
        server.execute("INSERT INTO t (id, note) VALUES (5002, 'later')", schema=SCHEMA)
        code, out, err = ended(agent, "extract", "--quiet")
        checks.equal("an open transaction: exit status", code, 0)
        checks.that("an open transaction: its thread and user are named under --quiet",
                    f"thread {thread}, root from localhost" in err and "KILL" in err, err[-500:])
        document = agent.run("extract")["tables"][0]
        checks.equal("an open transaction: withheld", document["withheld"], 1)
        code, out, _ = ended(agent, "check")
        checks.equal("an open transaction of a moment is nothing to warn of", (code, f"thread {thread}" in out), (0, False))
    holder.rollback()
    holder.close()
    xid = "X'00FF27',X'6262',77"
    prepared = server.connect(SCHEMA)
    with prepared.cursor() as cursor:
        cursor.execute(f"XA START {xid}")
        cursor.execute("INSERT INTO t (id, note) VALUES (5003, 'forgotten')")
        cursor.execute(f"XA END {xid}")
        cursor.execute(f"XA PREPARE {xid}")
    prepared.close()
    time.sleep(1.1)
    server.execute("INSERT INTO t (id, note) VALUES (5004, 'later')", schema=SCHEMA)
    code, out, err = ended(agent, "extract", "--quiet")
    checks.equal("a forgotten XA transaction: exit status", code, 0)
    checks.that("a forgotten XA transaction: the statements that end it", f"XA COMMIT {xid} or XA ROLLBACK {xid}" in err, err[-500:])
    code, out, _ = ended(agent, "check")
    checks.that("a forgotten XA transaction: check warns", code == 0 and f"XA ROLLBACK {xid}" in out, out[-1500:])
    conf = agent.folder / "agent.conf"
    text = conf.read_text()
    conf.write_text(text + "  max_lag: 1s\n")
    code, out, err = ended(agent, "extract", "--quiet")
    checks.equal("beyond max_lag: exit status", code, 7)
    checks.that("beyond max_lag: says how many wait and for what", "rows are withheld" in err and "XA COMMIT" in err, err[-700:])
    runs = agent.run("runs", "--limit", "1")["runs"][0]
    checks.that("runs tells the first line of the error", "withheld" in (runs["error"] or ""), str(runs))
    conf.write_text(text)
    server.execute(f"XA ROLLBACK {xid}")
    agent.extract()
    ids = read_with_deltalake(agent.table_path("t"), ["id"]).column("id").to_pylist()
    checks.equal("when they have ended, every row is there once", sorted(i for i in ids if i > 5000), [5002, 5004])
    server.execute("DELETE FROM t WHERE id > 5000", schema=SCHEMA)
    agent.remove()


def snapshot_proof(checks):
    """Two connections see one state: proven by the binary log where it is on, else by InnoDB's counter; with writers beside."""
    for options, proof in ((("--log-bin=bin",), "the binary log's position"),
                           (("--log-bin=bin", "--binlog-ignore-db=other"), "(of commits that are logged)"),
                           ((), "InnoDB's transaction counter")):
        with Server("--plugin-load-add=ha_sequence", *options) as server:
            server.run_text("CREATE DATABASE d; USE d; CREATE TABLE big (id INT PRIMARY KEY, n INT);"
                            "INSERT INTO big SELECT seq, 0 FROM seq_1_to_450000; ANALYZE TABLE big;")
            server.grant(SCHEMA)
            agent = Agent(server, SCHEMA, extract="  tables: {big: {mode: snapshot}}\n")
            table = agent.extract()["tables"][0]
            checks.that(f"{options}: {proof}", "one snapshot over all connections" in table["guarantee"] and proof in table["guarantee"],
                        table["guarantee"])
            agent.remove()


def rehearsal(checks, server):
    """`check` finds what a run would, without a folder made or a row read."""
    agent = Agent(server, SCHEMA)
    conf = agent.folder / "agent.conf"
    text = conf.read_text()

    def check(what, status, *says, **replace):
        conf.write_text(text if not replace else text.replace(*replace["old"]))
        code, out, err = ended(agent, "check")
        checks.equal(f"check, {what}: exit status", code, status)
        for words in says:
            checks.that(f"check, {what}: says '{words}'", words in out + err, (out + err)[-1500:])
        return out

    check("a lake that is not there", 0, "does not exist yet: the first run creates it", "free for the lake", "free for the state",
          "2 of 2 tables of d can be read", "2 can be open at once")
    checks.that("check makes no folder", not agent.lake.exists())
    check("a broken where", 3, "d.t", "nonsuch", old=("extract:\n", "extract:\n  tables: {t: {where: 'nonsuch = 1'}}\n"))
    check("a table that is not there", 2, "Did you mean 's'?", old=("extract:\n", "extract:\n  tables: {ss: {where: 'id = 1'}}\n"))
    check("a misspelt schema", 3, "Did you mean", old=("schema: d\n", "schema: dd\n"))
    server.execute("SET GLOBAL sql_select_limit = 100", "SET GLOBAL completion_type = 'CHAIN'")
    check("hostile globals", 0, "sql_select_limit=100", "completion_type=CHAIN")
    server.execute("SET GLOBAL sql_select_limit = DEFAULT", "SET GLOBAL completion_type = DEFAULT")
    server.execute("CREATE USER 'few'@'127.0.0.1' IDENTIFIED BY '%s' WITH MAX_USER_CONNECTIONS 1" % PASSWORD,
                   "GRANT SELECT ON d.* TO 'few'@'127.0.0.1'")
    check("few rights and connections", 3, "GRANT PROCESS ON *.* TO `few`@`127.0.0.1`;", "1 of 2 could be opened",
          old=("user: sluice", "user: few"))
    server.execute("CREATE VIEW broken AS SELECT id FROM s", "CREATE SEQUENCE numbers", schema=SCHEMA)
    check("a view and a sequence left out", 0, "left out: 1 view", "1 sequence")
    conf.write_text(text)
    server.execute("DROP VIEW broken", "DROP SEQUENCE numbers", schema=SCHEMA)
    agent.remove()


def on_terminal(agent, *arguments, columns=80):
    """What a command prints on a terminal of so many columns."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = agent.start(*arguments, stdout=follower, stderr=subprocess.DEVNULL)
    os.close(follower)
    text = b""
    try:
        while data := os.read(leader, 65536):
            text += data
    except OSError:
        pass
    os.close(leader)
    process.wait()
    return text.decode().replace("\r", "")


def narrow(checks, server):
    """80 columns cut nothing; history carries errors."""
    agent = Agent(server, SCHEMA)
    words = " ".join(on_terminal(agent, "extract").split())
    checks.that("80 columns: nothing shrinks to dots", "…" not in words, words)
    checks.that("80 columns: the whole guarantee is there", "late commits included" in words and "deletes not tracked" in words, words)
    for command in (("discover",), ("runs",), ("runs", "show", agent.run("runs")["runs"][0]["run_id"]), ("check",), ("lake", "ls")):
        text = on_terminal(agent, *command)
        checks.that(f"80 columns: {command[0]} {command[1] if len(command) > 1 else ''} shrinks nothing", "…" not in text, text)
    with open(agent.lake / ".sluice.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        checks.equal("a second run", ended(agent, "extract")[0], 6)
    conf = agent.folder / "agent.conf"
    text = conf.read_text()
    conf.write_text(text.replace(f"port: {server.port}", "port: 1"))
    checks.equal("no server", ended(agent, "extract")[0], 3)
    conf.write_text(text)
    agent.extract()
    codes = {run["exit_code"]: run["error"] for run in agent.run("runs")["runs"]}
    checks.that("runs has the error of each exit", set(codes) == {0, 3, 6} and codes[3] and codes[6] and not codes[0], str(codes))
    agent.remove()


def main():
    checks = Checks("session")
    with Server("--plugin-load-add=ha_sequence") as server:
        server.run_text(TABLES)
        server.grant(SCHEMA)
        hostile_globals(checks, server)
        read_back(checks, server)
        withheld(checks, server)
        rehearsal(checks, server)
        narrow(checks, server)
    snapshot_proof(checks)
    checks.finish()


if __name__ == "__main__":
    main()
