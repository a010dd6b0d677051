"""What a run makes of damage, of a full disk, of a lake it may not write, of signals, and of a configuration that changed
since the last run: a clear error with its status or the right result, and afterwards nothing lost and nothing doubled."""

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import time

from harness import SLUICE, Agent, Checks, Server, lake_files, read_with_deltalake, rows_of
from contract import configure, outcome, partitions
from run_kill import orphans

SCHEMA = "faults"
FACTS = 30_000
PIPELINE = """transform:
  dimensions:
    member: {from: faults.member, key: [code], track: [segment]}
  facts:
    fact:
      from: faults.fact
      key: [id]
      date: day
      partition: day
      clean: {amount: "amount + 1"}
      rules:
        - {id: positive, check: "n > 1"}
        - {id: known, references: member, on: {code: code}, severity: warn}
  one_big_tables:
    wide: {fact: fact, partition: month, join: {member: {on: {code: code}, columns: [segment]}}}
"""
TABLES = ("silver/member", "silver/fact", "quarantine/fact", "gold/wide")


class Faults:
    def __init__(self, checks, server):
        self.checks, self.server = checks, server
        moment = "updated_at TIMESTAMP(6) NOT NULL DEFAULT NOW(6) ON UPDATE NOW(6), KEY (updated_at)"
        server.execute(
            f"CREATE DATABASE {SCHEMA}", f"USE {SCHEMA}",
            f"CREATE TABLE member (code VARCHAR(9) PRIMARY KEY, segment VARCHAR(9), city VARCHAR(9), {moment})",
            "INSERT INTO member (code, segment, city) SELECT CONCAT('c', seq), seq % 3, seq % 5 FROM seq_1_to_20",
            f"CREATE TABLE fact (id INT PRIMARY KEY, code VARCHAR(9), day DATE, other DATE, n INT, amount DECIMAL(10,2), text VARCHAR(40), {moment})",
            "INSERT INTO fact (id, code, day, other, n, amount, text) SELECT seq, CONCAT('c', 1 + seq % 20), '2026-01-01' + INTERVAL seq % 9 DAY, "
            f"'2025-01-01' + INTERVAL seq % 5 DAY, 2 * (seq % 50), seq / 3, SHA1(seq) FROM seq_1_to_{FACTS}")
        server.grant(SCHEMA)
        self.agent = Agent(server, SCHEMA, "  margin: 50ms\n" + PIPELINE)
        self.agent.run("run")
        self.turn = 0

    def change(self, rows=2):
        """Changes a few rows, so that the next run has something to do; rows that are good stay so."""
        self.turn += 1
        self.server.execute(f"UPDATE fact SET amount = amount + 1 WHERE id BETWEEN 5 AND {4 + rows}",
                            f"UPDATE member SET segment = 's{self.turn}' WHERE code = 'c3'", schema=SCHEMA)

    def whole(self, when, quarantined=None):
        """After a run all is as the source says, once."""
        status, document, errors = outcome(self.agent, "run")
        self.checks.equal(f"{when}: the next run ends well", (status, [t["error"]["message"] for t in document.get("tables", []) if t["error"]]), (0, []))
        self.checks.that(f"{when}: the receipts balance", document["reconcile"]["balanced"], str(document["reconcile"]))
        good = [(row[0], row[1] + 1) for row in self.server.execute(f"SELECT id, amount FROM {SCHEMA}.fact WHERE n > 1")]
        for path in ("silver/fact", "gold/wide"):
            found = rows_of(read_with_deltalake(str(self.agent.lake / path)), ["id", "amount"])
            self.checks.same_rows(f"{when}: {path} holds what the source has", found, good)
        current = [row[0] for row in rows_of(read_with_deltalake(str(self.agent.lake / "silver/member")), ["code", "is_current"]) if row[1]]
        self.checks.equal(f"{when}: every member is current once", sorted(current), sorted(f"c{n}" for n in range(1, 21)))

    # Damage

    def damage(self):
        for path in TABLES:
            log = sorted((self.agent.lake / path / "_delta_log").glob("*.json"))[-1]
            text = log.read_bytes()
            self.change()
            log.write_bytes(text[: len(text) // 2])
            self.refused(f"half a commit of {path}", path)
            log.write_bytes(text)
            self.whole(f"{path} mended")
        for path in TABLES[:3]:
            for what in ("a missing", "a garbled"):
                # The run that mends may have put another file in its place.
                file = self.agent.lake / path / sorted(lake_files(str(self.agent.lake / path))[0])[0]
                content = file.read_bytes()
                self.change()
                file.unlink() if what == "a missing" else file.write_bytes(bytes(byte ^ 0x55 for byte in content))
                self.refused(f"{what} file of {path}", path)
                file.write_bytes(content)
                self.whole(f"{path} has its file again")
        for what, content in (("no", None), ("a garbled", b"no database" * 500)):
            self.change()
            for file in self.agent.folder.glob("state.sqlite*"):
                file.unlink()
            if content:
                (self.agent.folder / "state.sqlite").write_bytes(content)
            self.whole(f"{what} state")
        for layer in ("gold", "silver"):
            shutil.rmtree(self.agent.lake / layer)
            self.change()
            self.whole(f"{layer} removed")

    def refused(self, what, path):
        status, document, _ = outcome(self.agent, "run")
        errors = [table["error"] for table in document.get("tables", []) if table["error"]]
        self.checks.that(f"{what} ends the run with 1, names the file and keeps the document",
                         status == 1 and any(path in f"{error['subject']} {error['message']}" for error in errors), f"{status} {str(document)[-700:]}")

    # Configuration

    def configured(self):
        base = PIPELINE
        configure(self.agent, base.replace("track: [segment]", "track: [segment, city]"))
        status, _, _ = outcome(self.agent, "transform", "--accept-tracking-from-now")
        self.checks.equal("a tracked set taken from now on, with nothing new", (status, outcome(self.agent, "run")[0]), (0, 0))
        configure(self.agent, base)
        outcome(self.agent, "transform", "--accept-tracking-from-now")
        self.whole("the tracked set is as before")
        for what, pipeline, blocked, then in (
                ("a coarser partition", base.replace("partition: day", "partition: month"), 5, ("silver/fact", ["day_month"])),
                ("another date", base.replace("date: day", "date: other"), 5, ("silver/fact", ["other"])),
                ("another tracked set", base.replace("track: [segment]", "track: [segment, city]"), 5, ("silver/member", [])),
                ("another partition of gold", base.replace("partition: month", "partition: year"), 0, ("gold/wide", ["day_year"])),
                ("another name of the dimension", base.replace("member:", "person:").replace("references: member", "references: person"),
                 0, ("gold/wide", ["day_month"])),
                ("a rule more", base.replace("- {id: known", '- {id: small, check: "n < 90"}\n        - {id: known'), 0, ("silver/fact", ["day"])),
                ("another type by clean", base.replace('"amount + 1"', '"cast(amount as double) + 1"'), 5, ("silver/fact", ["day"])),
                ("another key of the fact", base.replace("key: [id]", "key: [id, code]"), 5, ("silver/fact", ["day"])),
                ("another key of the dimension", base.replace("key: [code], track", "key: [code, city], track").replace(
                    "on: {code: code}", "on: {code: code, text: city}"), 5, ("silver/member", []))):
            before = rows_of(read_with_deltalake(str(self.agent.lake / "silver/fact")), ["id", "amount"])
            configure(self.agent, pipeline)
            status, document, _ = outcome(self.agent, "run")
            self.checks.equal(f"{what}, nothing new: status", status, blocked)
            if blocked:
                hints = " ".join(str(table["error"]["hint"]) for table in document["tables"] if table["error"])
                self.checks.that(f"{what}: the way out is named", "--rebuild" in hints, hints)
                self.checks.same_rows(f"{what}: nothing is published", rows_of(read_with_deltalake(str(self.agent.lake / "silver/fact")), ["id", "amount"]), before)
            self.rebuilt(what, then)
            self.change()
            status, document, _ = outcome(self.agent, "run")
            self.checks.equal(f"{what}: the run after it", (status, document["reconcile"]["balanced"]), (0, True))
            configure(self.agent, base)
            outcome(self.agent, "transform", "--rebuild")
            self.whole(f"{what}, set back")

    def rebuilt(self, what, then):
        status, document, _ = outcome(self.agent, "transform", "--rebuild")
        self.checks.equal(f"{what}: a rebuild takes it", (status, [t["error"]["message"] for t in document["tables"] if t["error"]]), (0, []))
        self.checks.equal(f"{what}: partitions of {then[0]}", partitions(self.agent, then[0]), then[1])
        status, document, _ = outcome(self.agent, "reconcile")
        self.checks.that(f"{what}: the receipts balance", status == 0, str([t["differences"] for t in document["tables"]]))

    # From outside

    def stopped(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            for delay in (0.02, 0.06, 0.15):
                self.change(FACTS)
                process = self.agent.start("transform", "--rebuild", "--json", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                time.sleep(delay)
                process.send_signal(number)
                out, _ = process.communicate(timeout=60)
                if process.returncode == 0:
                    continue  # it was faster than the signal
                # before the handler stands, the signal ends the process as it ends any
                self.checks.that(f"{number.name} after {delay} s ends a rebuild with {code}",
                                 process.returncode == -number or process.returncode == code and json.loads(out)["exit_code"] == code,
                                 f"{process.returncode} {out[:300]}")
        self.whole("after signals")

    def full(self):
        """No file may grow beyond a size: what a full disk does, without a disk."""
        for limit in (0, 1_000, 20_000, 60_000):
            self.change(FACTS)
            process = subprocess.run(
                [SLUICE, "run", "--json"], cwd=self.agent.folder, env=self.agent.environment, check=False, restore_signals=False,
                preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            # Python ignores SIGXFSZ, and so does what it starts: a write fails as on a full disk
            self.checks.that(f"no file beyond {limit} bytes: the run fails with an error", process.returncode == 1 and b"errno" in process.stdout,
                             f"{process.returncode} {process.stdout[-500:]} {process.stderr[-500:]}")
        self.whole("there is room again")
        left = {str(log.parent.relative_to(self.agent.lake)): orphans(log.parent) for log in self.agent.lake.rglob("_delta_log")}
        self.checks.equal("no file that no version names is left", {name: files for name, files in left.items() if files}, {})

    def readonly(self):
        with self.written_by_nobody() as options:
            for words in (("run",), ("transform",)):
                process = subprocess.run([SLUICE, *words, "--json"], cwd=self.agent.folder, env=self.agent.environment, check=False,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
                document = json.loads(process.stdout)
                self.checks.that(f"{words[0]} on a lake that may not be written", process.returncode == 2 and str(self.agent.lake) in document["error"]["subject"],
                                 f"{process.returncode} {process.stdout}")
        self.whole("the lake may be written again")

    @contextlib.contextmanager
    def written_by_nobody(self):
        """Takes the right to write away; root, whom no right stops, runs the program as nobody."""
        self.change()
        paths = [self.agent.lake, *self.agent.lake.rglob("*")]
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        self.agent.folder.chmod(0o755)
        try:
            yield {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
        finally:
            for path in paths:
                path.chmod(0o755 if path.is_dir() else 0o644)


def main():
    checks = Checks("faults: damage, changed configuration, signals, a full disk, a lake that may not be written")
    with Server("--plugin-load-add=ha_sequence") as server:
        faults = Faults(checks, server)
        for step in (faults.damage, faults.stopped, faults.full, faults.readonly, faults.configured):
            start = time.monotonic()
            step()
            print(f"# {step.__name__}: {time.monotonic() - start:.0f} s", flush=True)
        faults.agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
