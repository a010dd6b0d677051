"""Silver, quarantine, versions and gold of a schema of sales with a key, recomputed from bronze and compared row by row and column by
column: after the first run, after a night of every kind of change, after a rebuild. Four readers must read the same."""

import datetime
import os

import polars
import pyarrow
from deltalake import DeltaTable, write_deltalake

from harness import PROJECT, Agent, Checks, Server, _naive, lake_files, read_with_deltalake, read_with_duckdb
from recomputation import Entity, Join, Recomputation

SCHEMA = "Atliqsale"
SAMPLE = PROJECT / "Tests" / "Fixtures" / "keyed_sales"  # sales with a key, and every kind of defect
PIPELINE = """transform:
  dimensions:
    customer:
      from: Atliqsale.customer
      key: [customer_code]
      track: [customer_type, segment]
      clean: {customer_name: "trim(upper(customer_name))"}
      rules:
        - {id: name_present, check: "customer_name <> ''"}
        - {id: credit_limit_sane, range: {column: credit_limit, min: 0, max: 880000}}
    product:
      from: Atliqsale.product
      key: [product_code]
      rules:
        - {id: priced, not_null: [list_price], where: "active = 1"}
        - {id: type_known, values: {column: product_type, in: [Own Brand, Distribution]}}
    market:
      from: Atliqsale.market
      key: [market_code]
  facts:
    transactions:
      from: Atliqsale.transactions
      key: [id]
      sequence: updated_at
      date: order_date
      partition: month
      clean:
        currency: "upper(regexp_replace(currency, '[^A-Za-z]', ''))"
        product_code: "trim(product_code)"
        revenue: "cast(sales_amount * (1 - coalesce(cast(discount as decimal(4,2)), 0)) as decimal(14,4))"
      rules:
        - {id: qty_positive, check: "sales_qty > 0", nulls: fail}
        - {id: amount_positive, check: "sales_amount > 0"}
        - {id: known_customer, references: customer, on: {customer_code: customer_code}}
        - {id: known_product, references: product, on: {product_code: product_code}}
        - {id: has_market, not_null: market_code}
        - {id: market_written_well, matches: {column: market_code, pattern: "^Mark[0-9]{3}$"}}
        - {id: currency_known, values: {column: currency, in: [INR, USD]}, nulls: fail}
        - {id: not_future, check: "order_date < date '2030-01-01'"}
        - {id: many, check: "sales_qty < 50", severity: warn}
  one_big_tables:
    sales:
      fact: transactions
      join:
        customer: {on: {customer_code: customer_code}, columns: [customer_name, segment, credit_limit]}
        product: {on: {product_code: product_code}, columns: [product_name, list_price, active]}
        market: {on: {market_code: market_code}, columns: [market_name, zone]}
      partition: month
    sales_then:
      fact: transactions
      join:
        customer: {on: {customer_code: customer_code}, columns: [segment], version: as_of}
      partition: year
"""
MEMBERS = "e.{0} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM members_{1} m WHERE m.{0} = e.{0} AND m.run <= e.judged_until)"
CUSTOMER = Entity("customer", "customer", ("customer_code",), tracked=("customer_type", "segment"),
                  clean={"customer_name": "trim(upper(customer_name))"},
                  rules={"name_present": "customer_name = ''", "credit_limit_sane": "credit_limit < 0 OR credit_limit > 880000"})
PRODUCT = Entity("product", "product", ("product_code",),
                 tracked=("product_name", "product_type", "category", "list_price", "weight_grams", "active"),
                 rules={"priced": "active = 1 AND list_price IS NULL",
                        "type_known": "product_type NOT IN ('Own Brand', 'Distribution')"})
