"""The transform bench's input: a bronze zone as an extract leaves it, made by DuckDB from hashes of row numbers, so that it
is the same everywhere. The peers read the very files that the Delta logs name.

About 1 % of the facts break one of the seven rules; 2 % are sent again later, with a newer updated_at."""

import json
import pathlib
import time

import duckdb

DAY = "ingest_date=2026-01-01"
SYSTEM = "'{op}' AS _sluice_op, '{run}' AS _sluice_run_id, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS _sluice_extracted_at, NULL::VARCHAR AS _sluice_invalid"
PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
CUSTOMERS, PRODUCTS, MARKETS = 10_000, 2_000, 100
FILE_ROWS = 5_000_000
MEMBERS = 800_000
TYPES = {"BIGINT": "long", "INTEGER": "integer", "VARCHAR": "string", "DATE": "date", "DOUBLE": "double",
         "TIMESTAMP WITH TIME ZONE": "timestamp", "DECIMAL(12,2)": "decimal(12,2)", "TINYINT": "byte"}


def share(number, seed):
    """A uniform number below 1 that depends on nothing but the row's number and the seed."""
    return f"((hash({number}, {seed}) % 1000003)::DOUBLE / 1000003)"


def pick(number, *values):
    return f"[{', '.join(repr(v) for v in values)}][1 + ({number}) % {len(values)}]"


def customers():
    return f"""SELECT 'Cus' || lpad(i::VARCHAR, 6, '0') AS customer_code,
      {pick('i', 'Surge', 'Info', 'Electrical', 'Excel', 'Nixon', 'Path', 'Premium')} || ' ' ||
        {pick('i', 'Stores', 'Solution', 'Retail', 'Mart', 'Élan')} || ' ' || i AS customer_name,
      {pick('i', 'Brick & Mortar', 'E-Commerce')} AS customer_type, {pick('i', 'Retail', 'Wholesale', 'Distributor', 'Direct')} AS segment,
      'City ' || i % 311 AS city, {pick('i', 'India', 'India', 'India', 'USA', 'France', '日本')} AS country,
      'c' || i || '@example.com' AS email, (floor({share('i', 11)} * 100000000) / 100)::DECIMAL(12,2) AS credit_limit,
      TIMESTAMPTZ '2021-01-01 00:00:00+00' + to_seconds(i) AS updated_at FROM range(1, {CUSTOMERS + 1}) t(i)"""


def products():
    return f"""SELECT 'Prod' || lpad(i::VARCHAR, 5, '0') AS product_code, 'Product ' || i || ' ' || {pick('i', 'Pro', 'Max', 'Lite', 'One')} AS product_name,
      {pick('i', 'Own Brand', 'Distribution')} AS product_type,
      {pick('i', 'Laptop', 'Mouse', 'Keyboard', 'Monitor', 'Storage', 'Networking', 'Audio', 'Printer')} AS category, 'Brand ' || i % 37 AS brand,
      TIMESTAMPTZ '2021-01-01 00:00:00+00' + to_seconds(i) AS updated_at FROM range(1, {PRODUCTS + 1}) t(i)"""


def markets():
    return f"""SELECT 'Mark' || lpad(i::VARCHAR, 3, '0') AS market_code, 'Market ' || i AS market_name, {pick('i', 'North', 'South', 'Central', 'West')} AS zone,
      {pick('i', 'India', 'India', 'USA')} AS country, 'Manager ' || i % 17 AS region_manager,
      TIMESTAMPTZ '2021-01-01 00:00:00+00' AS updated_at FROM range(1, {MARKETS + 1}) t(i)"""


