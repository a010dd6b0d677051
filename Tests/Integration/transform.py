"""From a row in MySQL to the One Big Table in one command: new rows arrive, a changed attribute makes a second version in
silver and shows in gold, bad rows stand in quarantine, a run without changes writes nothing, and the receipts balance."""

import csv
import hashlib
import json
import os
import time

from deltalake import DeltaTable

from harness import Agent, Checks, Server, lake_files, read_with_deltalake, read_with_duckdb, rows_of

SCHEMA = "shop"
TABLES = (
    """CREATE TABLE shop.customer (code VARCHAR(10) PRIMARY KEY, name VARCHAR(40), segment VARCHAR(20) NOT NULL,
        updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at))""",
    """CREATE TABLE shop.sales (id BIGINT PRIMARY KEY AUTO_INCREMENT, code VARCHAR(10), qty INT, amount DECIMAL(12,2),
        currency VARCHAR(8), sold DATE,
        updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at))""",
    "INSERT INTO shop.customer (code, name, segment) VALUES ('c1', ' Ana ', 'retail'), ('c2', 'Bo', 'online')",
    """INSERT INTO shop.sales (code, qty, amount, currency, sold) VALUES ('c1', 2, 10.50, ' inr', '2026-01-05'),
        ('c2', 1, 99.99, 'USD', '2026-01-06'), ('c2', -3, 1, 'USD', '2026-01-06'), ('zz', 1, 5, 'EUR', '2026-01-06'),
        ('c1', 1, 7, 'INR', NULL)""",
)
PIPELINE = """transform:
  dimensions:
    customer:
      from: shop.customer
      key: [code]
      track: [segment]
      clean: {name: "trim(name)"}
      rules:
        - {id: name_present, check: "name <> ''"}
  facts:
    sales:
      from: shop.sales
      key: [id]
      date: sold
      clean: {currency: "upper(trim(currency))"}
      rules:
        - {id: qty_positive, check: "qty > 0"}
        - {id: known_customer, references: customer, on: {code: code}}
        - {id: currency_known, values: {column: currency, in: [INR, USD]}}
        - {id: not_too_many, check: "qty < 1000", severity: warn, fatal_if: "> 50%"}
  one_big_tables:
    wide:
      fact: sales
      join:
        customer: {on: {code: code}, columns: [name, segment]}
"""


def silver(agent, name, columns, reader=read_with_deltalake):
    return sorted(rows_of(reader(str(agent.lake / name)), columns), key=str)


def by_table(document):
    return {table["table"].split(".")[-1] + ":" + table["mode"]: table for table in document["tables"]}


def first_run(checks, agent):
    tables = by_table(agent.run("run"))
    checks.equal("every table is in the result", sorted(tables),
                 ["customer:dimension", "customer:incremental", "sales:fact", "sales:incremental", "wide:one_big_table"])
    checks.equal("the receipts", [tables[name]["receipt"] for name in ("customer:dimension", "sales:fact", "wide:one_big_table")],
                 ["2 events = 2 rows", "5 events = 2 rows + 3 quarantined", "2 rows = 2 facts"])
    for reader in (read_with_deltalake, read_with_duckdb):
        wide = silver(agent, "gold/wide", ["id", "currency", "customer_name", "customer_segment"], reader)
        checks.equal("gold holds the good rows, cleaned and joined", wide,
                     [(1, "INR", "Ana", "retail"), (2, "USD", "Bo", "online")])
    bad = silver(agent, "quarantine/sales", ["id", "rules", "status"])
    checks.equal("the others stand in quarantine with every rule they break", bad,
                 [(3, "qty_positive", "open"), (4, "known_customer,currency_known", "open"), (5, "null_date", "open")])
    checks.equal("gold is partitioned by date", DeltaTable(str(agent.lake / "gold/wide")).metadata().partition_columns, ["sold"])


def unchanged(checks, agent):
    before = {name: lake_files(str(agent.lake / name))[1] for name in ("silver/sales", "silver/customer", "gold/wide")}
    start = time.monotonic()
    document = agent.run("run")
    seconds = time.monotonic() - start
    after = {name: lake_files(str(agent.lake / name))[1] for name in before}
    checks.that("a run without changes writes no data file", before == after)
    checks.equal("and says so", {table["files"] for table in document["tables"]}, {0})
    checks.that("in under a second", seconds < 1 or "debug" in __import__("harness").SLUICE, f"{seconds:.2f} s")


