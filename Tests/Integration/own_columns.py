"""A source's columns that are called as those of silver and quarantine: what `init` proposes runs every night, nothing is mixed up."""

import json
import re

from harness import Agent, read_with_deltalake, read_with_duckdb, rows_of

MOMENT = "updated_at TIMESTAMP(6) NOT NULL DEFAULT NOW(6) ON UPDATE NOW(6), KEY (updated_at)"
ASIDE = ("quarantine_id", "rules", "reasons", "status", "first_seen", "last_seen", "run_id", "decided_by", "decided_at", "note")


def own_columns(checks, server):
    aside = ", ".join(f"{name} VARCHAR(40) DEFAULT '{name} of the source'" for name in ASIDE)
    server.execute(
        "CREATE DATABASE own",
        "CREATE TABLE own.price (product INT, valid_from DATE, Valid_To DATE, is_deleted TINYINT NOT NULL, is_current INT, is_current_2 INT,"
        f" surrogate_key BIGINT, {aside}, {MOMENT}, PRIMARY KEY (product, valid_from))",
        "CREATE TABLE own.sale (id INT PRIMARY KEY, product INT, valid_from DATE, sold_on DATE NOT NULL, sold_on_month INT,"
        f" amount INT NOT NULL, {aside}, {MOMENT}, FOREIGN KEY (product, valid_from) REFERENCES own.price (product, valid_from))",
        "INSERT INTO own.price (product, valid_from, Valid_To, is_deleted, is_current, is_current_2, surrogate_key) VALUES"
        " (1, '2026-01-01', '2026-06-01', 0, 7, 70, 700), (1, '2026-06-01', NULL, 1, 8, 80, 800), (2, '2026-01-01', NULL, 9, 9, 90, 900)",
        "INSERT INTO own.sale (id, product, valid_from, sold_on, sold_on_month, amount) VALUES"
        " (1, 1, '2026-01-01', '2026-02-03', 2, 10), (2, 1, '2026-06-01', '2026-07-01', 7, 20), (3, 2, '2026-01-01', '2026-07-02', 7, 30)")
    if server.execute("SELECT 1 FROM mysql.user WHERE User = 'sluice'"):
        server.grant_more("own")
    else:
        server.grant("own")
    agent = Agent(server, "own")
    agent.run("init", "--output", "proposed.conf")
    text = (agent.folder / "proposed.conf").read_text()
    text = text.replace("partition: year", "partition: month")
    line = re.search(r"(?m)^    price: \{from: own.price, key: \[product, valid_from\]\}", text)
    checks.that("init proposes the dimension", line, text)
    rule = "rules: [{id: not_deleted, check: \"is_deleted < 5 AND status <> 'bad'\"}]"
    # The names of silver serve for columns that were not chosen, too.
    text = re.sub(r"(price: \{\"on\": [^}]*\}, columns: \[)", r"\1surrogate_key_2, ", text)
    text = text.replace(line.group(), f"{line.group()[:-1]}, {rule}}}", 1)
    (agent.folder / "agent.conf").write_text(text)
    checks.that("init's wide table shows the source's columns", "is_deleted_2" in text and "is_current_3" in text, text)
    said = agent.text("check")
    lines = {line.split("]   names: ")[1].split(" has columns")[0]: line for line in said.splitlines() if "]   names: " in line}
    wanted = {"price: silver": ("'is_deleted' as 'is_deleted_2'", "'is_current' as 'is_current_3'", "'Valid_To' as 'Valid_To_2'"),
              "price: quarantine": ("'status' as 'status_2'", "'note' as 'note_2'"), "sale: silver": ("'sold_on_month' as 'sold_on_month_2'",),
              "sale: quarantine": ("'status' as 'status_2'",)}
    checks.equal("check names what is called otherwise before the first run",
                 {place: [n for n in names if n not in lines.get(place, "")] for place, names in wanted.items()},
                 {place: [] for place in wanted})
    document = agent.run("run")
    notes = "\n".join(str(table.get("notes")) for table in document["tables"])
    checks.that("the run says so too", "silver has columns of these names itself" in notes and "'is_deleted' as 'is_deleted_2'" in notes, notes)
    prices(checks, agent, [(1, 0, 7, 70, 700, True), (1, 1, 8, 80, 800, True)], "the first run")
    checks.that("check says so afterwards", "'is_deleted' as 'is_deleted_2'" in agent.text("check"))
    sales = rows_of(read_with_duckdb(str(agent.lake / "silver" / "sale")), ("id", "sold_on_month_2", "status"))
    checks.same_rows("a fact keeps the names that it does not need itself", sales,
                     [(1, 2, "status of the source"), (2, 7, "status of the source")])
    kept = rows_of(read_with_deltalake(str(agent.lake / "quarantine" / "price")),
                   ("product", "is_deleted", "status", "status_2", "note_2", "rules", "rules_2"))
    checks.equal("quarantine keeps both", kept,
                 [(2, 9, "open", "status of the source", "note of the source", "not_deleted", "rules of the source")])
    later(checks, server, agent)
    agent.remove()