def facts(rows, ids):
    """Facts of the ids that the table expression `ids` names `i`; three years of days in the order of the ids."""
    broken = "(i * 7919) % 1000"
    day = f"floor(i * 1066 / {rows})::INTEGER"
    return f"""SELECT i AS id,
      CASE {broken} WHEN 1 THEN NULL WHEN 2 THEN 'Prod99999' ELSE 'Prod' || lpad((1 + floor(pow({share('i', 1)}, 2) * {PRODUCTS}))::INTEGER::VARCHAR, 5, '0') END AS product_code,
      CASE {broken} WHEN 3 THEN '' WHEN 4 THEN 'Cus999999' ELSE 'Cus' || lpad((1 + floor(pow({share('i', 2)}, 2) * {CUSTOMERS}))::INTEGER::VARCHAR, 6, '0') END AS customer_code,
      CASE {broken} WHEN 5 THEN 'Mark999' ELSE 'Mark' || lpad((1 + floor({share('i', 3)} * {MARKETS}))::INTEGER::VARCHAR, 3, '0') END AS market_code,
      least(DATE '2025-12-31', DATE '2023-01-01' + {day} + floor({share('i', 4)} * 30)::INTEGER) AS order_date,
      (CASE {broken} WHEN 6 THEN 0 WHEN 7 THEN -1 ELSE 1 + floor(pow({share('i', 5)}, 3) * 200) END)::INTEGER AS sales_qty,
      (CASE {broken} WHEN 8 THEN -1 ELSE floor(1000 + {share('i', 6)} * 9999000 + {share('i', 66)}) / 100 END)::DECIMAL(12,2) AS sales_amount,
      CASE {broken} WHEN 9 THEN 'EUR' WHEN 10 THEN 'INR' || chr(13) ELSE CASE WHEN {share('i', 7)} < 0.93 THEN 'INR' ELSE 'USD' END END AS currency,
      CASE WHEN {share('i', 8)} < 0.3 THEN NULL ELSE floor({share('i', 9)} * 40) / 100 END AS discount,
      CASE WHEN i % 25 = 0 THEN 'note on order ' || i || ' – déjà vu' END AS note,
      TIMESTAMPTZ '2023-01-01 00:00:00+00' + to_days({day}) + to_milliseconds(floor({share('i', 10)} * 86400000)) AS updated_at
      FROM {ids}"""


def resent(rows, every, new_every, seed):
    """Later versions of every `every`-th fact, and new facts modelled on every `new_every`-th."""
    later = f"SELECT * REPLACE (sales_qty + {seed} AS sales_qty, updated_at + INTERVAL {400 + seed} DAY AS updated_at) FROM ({facts(rows, f'(SELECT unnest(range({every}, {rows}, {every})) AS i)')})"
    fresh = f"SELECT * REPLACE (id + {rows * seed} AS id) FROM ({facts(rows, f'(SELECT unnest(range(7, {rows}, {new_every})) AS i)')})"
    return f"{later} UNION ALL {fresh}"


def members(number, version):
    return f"""'Cus' || lpad(({number})::VARCHAR, 7, '0') AS customer_code, 'Name ' || ({number}) || ' v' || {version} AS customer_name,
      {pick(number, 'Brick & Mortar', 'E-Commerce')} AS customer_type, ['Retail', 'Wholesale', 'Distributor', 'Direct'][1 + (({number}) + {version}) % 4] AS segment,
      'City ' || ({number}) * 31 % 311 AS city, {pick(number, 'India', 'USA', 'France', '日本')} AS country, 'c' || ({number}) || '@example.com' AS email,
      (hash({number}, {version}) % 100000000 / 100.0)::DECIMAL(12,2) AS credit_limit"""


def history(members_count):
    def at(day):
        return f"TIMESTAMPTZ '{day} 00:00:00+00' AS updated_at"
    return f"""SELECT {members('i * 4', 0)}, {at('2020-01-01')} FROM range({members_count // 4}) t(i)
      UNION ALL SELECT {members('i', 1)}, {at('2024-06-01')} FROM range({members_count}) t(i)"""


