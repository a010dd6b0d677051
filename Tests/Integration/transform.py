"""From a row in MySQL to the One Big Table in one command: new rows arrive, a changed attribute makes a second version in
silver and shows in gold, bad rows stand in quarantine, a run without changes writes nothing, and the receipts balance."""

import time

from deltalake import DeltaTable

from harness import Agent, Checks, Server, lake_files, read_with_deltalake, read_with_duckdb, rows_of

SCHEMA = "shop"
TABLES = (
    """CREATE TABLE shop.customer (code VARCHAR(10) PRIMARY KEY, name VARCHAR(40), segment VARCHAR(20),
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
    checks.equal("every row of bronze is somewhere", {name: sales[name] for name in ("bronze", "silver", "quarantined", "gold")},
                 {"bronze": 7, "silver": 4, "quarantined": 3, "gold": 4})
    before = silver(agent, "gold/wide", ["id", "qty", "customer_segment"])
    agent.run("transform", "--rebuild")
    checks.equal("a rebuild comes to the same", silver(agent, "gold/wide", ["id", "qty", "customer_segment"]), before)
    checks.that("and its receipts balance", agent.run("reconcile")["balanced"])


def refusals(checks, agent):
    document = agent.run("transform", "--engine", "spark", expect=(2,))
    checks.that("the Spark engine is refused by name", "later version" in document["error"]["message"])
    document = agent.run("transform", "--only", "sale", expect=(2,))
    checks.that("a slip in --only is refused with what was meant", "sales" in document["error"]["hint"])


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
        refusals(checks, agent)
        agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
