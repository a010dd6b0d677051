"""The bench's data: schema Atliqsale with a fact table of 11 columns like a real shop's, a table of texts that hardly repeat, one of
200 columns, and schemas of small tables. Deterministic: the server's RAND with fixed seeds over its SEQUENCE engine."""

FACT = """CREATE TABLE transactions (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, product_code VARCHAR(12) NULL, customer_code VARCHAR(12) NULL,
  market_code VARCHAR(12) NULL, order_date DATE NULL, sales_qty INT NULL, sales_amount DECIMAL(12,2) NULL,
  currency VARCHAR(5) NULL, discount DOUBLE NULL, note VARCHAR(60) NULL, updated_at DATETIME(3) NOT NULL)"""

# 2,000 products and 10,000 customers, popular ones more often; three years of days in the order of the ids; amounts
# that hardly repeat; a note on every 25th row; updated_at to the millisecond.
FACT_ROWS = """INSERT INTO transactions SELECT seq,
  CONCAT('Prod', LPAD(1 + FLOOR(POW(RAND(101), 2) * 2000), 5, '0')),
  CONCAT('Cus', LPAD(1 + FLOOR(POW(RAND(102), 2) * 10000), 6, '0')),
  CONCAT('Mark', LPAD(1 + FLOOR(RAND(103) * 100), 3, '0')),
  '2021-01-01' + INTERVAL FLOOR(seq * 1066 / {rows}) + FLOOR(RAND(104) * 30) DAY,
  1 + FLOOR(POW(RAND(105), 3) * 200),
  ROUND(10 + RAND(106) * 99990, 2),
  IF(RAND(107) < 0.93, 'INR', 'USD'),
  IF(RAND(108) < 0.3, NULL, FLOOR(RAND(109) * 40) / 100),
  IF(seq % 25 = 0, CONCAT('note on order ', seq, ' – déjà vu'), NULL),
  '2021-01-01' + INTERVAL FLOOR(seq * 1066 / {rows}) * 86400000000 + FLOOR(RAND(110) * 86400000) * 1000 MICROSECOND
FROM seq_1_to_{rows}"""


def create_fact(server, schema, rows, copy_from=None):
    """The fact table with `rows` rows; smaller ones are the first rows of a larger one."""
    fill = FACT_ROWS.format(rows=rows)
    if copy_from:
        fill = f"INSERT INTO transactions SELECT * FROM {copy_from}.transactions WHERE id <= {rows}"
    server.execute(f"CREATE DATABASE {schema} CHARACTER SET utf8mb4", f"USE {schema}", FACT,
                   "SET unique_checks = 0", fill, "ALTER TABLE transactions ADD KEY ix_updated (updated_at)",
                   "ANALYZE TABLE transactions")


def _uuid(of):
    return (f"CONCAT(LEFT(MD5({of}), 8), '-', SUBSTR(MD5({of}), 9, 4), '-4', SUBSTR(MD5({of}), 14, 3), '-a', "
            f"SUBSTR(MD5({of}), 18, 3), '-', RIGHT(MD5({of}), 12))")


# (name, type, value): nothing that a dictionary would help with; some 500 bytes a row.
TEXTS = [
    ("id", "BIGINT NOT NULL PRIMARY KEY", "seq"),
    ("event_id", "CHAR(36) NOT NULL", _uuid("CONCAT('e', seq)")),
    ("visit_id", "CHAR(36) NOT NULL", _uuid("CONCAT('v', seq DIV 3)")),
    ("url", "VARCHAR(200) NOT NULL",
     "CONCAT('https://shop.example.com/', ELT(1 + seq % 5, 'shoes', 'books', 'caf\u00e9', 'garden', 'music'), '/item-', "
     "CRC32(seq), '?ref=', LOWER(HEX(CRC32(seq * 7))), '&page=', seq % 97)"),
    ("referrer", "VARCHAR(200) NULL", "IF(seq % 4 = 0, NULL, CONCAT('https://search.example.org/q?text=', MD5(seq * 11)))"),
    ("payload", "JSON NOT NULL",
     "CONCAT('{\"cart\": ', seq, ', \"items\": [', CRC32(seq) % 1000, ', ', CRC32(seq * 3) % 1000, '], \"total\": ', "
     "ROUND(RAND(201) * 1000, 2), ', \"coupon\": \"', LEFT(MD5(seq * 13), 10), '\"}')"),
    ("email", "VARCHAR(120) NOT NULL", "CONCAT('user.', CRC32(seq * 17), '@mail', seq % 500, '.example.net')"),
    ("full_name", "VARCHAR(80) NOT NULL",
     "CONCAT(ELT(1 + seq % 4, 'Z\u00f6e', 'Jos\u00e9', 'Fran\u00e7oise', 'Bj\u00f8rn'), ' ', LEFT(MD5(seq * 19), 9))"),
    ("note", "VARCHAR(255) NOT NULL",
     "CONCAT('R\u00e9f\u00e9rence ', seq, ' \u2013 d\u00e9j\u00e0 vu \u00e0 ', MD5(seq * 23), ', \u00dcberpr\u00fcfung ', CRC32(seq * 29))"),
    ("agent", "VARCHAR(160) NOT NULL",
     "CONCAT('Mozilla/5.0 (X11; Linux x86_64) Build/', CRC32(seq * 31), ' Engine/', CRC32(seq * 37))"),
    ("address", "VARCHAR(45) NOT NULL", "INET_NTOA(CRC32(seq * 41))"),
    ("token", "CHAR(64) NOT NULL", "SHA2(seq, 256)"),
]

