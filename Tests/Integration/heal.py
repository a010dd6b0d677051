"""A file of the lake that is missing or damaged: whoever meets it names the command that heals, and after that command all
is as in a lake to which nothing happened, row by row.

SLUICE_HEAL: `all` for every table with every damage (make test-long); else each table and each damage are met, not each pair."""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import time

import pyarrow.parquet
from deltalake import DeltaTable

from harness import SLUICE, Agent, Checks, Server, lake_files, read_with_deltalake

SCHEMA = "heal"
MOMENT = "updated_at TIMESTAMP(6) NOT NULL DEFAULT NOW(6) ON UPDATE NOW(6), KEY (updated_at)"
PIPELINE = """  margin: 5ms
transform:
  dimensions:
    member: {from: heal.member, key: [code], track: [segment]}
    place: {from: heal.place, key: [id]}
  facts:
    fact: {from: heal.fact, key: [id], date: day, partition: month, rules: [{id: positive, check: "n > 1"}]}
    stock: {from: heal.stock, key: [id], date: day, partition: year, rules: [{id: some, check: "n > 0"}]}
  one_big_tables:
    wide: {fact: fact, partition: month, join: {member: {on: {code: code}, columns: [segment]}}}
"""
# more small files are joined than by default, so that a table keeps one or two
PIPELINE += "upkeep: {compact_after: 3}\n"
TABLES = ("bronze/heal/member", "bronze/heal/fact", "bronze/heal/place", "bronze/heal/stock", "silver/member", "silver/_scd2/member", "silver/place",
          "silver/fact", "silver/stock", "quarantine/fact", "quarantine/stock", "gold/wide")
RESULTS = ("silver/member", "silver/place", "silver/fact", "silver/stock", "quarantine/fact", "quarantine/stock", "gold/wide")
# what a row is called by and when it was seen differs from build to build
VOLATILE = {"quarantine_id", "first_seen", "last_seen", "run_id", "decided_by", "decided_at", "note"}


def content(lake, path):
    """A table's rows, sorted; of a quarantine those that are open."""
    table = read_with_deltalake(str(lake / path))
    names = sorted(name for name in table.column_names if name not in VOLATILE and not name.startswith("_sluice"))
    rows = [row for row in table.select(names).to_pylist() if row.get("status", "open") == "open"]
    return sorted(repr(sorted(row.items())) for row in rows)


def current(rows):
    return [row for row in rows if "('is_current', True)" in row]


def plain(rows):
    """Without the times and keys of versions, which begin anew where a history does."""
    return [re.sub(r"\('(surrogate_key|valid_from|valid_to)', [^)]*(\([^)]*\))?[^)]*\)", "", row) for row in rows]