MARKET = Entity("market", "market", ("market_code",), tracked=("market_name", "zone", "country"), sequence=None)
DIMENSIONS = {entity.name: entity for entity in (CUSTOMER, PRODUCT, MARKET)}
TRANSACTIONS = Entity(
    "transactions", "transactions", ("id",), date="order_date", grain="month",
    clean={"currency": "upper(regexp_replace(currency, '[^A-Za-z]', '', 'g'))", "product_code": "trim(product_code)",
           "revenue": "(sales_amount * (1 - coalesce(discount::DECIMAL(4,2), 0)))::DECIMAL(14,4)"},
    rules={"qty_positive": "sales_qty IS NULL OR sales_qty <= 0", "amount_positive": "sales_amount <= 0",
           "known_customer": MEMBERS.format("customer_code", "customer"),
           "known_product": MEMBERS.format("product_code", "product"), "has_market": "market_code IS NULL",
           "market_written_well": "NOT regexp_full_match(market_code, 'Mark[0-9]{3}')",
           "currency_known": "currency IS NULL OR currency NOT IN ('INR', 'USD')",
           "not_future": "order_date >= DATE '2030-01-01'", "many": "sales_qty >= 50"},
    warns=("many",))
ENTITIES = (*DIMENSIONS.values(), TRANSACTIONS)
SALES = (Join("customer", {"customer_code": "customer_code"}, ("customer_name", "segment", "credit_limit")),
         Join("product", {"product_code": "product_code"}, ("product_name", "list_price", "active")),
         Join("market", {"market_code": "market_code"}, ("market_name", "zone")))
SALES_THEN = (Join("customer", {"customer_code": "customer_code"}, ("segment",), as_of=True),)
QUARANTINE_COLUMNS = {
    "quarantine_id": "string", "rules": "string", "reasons": "string", "status": "string", "first_seen": "timestamp",
    "last_seen": "timestamp", "run_id": "string", "decided_by": "string", "decided_at": "timestamp", "note": "string"}
DIMENSION_COLUMNS = {"valid_from": "timestamp", "valid_to": "timestamp", "is_current": "boolean", "is_deleted": "boolean",
                     "surrogate_key": "long"}

EVENING = (
    # A day's work: dates moved within and across partitions, rows touched and not changed, bad rows put right, good ones spoilt
    "UPDATE transactions SET order_date = order_date + INTERVAL 40 DAY WHERE id BETWEEN 1000 AND 1099",
    "UPDATE transactions SET order_date = order_date - INTERVAL 2 YEAR WHERE id BETWEEN 150000 AND 150029",
    "UPDATE transactions SET updated_at = NOW(6) WHERE id BETWEEN 2000 AND 2049",
    "UPDATE transactions SET sales_qty = 7 WHERE id < 60000 AND (sales_qty <= 0 OR sales_qty IS NULL)",
    "UPDATE transactions SET currency = 'USD' WHERE id < 90000 AND currency = 'EUR'",
    "UPDATE transactions SET order_date = '2023-03-04' WHERE id > 150000 AND order_date IS NULL",
    "UPDATE transactions SET sales_qty = -1 WHERE id BETWEEN 3000 AND 3020",
    "UPDATE transactions SET sales_amount = -4 WHERE id < 5000 AND sales_qty = -3",
    # unknown members that come: rows that waited for them pass, and new ones
    "INSERT INTO customer (customer_code, customer_name, customer_type, segment) VALUES ('Cus999', 'late', 'E-Commerce', 'Direct')",
    "UPDATE transactions SET note = 'sent again' WHERE customer_code = 'Cus999' AND id < 30000",
    "INSERT INTO transactions (product_code, customer_code, market_code, order_date, sales_qty, sales_amount, currency) "
    "VALUES ('Prod001', 'Cus999', 'Mark001', '2024-03-05', 3, 12.5, 'usd'), ('Prod001', 'nobody', 'Mark001', '2024-03-05', 3, 12.5, 'usd')",
    "UPDATE customer SET segment = 'Direct' WHERE customer_code IN ('Cus010', 'Cus011', 'Cus012')",
    "UPDATE customer SET email = 'new@example.com' WHERE customer_code IN ('Cus020', 'Cus021')",
    "UPDATE customer SET credit_limit = 900000 WHERE customer_code = 'Cus022'",
    "UPDATE product SET list_price = NULL WHERE product_code = 'Prod050'",
    "UPDATE product SET updated_at = NOW(6) WHERE product_code BETWEEN 'Prod070' AND 'Prod079'",
    "UPDATE product SET list_price = 1 WHERE product_code IN ('Prod040', 'Prod051')",
    # a table that comes as snapshots: one member gone, one changed, one new
    "UPDATE customer SET home_market = NULL WHERE home_market = 'Mark012'",
    "DELETE FROM market WHERE market_code = 'Mark012'",
    "UPDATE market SET zone = 'West' WHERE market_code = 'Mark005'",
    "INSERT INTO market VALUES ('Mark013', 'Pune', 'West', 'India')",
)
NIGHT = (
    # late rows: what they tell happened before what is known
    "UPDATE customer SET segment = 'Before', updated_at = '2023-05-05 05:05:05' WHERE customer_code IN ('Cus001', 'Cus010')",
    "UPDATE customer SET segment = 'Between', updated_at = '2024-06-06 06:06:06' WHERE customer_code IN ('Cus011', 'Cus030')",
    "UPDATE product SET list_price = 77, updated_at = '2024-01-01' WHERE product_code BETWEEN 'Prod060' AND 'Prod065'",
    "UPDATE transactions SET sales_amount = 1.11, updated_at = '2023-01-01' WHERE id BETWEEN 4000 AND 4010",
    "UPDATE transactions SET sales_qty = -5, updated_at = '2023-01-01' WHERE id BETWEEN 4100 AND 4105",
    # a member that was gone and is there again
    "INSERT INTO market VALUES ('Mark012', 'Tokyo', NULL, 'Japan')",
    "DELETE FROM market WHERE market_code = 'Mark013'",
)


