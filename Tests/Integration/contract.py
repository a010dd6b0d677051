"""The contract of the transformation from outside: documents and their keys, exit codes, names and types of columns, empty
and odd tables, every kind of rule, and what is said about a configuration that is wrong."""

import datetime
import decimal
import json
import shutil
import subprocess

import deltalake

from harness import Agent, Checks, Server, read_with_deltalake, read_with_duckdb, rows_of

MOMENT = "updated_at TIMESTAMP(6) NOT NULL DEFAULT NOW(6) ON UPDATE NOW(6), KEY (updated_at)"
TABLE_KEYS = {"table", "mode", "rows", "files", "bytes", "seconds", "low", "high", "guarantee", "receipt", "withheld", "not_proven", "degraded"}
RULE_KEYS = {"table", "rule", "severity", "evaluated", "failed", "percent", "open"}
RECEIPT_KEYS = {"table", "bronze", "silver", "quarantined", "superseded", "duplicates", "deleted", "gold"}
ERROR_KEYS = {"code", "operation", "subject", "message", "hint"}


def outcome(agent, *words):
    """(status, document, stderr) of a command with --json."""
    process = agent.start(*words, "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, errors = process.communicate(timeout=120)
    return process.returncode, json.loads(out), errors


def configure(agent, pipeline):
    """Gives an agent another `transform` section."""
    path = agent.folder / "agent.conf"
    path.write_text(path.read_text().split("\ntransform:")[0] + "\n" + pipeline)


def rows(agent, path, *columns):
    return sorted(rows_of(read_with_deltalake(str(agent.lake / path)), columns), key=str)


def columns(agent, path):
    return {field.name: str(field.type.type) for field in deltalake.DeltaTable(str(agent.lake / path)).schema().fields}


def partitions(agent, path):
    return deltalake.DeltaTable(str(agent.lake / path)).metadata().partition_columns


def entry(document, name, mode):
    return next(table for table in document["tables"] if table["table"] == name and table["mode"] == mode)


EMPTY = """transform:
  dimensions:
    place: {from: void.place, key: [code]}
  facts:
    visit: {from: void.visit, key: [id], date: day, rules: [{id: known, references: place, on: {code: code}}]}
  one_big_tables:
    visits: {fact: visit, partition: month, join: {place: {on: {code: code}, columns: [title]}}}
"""


def empty(checks, server):
    """Nothing configured, nothing extracted, tables without rows, dates that are all NULL."""
    server.execute("CREATE DATABASE void", "CREATE TABLE void.place (code VARCHAR(9) PRIMARY KEY, title VARCHAR(20))",
                   f"CREATE TABLE void.visit (id INT PRIMARY KEY, code VARCHAR(9), day DATE, {MOMENT})")
    server.grant("void")
    agent = Agent(server, "void")
    status, document, errors = outcome(agent, "run")
    checks.equal("run without a transform section copies bronze", (status, [table["table"] for table in document["tables"]]),
                 (0, ["place", "visit"]))
    checks.that("and says so", "transform" in errors, errors)
    status, document, errors = outcome(agent, "transform")
    checks.equal("transform without its section is a configuration error", (status, set(document["error"])), (2, ERROR_KEYS))
    checks.that("told on stderr too", document["error"]["message"] in errors, errors)
    agent.remove()
    agent = Agent(server, "void", EMPTY)
    status, document, _ = outcome(agent, "transform")
    checks.equal("bronze that is not there is a configuration error", status, 2)
    agent.run("extract")
    status, document, _ = outcome(agent, "transform", "--only", "visit")
    checks.that("a dimension that is not built yet is named", status == 2 and "place" in document["tables"][0]["error"]["message"], str(document))
    status, document, _ = outcome(agent, "run")
    checks.equal("tables without rows are transformed", (status, [t["rows"] for t in document["tables"]]), (0, [0] * 5))
    for path in ("silver/place", "silver/visit", "gold/visits", "quarantine/visit"):
        checks.equal(f"{path} is there, empty, for each reader",
                     [reader(str(agent.lake / path)).num_rows for reader in (read_with_deltalake, read_with_duckdb)], [0, 0])
    checks.equal("with all columns", list(columns(agent, "gold/visits")), ["id", "code", "day", "updated_at", "day_month", "place_title"])
    server.execute("INSERT INTO void.visit (id, code, day) VALUES (1, 'a', NULL), (2, NULL, NULL)")
    agent.run("run")
    checks.equal("rows without a date stand in quarantine", rows(agent, "quarantine/visit", "id", "rules"), [(1, "null_date,known"), (2, "null_date")])
    checks.equal("and not in gold", rows(agent, "gold/visits", "id"), [])
    checks.that("the receipts balance", agent.run("reconcile")["balanced"])
    agent.remove()


ODD = """transform:
  dimensions:
    thing: {from: 'odd.größe "q"', key: ["schlüssel"], clean: {"it's": "trim(`it's`)"}, rules: [{id: "klein", check: "a_b < 3"}]}
    numbered: {from: odd.numbered, key: [k], sequence: revision, track: [a]}
    keyed: {from: odd.wide, key: [a, b, c], track: [t]}
  facts:
    by_day: {from: odd.wide, key: [a, b, c], date: at, rules: [{id: positive, check: "amount > 0"}]}
    by_month: {from: odd.wide, key: [b, c], date: at, partition: month}
    by_year: {from: odd.wide, key: [status], date: at, partition: year}
    thing_fact: {from: 'odd.größe "q"', key: ["schlüssel"], date: d, partition: year, rules: [{id: member, references: thing, on: {"schlüssel": "schlüssel"}}]}
  one_big_tables:
    wide: {fact: by_day, partition: month, join: {keyed: {on: {a: a, b: b, c: c}, columns: [t, note]}}}
    things: {fact: thing_fact, partition: day, join: {thing: {on: {"schlüssel": "schlüssel"}, columns: ["it's", a_b]}}}
"""


def odd(checks, server):
    """Keys of several columns and every type, names with quotes and umlauts, columns called as quarantine's own."""
    server.execute(
        "CREATE DATABASE odd CHARACTER SET utf8mb4",
        "CREATE TABLE odd.numbered (k INT PRIMARY KEY, revision INT, a VARCHAR(9))", "INSERT INTO odd.numbered VALUES (1, 1, 'A'), (2, 1, 'B')",
        "CREATE TABLE odd.wide (a DECIMAL(38,4), b BIGINT UNSIGNED, c VARBINARY(8), t VARCHAR(10), amount DECIMAL(38,10), "
        f"at DATETIME(3), status VARCHAR(9), note VARCHAR(9), {MOMENT})",
        "INSERT INTO odd.wide (a, b, c, t, amount, at, status, note) VALUES "
        "(9999999999999999999999999999999999.9999, 18446744073709551615, x'00ff00', 'x', 1.5, '2026-01-31 23:59:59.999', 's1', 'n1'), "
        "(9999999999999999999999999999999999.9999, 18446744073709551615, x'00ff', 'x', -1.5, '2026-02-01', 's2', 'n2'), "
        "(NULL, 1, x'01', 'x', 2, '2026-02-01', 's3', 'n3'), (1, NULL, x'01', 'x', 2, '2026-02-01', 's4', 'n4'), "
        "(1, 1, NULL, 'x', 2, NULL, 's5', 'n5'), (1, 2, x'', 'x', 2, '2027-01-01', 's6', 'n6')",
        "CREATE TABLE odd.`größe \"q\"` (`schlüssel` VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, `it's` VARCHAR(30), `a b` INT, d DATE)",
        "INSERT INTO odd.`größe \"q\"` VALUES ('é', 'O''Neil \"x\" 東京\\n,; ', 1, '2026-01-01'), (x'65cc81', NULL, 2, '2026-01-02'), ('', ' ', 3, '2026-01-03')")
    server.grant_more("odd")
    agent = Agent(server, "odd", ODD)
    agent.run("run")
    big, long = decimal.Decimal("9999999999999999999999999999999999.9999"), decimal.Decimal("18446744073709551615")
    checks.equal("a key of decimal(38), unsigned and binary columns", rows(agent, "silver/keyed", "a", "b", "c"),
                 [(decimal.Decimal("1.0000"), decimal.Decimal(2), b""), (big, long, b"\x00\xff"), (big, long, b"\x00\xff\x00")])
    checks.equal("NULL in a part of the key", rows(agent, "quarantine/keyed", "note_2", "rules"), [("n3", "null_key"), ("n4", "null_key"), ("n5", "null_key")])
    checks.equal("every rule that a row breaks is named", rows(agent, "quarantine/by_day", "status_2", "rules", "status"), [
        ("s2", "positive", "open"), ("s3", "null_key", "open"), ("s4", "null_key", "open"), ("s5", "null_key,null_date", "open")])
    checks.equal("types are the source's", [columns(agent, "silver/keyed")[name] for name in ("a", "b", "c", "amount", "at")],
                 ["decimal(38,4)", "decimal(20,0)", "binary", "decimal(38,10)", "timestamp"])
    checks.equal("partitions of a timestamp", [(partitions(agent, f"silver/{name}"), columns(agent, f"silver/{name}").get(f"at_{name[3:]}"))
                                              for name in ("by_day", "by_month", "by_year")],
                 [(["at_day"], "date"), (["at_month"], "date"), (["at_year"], "date")])
    day = datetime.date
    checks.equal("days and first days of the period", (rows(agent, "silver/by_day", "status", "at_day"), rows(agent, "silver/by_month", "status", "at_month"),
                                                      rows(agent, "silver/by_year", "status", "at_year")),
                 ([("s1", day(2026, 1, 31)), ("s6", day(2027, 1, 1))],
                  [("s1", day(2026, 1, 1)), ("s2", day(2026, 2, 1)), ("s3", day(2026, 2, 1)), ("s6", day(2027, 1, 1))],
                  [("s1", day(2026, 1, 1)), ("s2", day(2026, 1, 1)), ("s3", day(2026, 1, 1)), ("s4", day(2026, 1, 1)), ("s6", day(2027, 1, 1))]))
    checks.equal("gold joined over three columns", rows(agent, "gold/wide", "status", "keyed_t", "keyed_note"), [("s1", "x", "n1"), ("s6", "x", "n6")])
    checks.equal("quotes, umlauts and other letters", rows(agent, "gold/things", "schlüssel", "thing_it's", "thing_a_b"),
                 [("e\u0301", None, 2), ("é", "O'Neil \"x\" 東京\n,;", 1)])
    server.execute("UPDATE odd.numbered SET revision = 2, a = 'A2' WHERE k = 1", "DELETE FROM odd.wide WHERE status = 's1'")
    status, document, _ = outcome(agent, "run")
    refused = {t["table"]: t["error"] for t in document["tables"] if t["error"]}
    checks.equal("too many members or keys gone: the tables stay, what needs them is left as it was, the rest goes on, and no receipt is blamed",
                 (status, document["reconcile"]["balanced"], set(refused)), (4, True, {"keyed", "by_day", "by_month", "wide"}))
    checks.that("a fact tells how many keys are gone, and how to go on", "lacks" in refused["by_day"]["message"] and "keys" in refused["by_day"]["message"]
                and "run --accept-deletes" in refused["by_day"]["hint"], str(refused["by_day"]))
    checks.that("and publishes nothing", "s1" in {row[0] for row in rows(agent, "silver/by_day", "status")} & {row[0] for row in rows(agent, "gold/wide", "status")})
    seen = {row[:2]: row[2:] for row in rows(agent, "silver/numbered", "k", "revision", "valid_from", "valid_to", "is_current")}
    bronze = dict(set(rows(agent, "bronze/odd/numbered", "revision", "_sluice_extracted_at")))
    checks.that("with a number as sequence the time of extraction is the validity", seen[1, 1][1] == seen[1, 2][0] == bronze[2] and not seen[1, 1][2] and seen[1, 2][2], f"{seen} {bronze}")
    status, document, _ = outcome(agent, "run", "--accept-deletes")
    checks.equal("accepted, what is gone is gone", (status, "s1" in {row[0] for t in ("silver/by_day", "silver/by_month", "gold/wide") for row in rows(agent, t, "status")}), (0, False))
    agent.remove()


RULES = """transform:
  dimensions:
    member: {from: ruled.member, key: [code], track: [segment]}
    keeps: {from: ruled.gone, key: [code], deletes: ignore}
    closes: {from: ruled.gone, key: [code], max_delete_percent: 60}
  facts:
    event:
      from: ruled.event
      key: [id]
      date: at
      rules:
        - {id: warned, check: "n > 1", severity: warn, warn_if: "> 50%"}
        - {id: text_there, not_null: text, where: "n > 2"}
        - {id: text_once, unique: [text]}
        - {id: listed, values: {column: n, in: [1, 2, 3, 4, 5, 6, "7"]}}
        - {id: ranged, range: {column: size, min: -1, max: 1.0e300}}
        - {id: written, matches: {column: code, pattern: "^[a-z]+$"}}
        - {id: long, length: {column: text, min: 1, max: 4}}
        - {id: strict, check: "size >= 0", nulls: fail}
        - {id: fresh, freshness: {column: at, max_age: 26h}, severity: warn}
        - {id: few, row_count: {min: 1, max: 4}, severity: warn}
        - {id: member, references: member, on: {code: code}, severity: warn}
  one_big_tables:
    events: {fact: event, join: {member: {on: {code: code}, columns: [segment, valid_from], version: as_of}}}
"""


def ruled(checks, server):
    """Every kind of rule and severity, thresholds, versions as of the fact's date, deletes that are ignored."""
    server.execute(
        "CREATE DATABASE ruled", f"CREATE TABLE ruled.member (code VARCHAR(5) PRIMARY KEY, segment VARCHAR(9), {MOMENT})",
        "INSERT INTO ruled.member VALUES ('a', '1', '2025-01-10 12:00'), ('b', '1', '2025-01-10 12:00')",
        "CREATE TABLE ruled.gone (code VARCHAR(5) PRIMARY KEY, v INT)", "INSERT INTO ruled.gone VALUES ('x', 1), ('y', 2)",
        f"CREATE TABLE ruled.event (id INT PRIMARY KEY, code VARCHAR(5), at DATETIME(6), n INT, size DOUBLE, text VARCHAR(9), {MOMENT})",
        "INSERT INTO ruled.event (id, code, at, n, size, text) VALUES (1, 'a', '2025-01-01', 1, 0.5, 'x'), (2, 'a', '2025-01-10 12:00', 2, 0, 'éééé'), "
        "(3, 'b', '2025-06-01', 3, 1e301, 'x'), (4, 'B', '2025-06-01', 9, 1, NULL), (5, 'zz', '2025-06-01', 5, NULL, 'ééééé')")
    server.grant_more("ruled")
    agent = Agent(server, "ruled", RULES)
    agent.run("run")
    checks.equal("every broken rule of a row in the order configured", rows(agent, "quarantine/event", "id", "rules"), [
        (3, "text_once,ranged"), (4, "text_there,listed,written"), (5, "long,strict,member")])
    reasons = {row[0]: json.loads(row[1]) for row in rows(agent, "quarantine/event", "id", "reasons")}
    checks.equal("a reason has its keys", {frozenset(reason) for row in reasons.values() for reason in row}, {frozenset(("rule", "column", "observed", "message"))})
    status, document, _ = outcome(agent, "quarantine", "report")
    report = {rule["rule"]: rule for rule in document["rules"] if rule["table"] == "event"}
    checks.that("a line of the report has the fixed keys", all(RULE_KEYS <= set(rule) for rule in document["rules"]), str(document["rules"][:1]))
    checks.equal("evaluated, failed, open", {name: (rule["severity"], rule["evaluated"], rule["failed"], rule["open"]) for name, rule in report.items() if rule["failed"]}, {
        "warned": ("warn", 5, 1, 0), "text_there": ("error", 3, 1, 1), "text_once": ("error", 5, 1, 1), "listed": ("error", 5, 1, 1),
        "ranged": ("error", 5, 1, 1), "written": ("error", 5, 1, 1), "long": ("error", 5, 1, 1), "strict": ("error", 5, 1, 1), "member": ("warn", 5, 1, 1),
        "fresh": ("warn", 1, 1, 0), "few": ("warn", 1, 1, 0)})
    server.execute("UPDATE ruled.member SET segment = '2' WHERE code = 'b'", "DELETE FROM ruled.gone WHERE code = 'y'",
                   "INSERT INTO ruled.event (id, code, at, n, size, text) VALUES (6, 'b', '2025-03-01', 6, 1, 'q'), (7, 'b', NOW(6) + INTERVAL 1 DAY, 6, 1, 'r'), (8, 'a', '2025-01-02', 6, 1, 'x')")
    agent.run("run")
    then = datetime.datetime(2025, 1, 10, 12)
    gold = {row[0]: row[1:] for row in rows(agent, "gold/events", "id", "member_segment", "member_valid_from")}
    checks.equal("as_of joins what was valid at the fact's date, an early fact the first version", [gold[i] for i in (1, 2, 6)], [("1", then)] * 3)
    checks.equal("and a later fact the later version", gold[7][0], "2")
    checks.that("a value that another key has in silver is not unique", (8, "text_once") in rows(agent, "quarantine/event", "id", "rules"))
    checks.equal("deletes: close closes, and ignore keeps", (rows(agent, "silver/closes", "code", "is_current", "is_deleted"), rows(agent, "silver/keeps", "code", "is_current", "is_deleted")),
                 ([("x", True, False), ("y", False, True)], [("x", True, False), ("y", True, False)]))
    before = rows(agent, "silver/event", "id")
    for name, change in (("fatal_if", ('warn_if: "> 50%"', 'fatal_if: "> 2%"')), ("fatal", ('severity: warn, warn_if: "> 50%"', "severity: fatal"))):
        configure(agent, RULES.replace(*change))
        server.execute(f"REPLACE INTO ruled.event (id, code, at, n, size, text) VALUES (9, 'a', '2025-01-02', 0, 1, 'bad'), (10, 'a', '2025-01-02', 2, 1, 'good')")
        status, document, _ = outcome(agent, "run")
        failed = entry(document, "event", "fact")
        checks.that(f"{name} stops the table and names the rule", status == 1 and "warned" in failed["error"]["subject"] and failed["receipt"] == "nothing published", str(failed))
        checks.equal(f"{name} publishes nothing", rows(agent, "silver/event", "id"), before)
        line = next(rule for rule in agent.run("quarantine", "report")["rules"] if (rule["table"], rule["rule"]) == ("event", "warned"))
        checks.equal(f"{name} keeps the failing row, blocked", (line["blocked"], line["sample_keys"], line["status"]), (1, ["9"], "fatal"))
        checks.that(f"{name}: it can be shown and exported", "blocked" in agent.text("quarantine", "show", line["sample_ids"][0])
                    and line["sample_ids"][0] in agent.text("quarantine", "export", "--table", "event", "--rule", "warned"))
        checks.that(f"{name}: no receipt counts it", agent.run("reconcile")["balanced"])
    configure(agent, RULES)
    agent.run("run")
    left = [row for row in rows(agent, "quarantine/event", "id", "status", "rules", "quarantine_id") if row[0] == 9]
    checks.equal("and the row that was blocked waits for its other rule, its earlier version is over", [row[1:3] for row in left], [("open", "warned,listed"), ("superseded", "warned,listed")])
    checks.that("each under one id", len({row[3] for row in left}) == 2, str(left))
    checks.equal("without it the good row arrives", len(rows(agent, "silver/event", "id")), len(before) + 1)
    documents(checks, agent)
    agent.remove()


def documents(checks, agent):
    """The documents that every command promises."""
    for words in (("run",), ("transform",), ("extract",)):
        status, document, _ = outcome(agent, *words)
        checks.that(f"the document of {words[0]}", {"run_id", "exit_code", "tables"} <= set(document) and document["exit_code"] == status == 0
                    and all(TABLE_KEYS <= set(table) for table in document["tables"]), str(document)[:600])
    document = agent.run("reconcile")
    checks.that("the document of reconcile", document["balanced"] is True and all(RECEIPT_KEYS <= set(table) for table in document["tables"]), str(document))
    for table in document["tables"]:
        checks.equal(f"the receipt of {table['table']}", table["bronze"], sum(table[name] for name in ("silver", "quarantined", "superseded", "duplicates", "deleted")))
    gold = next(table for table in document["tables"] if table["table"] == "event")
    checks.equal("gold has a row for each fact", gold["gold"], gold["silver"])
    deltalake.DeltaTable(str(agent.lake / "gold/events")).delete("id = 1")
    status, document, _ = outcome(agent, "reconcile")
    checks.equal("a row that gold lost breaks the receipt", (status, document["balanced"]), (4, False))
    agent.run("transform", "--rebuild")
    checks.that("a rebuild mends it", agent.run("reconcile")["balanced"])
    losses = {"a quarantine that is gone": lambda: shutil.rmtree(agent.lake / "quarantine/event"),
              "a row deleted from a dimension of full states": lambda: deltalake.DeltaTable(str(agent.lake / "silver/keeps")).delete("code = 'x'")}
    for what, lose in losses.items():
        lose()
        status, document, _ = outcome(agent, "reconcile")
        checks.equal(f"{what} breaks the receipt", (status, document["balanced"]), (4, False))
        agent.run("transform", "--rebuild")
        checks.that("a rebuild mends it too", agent.run("reconcile")["balanced"])


MISSPELT = (  # what is put for what, and what must be said: where and what was meant
    ("dimensions:", "dimension:", ("agent.conf:", "Did you mean 'dimensions'")),
    ("severity: warn", "severety: warn", ("agent.conf:", "Did you mean 'severity'")),
    ("severity: warn", "severity: warning", ("agent.conf:", "error, warn, fatal")),
    ("partition: day", "partition: dya", ("agent.conf:", "Did you mean 'day'")),
    ("fact: f", "fact: ff", ("agent.conf:", "Did you mean 'f'")),
    ("m: {on", "mm: {on", ("agent.conf:", "Did you mean 'm'")),
    ('"> 2%"', '"2%"', ("agent.conf:", "fatal_if")),
    ("from: bad.f,", "from: bad.ff,", ("bronze/bad/ff", "Extract it first")),
    ("key: [id]", "key: [idd]", ("has no column 'idd'", "Did you mean 'id'")),
    ("date: day", "date: dag", ("dag", "day")),
    ("track: [segment]", "track: [segmnt]", ("segmnt", "segment")),
    ("columns: [segment]", "columns: [segmnt]", ("segmnt", "segment")),
    ("n > 1", "nn > 1", ("agent.conf:", "nn")),
    ("upper(", "uper(", ("agent.conf:", "upper")),
    ("n > 1", "n > > 1", ("agent.conf:",)),
    ("n > 1", "n + 1", ("agent.conf:",)),
    ("code: \"upper", "codee: \"upper", ("codee", "code")),
    ("  one_big", "  marts: {m: {sql: x}}\n  one_big", ("agent.conf:", "later version")),
)
GOOD = """transform:
  dimensions:
    m: {from: bad.m, key: [code], track: [segment]}
  facts:
    f: {from: bad.f, key: [id], date: day, partition: day, clean: {code: "upper(code)", code2: "code"}, rules: [{id: c, check: "n > 1", severity: warn, fatal_if: "> 2%"}]}
  one_big_tables:
    w: {fact: f, join: {m: {on: {code: code}, columns: [segment]}}}
"""


def misspelt(checks, server):
    """A configuration that is wrong ends with status 2, names the place and what was meant, also when nothing is new."""
    server.execute("CREATE DATABASE bad", "CREATE TABLE bad.m (code VARCHAR(5) PRIMARY KEY, segment VARCHAR(5))",
                   f"CREATE TABLE bad.f (id INT PRIMARY KEY, code VARCHAR(5), day DATE, n INT, {MOMENT})",
                   "INSERT INTO bad.f (id, code, day, n) VALUES (1, 'a', '2026-01-01', 5)")
    server.grant_more("bad")
    agent = Agent(server, "bad", GOOD)
    agent.run("run")
    for good, wrong, said in MISSPELT:
        assert GOOD.count(good) >= 1, good
        configure(agent, GOOD.replace(good, wrong, 1))
        status, document, errors = outcome(agent, "transform")
        text = json.dumps(document, ensure_ascii=False)
        checks.that(f"{wrong.strip()!r} is refused with its place and what was meant", status == 2 and all(part in text for part in said), f"{status} {text} {errors}")
    configure(agent, GOOD)
    agent.run("transform")
    for words, part in ((("transform", "--engine", "spark"), "later version"), (("transform", "--only", "ww"), "w"),
                        (("transfrom",), "sluice transform"), (("quarantine", "show", "nothing"), "no quarantined row"), (("reconcile", "--al"), "no such option")):
        status, document, _ = outcome(agent, *words)
        checks.that(f"{' '.join(words)} is refused", status == 2 and set(document["error"]) == ERROR_KEYS and part in json.dumps(document), f"{status} {document}")
    agent.remove()


MANY = "transform:\n  dimensions:\n    dept: {from: many.dept, key: [id], sequence: at, null_sequence: quarantine}\n" + "".join(
    f"    d{n}: {{from: many.t{n}, key: [id], rules: [{{id: short, check: 'n < 2', severity: {'fatal' if n == 7 else 'error'}}}]}}\n" for n in range(12))


def many(checks, server):
    """Many tables: those without findings in one line, failures last and counted; a table of which most is set aside."""
    server.execute("CREATE DATABASE many", "CREATE TABLE many.dept (id INT PRIMARY KEY, name VARCHAR(9), at DATETIME)",
                   "INSERT INTO many.dept SELECT seq, 'x', IF(seq > 245, '2026-01-01', NULL) FROM many.seq_1_to_252",
                   *(f"CREATE TABLE many.t{n} (id INT PRIMARY KEY, n INT) SELECT {n} id, IF({n} = 7, 2, 1) n" for n in range(25)))
    server.grant_more("many")
    agent = Agent(server, "many", MANY)
    process = agent.start("run", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, errors = process.communicate(timeout=120)
    lines = out.splitlines()
    checks.equal("a fatal rule is status 1", process.returncode, 1)
    checks.that("tables without findings are one line", "26 tables: all verified, 277 rows" in out and "11 tables: every row accounted for" in out, out)
    checks.that("those with findings have their own, the failed one last", [line.split()[0] for line in lines if " dimension " in line] == ["dept", "d7"], out)
    checks.that("failures come last and are counted", lines[-3:-1][0] == "1 table failed:" and lines[-2].startswith("  d7: ") and "    hint: " in lines[-1], out)
    checks.that("all of it fits a screen", len(lines) + len(errors.splitlines()) < 40, f"{len(lines)} + {len(errors.splitlines())}")
    checks.that("of many tables none has a line of its own on stderr", "table done table=t" not in errors, errors)
    sentence = "245 of 252 rows of dept are in quarantine; rule null_sequence"
    checks.that("what is ruined is said, on stderr and in the report", sentence in errors and sentence in out and "1 table is degraded:" in out, out + errors)
    for night in ("a run", "a run without news"):
        status, document, errors = outcome(agent, "run", "--quiet")
        dept = entry(document, "dept", "dimension")
        checks.that(f"{night} says it with --quiet and --json", status == 1 and dept["degraded"] is True and sentence in dept["notes"] and sentence in errors, f"{dept} {errors}")
    checks.that("others are not degraded", [table["table"] for table in document["tables"] if table["degraded"]] == ["dept"], str(document)[:500])
    shown = agent.text("runs", "show", document["run_id"])
    checks.that("runs show lists every table", all(f"t{n} " in shown and f"dimension d{n % 12} " in shown for n in range(25)), shown[:2000])
    configure(agent, MANY.replace("severity: fatal", "severity: warn").replace("null_sequence: quarantine}", "null_sequence: quarantine, max_quarantined: 20%}"))
    before = deltalake.DeltaTable(str(agent.lake / "quarantine/dept")).version(), rows(agent, "silver/dept", "id")
    status, document, _ = outcome(agent, "transform", "--rebuild")
    error = entry(document, "dept", "dimension")["error"]
    checks.that("max_quarantined is status 4, with what to look at", status == 4 and error["code"] == "refused" and "245 of 252 rows" in error["message"] and "null_sequence" in error["message"]
                and "quarantine report --table dept" in error["hint"], f"{status} {error}")
    checks.equal("and nothing of it changed", (deltalake.DeltaTable(str(agent.lake / "quarantine/dept")).version(), rows(agent, "silver/dept", "id")), before)
    for wrong in ("120%", "-1", "some"):
        configure(agent, MANY.replace("null_sequence: quarantine}", f"max_quarantined: {wrong}}}"))
        status, document, _ = outcome(agent, "transform")
        checks.that(f"max_quarantined: {wrong} is refused", status == 2 and "percentage" in document["error"]["message"], str(document))
    agent.remove()


def main():
    checks = Checks("the transformation's contract from outside")
    with Server() as server:
        empty(checks, server)
        odd(checks, server)
        ruled(checks, server)
        misspelt(checks, server)
        many(checks, server)
    checks.finish()


if __name__ == "__main__":
    main()