class BronzeTable:
    """A Delta table with the columns, tags and transactions of an extract."""

    def __init__(self, lake, source, watermark="updated_at"):
        self.source, self.watermark, self.version, self.files = source, watermark, 0, []
        self.folder = pathlib.Path(lake) / "bronze" / source.replace(".", "/")
        (self.folder / DAY).mkdir(parents=True)
        (self.folder / "_delta_log").mkdir()

    def write(self, connection, select, name, operation="u"):
        """One data file; it becomes part of the table with `commit`."""
        path = self.folder / DAY / f"part-00000-{name}.c000.zstd.parquet"
        system = SYSTEM.format(op=operation, run=f"run{self.version}")
        connection.execute(f"COPY (SELECT *, {system} FROM ({select})) TO '{path}' {PARQUET}")
        self.files.append(path)
        return path

    def commit(self, connection, files=None):
        files = self.files if files is None else files
        self.files = []
        actions = [{"commitInfo": {"timestamp": int(time.time() * 1000), "operation": "WRITE", "operationParameters": {}}}]
        if self.version == 0:
            described = connection.execute(f"DESCRIBE SELECT * EXCLUDE ingest_date FROM read_parquet('{files[0]}', hive_partitioning = true)").fetchall()
            fields = [{"name": row[0], "type": TYPES[row[1]], "nullable": True, "metadata": {}} for row in described]
            fields.append({"name": "ingest_date", "type": "date", "nullable": True, "metadata": {}})
            actions += [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
                        {"metaData": {"id": "00000000-0000-4000-8000-000000000001", "format": {"provider": "parquet", "options": {}},
                                      "schemaString": json.dumps({"type": "struct", "fields": fields}), "partitionColumns": ["ingest_date"],
                                      "configuration": {"sluice.source_table": self.source}, "createdTime": int(time.time() * 1000)}}]
        actions.append({"txn": {"appId": f"sluice/{self.source}/{self.watermark}", "version": self.version + 1, "lastUpdated": int(time.time() * 1000)}})
        for path in files:
            rows = connection.execute(f"SELECT count(*) FROM read_parquet('{path}')").fetchone()[0]
            actions.append({"add": {"path": str(path.relative_to(self.folder)), "partitionValues": {"ingest_date": "2026-01-01"}, "size": path.stat().st_size,
                                    "modificationTime": int(path.stat().st_mtime * 1000), "dataChange": True, "stats": json.dumps({"numRecords": rows}),
                                    "tags": {"sluice.run": f"run{self.version}", "sluice.mode": "incremental", "sluice.low": str(self.version), "sluice.high": str(self.version + 1)}}})
        text = "\n".join(json.dumps(action, ensure_ascii=False) for action in actions) + "\n"
        (self.folder / "_delta_log" / f"{self.version:020}.json").write_text(text)
        self.version += 1


def create_facts(lake, rows):
    """The bronze tables of silver and the One Big Table. Returns {table: BronzeTable}."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    tables = {}
    for name, select in (("customer", customers()), ("product", products()), ("market", markets())):
        tables[name] = BronzeTable(lake, f"Atliqsale.{name}")
        tables[name].write(connection, select, "1")
        tables[name].commit(connection)
    table = tables["transactions"] = BronzeTable(lake, "Atliqsale.transactions")
    for number, first in enumerate(range(1, rows + 1, FILE_ROWS)):
        last = min(rows, first + FILE_ROWS - 1)
        table.write(connection, facts(rows, f"range({first}, {last + 1}) t(i)"), f"load{number}")
    table.commit(connection)
    table.write(connection, resent(rows, 66, 200, 1), "resent")
    table.commit(connection)
    return tables


def add_increment(table, rows):
    """1 % more: three quarters later versions of old facts, one quarter new ones, of the last days as a night brings them."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    count, first = rows // 100, rows - rows // 50
    later = f"SELECT * REPLACE (sales_qty + 2 AS sales_qty, updated_at + INTERVAL 900 DAY AS updated_at) FROM ({facts(rows, f'range({first}, {first + count * 3 // 4}) t(i)')})"
    fresh = f"SELECT * REPLACE (id + {rows * 3} AS id) FROM ({facts(rows, f'range({rows - count // 4}, {rows}) t(i)')})"
    table.write(connection, f"{later} UNION ALL {fresh}", "increment")
    table.commit(connection)


def create_history(lake, count=MEMBERS):
    """The bronze table of the dimension job: a million versions of 800,000 members, or fewer."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    table = BronzeTable(lake, "Crm.customer")
    table.write(connection, history(count), "history")
    table.commit(connection)
    return table


def add_batch(table, count=MEMBERS):
    """Of 800,000 members 100,000 events: 80,000 changes, 5,000 that change nothing, 10,000 new members, 5,000 deletes."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    at = "TIMESTAMPTZ '2026-01-01 00:00:00+00' AS updated_at"
    changes = table.write(connection, f"""SELECT {members('i * 10', 2)}, {at} FROM range({count // 10}) t(i)
      UNION ALL SELECT {members('i * 10 + 3', 1)}, {at} FROM range({count // 160}) t(i)
      UNION ALL SELECT {members(f'i + {count}', 1)}, {at} FROM range({count // 80}) t(i)""", "changes")
    deletes = table.write(connection, f"SELECT {members('i * 10 + 5', 1)}, {at} FROM range({count // 160}) t(i)", "deletes", operation="d")
    table.commit(connection)
    return [changes, deletes]