class Proof:
    def __init__(self, checks, agent):
        self.checks, self.agent = checks, agent
        self.boundaries = {entity.source: [] for entity in ENTITIES}

    def ran(self):
        """Remembers which version of bronze a run has seen."""
        for source, versions in self.boundaries.items():
            versions.append(DeltaTable(self.agent.table_path(source)).version())

    def compare(self, when, rebuilt=False):
        boundaries = {source: versions[-1:] for source, versions in self.boundaries.items()} if rebuilt else self.boundaries
        truth = Recomputation(self.agent.lake, SCHEMA, boundaries)
        for entity in DIMENSIONS.values():
            truth.dimension(entity)
        truth.fact(TRANSACTIONS)
        truth.one_big_table("sales", TRANSACTIONS, SALES, "month", DIMENSIONS)
        truth.one_big_table("sales_then", TRANSACTIONS, SALES_THEN, "year", DIMENSIONS)
        for layer, names in (("silver", [e.name for e in ENTITIES]), ("gold", ["sales", "sales_then"])):
            for name in names:
                self.same(f"{when}: {layer}/{name}", truth, f"{layer}_{name}", read_with_deltalake(self.path(layer, name)))
        for entity in ENTITIES:
            self.quarantine(when, truth, entity)
        self.receipts(when, truth)
        return truth

    def path(self, layer, name):
        return str(self.agent.lake / layer / name)

    def same(self, what, truth, table, actual, columns=None):
        more, fewer, example = truth.differences(table, actual, columns)
        self.checks.that(f"{what} is as recomputed ({truth.count(table)} rows)", more == fewer == 0,
                         f"{more} rows too many, {fewer} missing: {example}")

    def quarantine(self, when, truth, entity):
        path = self.path("quarantine", entity.name)
        actual = read_with_deltalake(path)
        expected = f"quarantine_{entity.name}"
        columns = truth.columns[entity.name]
        stored = [f"{name}_2" if name in QUARANTINE_COLUMNS else name for name in columns]
        truth.db.register("stored", actual)
        names = ", ".join(f'"{there}" AS "{name}"' for there, name in zip(stored, columns))
        # rows that are good by now, their member having come or a rebuild having judged them, are those that silver has
        view = f"SELECT {names}, rules AS broken, status AS expected_status FROM stored WHERE status <> 'replayed'"
        if truth.boundaries == {s: v[-1:] for s, v in self.boundaries.items()} and len(self.boundaries[entity.source]) > 1:
            # rows overtaken before a rebuild keep the reasons of the day they were set aside
            view = (f"SELECT * REPLACE (CASE WHEN expected_status = 'superseded' THEN '' ELSE broken END AS broken) FROM "
                    f"({view})")
            truth.db.execute(f"CREATE OR REPLACE TABLE {expected}_rebuilt AS SELECT * REPLACE "
                             f"(CASE WHEN expected_status = 'superseded' THEN '' ELSE broken END AS broken) FROM {expected}")
            expected += "_rebuilt"
        actual_rows = truth.db.execute(view).arrow()
        actual_rows = actual_rows if isinstance(actual_rows, pyarrow.Table) else actual_rows.read_all()
        truth.db.unregister("stored")
        self.same(f"{when}: quarantine/{entity.name}", truth, expected, actual_rows, columns + ["broken", "expected_status"])
        ids = actual["quarantine_id"].to_pylist()
        self.checks.equal(f"{when}: ids in quarantine/{entity.name} are distinct", len(set(ids)), len(ids))

    def receipts(self, when, truth):
        document = self.agent.run("reconcile", expect=(0, 4))
        self.checks.that(f"{when}: reconcile balances", document["balanced"], str(document))
        for table in document["tables"]:
            name = table["table"]
            self.checks.that(f"{when}: reconcile counts nothing below zero for {name}",
                             min(table[k] for k in ("quarantined", "superseded", "duplicates", "deleted")) >= 0, str(table))
            self.checks.equal(f"{when}: reconcile counts silver/{name}", table["silver"], truth.count(f"silver_{name}"))
            if name != "market":  # of snapshots a run takes in the last
                self.checks.equal(f"{when}: reconcile counts bronze/{name}", table["bronze"], truth.count(f"bronze_{name}"))

    def surrogate_keys(self):
        """{(dimension, key, valid_from): surrogate key}."""
        keys = {}
        for entity in DIMENSIONS.values():
            table = read_with_deltalake(self.path("silver", entity.name), [*entity.key, "valid_from", "surrogate_key"])
            for row in table.to_pylist():
                keys[entity.name, row[entity.key[0]], row["valid_from"]] = row["surrogate_key"]
            self.checks.equal(f"surrogate keys of {entity.name} are distinct", len(set(table["surrogate_key"].to_pylist())), table.num_rows)
        self.checks.that("surrogate keys are positive", min(keys.values()) > 0)
        return keys


