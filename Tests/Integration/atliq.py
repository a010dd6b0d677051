"""The database of the AtliQ course as its users know it: a fact without a key, currencies that end in carriage returns, repeated rows,
amounts of nothing. A written pipeline comes to the figures that they published, and follows the table in the nights after.

The data is not the project's: the test reads it where it lies beside the project, and is skipped where it does not."""

import csv
import math
import pathlib
import zipfile

from harness import PROJECT, Agent, Checks, Server, lake_files, read_with_deltalake, read_with_duckdb, rows_of

DUMP = pathlib.Path(PROJECT).parent / "shared" / "data" / "atliq" / "db_dump.zip"
SCHEMA = "atliqsale"
FACT = """      from: atliqsale.transactions
      key: all
      date: order_date
      partition: year
      clean: {currency: "trim(TRAILING ' \\r\\n' FROM currency)"}
      rules:
        - {id: amount_positive, check: "sales_amount > 0"}
"""
PIPELINE = f"""transform:
  dimensions:
    markets: {{from: atliqsale.markets, key: [markets_code]}}
    products: {{from: atliqsale.products, key: [product_code], clean: {{product_type: "trim(TRAILING ' \\r\\n' FROM product_type)"}}}}
  facts:
    sales:
{FACT}        - {{id: known_product, references: products, on: {{product_code: product_code}}, severity: warn}}
        - {{id: known_market, references: markets, on: {{market_code: markets_code}}}}
    every_sale:
{FACT}      duplicates: keep
  one_big_tables:
    wide:
      fact: sales
      join:
        markets: {{on: {{market_code: markets_code}}, columns: [markets_name, zone]}}
        products: {{on: {{product_code: product_code}}, columns: [product_type]}}
      partition: year
"""
CLEAN = """SELECT BINARY product_code, BINARY customer_code, BINARY market_code, order_date, sales_qty, sales_amount,
    BINARY REGEXP_REPLACE(currency, '[ \\r\\n]+$', '') FROM atliqsale.transactions WHERE sales_amount > 0"""