def prices(checks, agent, expected, when):
    found = rows_of(read_with_deltalake(str(agent.lake / "silver" / "price")),
                    ("product", "is_deleted_2", "is_current_3", "is_current_2", "surrogate_key_2", "is_current"))
    checks.same_rows(f"silver after {when}", found, expected)


def later(checks, server, agent):
    server.execute("UPDATE own.price SET is_deleted = 2 WHERE product = 1 AND valid_from = '2026-01-01'",
                   "ALTER TABLE own.price ADD COLUMN is_deleted_2 INT DEFAULT 5, ADD COLUMN status_2 INT DEFAULT 6",
                   "UPDATE own.price SET status_2 = 66, status = 'bad' WHERE valid_from = '2026-06-01'",
                   "INSERT INTO own.sale (id, product, valid_from, sold_on, amount) VALUES (4, 1, '2026-01-01', '2026-07-04', 40)")
    agent.run("run")
    prices(checks, agent, [(1, 0, 7, 70, 700, False), (1, 2, 7, 70, 700, True), (1, 1, 8, 80, 800, True)], "a second run")
    field = read_with_deltalake(str(agent.lake / "silver" / "price")).schema
    checks.that("a column that comes later takes no name that is taken", "is_deleted_2_2" in field.names and "is_deleted_3" not in field.names,
                str(field.names))
    names = ("valid_from", "status", "status_2", "status_2_2")
    kept = rows_of(read_with_deltalake(str(agent.lake / "quarantine" / "price")), names)
    checks.same_rows("nor in quarantine", [(str(row[0]), *row[1:]) for row in kept],
                     [("2026-01-01", "open", "status of the source", None), ("2026-06-01", "open", "bad", 66)])
    agent.run("quarantine", "export", "--table", "price", "--out", "fix.csv")
    lines = (agent.folder / "fix.csv").read_text()
    checks.that("export names the source's columns", "is_deleted" in lines and "status" in lines, lines)
    path = agent.folder / "agent.conf"
    path.write_text(path.read_text().replace("is_deleted < 5 AND", "is_deleted < 50 AND"))
    document = agent.run("quarantine", "replay", "--table", "price")
    checks.that("a replay brings the row", '"passed": 1' in json.dumps(document), str(document))
    prices(checks, agent, [(1, 0, 7, 70, 700, False), (1, 2, 7, 70, 700, True), (1, 1, 8, 80, 800, True), (2, 9, 9, 90, 900, True)], "the replay")
    agent.run("quarantine", "replay", "--table", "sale")
    document = agent.run("run")
    checks.equal("and the night after goes on, balanced", document["reconcile"]["balanced"], True)
    notes = {table["table"]: str(table.get("notes")) for table in document["tables"] if table["mode"] == "dimension"}
    checks.that("the night after says that a rule changed", "built with other rules" in notes["price"] and "not_deleted" in notes["price"], str(notes))
    agent.run("transform", "--recheck")
    document = agent.run("run")
    checks.that("judged again it is silent, and balanced", "other rules" not in str(document["tables"]) and document["reconcile"]["balanced"], str(document))
    found = agent.text("scd", "explain", "--dimension", "price", "--key", "product=1", "--key", "valid_from=2026-01-01")
    checks.that("scd explain speaks of the source's columns", "is_deleted: '0' → '2'" in found, found)
    wide = [path.name for path in (agent.lake / "gold").iterdir()]
    gold = read_with_duckdb(str(agent.lake / "gold" / wide[0]))
    checks.same_rows("gold joins by the key that silver calls otherwise", rows_of(gold, ("id", "price_is_deleted_2", "price_surrogate_key_2")),
                     [(1, 2, 700), (2, 1, 800), (3, 9, 900), (4, 2, 700)])
    agent.run("transform", "--rebuild")
    prices(checks, agent, [(1, 0, 7, 70, 700, False), (1, 2, 7, 70, 700, True), (1, 1, 8, 80, 800, True),
                           (2, 9, 9, 90, 900, True)], "a rebuild")
