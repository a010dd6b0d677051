"""Whatever an operator, a disk or a source gets wrong: a clear error, its exit status, nothing lost and nothing doubled."""

import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from deltalake import DeltaTable
from harness import PASSWORD, Agent, Checks, Server

SCHEMA = "shop"
TABLES = """CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop;
CREATE TABLE customer (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40),
  updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at));
INSERT INTO customer (name, updated_at) SELECT CONCAT('n', seq), '2024-01-01' FROM seq_1_to_1000;
CREATE TABLE large (id INT NOT NULL PRIMARY KEY, note VARCHAR(200));
INSERT INTO large SELECT seq, REPEAT(MD5(seq), 4) FROM seq_1_to_1500000;"""


def ended(agent, *arguments):
    """(status, stdout, stderr) of a command."""
    process = agent.start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


class Case:
    """Changes to an agent's configuration or surroundings, each taken back."""

    def __init__(self, checks, agent):
        self.checks, self.agent = checks, agent
        self.conf = agent.folder / "agent.conf"
        self.text = self.conf.read_text()

    def expect(self, what, status, says, *arguments, **replace):
        for old, new in replace.items():
            assert self._old(old) in self.text, old
            self.conf.write_text(self.text.replace(self._old(old), new))
        code, out, err = ended(self.agent, *(arguments or ("extract",)))
        self.conf.write_text(self.text)
        self.checks.equal(f"{what}: exit status", code, status)
        self.checks.that(f"{what}: says '{says}'", says in err + out, (err + out)[-800:])
        self.checks.that(f"{what}: no password in it", PASSWORD not in err + out)
        return out, err

    def _old(self, key):
        return {"port": f"port: {self.agent_port}", "lake": "lake: ./lake", "extract": "extract:\n"}[key]

    @property
    def agent_port(self):
        return self.text.split("port: ")[1].split("\n")[0]


def configuration(case):
    case.expect("misspelt key", 2, "agent.conf:9:3: unknown key 'verfy' in extract. Did you mean 'verify'?",
                extract="extract:\n  verfy: count\n")
    case.expect("not YAML", 2, "agent.conf:", extract="extract: [\n")
    case.expect("a value of a later version", 2, "later version", extract="extract:\n  verify: checksum\n")
    case.expect("a masked table that is not there", 2, "Did you mean 'customer'?",
                extract="extract:\n  tables: {custmer: {mask: {name: sha256}}}\n")
    case.expect("unknown table", 2, "Did you mean 'customer'?", "extract", "--table", "custmer")
    case.expect("unknown command", 2, "Did you mean 'sluice extract'?", "extrct")
    case.expect("no configuration", 2, "nowhere.conf", "check", "--config", "nowhere.conf")
    case.expect("a lake in a file", 2, "agent.conf/lake", lake="lake: ./agent.conf/lake")


def source(case, agent):
    case.expect("closed port", 3, "Can't connect", port="port: 1")
    case.expect("unknown schema", 3, "shop", "extract", "--schema", "shpo")
    good = agent.environment
    agent.environment = {**good, "SLUICE_SOURCE_PASSWORD": "wrong one"}
    out, err = case.expect("wrong password", 3, "Access denied", "extract", "--json")
    agent.environment = good
    document = json.loads(out)["error"]
    case.checks.equal("the error's document", set(document), {"code", "operation", "subject", "message", "hint"})
    case.checks.that("the wrong password is in no message", "wrong one" not in out + err)


def lake(case, agent):
    folder = pathlib.Path(agent.table_path("customer"), "_delta_log")
    commit = folder / f"{0:020}.json"
    whole = commit.read_bytes()
    commit.write_bytes(whole[:300])
    case.expect("damaged log", 1, commit.name)
    commit.write_bytes(whole)
    with open(agent.lake / ".sluice.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        case.expect("second run", 6, "another run holds the lock")
    code, _, _ = ended(agent, "extract")
    case.checks.equal("after both the next run is well", code, 0)


def full_disk(case, agent):
    small = agent.folder / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small], stderr=subprocess.DEVNULL)
    if mounted.returncode != 0:
        print("note: a full disk needs a mount, which this user or machine may not make; "
              "the fault tests of Storage stand for it", flush=True)
        return
    try:
        case.expect("full disk", 1, "No space left on device", lake=f"lake: {small}/lake")
        left = [str(path) for path in small.rglob("*.parquet") if "large" in str(path)]
        case.checks.equal("full disk: nothing of the table is left", left, [])
    finally:
        subprocess.run(["umount", small], check=True)


def signals(case, agent):
    for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        shutil.rmtree(agent.table_path("large"), ignore_errors=True)
        process = agent.start("extract", "--table", "large", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        staged = time.monotonic() + 60
        while not list(agent.lake.rglob("*large*/**/_staged-*.tmp")) and time.monotonic() < staged:
            time.sleep(0.01)
        process.send_signal(number)
        process.communicate(timeout=60)
        case.checks.equal(f"{signal.Signals(number).name}: exit status", process.returncode, status)
        left = [path.name for path in pathlib.Path(agent.table_path("large")).rglob("*.*") if path.is_file()]
        case.checks.equal(f"{signal.Signals(number).name}: nothing is left behind", left, [])
    code, out, err = ended(agent, "extract", "--table", "large")
    case.checks.equal(f"after the signals: exit status {err[-300:] if code else ''}", code, 0)
    rows = DeltaTable(agent.table_path("large")).to_pyarrow_table(columns=["id"]).column("id").to_pylist()
    case.checks.equal("after the signals: exit status and rows", (code, len(rows), len(set(rows))), (0, 1500000, 1500000))


def other_source(case, server, agent):
    server.execute("ALTER TABLE customer MODIFY name INT", "UPDATE customer SET name = 7 WHERE id = 1", schema=SCHEMA)
    case.expect("retyped column", 5, "column name was varchar(40) and is now int(11)")
    server.execute("ALTER TABLE customer MODIFY name VARCHAR(40)", schema=SCHEMA)
    with Server("--plugin-load-add=ha_sequence", "--server-id=7") as other:
        other.run_text(TABLES.replace("1500000", "10"))
        other.grant(SCHEMA)
        case.expect("another server", 8, "--accept-source", port=f"port: {other.port}")


def main():
    checks = Checks("bad input")
    with Server("--plugin-load-add=ha_sequence") as server:
        server.run_text(TABLES.replace("'n', seq", "'', seq"))
        server.grant(SCHEMA)
        agent = Agent(server, SCHEMA)
        case = Case(checks, agent)
        configuration(case)
        source(case, agent)
        code, _, err = ended(agent, "extract", "--table", "customer")
        checks.equal(f"then a run is well {err[-300:] if code else ''}", code, 0)
        lake(case, agent)
        full_disk(case, agent)
        signals(case, agent)
        other_source(case, server, agent)
        agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