def load(server):
    server.execute(f"CREATE DATABASE {SCHEMA} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    with zipfile.ZipFile(DUMP) as archive:
        text = archive.read("db_dump.sql").decode("utf-8").replace("utf8mb4_0900_ai_ci", "utf8mb4_general_ci")
    lines = [line for line in text.splitlines(True) if not line.startswith(("CREATE DATABASE", "USE "))]
    server.run_text(f"USE {SCHEMA};\n" + "".join(lines))
    server.grant(SCHEMA)


def totals(rows):
    """(rows, revenue, quantity) of rows whose last two columns are quantity and amount."""
    return len(rows), math.fsum(row[-1] for row in rows), sum(row[-2] for row in rows)


def published(checks, agent):
    """What those who took the course report; the README beside the data has it."""
    for table, market in (("silver/sales", "market_code"), ("gold/wide", "markets_markets_name")):
        for reader in (read_with_deltalake, read_with_duckdb):
            rows = rows_of(reader(str(agent.lake / table)), [market, "currency", "sales_qty", "sales_amount"])
            checks.equal(f"{table}: sales, revenue, quantity", totals(rows), (148_395, 984_813_463, 2_429_282))
            checks.equal("currencies are clean", {row[1] for row in rows}, {"INR", "USD"})
            by_market = {name: totals([row for row in rows if row[0] == name]) for name in {row[0] for row in rows}}
            delhi, mumbai, ahmedabad = ("Delhi NCR", "Mumbai", "Ahmedabad") if table == "gold/wide" else ("Mark004", "Mark002", "Mark003")
            checks.equal("three markets, in hundredths of a million and pieces",
                         [round(by_market[name][1] / 10_000) for name in (delhi, mumbai, ahmedabad)]
                         + [by_market[name][2] for name in (delhi, mumbai)], [51_951, 15_008, 13_231, 988_294, 383_643])


def receipts(checks, agent, document):
    tables = {table["table"]: table for table in document["tables"]}
    checks.equal("the receipt", tables["sales"]["receipt"],
                 "150283 events = 148395 rows + 1607 quarantined + 281 duplicates")
    checks.equal("where equal rows are kept", tables["every_sale"]["receipt"], "150283 events = 148672 rows + 1611 quarantined")
    rules = {(rule["table"], rule["rule"]): rule for rule in agent.run("quarantine", "report")["rules"]}
    checks.equal("rows that break a rule", [rules["sales", name]["failed"] for name in ("amount_positive", "known_product")], [1_611, 55_159])
    kinds = read_with_deltalake(str(agent.lake / "gold/wide")).column("products_product_type")
    checks.equal("sales of a product that nobody knows", kinds.null_count, 54_599)


def same_as_source(checks, server, agent, night):
    columns = ["product_code", "customer_code", "market_code", "order_date", "sales_qty", "sales_amount", "currency"]
    text = [tuple(value.decode() if isinstance(value, bytes) else value for value in row) for row in server.execute(CLEAN)]
    for name, wanted in (("sales", list(set(text))), ("every_sale", text)):
        found = rows_of(read_with_deltalake(str(agent.lake / "silver" / name)), columns)
        checks.same_rows(f"{night}: silver/{name} is what the source has", found, wanted)
    checks.that(f"{night}: the receipts balance", agent.run("reconcile")["balanced"])


def nights(checks, server, agent):
    before = lake_files(str(agent.lake / "silver/sales"))[0]
    checks.equal("a second run has nothing to do", {table["files"] for table in agent.run("run")["tables"]}, {0})
    server.execute(
        f"DELETE FROM {SCHEMA}.transactions WHERE order_date = '2018-02-05' LIMIT 50",
        f"INSERT INTO {SCHEMA}.transactions SELECT * FROM {SCHEMA}.transactions WHERE order_date = '2018-02-06' LIMIT 30",
        f"INSERT INTO {SCHEMA}.transactions VALUES ('Prod001', NULL, 'Mark001', '2018-02-07', 1, 5, 'INR \\r'), "
        "('Prod001', NULL, 'Mark001', '2018-02-07', 1, 5, 'INR'), (NULL, NULL, 'Mark001', '2018-02-07', 1, 0, 'INR')",
        f"UPDATE {SCHEMA}.transactions SET sales_qty = sales_qty + 1 WHERE order_date = '2018-02-08'")
    document = agent.run("run")
    sales = next(table for table in document["tables"] if table["table"] == "sales")
    after = lake_files(str(agent.lake / "silver/sales"))[0]
    checks.that("only the year that changed is written", sales["files"] == 1 and len(before & after) == len(before) - 1, str(sales))
    same_as_source(checks, server, agent, "second night")
    state = rows_of(read_with_deltalake(str(agent.lake / "silver/every_sale")), ["order_date", "sales_qty", "_sluice_number"])
    agent.run("transform", "--rebuild")
    checks.same_rows("a rebuild comes to the same",
                     rows_of(read_with_deltalake(str(agent.lake / "silver/every_sale")), ["order_date", "sales_qty", "_sluice_number"]), state)
    same_as_source(checks, server, agent, "rebuilt")
    server.execute(f"DELETE FROM {SCHEMA}.transactions WHERE order_date >= '2019-01-01'")
    refused = agent.run("run", expect=(4,))
    checks.that("a table that lost too much is refused", any("rows, more than" in str(table) for table in refused["tables"]), str(refused)[:300])


def steward(checks, agent):
    process = agent.start("quarantine", "discard", "--table", "sales", "--key", "product_code=Prod001", "--reason", "x", stderr=-1, text=True)
    _, error = process.communicate()
    checks.that("no row is named by a key of all columns", process.returncode == 2 and "all its columns" in error, error)
    checks.equal("the rules have no problem", agent.run("rules", "lint")["findings"], [])
    suggested = {found["rule"] for found in agent.run("rules", "suggest")["suggestions"] if found["table"] == "sales"}
    checks.that("rules of its columns are suggested", {"sales_qty_not_negative", "currency_known"} <= suggested, str(suggested))
    agent.text("quarantine", "export", "--table", "sales", "--out", "bad.csv")
    row = (agent.folder / "bad.csv").read_text(encoding="utf-8").splitlines()[1]
    shown = agent.run("quarantine", "show", row.split(",")[0])
    checks.equal("a row is named by its id", [reason["rule"] for reason in shown["reasons"]][:1], ["amount_positive"])


def corrected(checks, server, agent):
    """Of three equal rows one is corrected, one let pass, one waits; so they stay while the source has them."""
    server.execute(f"INSERT INTO {SCHEMA}.transactions VALUES " + ", ".join(["('Prod002', 'Cus001', 'Mark001', '2018-02-09', 3, 0, NULL)"] * 3))
    agent.run("run", "--accept-deletes")
    agent.text("quarantine", "export", "--table", "every_sale", "--out", "fix.csv")
    with open(agent.folder / "fix.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["order_date"] == "2018-02-09" and row["currency"] == "" and row["sales_qty"] == "3"]
    checks.equal("each of three equal rows waits", len({row["quarantine_id"] for row in rows}), 3)
    rows[0]["sales_amount"] = "77"
    with open(agent.folder / "fix.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerow(rows[0])
    agent.run("quarantine", "replay", "--from", "fix.csv", "--note", "as billed")
    agent.text("quarantine", "waive", "--id", rows[1]["quarantine_id"], "--reason", "a gift")
    agent.run("quarantine", "replay", "--id", rows[1]["quarantine_id"])

    def state():
        found = rows_of(read_with_duckdb(str(agent.lake / "silver/every_sale")), ["order_date", "sales_qty", "currency", "sales_amount"])
        aside = rows_of(read_with_deltalake(str(agent.lake / "quarantine/every_sale")), ["quarantine_id", "status"])
        wanted = [row["quarantine_id"] for row in rows]
        return (sorted(row[3] for row in found if str(row[0]) == "2018-02-09" and row[1:3] == (3, None)),
                [dict(aside)[id] for id in wanted])
    wanted = ([0, 77], ["replayed", "replayed", "open"])
    checks.equal("a correction and a waiver are in silver at once", state(), wanted)
    server.execute(f"DELETE FROM {SCHEMA}.transactions WHERE order_date = '2018-02-08' LIMIT 5")
    agent.run("run")
    checks.equal("and after the next night", state(), wanted)
    checks.that("the receipts balance", agent.run("reconcile")["balanced"])


def main():
    checks = Checks("the AtliQ database: a fact whose key is all its columns")
    if not DUMP.exists():
        print(f"skipped: the dump is not at {DUMP}")
        checks.finish()
    with Server() as server:
        load(server)
        agent = Agent(server, SCHEMA, PIPELINE)
        try:
            receipts(checks, agent, agent.run("run"))
            published(checks, agent)
            same_as_source(checks, server, agent, "first night")
            steward(checks, agent)
            nights(checks, server, agent)
            corrected(checks, server, agent)
        finally:
            agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