def polars_table(path):
    return _naive(polars.scan_delta(path).collect().to_arrow())


def readers(checks, proof, truth):
    """Every table is the same for each reader, and its types are those of the contract."""
    tables = [("silver", e.name) for e in ENTITIES] + [("gold", "sales"), ("gold", "sales_then")]
    for layer, name in tables:
        for reader in (read_with_duckdb, polars_table):
            proof.same(f"{layer}/{name} by {reader.__name__}", truth, f"{layer}_{name}", reader(proof.path(layer, name)))
    for entity in ENTITIES:
        path = proof.path("quarantine", entity.name)
        rows = {tuple(sorted(reader(path)["quarantine_id"].to_pylist()))
                for reader in (read_with_deltalake, read_with_duckdb, polars_table)}
        checks.equal(f"quarantine/{entity.name} has the same ids for each reader", len(rows), 1)
    types = {(layer, name): types_of(proof.path(layer, name)) for layer, name in tables}
    for entity in ENTITIES:
        bronze = types_of(proof.agent.table_path(entity.source))
        own = {name: bronze.get(name) for name in truth.columns[entity.name]}
        if entity is TRANSACTIONS:
            own |= {"revenue": "decimal(14,4)"}
            extra = {"order_date_month": "date"}
        else:
            extra = DIMENSION_COLUMNS
        checks.equal(f"columns and types of silver/{entity.name}", list(types["silver", entity.name].items()), list((own | extra).items()))
        stored = list(types_of(proof.path("quarantine", entity.name)).items())
        wanted = [(f"{n}_2" if n in QUARANTINE_COLUMNS else n, t) for n, t in own.items()] + list(QUARANTINE_COLUMNS.items())
        checks.equal(f"columns and types of quarantine/{entity.name}", stored[:len(wanted)], wanted)
    sales = types["gold", "sales"]
    fact = types["silver", "transactions"]
    checks.equal("columns of gold/sales", list(sales), list(fact) + [f"{j.dimension}_{c}" for j in SALES for c in j.columns])
    checks.equal("types of gold/sales", {n: sales[n] for n in ("revenue", "customer_credit_limit", "product_active", "order_date_month")},
                 {"revenue": "decimal(14,4)", "customer_credit_limit": "decimal(12,2)", "product_active": "byte", "order_date_month": "date"})
    partitions = {table: DeltaTable(proof.path(*table)).metadata().partition_columns for table in tables}
    checks.equal("partition columns", partitions, {
        ("silver", "customer"): [], ("silver", "product"): [], ("silver", "market"): [],
        ("silver", "transactions"): ["order_date_month"], ("gold", "sales"): ["order_date_month"],
        ("gold", "sales_then"): ["order_date_year"]})