def changes(checks, server, agent):
    server.execute(
        "UPDATE shop.customer SET segment = 'wholesale' WHERE code = 'c1'",
        "INSERT INTO shop.sales (code, qty, amount, currency, sold) VALUES ('c1', 4, 1.25, 'INR', '2026-02-01')",
        "UPDATE shop.sales SET qty = 3 WHERE id = 3")
    agent.run("run")
    versions = silver(agent, "silver/customer", ["code", "segment", "is_current"])
    checks.equal("a changed attribute makes a second version", versions,
                 [("c1", "retail", False), ("c1", "wholesale", True), ("c2", "online", True)])
    wide = silver(agent, "gold/wide", ["id", "qty", "customer_segment"])
    checks.equal("new, corrected and restated rows show in gold", wide,
                 [(1, 2, "wholesale"), (2, 1, "online"), (3, 3, "online"), (6, 4, "wholesale")])
    bad = dict(silver(agent, "quarantine/sales", ["id", "status"]))
    checks.equal("a row corrected at the source leaves quarantine", bad, {3: "superseded", 4: "open", 5: "open"})


def receipts(checks, agent):
    document = agent.run("reconcile")
    checks.that("the receipts balance end to end", document["balanced"], str(document))
    sales = next(table for table in document["tables"] if table["table"] == "sales")
    checks.equal("every row of bronze is somewhere", {name: sales[name] for name in ("bronze", "silver", "quarantined", "superseded", "gold")},
                 {"bronze": 7, "silver": 4, "quarantined": 2, "superseded": 1, "gold": 4})
    before = silver(agent, "gold/wide", ["id", "qty", "customer_segment"])
    agent.run("transform", "--rebuild")
    checks.equal("a rebuild comes to the same", silver(agent, "gold/wide", ["id", "qty", "customer_segment"]), before)
    checks.that("and its receipts balance", agent.run("reconcile")["balanced"])


