"""DuckDB's side of the transform bench. Arguments: JOB (silver | scd2 | obt) INPUT (a JSON file of paths) OUT."""

import json
import pathlib
import sys

import duckdb

job, paths, out = sys.argv[1], json.loads(pathlib.Path(sys.argv[2]).read_text()), sys.argv[3]
connection = duckdb.connect()
connection.execute(f"SET TimeZone = 'UTC'; SET preserve_insertion_order = false; SET temp_directory = '{out}/.tmp'")
SYSTEM = "_sluice_op, _sluice_run_id, _sluice_extracted_at, _sluice_invalid"
ZSTD = "FORMAT parquet, COMPRESSION zstd"


def table(files):
    return f"read_parquet({files}, hive_partitioning = false)"


def silver():
    for name, key in (("customer", "customer_code"), ("product", "product_code"), ("market", "market_code")):
        connection.execute(f"CREATE TEMP TABLE known_{name} AS SELECT DISTINCT {key} AS k FROM {table(paths[name])}")
    connection.execute(f"""CREATE TEMP VIEW event AS SELECT t.* EXCLUDE ({SYSTEM}), concat_ws(',',
        CASE WHEN coalesce(t.product_code, '') = '' OR coalesce(t.customer_code, '') = '' OR coalesce(t.market_code, '') = '' THEN 'code_null' END,
        CASE WHEN coalesce(sales_qty, 0) <= 0 THEN 'qty_positive' END, CASE WHEN coalesce(sales_amount, -1) < 0 THEN 'amount_nonneg' END,
        CASE WHEN coalesce(currency, '') NOT IN ('INR', 'USD') THEN 'currency_known' END, CASE WHEN t.customer_code IS NOT NULL AND c.k IS NULL THEN 'customer_exists' END,
        CASE WHEN t.product_code IS NOT NULL AND p.k IS NULL THEN 'product_exists' END, CASE WHEN t.market_code IS NOT NULL AND m.k IS NULL THEN 'market_exists' END) AS rules
      FROM {table(paths['transactions'])} t LEFT JOIN known_customer c ON t.customer_code = c.k
      LEFT JOIN known_product p ON t.product_code = p.k LEFT JOIN known_market m ON t.market_code = m.k""")
    # Only ids that occur twice need an order: a narrow aggregate, then an anti join of the losers; faster than a window.
    connection.execute("""CREATE TEMP TABLE loser AS SELECT id, updated_at FROM event WHERE rules = ''
        AND id IN (SELECT id FROM event WHERE rules = '' GROUP BY id HAVING count(*) > 1)
      QUALIFY row_number() OVER (PARTITION BY id ORDER BY updated_at DESC) > 1""")
    connection.execute(f"""COPY (SELECT event.* EXCLUDE (rules), date_trunc('month', order_date)::DATE AS order_date_month
        FROM event ANTI JOIN loser USING (id, updated_at) WHERE rules = '')
      TO '{out}/silver' ({ZSTD}, PARTITION_BY (order_date_month))""")
    connection.execute(f"COPY (SELECT * FROM event WHERE rules <> '') TO '{out}/quarantine.parquet' ({ZSTD})")


def scd2():
    tracked = ["customer_name", "customer_type", "segment", "city", "country", "email", "credit_limit"]
    differs = " OR ".join(f"h.{name} IS DISTINCT FROM b.{name}" for name in tracked)
    columns = ["customer_code", *tracked, "updated_at"]
    connection.execute(f"CREATE TEMP VIEW h AS SELECT * FROM {table(paths['history'])}")
    connection.execute(f"""CREATE TEMP TABLE act AS SELECT b.*, h.surrogate_key AS old, h.is_deleted AS was_deleted, CASE WHEN b._sluice_op = 'd' THEN 'close'
        WHEN h.surrogate_key IS NULL THEN 'new' WHEN {differs} THEN 'change' ELSE 'same' END AS act
      FROM {table(paths['batch'])} b LEFT JOIN (SELECT * FROM h WHERE is_current) h USING (customer_code)""")
    connection.execute(f"""COPY (SELECT {', '.join('h.' + c for c in columns)}, h.valid_from,
        CASE WHEN a.old IS NOT NULL THEN a.updated_at ELSE h.valid_to END AS valid_to, h.is_current AND a.old IS NULL AS is_current,
        h.is_deleted OR coalesce(a.act = 'close', false) AS is_deleted, h.surrogate_key
      FROM h LEFT JOIN (SELECT old, updated_at, act FROM act WHERE act IN ('close', 'change')) a ON h.surrogate_key = a.old
      UNION ALL SELECT {', '.join(columns)}, updated_at, NULL, true, false, (hash(customer_code, updated_at) >> 1)::BIGINT FROM act WHERE act IN ('new', 'change'))
      TO '{out}/scd2.parquet' ({ZSTD})""")


def obt():
    chosen = {"customer": ["customer_name", "customer_type", "segment", "city", "country", "email"],
              "product": ["product_name", "product_type", "category", "brand"], "market": ["market_name", "zone", "country", "region_manager"]}
    attributes = ", ".join(f"{name}.{column} AS {name}_{column}" for name, columns in chosen.items() for column in columns)
    joins = " ".join(f"LEFT JOIN (SELECT * FROM {table(paths['dimensions'][name])} WHERE is_current) {name} ON t.{name}_code = {name}.{name}_code" for name in chosen)
    connection.execute(f"""COPY (SELECT t.*, {attributes} FROM read_parquet({paths['silver']}, hive_partitioning = true,
        hive_types = {{'order_date_month': DATE}}) t {joins}) TO '{out}/obt' ({ZSTD}, PARTITION_BY (order_date_month))""")


{"silver": silver, "scd2": scd2, "obt": obt}[job]()