def types_of(path):
    return {field.name: str(field.type.type) for field in DeltaTable(path).schema().fields}


def spark(checks, proof, truth):
    """Spark reads the files that the log names."""
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession
    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config(
        "spark.sql.session.timeZone", "UTC").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    for layer, name in (("silver", "customer"), ("gold", "sales_then")):
        path = proof.path(layer, name)
        named, _ = lake_files(path)
        columns = [n for n in truth.names(f"{layer}_{name}") if n != "order_date_year"]
        frame = session.read.parquet(*[f"{path}/{file}" for file in sorted(named)]).select(*columns)
        proof.same(f"{layer}/{name} by Spark", truth, f"{layer}_{name}", _naive(frame.toArrow()), columns)
    session.stop()


def tombstones(agent, ids, customers):
    """What `deletes: audit` will bring: rows that hold a key and say that it is gone."""
    now = datetime.datetime.now(datetime.timezone.utc)
    for table, key, values in (("transactions", "id", ids), ("customer", "customer_code", customers)):
        path = agent.table_path(table)
        schema = pyarrow.schema(DeltaTable(path).schema())
        rows = {name: [None] * len(values) for name in schema.names}
        rows |= {key: values, "_sluice_op": ["d"] * len(values), "_sluice_run_id": ["audit"] * len(values),
                 "_sluice_extracted_at": [now] * len(values), "ingest_date": [now.date()] * len(values)}
        write_deltalake(path, pyarrow.table({n: pyarrow.array(rows[n], schema.field(n).type) for n in schema.names}), mode="append")


def main():
    checks = Checks("silver, quarantine and gold against a recomputation from bronze")
    with Server() as server:
        for name in ("schema.sql", "data.sql"):
            server.run_text((SAMPLE / name).read_text())
        server.execute("DELETE FROM transactions WHERE id BETWEEN 20001 AND 144999", schema=SCHEMA)  # enough of each defect stays
        server.grant(SCHEMA)
        agent = Agent(server, SCHEMA, PIPELINE)
        proof = Proof(checks, agent)
        agent.run("run")
        proof.ran()
        proof.compare("first run")

        server.run_text((SAMPLE / "changes.sql").read_text())
        server.execute(*EVENING, schema=SCHEMA)
        agent.run("run")
        proof.ran()
        proof.compare("after a day")

        server.execute(*NIGHT, schema=SCHEMA)
        agent.run("extract", "--full")
        tombstones(agent, [5, 500, 1050, 3005, 777777], ["Cus010", "Cus040"])
        agent.run("transform")
        proof.ran()
        truth = proof.compare("after a night")
        readers(checks, proof, truth)
        spark(checks, proof, truth)

        # deleted ones that are there again, and nothing else
        server.execute("UPDATE customer SET segment = 'Back' WHERE customer_code = 'Cus040'",
                       "UPDATE transactions SET note = 'back' WHERE id = 500", schema=SCHEMA)
        agent.run("run")
        proof.ran()
        proof.compare("after a return")
        keys = proof.surrogate_keys()
        again = agent.run("run")
        checks.equal("a run without changes writes nothing", {t["table"]: t["files"] for t in again["tables"] if t["files"]}, {})

        agent.run("transform", "--rebuild")
        proof.compare("rebuilt", rebuilt=True)
        checks.equal("a rebuild keeps the surrogate keys", proof.surrogate_keys(), keys)
        agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