def steward(checks, server, agent):
    server.execute(
        """INSERT INTO shop.sales (code, qty, amount, currency, sold) VALUES ('c2', -1, 3, 'USD', '2026-02-02'),
            ('c2', -2, 4, 'USD', '2026-02-02'), ('c1', -9, 8, 'INR', '2026-02-03'), ('nn', 1, 8, 'INR', '2026-02-03')""")
    agent.run("run")
    report = agent.run("quarantine", "report")["rules"]
    line = next(rule for rule in report if rule["rule"] == "qty_positive")
    checks.equal("the report counts what the newest run found and what is open",
                 {name: line[name] for name in ("table", "severity", "evaluated", "failed", "percent", "open")},
                 {"table": "sales", "severity": "error", "evaluated": 4, "failed": 3, "percent": 75, "open": 3})
    for form in ("table", "csv", "md", "html"):
        text = agent.text("quarantine", "report", "--format", form)
        checks.that(f"the report as {form}", "qty_positive" in text and "75" in text, text)
    agent.text("quarantine", "export", "--table", "sales", "--rule", "qty_positive", "--out", "fix.csv")
    with open(agent.folder / "fix.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    checks.equal("an export holds the open rows of a rule", sorted((r["id"], r["qty"]) for r in rows), [("7", "-1"), ("8", "-2"), ("9", "-9")])
    shown = agent.run("quarantine", "show", rows[0]["quarantine_id"][:12])
    checks.equal("a row is shown with its reasons", [(r["rule"], r["observed"]) for r in shown["reasons"]], [("qty_positive", rows[0]["qty"])])
    replay(checks, agent, rows)
    decide(checks, agent)


def replay(checks, agent, rows):
    for row in rows:
        row["qty"] = {"7": "11", "8": "12", "9": "-9"}[row["id"]]
    with open(agent.folder / "fix.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    before = silver(agent, "silver/sales", ["id", "qty"])
    dry = agent.run("quarantine", "replay", "--from", "fix.csv", "--dry-run")["tables"][0]
    checks.equal("a dry run tells what would pass", (dry["judged"], dry["passed"], dry["still_open"]), (3, 2, 1))
    checks.equal("and writes nothing", silver(agent, "silver/sales", ["id", "qty"]), before)
    agent.run("quarantine", "replay", "--from", "fix.csv", "--note", "counted again")
    checks.equal("corrected rows reach silver", silver(agent, "silver/sales", ["id", "qty"]), sorted(before + [(7, 11), (8, 12)]))
    wide = dict(silver(agent, "gold/wide", ["id", "qty"]))
    checks.equal("and gold", (wide.get(7), wide.get(8), 9 in wide), (11, 12, False))
    states = {row[0]: row[1:] for row in silver(agent, "quarantine/sales", ["id", "status", "note"])}
    checks.equal("what still fails stays open, the others keep who decided", [states[i] for i in (7, 8, 9)],
                 [("replayed", "counted again"), ("replayed", "counted again"), ("open", None)])
    again = agent.run("quarantine", "replay", "--from", "fix.csv")["tables"][0]
    checks.equal("replaying again changes nothing", (again["judged"], again["passed"]), (1, 0))
    checks.that("the receipts balance", agent.run("reconcile")["balanced"], str(agent.run("reconcile")))


def decide(checks, agent):
    agent.run("quarantine", "waive", "--rule", "qty_positive", "--reason", "returns", "--until", "2999-01-01")
    document = agent.run("quarantine", "discard", "--rule", "null_date", expect=(2,))
    checks.equal("a decision needs a reason", document["error"]["subject"], "--reason")
    agent.run("quarantine", "discard", "--rule", "null_date", "--reason", "test data")
    states = dict(silver(agent, "quarantine/sales", ["id", "status"]))
    checks.equal("decisions stand", states, {3: "superseded", 4: "open", 5: "discarded", 7: "replayed", 8: "replayed", 9: "waived", 10: "open"})
    report = {rule["rule"]: rule for rule in agent.run("quarantine", "report")["rules"]}
    checks.equal("and show in the report", (report["qty_positive"]["open"], report["qty_positive"]["waived"], report["qty_positive"]["replayed"]), (0, 1, 2))
    checks.that("the receipts balance after decisions", agent.run("reconcile")["balanced"])


def waiting(checks, server, agent):
    """A fact whose member comes late: no steward, in silver and gold with the run that brings the member, spelt as it may be."""
    server.execute("INSERT INTO shop.customer (code, name, segment) VALUES ('NN', 'Nina', 'online')")
    agent.run("extract")
    agent.run("transform", "--only", "customer")
    line = next(rule for rule in agent.run("quarantine", "report")["rules"] if rule["rule"] == "known_customer")
    checks.equal("the report says how many would pass now", (line["open"], line["would_pass"]), (2, 1))
    checks.that("in words too", "1 of the open rows of sales, rule known_customer, would pass now" in agent.text("quarantine", "report"))
    sales = by_table(agent.run("run"))["sales:fact"]
    checks.that("a run without news of the fact brings its waiting row in", sales["receipt"].startswith("unchanged; 1 row that waited for members") and sales["version"] is not None, str(sales))
    checks.equal("silver and gold have it", [row for row in silver(agent, "gold/wide", ["id", "code", "customer_segment"]) if row[0] == 10], [(10, "nn", "online")])
    states = {row[0]: row[1:] for row in silver(agent, "quarantine/sales", ["id", "status", "decided_by", "note"])}
    checks.that("what happened is noted, what waits for another stays", states[10][:2] == ("replayed", "sluice") and "its member came" in states[10][2] and states[4][0] == "open", str(states))
    checks.that("the receipts balance", agent.run("reconcile")["balanced"])
    checks.that("and the next run changes nothing", all(table["version"] is None for table in agent.run("run")["tables"]))


def rules(checks, agent):
    checks.equal("the configured rules have no problem", agent.run("rules", "lint")["findings"], [])
    suggested = agent.run("rules", "suggest")["suggestions"]
    checks.that("what the source declares is suggested", any(s["yaml"].startswith("- {id: segment_present") for s in suggested), str(suggested))
    explained = agent.text("scd", "explain", "--dimension", "customer", "--key", "c1")
    checks.that("a member's versions are explained", "versions (2)" in explained and "wholesale" in explained, explained)


def refusals(checks, agent):
    document = agent.run("transform", "--engine", "spark", expect=(2,))
    checks.that("the Spark engine is refused by name", "later version" in document["error"]["message"])
    document = agent.run("transform", "--only", "sale", expect=(2,))
    checks.that("a slip in --only is refused with what was meant", "sales" in document["error"]["hint"])


def stale(checks, server):
    """`restate: never` leaves old partitions as they are, says which in every run, and builds them once that is allowed."""
    never = PIPELINE + "      restate: never\n"
    agent = Agent(server, SCHEMA, never)
    agent.run("run")
    before = silver(agent, "gold/wide", ["id", "customer_segment"])
    server.execute("UPDATE shop.customer SET segment = 'key account' WHERE code = 'c2'")
    for what in ("a run that leaves partitions stale lists them", "and so does the next one"):
        wide = by_table(agent.run("run"))["wide:one_big_table"]
        checks.equal(what, (wide["stale_partitions"][:1], wide["files"]), (["2026-01-06"], 0))
    checks.equal("their rows stay as they were", silver(agent, "gold/wide", ["id", "customer_segment"]), before)
    conf = agent.folder / "agent.conf"
    conf.write_text(conf.read_text().replace("restate: never", "restate: touched"))
    wide = by_table(agent.run("transform"))["wide:one_big_table"]
    checks.equal("allowed again they are built", (wide["stale_partitions"], wide["files"] > 0), ([], True))
    now = silver(agent, "gold/wide", ["id", "customer_segment"])
    checks.that("and show the member as it is", now != before and {segment for _, segment in now} >= {"key account"}, str(now))
    agent.remove()


def zero_sequence(checks, server):
    """A zero date is the oldest event of its key; behind a version with a time it stays open and visible."""
    server.execute("CREATE DATABASE aged", "SET SESSION sql_mode = ''",
                   "CREATE TABLE aged.item (id INT PRIMARY KEY, label VARCHAR(20), changed DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', day DATE DEFAULT '2026-01-01')",
                   "INSERT INTO aged.item (id, label) VALUES (1, 'a'), (2, 'b')", "INSERT INTO aged.item (id, label, changed) VALUES (3, 'c', '2026-02-01')")
    server.grant_more("aged")
    settings = "  tables:\n    item: {mode: snapshot}\ntransform:\n"
    settings += "".join(f"  {kind}s:\n    {kind}: {{from: aged.item, key: [id], sequence: changed{more}}}\n" for kind, more in (("dimension", ""), ("fact", ", date: day")))
    agent = Agent(server, "aged", settings)
    agent.run("run")
    for kind in ("dimension", "fact"):
        checks.equal(f"{kind}: rows with a zero sequence are there", silver(agent, f"silver/{kind}", ["id", "label"]), [(1, "a"), (2, "b"), (3, "c")])
    server.execute("UPDATE aged.item SET label = 'a2', changed = '2026-03-01' WHERE id = 1", "SET SESSION sql_mode = ''",
                   "UPDATE aged.item SET label = 'c2', changed = 0 WHERE id = 3")
    agent.run("run")
    current = [(key, label) for key, label, is_current in silver(agent, "silver/dimension", ["id", "label", "is_current"]) if is_current]
    checks.equal("dimension: a time is later than the zero date", current, [(1, "a2"), (2, "b"), (3, "c")])
    checks.equal("fact: the same", silver(agent, "silver/fact", ["id", "label"]), [(1, "a2"), (2, "b"), (3, "c")])
    for kind in ("dimension", "fact"):
        aside = silver(agent, f"quarantine/{kind}", ["id", "label", "rules", "status"])
        checks.equal(f"{kind}: a version that lost its time is open and visible", aside, [(3, "c2", "null_sequence", "open")])
    checks.that("the receipts balance", agent.run("reconcile")["balanced"])
    agent.remove()


CHAIN = """transform:
  dimensions:
    region: {from: chain.region, key: [code], rules: [{id: named, check: "name <> ''"}]}
    client: {from: chain.client, key: [code], rules: [{id: known_region, references: region, on: {region: code}}]}
  facts:
    orders:
      from: chain.orders
      key: [id]
      date: day
      rules: [{id: known_client, references: client, on: {client: code}}, {id: positive, check: "qty > 0"}]
"""


def chain(checks, server):
    """A row fails because its member is itself in quarantine: it says so, the steward sees what mends it, and mending the first mends all."""
    stamp = "updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at)"
    server.execute("CREATE DATABASE chain", f"CREATE TABLE chain.region (code VARCHAR(9) PRIMARY KEY, name VARCHAR(9), {stamp})",
                   f"CREATE TABLE chain.client (code VARCHAR(9) PRIMARY KEY, region VARCHAR(9), {stamp})",
                   f"CREATE TABLE chain.orders (id INT PRIMARY KEY, client VARCHAR(9), qty INT, day DATE, {stamp})",
                   "INSERT INTO chain.region (code, name) VALUES ('N', 'north'), ('S', '')",
                   "INSERT INTO chain.client (code, region) VALUES ('a', 'n'), ('b', 's'), ('c', 'S '), ('d', 'w')",
                   "INSERT INTO chain.orders (id, client, qty, day) SELECT seq, ELT(1 + seq % 4, 'A', 'B ', 'b', 'D'), 1 - (seq = 1), '2026-01-05' FROM chain.seq_1_to_40")
    server.grant_more("chain")
    agent = Agent(server, "chain", CHAIN)

    def reasons(table):
        rows = silver(agent, f"quarantine/{table}", ["id" if table == "orders" else "code", "reasons"])
        return {key: [(reason["rule"], reason["message"]) for reason in json.loads(text)] for key, text in rows}

    text = agent.text("run")
    checks.that("the run tells the first cause before what follows", "  1 row of region is in quarantine (rule named): 2 rows of client wait for it\n" in text
                and "  2 rows of client are in quarantine (rule known_region): 29 rows of orders wait for them\n" in text, text)
    alone, cause = "no such member of region", ": its row is itself in quarantine there (rule {})"
    checks.equal("a member's reason names the rule of its own", reasons("client"), {
        "b": [("known_region", alone + cause.format("named"))], "c": [("known_region", alone + cause.format("named"))], "d": [("known_region", alone)]})
    orders = reasons("orders")
    known = ("known_client", "no such member of client" + cause.format("known_region"))
    checks.equal("and so does a fact's, whose key is spelt otherwise, beside what is wrong itself", (orders[1], orders[2], orders[3]),
                 ([known, ("positive", "not true: qty > 0")], [known], [known]))
    lines = {rule["rule"]: rule for rule in agent.run("quarantine", "report")["rules"]}
    checks.equal("the report counts what waits for that alone", [(name, lines[name]["open"], lines[name]["because_of_quarantine"]) for name in ("known_region", "known_client", "positive")],
                 [("known_region", 3, 2), ("known_client", 30, 29), ("positive", 1, 0)])
    text = agent.text("quarantine", "report")
    checks.that("in words, the first cause first", "2 of 3 open rows of client, rule known_region, wait for 1 row of region that is itself in quarantine "
                "(rule named); they come in when that is mended.\n29 of 30 open rows of orders, rule known_client, wait for 2 rows of client" in text, text)
    ids = dict(silver(agent, "quarantine/client", ["code", "quarantine_id"]))
    agent.run("quarantine", "discard", "--table", "region", "--key", "s", "--reason", "no region")
    shown = agent.text("quarantine", "show", ids["b"])
    checks.that("what the steward decides of the first shows in the others at once", "its row was discarded there (rule named)" in shown, shown)
    lines = {rule["rule"]: rule for rule in agent.run("quarantine", "report")["rules"]}
    checks.equal("they wait for it no more, and their own for them", [lines[name]["because_of_quarantine"] for name in ("known_region", "known_client")], [0, 29])
    agent.run("quarantine", "reopen", "--table", "region", "--key", "S", "--reason", "it is one")
    checks.that("nor is that lost when it is open again", cause.format("named") in reasons("client")["b"][0][1])
    server.execute("UPDATE chain.region SET name = 'south' WHERE code = 'S'")
    tables = by_table(agent.run("run"))
    checks.equal("mended at the source, all come in with that run", [tables[name]["receipt"].split(":")[0] for name in ("client:dimension", "orders:fact")],
                 ["unchanged; 2 rows that waited for members", "unchanged; 19 rows that waited for members"])
    checks.equal("what is wrong beside stays, with that alone", reasons("orders")[1], [("positive", "not true: qty > 0")])
    checks.equal("and what waits for a member that waits for none", dict(silver(agent, "quarantine/client", ["code", "status"])), {"b": "replayed", "c": "replayed", "d": "open"})
    checks.that("the receipts balance", agent.run("reconcile")["balanced"])
    checks.equal("the next run changes nothing", {table["version"] for table in agent.run("run")["tables"] if table["mode"] in ("dimension", "fact")}, {None})
    agent.remove()


SECRETS = ("ana@example.org", "+49 30 1234567", "4012888888881881", "1815.25", "1815-12-10")


def masks(checks, server):
    """Masked values are the SHA-256 of salt and text, or NULL; nothing in the lake tells them: no file, statistics or log."""
    server.execute("CREATE DATABASE masked", "SET SESSION sql_mode = ''",
                   "CREATE TABLE masked.person (id INT PRIMARY KEY, mail VARCHAR(40), phone VARCHAR(40), card BIGINT, paid DECIMAL(10,2), born DATE, "
                   "free TEXT, seen DATE, updated_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at))",
                   "INSERT INTO masked.person (id, mail, phone, card, paid, born, free, seen) VALUES"
                   " (1, 'ana@example.org', '+49 30 1234567', 4012888888881881, 1815.25, '1815-12-10', 'ana@example.org', '2026-01-01'),"
                   " (2, NULL, '+49 30 1234567', NULL, NULL, NULL, '', '2026-01-01'), (3, 'é', '', 0, 0, '0000-00-00', 'x', '0000-00-00')")
    server.grant_more("masked")
    masked = "mail: sha256, phone: null, card: sha256, paid: sha256, born: sha256, free: null"
    settings = (f"  codec: none\n  verify: count\n  mask_salt: {{env: MASK_SALT}}\n  tables:\n    person: {{mask: {{{masked}}}}}\ntransform:\n  facts:\n"
                "    person: {from: masked.person, key: [id], date: seen, rules: [{id: written, check: \"mail <> ''\", nulls: fail}]}\n")
    agent = Agent(server, "masked", settings)
    agent.environment["MASK_SALT"] = "pepper"
    document = agent.run("run")
    checks.that("masked rows are verified", "count 3 verified" in str(document), str(document))

    def sha(text):
        return hashlib.sha256(b"pepper" + text.encode()).hexdigest()

    rows = silver(agent, "bronze/masked/person", ["id", "mail", "phone", "card", "paid", "born", "free", "_sluice_invalid"])
    checks.equal("masked values", rows, [
        (1, sha("ana@example.org"), None, sha("4012888888881881"), sha("1815.25"), sha("1815-12-10"), None, None),
        (2, None, None, None, None, None, None, None), (3, sha("é"), None, sha("0"), sha("0.00"), None, None, '{"seen":"0000-00-00"}')])
    told = [(str(path), secret) for folder, _, names in os.walk(agent.folder) for name in names if name != "agent.conf"
            for path in [os.path.join(folder, name)] for content in [open(path, "rb").read()]
            for secret in SECRETS + ("pepper",) if secret.encode() in content]
    checks.equal("no file of the lake or the state tells one", told, [])
    before = agent.rows_by_table(agent.extract())
    checks.equal("an unchanged masked row is not written again", before, {"person": 0})
    server.execute("UPDATE masked.person SET mail = 'bo@example.org' WHERE id = 1")
    agent.run("run")
    found = dict(silver(agent, "silver/person", ["id", "mail"]))
    checks.equal("a changed value is another hash", found, {1: sha("bo@example.org")})
    agent.remove()


def main():
    checks = Checks("transform, end to end")
    with Server() as server:
        server.execute("CREATE DATABASE shop", *TABLES)
        server.grant(SCHEMA)
        agent = Agent(server, SCHEMA, PIPELINE)
        first_run(checks, agent)
        unchanged(checks, agent)
        changes(checks, server, agent)
        receipts(checks, agent)
        steward(checks, server, agent)
        waiting(checks, server, agent)
        rules(checks, agent)
        refusals(checks, agent)
        stale(checks, server)
        zero_sequence(checks, server)
        chain(checks, server)
        masks(checks, server)
        agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