class Case(Agent):
    """A copy of the prepared lake, to be damaged."""

    def __init__(self, base, name):
        self.schema, self.environment = base.schema, base.environment
        self.folder = base.folder.parent / f"{base.folder.name}-{name}"
        subprocess.run(["cp", "-a", str(base.folder), str(self.folder)], check=True)
        self.lake = self.folder / "lake"

    def outcome(self, *words):
        process = self.start(*words, "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, errors = process.communicate(timeout=120)
        return process.returncode, json.loads(out or "{}"), errors

    def text_of(self, document):
        """All that a document says of failures."""
        said = [f"{e['subject']}: {e['message']} {e['hint']}" for e in
                [document.get("error")] + [table.get("error") for table in document.get("tables", []) if isinstance(table, dict)] if e]
        for receipt in (document.get("reconcile") or {}).get("tables", []):
            said += receipt["differences"]
        for table in document.get("tables", []):
            said += [f"{f['what']} {f['action']}" for f in table.get("findings", []) if f["severity"] == "error"]
        return said


def commands(said):
    """The commands that messages name, each once."""
    found = {}
    for text in said:
        for command in re.findall(r"sluice ((?:extract|transform) [^.:;]*--(?:rebuild|full[^.:;]*)|transform --only \w+)", text):
            found[command.strip()] = None
    return list(found)


# The damages

def data_file(table):
    """A data file of the table; of bronze one that silver has not consumed yet, where there is one."""
    return table / sorted(lake_files(str(table))[0])[0]


def missing(table):
    data_file(table).unlink()


def truncated(table):
    file = data_file(table)
    os.truncate(file, file.stat().st_size // 2)


def flipped(table):
    """One bit in the last page of the first column."""
    file = data_file(table)
    column = pyarrow.parquet.ParquetFile(file).metadata.row_group(0).column(0)
    start = column.dictionary_page_offset or column.data_page_offset
    with open(file, "r+b") as bytes_of:
        bytes_of.seek(start + column.total_compressed_size - 1)
        last = bytes_of.read(1)[0]
        bytes_of.seek(-1, os.SEEK_CUR)
        bytes_of.write(bytes([last ^ 0x10]))


def gone(table):
    shutil.rmtree(table)


def log_gone(table):
    shutil.rmtree(table / "_delta_log")


def commit(table, back):
    log = table / "_delta_log"
    return sorted(log.glob("*.json"))[-1 - back]


def last_missing(table):
    """The last commit that brought rows, and what only moved them since."""
    while True:
        last = commit(table, 0)
        text = last.read_text()
        last.unlink()
        if '"dataChange":true' in text:
            break


def last_damaged(table):
    os.truncate(commit(table, 0), commit(table, 0).stat().st_size // 2)


def forget_checkpoints(table):
    for file in (table / "_delta_log").glob("*checkpoint*"):
        file.unlink()


def middle_missing(table):
    forget_checkpoints(table)
    commit(table, 1).unlink()


def middle_damaged(table):
    forget_checkpoints(table)
    commit(table, 1).write_bytes(b"\xff" * 100)


def checkpoint_damaged(table):
    for file in (table / "_delta_log").glob("*.checkpoint.parquet"):
        file.write_bytes(b"PAR1" + b"\0" * 100)


def checkpoint_missing(table):
    for file in (table / "_delta_log").glob("*.checkpoint.parquet"):
        file.unlink()


def hint_damaged(table):
    (table / "_delta_log" / "_last_checkpoint").write_bytes(b'{"vers')


FILES = (missing, truncated, flipped)
LOGS = (last_missing, last_damaged, middle_missing, middle_damaged)
HARMLESS = (checkpoint_damaged, checkpoint_missing, hint_damaged)


class Healing:
    def __init__(self, checks, server):
        self.checks, self.server = checks, server
        server.execute(
            f"CREATE DATABASE {SCHEMA}", f"USE {SCHEMA}",
            f"CREATE TABLE member (code VARCHAR(9) PRIMARY KEY, segment VARCHAR(9), city VARCHAR(9), {MOMENT})",
            "INSERT INTO member (code, segment, city) SELECT CONCAT('c', seq), seq % 3, seq % 5 FROM seq_1_to_20",
            "CREATE TABLE place (id INT PRIMARY KEY, title VARCHAR(20))", "INSERT INTO place SELECT seq, seq FROM seq_1_to_30",
            "CREATE TABLE stock (id INT PRIMARY KEY, day DATE, n INT)", "INSERT INTO stock SELECT seq, '2026-01-01' + INTERVAL seq DAY, seq % 9 FROM seq_1_to_60",
            f"CREATE TABLE fact (id INT PRIMARY KEY, code VARCHAR(9), day DATE, n INT, amount DECIMAL(10,2), {MOMENT})",
            "INSERT INTO fact (id, code, day, n, amount) SELECT seq, CONCAT('c', 1 + seq % 20), '2026-01-01' + INTERVAL seq % 60 DAY, "
            "2 * (seq % 50), seq / 3 FROM seq_1_to_400")
        server.grant(SCHEMA)
        self.base = Agent(server, SCHEMA, PIPELINE)
        for night in range(13):
            self.base.run("run")
            self.night(night)
        self.control = Case(self.base, "control")
        self.control.run("run")
        self.expected = {path: content(self.control.lake, path) for path in RESULTS}

    def night(self, number):
        """What changes from one run to the next: rows of every table, a bad row that is mended, deletes where they are seen."""
        self.server.execute(
            f"UPDATE member SET segment = 's{number}', city = 'x' WHERE code = 'c{1 + number}'",
            f"UPDATE member SET city = 'y{number}' WHERE code = 'c15'",
            f"UPDATE place SET title = 't{number}' WHERE id IN ({1 + number}, 29)",
            f"DELETE FROM stock WHERE id = {10 + number}", f"UPDATE stock SET n = n + 10 WHERE id = {40 + number}",
            f"UPDATE fact SET amount = amount + 1, n = 2 WHERE id IN ({50 + number}, {60 + number})",
            f"INSERT INTO fact (id, code, day, n, amount) VALUES ({1000 + number}, 'c1', '2026-02-03', {number % 3}, 5)", schema=SCHEMA)

    def fresh(self):
        """What is compared with is right: as a lake made of the source as it is now."""
        agent = Agent(self.server, SCHEMA, PIPELINE)
        agent.run("run")
        for path in RESULTS:
            found, wanted = content(agent.lake, path), self.expected[path]
            if path in ("silver/member", "silver/place"):
                found, wanted = plain(current(found)), plain(current(wanted))
            self.checks.equal(f"a fresh lake holds the same {path}", found, wanted)
        agent.remove()

    def heal(self, path, damage):
        """One case; returns what is wrong with it, and what was done."""
        case = Case(self.base, f"{path.replace('/', '-')}-{damage.__name__}")
        damage(case.lake / path)
        wrong, log, done = [], [], set()
        status, document, _ = case.outcome("lake", "check", "--deep", ".", *(["--config", "agent.conf"]))
        found = case.text_of(document)
        log.append(f"check {status} {found}")
        if damage in FILES + LOGS[1:] and (status != 1 or not commands(found)):
            wrong.append(f"lake check: {status} {found}")
        for attempt in range(6):
            status, document, errors = case.outcome("run")
            said = case.text_of(document)
            log.append(f"run {status} {said} {[t.get('notes') for t in document.get('tables', []) if t.get('notes')]}")
            if status == 0:
                break
            todo = [command for command in commands(said) if command not in done]
            if not todo:
                wrong.append("no command is named, or it was done before")
                break
            for command in todo[:1]:
                done.add(command)
                status, document, errors = case.outcome(*shlex.split(command))
                log.append(f"{command}: {status} {case.text_of(document)} {[t.get('notes') for t in document.get('tables', []) if t.get('notes')]}")
        if status == 0 and damage is flipped and not done:
            # no run has met it yet
            for command in commands(found):
                status, document, errors = case.outcome(*shlex.split(command))
                log.append(f"{command}: {status} {case.text_of(document)} {[t.get('notes') for t in document.get('tables', []) if t.get('notes')]}")
            status, document, errors = case.outcome("run")
            log.append(f"run {status} {case.text_of(document)}")
        if damage in HARMLESS and done:
            wrong.append(f"{sorted(done)} would not have been needed")
        if status == 0 and not wrong:
            wrong += self.differences(case, path)
        else:
            wrong.append(f"the last status was {status}")
        case.remove()
        return path, damage.__name__, wrong, log

    def differences(self, case, path):
        wrong = []
        for result in RESULTS:
            found, wanted = content(case.lake, result), self.expected[result]
            if result == "silver/place":  # its versions begin when they are seen
                found, wanted = plain(found), plain(wanted)
                if path == result:
                    found, wanted = current(found), current(wanted)
            if found != wanted:
                extra, lacking = [r for r in found if r not in wanted], [r for r in wanted if r not in found]
                wrong.append(f"{result}: {len(found)} rows instead of {len(wanted)}, extra {extra[:2]}, missing {lacking[:2]}")
        status, document, _ = case.outcome("reconcile")
        if status != 0:
            wrong.append(f"reconcile: {status} {case.text_of({'reconcile': document})}")
        status, document, _ = case.outcome("lake", "check", "--deep", ".")
        if status != 0:
            wrong.append(f"lake check after all: {case.text_of(document)}")
        return wrong

    def cases(self):
        every = [(path, damage) for path in TABLES for damage in FILES + (gone, log_gone) + LOGS]
        every += [(path, damage) for path in ("bronze/heal/fact", "silver/member", "silver/fact", "gold/wide") for damage in HARMLESS]
        only = os.environ.get("SLUICE_HEAL", "")
        if only == "all":
            return every
        if only:
            return [case for case in every if only in f"{case[0]}:{case[1].__name__}"]
        return [case for number, case in enumerate(every) if number % 7 == 0]

    def run(self):
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            for path, damage, wrong, log in pool.map(lambda case: self.heal(*case), self.cases()):
                self.checks.that(f"{path}: {damage}: healed", not wrong, "\n   ".join(wrong + log))
                if os.environ.get("SLUICE_HEAL_LOG"):
                    print("   " + "\n   ".join(log))


def main():
    checks = Checks("healing: files of the lake missing or damaged, and the commands that heal them")
    with Server("--plugin-load-add=ha_sequence") as server:
        start = time.monotonic()
        healing = Healing(checks, server)
        healing.fresh()
        print(f"# prepared: {time.monotonic() - start:.1f} s", flush=True)
        healing.run()
        print(f"# in all: {time.monotonic() - start:.1f} s", flush=True)
        for folder in healing.base.folder.parent.glob(healing.base.folder.name + "*"):
            shutil.rmtree(folder, ignore_errors=True)
    checks.finish()


if __name__ == "__main__":
    main()
