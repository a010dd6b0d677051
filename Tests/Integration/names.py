"""Names are the server's bytes: tables, columns and schemas with every odd name keep their folders whatever comes and goes, silver
follows them, and what disappears from the source is said and stops nothing else."""

import contextlib
import json
import pathlib
import subprocess

import deltalake

from harness import PASSWORD, Agent, Checks, Server, read_with_deltalake, read_with_duckdb, rows_of
from outside import outside_changes
from own_columns import own_columns

MOMENT = "updated_at TIMESTAMP(6) NOT NULL DEFAULT NOW(6) ON UPDATE NOW(6), KEY (updated_at)"
COMPOSED, DECOMPOSED = "caf\u00e9", "cafe\u0301"


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


def outcome(agent, *words):
    """(status, document, stderr) of a command with --json."""
    process = agent.start(*words, "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, errors = process.communicate(timeout=120)
    return process.returncode, json.loads(out) if out else {}, errors


def folders(agent):
    """Source name → folder under bronze, by what each table says it is."""
    found = {}
    for log in (agent.lake / "bronze").glob("*/*/_delta_log"):
        folder = log.parent
        source = deltalake.DeltaTable(str(folder)).metadata().configuration["sluice.source_table"]
        found.setdefault(source, []).append(str(folder.relative_to(agent.lake / "bronze")))
    return found


def only(agent):
    """As `folders`, where no table may have two."""
    found = folders(agent)
    return {source: places[0] if len(places) == 1 else places for source, places in found.items()}


def allow(server, schema):
    """The agent's user, made with the first schema, may read another."""
    if server.execute("SELECT 1 FROM mysql.user WHERE User = 'sluice'"):
        server.grant_more(quoted(schema))
    else:
        server.grant(schema)


def table(server, schema, name, *rows):
    server.execute(f"CREATE TABLE {quoted(schema)}.{quoted(name)} (id INT PRIMARY KEY, note VARCHAR(80), {MOMENT})")
    insert(server, schema, name, *(rows or ((1, name),)))


def insert(server, schema, name, *rows):
    values = ", ".join(f"({number}, '{note.replace(chr(92), chr(92) * 2).replace(chr(39), chr(39) * 2)}')" for number, note in rows)
    server.execute(f"INSERT INTO {quoted(schema)}.{quoted(name)} (id, note) VALUES {values}")


def notes(agent, folder):
    return sorted(rows_of(read_with_deltalake(str(agent.lake / "bronze" / folder)), ("id", "note")))


def configure(agent, text):
    path = agent.folder / "agent.conf"
    path.write_text(path.read_text().split("\ntransform:")[0] + "\n" + text)


ODD = ["a b", "a_b", "A_B", "товар", "заказ", "_delta_log", ".hidden", "..", "con", "dot.", "per%cent", "ha#sh", "q'uote", 'dou"ble',
       "back`tick", "semi;colon", "a=b", "ques?tion", "sta*r", "back\\slash", "İstanbul", "ıstanbul", "straße", "strasse", "表",
       COMPOSED, DECOMPOSED, "x" * 64, "é" * 64, "{brace}", "new\nline", "$HOME", "-dash", "%2e%2e"]


def odd_names(checks, server):
    """Every table is copied under its own name, twice, and each finds its folder again when the others are gone."""
    server.execute("CREATE DATABASE odd")
    for name in ODD:
        table(server, "odd", name)
    allow(server, "odd")
    agent = Agent(server, "odd")
    status, document, errors = outcome(agent, "extract")
    checks.equal("tables with every odd name are extracted", (status, len(document["tables"])), (0, len(ODD)))
    first = only(agent)
    checks.equal("each has one folder", (sorted(first), len(set(first.values()))), (sorted(f"odd.{n}" for n in ODD), len(ODD)))
    checks.equal("a name that needs no change is its folder", {n: first[f"odd.{n}"] for n in ("A_B", "товар", "con", "straße", "dot.")},
                 {n: f"odd/{n}" for n in ("A_B", "товар", "con", "straße", "dot.")})
    checks.equal("a clash gets a number", [first["odd.a_b"], first["odd.a b"]], ["odd/a_b_2", "odd/a_b_3"])
    checks.equal("hidden names get a letter", [first[f"odd.{n}"] for n in ("_delta_log", ".hidden", "..")],
                 ["odd/t_delta_log", "odd/t.hidden", "odd/t.."])
    wrong = {name: notes(agent, first[f"odd.{name}"]) for name in ODD if notes(agent, first[f"odd.{name}"]) != [(1, name)]}
    checks.equal("each folder holds its table's rows", wrong, {})
    both = rows_of(read_with_duckdb(str(agent.lake / "bronze" / first[f"odd.{DECOMPOSED}"])), ("note",))
    checks.equal("DuckDB reads one with a cleaned name", both, [(DECOMPOSED,)])
    for name in ODD:
        insert(server, "odd", name, (2, "second"))
    server.execute(*(f"DROP TABLE odd.{quoted(n)}" for n in ("a_b", "товар", COMPOSED, "..")))
    status, document, errors = outcome(agent, "extract")
    checks.equal("with neighbours gone every table stays in its folder", (status, only(agent)), (0, first))
    checks.equal("and goes on there", [notes(agent, first[f"odd.{n}"])[-1] for n in ("a b", "заказ", DECOMPOSED)], [(2, "second")] * 3)
    listing = agent.run("lake", "ls")
    checks.equal("lake ls shows all of them", len(listing["tables"]), len(ODD))
    rows = agent.text("lake", "cat", "odd.a b")
    checks.that("lake cat finds a table by the source's name", "second" in rows, rows)
    agent.remove()


PIPELINE = """transform:
  dimensions:
    goods: {from: shop.товар, key: [id]}
    order: {from: shop.заказ, key: [id]}
    spaced: {from: 'shop.a b', key: [id]}
    plain: {from: shop.a_b, key: [id]}
"""


def silver_follows(checks, server):
    server.execute("CREATE DATABASE shop")
    for name in ("товар", "заказ", "a b", "a_b"):
        table(server, "shop", name)
    allow(server, "shop")
    agent = Agent(server, "shop", PIPELINE)
    agent.run("run")
    silver = {name: rows_of(read_with_deltalake(str(agent.lake / "silver" / name)), ("note",)) for name in ("goods", "order", "spaced", "plain")}
    checks.equal("silver is made of the right tables", silver,
                 {"goods": [("товар",)], "order": [("заказ",)], "spaced": [("a b",)], "plain": [("a_b",)]})
    server.execute("DROP TABLE shop.a_b")
    insert(server, "shop", "a b", (2, "later"))
    status, document, errors = outcome(agent, "run")
    failed = [t["table"] for t in document["tables"] if t["error"]]
    checks.equal("a configured table that is gone fails alone, exit 1", (status, failed), (1, ["a_b"]))
    checks.that("and is said", "gone from the source" in errors and "a_b" in errors, errors)
    checks.equal("its silver stays", rows_of(read_with_deltalake(str(agent.lake / "silver" / "plain")), ("note",)), [("a_b",)])
    checks.equal("its neighbour's silver goes on", sorted(rows_of(read_with_deltalake(str(agent.lake / "silver" / "spaced")), ("note",))),
                 [("a b",), ("later",)])
    status, document, _ = outcome(agent, "transform")
    checks.equal("transform alone finds nothing wrong", status, 0)
    configure(agent, PIPELINE.replace("shop.a_b", "shop.a_bb").replace("shop.товар", "SHOP.товар"))
    status, document, errors = outcome(agent, "run")
    wrong = [t for t in document["tables"] if t["error"]]
    checks.equal("a misspelt table is a configuration error", (status, [t["table"] for t in wrong if t["mode"] == "dimension"]), (2, ["plain"]))
    checks.that("with the nearest name", "shop.a_b" in str(wrong[-1]["error"]["hint"]), str(wrong))
    path = agent.folder / "agent.conf"
    text = path.read_text()
    path.write_text(text.replace("  schema: shop\n", "  schema: shop\n  tables: {заказ: {mode: snapshot}, a_b: {mode: snapshot}}\n"))
    status, document, errors = outcome(agent, "extract")
    checks.equal("an override of a dropped table stops nothing else", (status, [t["table"] for t in document["tables"] if t["error"]]), (1, ["a_b"]))
    path.write_text(text.replace("  schema: shop\n", "  schema: shop\n  tables: {закaз: {mode: snapshot}}\n"))
    status, document, errors = outcome(agent, "extract")
    checks.that("an override of a table that never was is a configuration error", status == 2 and "заказ" in document["error"]["hint"],
                str(document))
    agent.remove()


def schemas(checks, server):
    """Schemas that ask for one folder; one in another spelling; the lock of a folder against another table."""
    for name in ("my db", "my_db", "MY_DB", "ß.x"):
        server.execute(f"CREATE DATABASE {quoted(name)}")
        table(server, name, "t", (1, name))
    allow(server, "my_db")
    for name in ("my db", "MY_DB", "ß.x"):
        allow(server, name)
    agent = Agent(server, "my_db")
    for name in ("my_db", "my db", "MY_DB", "ß.x", "my db"):
        agent.run("extract", "--schema", name)
    found = only(agent)
    checks.equal("schemas get folders of their own", found,
                 {"my_db.t": "my_db/t", "my db.t": "my_db_2/t", "MY_DB.t": "MY_DB_3/t", "ß.x.t": "ß.x/t"})
    checks.equal("with their own rows", {s: notes(agent, p) for s, p in found.items()}, {s: [(1, s[:-2])] for s in found})
    status, document, _ = outcome(agent, "extract", "--accept-source", "--schema", "my db")
    checks.equal("--accept-source crosses to no other table", (status, only(agent)), (0, found))
    status, _, errors = outcome(agent, "run", "--accept-source")
    checks.equal("run takes --accept-source", status, 0)
    agent.remove()


def spellings(checks):
    """A server that does not tell case apart spells names its own way."""
    with Server("--lower_case_table_names=1") as server:
        server.execute("CREATE DATABASE Upper")
        table(server, "Upper", "Orders", (1, "one"))
        allow(server, "upper")
        agent = Agent(server, "UPPER", "transform: {dimensions: {orders: {from: UPPER.Orders, key: [id]}}}\n")
        agent.run("run")
        insert(server, "upper", "orders", (2, "two"))
        path = agent.folder / "agent.conf"
        path.write_text(path.read_text().replace("schema: UPPER", "schema: upper"))
        agent.run("run")
        agent.run("run", "--schema", "Upper")
        checks.equal("a schema in three spellings has one folder", only(agent), {"upper.orders": "upper/orders"})
        checks.equal("and silver is not stale", len(rows_of(read_with_deltalake(str(agent.lake / "silver" / "orders")), ("note",))), 2)
        agent.remove()


def columns(checks, server):
    """Columns that readers take for one get a number; each keeps its own values."""
    server.execute("CREATE DATABASE cols",
                   "CREATE TABLE cols.t (id INT PRIMARY KEY, `é` INT, `e\u0301` INT, `É\u0323` INT, `a b` INT, `a_b` INT, `ı` INT, `I` INT,"
                   f" `_sluice_op` INT, ingest_date INT, `we\"ird` INT, `a,b;c` INT, {MOMENT})",
                   "INSERT INTO cols.t VALUES (1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, NOW(6))")
    allow(server, "cols")
    agent = Agent(server, "cols", "  tables:\n    t:\n      mask: {\"e\u0301\": null}\n")
    agent.run("extract")
    fields = {}
    for field in deltalake.DeltaTable(agent.table_path("t")).schema().fields:
        fields.setdefault(field.metadata.get("sluice.source_name", field.name), field.name)
    checks.equal("columns but for case or normal form get a number", [fields["é"], fields["e\u0301"]], ["é", "e\u0301_2"])
    checks.equal("so do those that lose a character", [fields["a b"], fields["a_b"], fields["_sluice_op"]], ["a_b", "a_b_2", "_sluice_op_2"])
    values = read_with_deltalake(agent.table_path("t"))
    got = {name: values.column(fields[name]).to_pylist() for name in ("é", "e\u0301", "a b", "a_b", "ı", "I", "_sluice_op", "ingest_date")}
    checks.equal("each has its own values, masks too", got,
                 {"é": [10], "e\u0301": [None], "a b": [40], "a_b": [50], "ı": [60], "I": [70], "_sluice_op": [80], "ingest_date": [90]})
    server.execute("UPDATE cols.t SET `é` = 11, `a_b` = 51", "INSERT INTO cols.t (id, `é`, `a b`) VALUES (2, 12, 42)")
    agent.run("extract")
    checks.equal("and goes on with it", sorted(rows_of(read_with_duckdb(agent.table_path("t"), [fields["é"], fields["a_b"]]), [fields["é"], fields["a_b"]]), key=str),
                 sorted([(10, 50), (11, 51), (12, None)], key=str))
    agent.remove()


def nothing(checks, server):
    """Nothing selected is no success."""
    server.execute("CREATE DATABASE few", "CREATE DATABASE bare")
    table(server, "few", "customer")
    allow(server, "few")
    allow(server, "bare")
    agent = Agent(server, "few", "  include: [custmer]\n")
    status, document, _ = outcome(agent, "extract")
    checks.that("a pattern that fits no table is exit 2 with the nearest name",
                status == 2 and "custmer" in document["error"]["message"] and "customer" in document["error"]["hint"], str(document))
    status, document, _ = outcome(agent, "run")
    checks.equal("for run too", status, 2)
    agent.remove()
    agent = Agent(server, "bare")
    status, document, _ = outcome(agent, "extract")
    checks.that("an empty schema is exit 2", status == 2 and "bare" in document["error"]["subject"], str(document))
    agent.remove()
    agent = Agent(server, "few")
    agent.run("extract")
    server.execute("DROP TABLE few.customer")
    status, document, _ = outcome(agent, "extract")
    checks.that("all tables gone is exit 2 and names them", status == 2 and "customer" in document["error"]["hint"], str(document))
    agent.remove()


def as_user(agent, user):
    path = agent.folder / "agent.conf"
    path.write_text(path.read_text().replace("user: sluice", f"user: {user}"))


def gone(checks, server):
    """What is dropped is said in two runs and listed; its values stay."""
    server.execute("CREATE DATABASE lost")
    for name in ("kept", "left", "thin"):
        table(server, "lost", name, (1, "one"))
    allow(server, "lost")
    agent = Agent(server, "lost", "transform: {dimensions: {thin: {from: lost.thin, key: [id]}}}\n")
    agent.run("run")
    server.execute("DROP TABLE lost.left", "ALTER TABLE lost.thin DROP COLUMN note", "INSERT INTO lost.thin (id) VALUES (2)")
    said = []
    for number in range(3):
        status, document, errors = outcome(agent, "extract")
        said.append((status, "left" in errors and "gone from the source" in errors, "column note is gone" in errors))
    checks.equal("a dropped table and column are said twice, exit 0", said, [(0, True, True), (0, True, True), (0, False, False)])
    runs = agent.run("runs")["runs"]
    shown = agent.run("runs", "show", runs[1]["run_id"])
    checks.that("the dropped table is listed in runs", any(t["table"] == "left" and "gone from the source" in t["notes"] for t in shown["tables"]), str(shown["tables"]))
    checks.equal("the column's values stay, new rows have none", sorted(notes(agent, "lost/thin"), key=str), [(1, "one"), (2, None)])
    status, document, errors = outcome(agent, "run")
    checks.equal("silver goes on", status, 0)
    table(server, "lost", "left", (7, "again"))
    server.execute("ALTER TABLE lost.thin ADD COLUMN note VARCHAR(80)")
    status, document, errors = outcome(agent, "extract")
    failed = [t["table"] for t in document["tables"] if t["error"]]
    checks.equal("a table that was made again is not taken for the old one, exit 8", (status, failed), (8, ["left"]))
    status, document, errors = outcome(agent, "extract", "--accept-source")
    checks.equal("but on demand, in its old folder", (status, notes(agent, "lost/left")), (0, [(1, "one"), (7, "again")]))
    agent.remove()


def revoked(checks, server):
    """What may no longer be read fails with status 3, and nothing becomes NULL."""
    server.execute("CREATE DATABASE rights", f"CREATE USER narrow IDENTIFIED BY '{PASSWORD}'")
    for name in ("whole", "columns", "other"):
        table(server, "rights", name, (1, "one"))
    server.execute("GRANT SELECT ON rights.whole TO narrow", "GRANT SELECT ON rights.other TO narrow",
                   "GRANT SELECT (id, note, updated_at) ON rights.columns TO narrow")
    agent = Agent(server, "rights", "transform: {dimensions: {d: {from: rights.columns, key: [id]}}}\n")
    as_user(agent, "narrow")
    agent.run("run")
    server.execute("REVOKE SELECT ON rights.whole FROM narrow", "REVOKE SELECT (note) ON rights.columns FROM narrow",
                   "UPDATE rights.columns SET note = 'two'")
    insert(server, "rights", "other", (2, "two"))
    status, document, errors = outcome(agent, "run")
    failed = sorted(t["table"] for t in document["tables"] if t["error"])
    checks.equal("revoked tables and columns fail, exit 3", (status, failed), (3, ["columns", "whole"]))
    checks.that("the column is named", "column note" in errors, errors)
    checks.equal("their values stay", (notes(agent, "rights/whole"), notes(agent, "rights/columns")), ([(1, "one")], [(1, "one")]))
    checks.equal("silver too", rows_of(read_with_deltalake(str(agent.lake / "silver" / "d")), ("note",)), [("one",)])
    checks.equal("the others go on", len(notes(agent, "rights/other")), 2)
    server.execute("GRANT SELECT ON rights.whole TO narrow", "GRANT SELECT (note) ON rights.columns TO narrow")
    status, document, errors = outcome(agent, "run")
    checks.equal("granted again all is well", (status, notes(agent, "rights/columns")[-1]), (0, (1, "two")))
    server.execute("REVOKE SELECT (id) ON rights.columns FROM narrow", "DROP TABLE rights.whole")
    status, document, errors = outcome(agent, "extract")
    failed = sorted(t["table"] for t in document["tables"] if t["error"])
    checks.equal("so is a revoked key; a dropped table is none", (status, failed), (3, ["columns"]))
    agent.remove()


COUNTED = f"(id INT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(80), {MOMENT})"
NAMED = f"(id INT PRIMARY KEY, note VARCHAR(80), {MOMENT})"


def restored(checks, server):
    """A table made anew or restored is not the one it was; one that is only rebuilt is."""
    server.execute("CREATE DATABASE back")
    for name, shape in (("counted", COUNTED), ("named", NAMED), ("emptied", COUNTED), ("rebuilt", COUNTED), ("trimmed", NAMED)):
        server.execute(f"CREATE TABLE back.{name} {shape}",
                       f"INSERT INTO back.{name} (id, note) VALUES " + ", ".join(f"({n}, 'n{n}')" for n in range(1, 21)))
    allow(server, "back")
    agent = Agent(server, "back")
    agent.run("extract")
    older = ", ".join(f"({n}, 'n{n}', '2020-01-0{n} 00:00:00')" for n in range(1, 6))
    server.execute("DO SLEEP(1.2)", "DROP TABLE back.counted", f"CREATE TABLE back.counted {COUNTED}", f"INSERT INTO back.counted VALUES {older}",
                   "DROP TABLE back.named", f"CREATE TABLE back.named {NAMED}", f"INSERT INTO back.named VALUES {older}",
                   "INSERT INTO back.named (id, note) VALUES (99, 'a new row after the restore')",
                   "TRUNCATE TABLE back.emptied", "INSERT INTO back.emptied (note) VALUES ('first again')",
                   "ALTER TABLE back.rebuilt ADD COLUMN more INT", "UPDATE back.rebuilt SET more = 1", "OPTIMIZE TABLE back.rebuilt",
                   "ANALYZE TABLE back.rebuilt", "DELETE FROM back.rebuilt WHERE id = 20",
                   "DELETE FROM back.trimmed WHERE id > 18", "ALTER TABLE back.trimmed ENGINE=InnoDB", "INSERT INTO back.trimmed (id, note) VALUES (30, 'new')")
    status, document, errors = outcome(agent, "extract")
    failed = sorted(t["table"] for t in document["tables"] if t["error"])
    checks.equal("made anew, restored and emptied tables are refused, exit 8", (status, failed), (8, ["counted", "emptied", "named"]))
    checks.that("with the sign", "next number" in errors and "bronze holds it with" in errors, errors)
    taken = {t["table"]: t["rows"] for t in document["tables"]}
    checks.equal("rebuilt ones go on", (taken["rebuilt"], taken["trimmed"]), (19, 1))
    status, document, _ = outcome(agent, "extract", "--table", "named", "--full")
    checks.equal("--full takes the restored rows", (status, notes(agent, "back/named").count((3, "n3"))), (0, 2))
    status, document, _ = outcome(agent, "extract", "--accept-source")
    checks.equal("--accept-source goes on from the watermark", (status, [t["table"] for t in document["tables"] if t["error"]]), (0, []))
    status, document, errors = outcome(agent, "extract")
    checks.equal("and the next run knows the new table", status, 0)
    server.execute("ALTER TABLE back.trimmed DROP INDEX updated_at, DROP COLUMN updated_at, DROP PRIMARY KEY, ADD PRIMARY KEY (id, note)")
    status, document, errors = outcome(agent, "extract")
    checks.that("a changed watermark and key are named", status == 0 and "read by its updated_at" in errors and '["id","note"]' in errors, errors)
    agent.remove()


def views(checks, server):
    """One broken view fails alone; what is left out is counted."""
    server.execute("CREATE DATABASE seen", "CREATE SEQUENCE seen.numbers", "CREATE TABLE seen.base (id INT PRIMARY KEY)")
    table(server, "seen", "t", (1, "one"))
    server.execute("CREATE VIEW seen.good AS SELECT * FROM seen.t", "CREATE VIEW seen.broken AS SELECT * FROM seen.base", "DROP TABLE seen.base")
    allow(server, "seen")
    agent = Agent(server, "seen", "  views: true\n")
    status, document, errors = outcome(agent, "extract")
    failed = [t for t in document["tables"] if t["error"]]
    checks.equal("a broken view fails alone", (status, [t["table"] for t in failed], len(document["tables"])), (1, ["broken"], 3))
    checks.that("with the server's reason", "1356" in failed[0]["error"]["message"], str(failed))
    checks.equal("discover counts sequences", agent.run("discover")["left_out"], {"views": 0, "sequences": 1})
    agent.remove()
    agent = Agent(server, "seen")
    checks.equal("and views", agent.run("discover")["left_out"], {"views": 2, "sequences": 1})
    checks.that("discover says so", "left out: 2 views" in agent.text("discover"), agent.text("discover"))
    checks.that("check too", "left out: 2 views" in agent.text("check"), agent.text("check"))
    told = agent.run("init", "--output", "proposed.conf")
    checks.equal("init too", told["left_out"], {"views": 2, "sequences": 1})
    agent.remove()


def taken_out(checks, server):
    """Another program deletes rows of bronze: run and reconcile say the same, and the hint heals it."""
    server.execute("CREATE DATABASE rowless")
    for name in ("t", "d"):
        table(server, "rowless", name, *((n, f"n{n}") for n in range(1, 6)))
    allow(server, "rowless")
    agent = Agent(server, "rowless", "transform:\n  dimensions: {d: {from: rowless.d, key: [id]}}\n"
                  "  facts: {t: {from: rowless.t, key: [id], date: updated_at}}\n")
    agent.run("run")
    for name in ("t", "d"):
        bronze = deltalake.DeltaTable(agent.table_path(name))
        checks.equal(f"bronze {name} is append-only", bronze.metadata().configuration["delta.appendOnly"], "true")
        bronze.alter.set_table_properties({"delta.appendOnly": "false"})
        bronze.delete("id <= 2")
    for words in (("run",), ("transform",)):
        status, document, errors = outcome(agent, *words)
        hints = [t["error"]["hint"] for t in document["tables"] if t["error"]]
        checks.that(f"{words[0]} names extract --full, exit 4", status == 4 and len(hints) == 2
                    and all("extract --full" in hint and "rebuild" not in hint for hint in hints), f"{status} {hints}")
    status, document, errors = outcome(agent, "reconcile")
    said = [d for t in document["tables"] for d in t["differences"]]
    checks.that("reconcile says the same", status == 4 and len(said) == 2 and all("extract --full" in d for d in said), str(document))
    agent.run("extract", "--full")
    status, document, errors = outcome(agent, "run")
    checks.equal("extract --full heals it", (status, document["reconcile"]["balanced"]), (0, True))
    checks.equal("with every row", len(rows_of(read_with_deltalake(str(agent.lake / "silver" / "t")), ("id",))), 5)
    insert(server, "rowless", "t", (6, "n6"))
    checks.equal("and so it stays", outcome(agent, "run")[0], 0)
    status, document, errors = outcome(agent, "reconcile")
    checks.equal("receipts balance", (status, document["balanced"]), (0, True))
    agent.remove()


def main():
    checks = Checks("names")
    with Server() as server:
        odd_names(checks, server)
        silver_follows(checks, server)
        schemas(checks, server)
        columns(checks, server)
        own_columns(checks, server)
        nothing(checks, server)
        gone(checks, server)
        revoked(checks, server)
        restored(checks, server)
        views(checks, server)
        taken_out(checks, server)
        outside_changes(checks, server, outcome)
    spellings(checks)
    checks.finish()


if __name__ == "__main__":
    main()
