"""Servers whose globals, proxies or locks would alter what is read: everything arrives, or a clear error says what did not hold."""

import socket
import threading

from bad_input import ended
from harness import Agent, Checks, Server, read_with_deltalake

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


def main():
    checks = Checks("session")
    with Server("--plugin-load-add=ha_sequence") as server:
        server.run_text(TABLES)
        server.grant(SCHEMA)
        hostile_globals(checks, server)
        read_back(checks, server)
    checks.finish()


if __name__ == "__main__":
    main()