# (type, value, how many columns of it); {n} is the column's number.
MIXED = [
    ("INT NULL", "IF(RAND({n}) < 0.1, NULL, FLOOR(RAND({n} + 300) * 1000000))", 40),
    ("BIGINT NULL", "FLOOR(RAND({n}) * 9000000000000)", 20),
    ("SMALLINT NULL", "FLOOR(RAND({n}) * 300)", 20),
    ("DECIMAL(12,2) NULL", "ROUND(RAND({n}) * 99999, 2)", 30),
    ("DOUBLE NULL", "RAND({n}) * 1000", 20),
    ("DATE NULL", "'2020-01-01' + INTERVAL FLOOR(RAND({n}) * 2000) DAY", 15),
    ("DATETIME(3) NULL", "'2020-01-01' + INTERVAL FLOOR(RAND({n}) * 170000000) SECOND", 14),
    ("VARCHAR(20) NULL", "ELT(1 + FLOOR(RAND({n}) * 6), 'open', 'paid', 'shipped', 'returned', 'cancelled', NULL)", 20),
    ("VARCHAR(40) NULL", "CONCAT('ref-', FLOOR(RAND({n}) * 100000000))", 20),
]


def create_texts(server, rows):
    """Table `events` of schema `texts`: 12 columns of texts that hardly repeat."""
    columns = ", ".join(f"{name} {kind}" for name, kind, _ in TEXTS)
    values = ", ".join(value for _, _, value in TEXTS)
    server.execute("CREATE DATABASE texts CHARACTER SET utf8mb4", "USE texts", f"CREATE TABLE events ({columns})",
                   "SET unique_checks = 0", f"INSERT INTO events SELECT {values} FROM seq_1_to_{rows}", "ANALYZE TABLE events")


def create_mixed(server, rows):
    """Table `readings` of schema `mixed`: a key and 199 columns of all kinds."""
    kinds = [(kind, value) for kind, value, count in MIXED for _ in range(count)]
    columns = ", ".join(f"c{n:03} {kind}" for n, (kind, _) in enumerate(kinds, 1))
    values = ", ".join(value.format(n=n) for n, (_, value) in enumerate(kinds, 1))
    server.execute("CREATE DATABASE mixed CHARACTER SET utf8mb4", "USE mixed",
                   f"CREATE TABLE readings (id BIGINT NOT NULL PRIMARY KEY, {columns})", "SET unique_checks = 0",
                   f"INSERT INTO readings SELECT seq, {values} FROM seq_1_to_{rows}", "ANALYZE TABLE readings")


def create_many_tables(server, schema, count, rows):
    """Small tables, every other one without a column that tells what changed."""
    create_small_tables(server, schema, count // 2, rows)
    statements = [f"USE {schema}"]
    for i in range(count - count // 2):
        statements += [f"CREATE TABLE whole_{i:03} (code VARCHAR(12) NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL, price DECIMAL(10,2))",
                       f"INSERT INTO whole_{i:03} SELECT CONCAT('c', seq), CONCAT('row ', seq), seq / 100 FROM seq_1_to_{rows}"]
    server.execute(*statements)


def create_small_tables(server, schema, count, rows):
    statements = [f"CREATE DATABASE {schema} CHARACTER SET utf8mb4", f"USE {schema}"]
    for i in range(count):
        statements += [
            f"CREATE TABLE small_{i:02} (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, "
            "updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at))",
            f"INSERT INTO small_{i:02} (name, updated_at) SELECT CONCAT('row ', seq), '2024-01-01' + INTERVAL seq SECOND "
            f"FROM seq_1_to_{rows}"]
    server.execute(*statements)
