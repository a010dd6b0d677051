"""The bench's data: schema Atliqsale with a fact table of 11 columns like a real shop's, and a schema of 50 small tables.
Deterministic: the server's RAND with fixed seeds over its SEQUENCE engine."""

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


def create_small_tables(server, schema, count, rows):
    statements = [f"CREATE DATABASE {schema} CHARACTER SET utf8mb4", f"USE {schema}"]
    for i in range(count):
        statements += [
            f"CREATE TABLE small_{i:02} (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, "
            "updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at))",
            f"INSERT INTO small_{i:02} (name, updated_at) SELECT CONCAT('row ', seq), '2024-01-01' + INTERVAL seq SECOND "
            f"FROM seq_1_to_{rows}"]
    server.execute(*statements)
