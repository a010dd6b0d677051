"""A maker of hardware: sales without a key, a time of change or a foreign key; a calendar; keys called after their
table; a carriage return behind the currency; amounts that are 0 or less; sales of products that nobody knows."""

from .expected import Schema

SQL = r"""
SET sql_mode = 'NO_ENGINE_SUBSTITUTION';
CREATE TABLE customers (customer_code VARCHAR(45) PRIMARY KEY, custmer_name VARCHAR(45), customer_type VARCHAR(45));
INSERT INTO customers SELECT CONCAT('Cus', LPAD(seq, 3, '0')), CONCAT('Store ', seq), IF(seq % 2, 'Brick & Mortar',
  'E-Commerce') FROM seq_1_to_38;
CREATE TABLE products (product_code VARCHAR(45) PRIMARY KEY, product_type VARCHAR(45));
INSERT INTO products SELECT CONCAT('Prod', LPAD(seq, 3, '0')), IF(seq % 2, CONCAT('Own Brand', CHAR(13)),
  CONCAT('Distribution', CHAR(13))) FROM seq_1_to_60;
CREATE TABLE markets (markets_code VARCHAR(45) PRIMARY KEY, markets_name VARCHAR(45), zone VARCHAR(45));
INSERT INTO markets SELECT CONCAT('Mark', LPAD(seq, 3, '0')), CONCAT('Town ', seq), IF(seq > 15, '', ELT(1 + seq % 3,
  'North', 'South', 'Central')) FROM seq_1_to_17;
CREATE TABLE date (date DATE PRIMARY KEY, cy_date DATE, year INT, month_name VARCHAR(45), date_yy_mmm VARCHAR(45));
INSERT INTO date SELECT day, DATE_FORMAT(day, '%Y-%m-01'), YEAR(day), MONTHNAME(day),
  CONCAT(DATE_FORMAT(day, '%y-%b'), CHAR(13)) FROM (SELECT '2018-01-01' + INTERVAL seq DAY AS day FROM seq_0_to_899) d;
CREATE TABLE transactions (product_code VARCHAR(45), customer_code VARCHAR(45), market_code VARCHAR(45),
  order_date DATE, sales_qty INT, sales_amount DOUBLE, currency VARCHAR(45));
INSERT INTO transactions SELECT CONCAT('Prod', LPAD(1 + seq * 7 % 60 + IF(seq % 3, 0, 200), 3, '0')), CONCAT('Cus',
  LPAD(1 + seq % 38, 3, '0')), CONCAT('Mark', LPAD(1 + seq % 15, 3, '0')), '2018-02-01' + INTERVAL seq * 11 % 800 DAY,
  1 + seq % 90, IF(seq % 95, 100 + seq * 13 % 9000, IF(seq % 2, 0, -1)), IF(seq % 300, CONCAT('INR', CHAR(13)),
  'INR') FROM seq_1_to_900;
INSERT INTO transactions SELECT * FROM transactions LIMIT 3;
"""

SCHEMA = Schema(
    "hardware", "sales without a key, a calendar", SQL,
    kinds="""
    fact        transactions    order_date
    dimension   date
    dimension   customers
    dimension   products
    dimension   markets
    """,
    references="""
    transactions.customer_code -> customers    guessed
    transactions.market_code -> markets        guessed
    transactions.product_code -> products      guessed
    transactions.order_date -> date            optional
    """,
    never="""
    transactions.currency -> markets           a column of no reference
    """)
