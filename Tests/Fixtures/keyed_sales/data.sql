-- The sample's rows: 12 markets, 42 customers, 280 products, 200,000 transactions.
-- Deterministic: every value is computed from the row's number n, with CRC32 as the hash, so the
-- same rows appear on every server. Numbers come from crossed digits (no recursion limit to raise).
USE Atliqsale;
SET NAMES utf8mb4;
SET SESSION time_zone = '+00:00';
-- Old applications run without strict mode; that is how the zero dates got in.
SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION';

CREATE TABLE sample_number (n INT NOT NULL PRIMARY KEY) ENGINE=InnoDB;
INSERT INTO sample_number (n)
  WITH digit AS (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
     UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)
  SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 100000 * g.d
    FROM digit a, digit b, digit c, digit e, digit f, digit g
   WHERE g.d < 2
   ORDER BY 1;

INSERT INTO market (market_code, market_name, zone, country)
  SELECT CONCAT('Mark', LPAD(n, 3, '0')),
         ELT(n, 'Chennai', 'Mumbai', 'Ahmedabad', 'Delhi NCR', 'Nagpur', 'Lucknow', 'Patna', 'Surat', 'Kochi',
             'New York', 'Paris', '東京'),
         -- the markets abroad have no zone
         IF(n >= 10, NULL, ELT(n, 'South', 'Central', 'North', 'North', 'Central', 'North', 'North', 'West', 'South')),
         CASE n WHEN 10 THEN 'USA' WHEN 11 THEN 'France' WHEN 12 THEN 'Japan' ELSE 'India' END
    FROM sample_number WHERE n <= 12;

INSERT INTO customer (customer_code, customer_name, customer_type, segment, home_market, email, credit_limit,
                      customer_since, updated_at)
  SELECT CONCAT('Cus', LPAD(n, 3, '0')),
         CONCAT(ELT(1 + n % 7, 'Surge', 'Info', 'Electrical', 'Excel', 'Nixon', 'Path', 'Élan'), ' ',
                ELT(1 + n % 6, 'Stores', 'Solutions', 'Mart', 'Retail', 'Traders', 'Hub')),
         IF(n % 2 = 0, 'E-Commerce', 'Brick & Mortar'),
         ELT(1 + CRC32(CONCAT(n, ':segment')) % 4, 'Retail', 'Wholesale', 'Distributor', 'Direct'),
         IF(n % 14 = 0, NULL, CONCAT('Mark', LPAD(1 + CRC32(CONCAT(n, ':market')) % 12, 3, '0'))),
         IF(n % 10 = 0, NULL, CONCAT('orders', n, '@example.com')),
         CRC32(CONCAT(n, ':credit')) % 90000000 / 100,
         IF(n = 7, '0000-00-00', '2015-04-01' + INTERVAL CRC32(CONCAT(n, ':since')) % 3000 DAY),
         '2024-01-05 08:00:00' + INTERVAL n * 37 MINUTE
    FROM sample_number WHERE n <= 42;

INSERT INTO product (product_code, product_name, product_type, category, list_price, weight_grams, active, updated_at)
  SELECT CONCAT('Prod', LPAD(n, 3, '0')),
         CONCAT(ELT(1 + n % 8, 'Laptop', 'Mouse', 'Keyboard', 'Monitor', 'Drive', 'Router', 'Headset', 'Printer'),
                ' ', ELT(1 + n % 4, 'Pro', 'Max', 'Lite', 'One'), ' ', n),
         IF(n % 5 < 3, 'Own Brand', 'Distribution'),
         ELT(1 + n % 8, 'Computers', 'Accessories', 'Accessories', 'Displays', 'Storage', 'Networking', 'Audio', 'Printers'),
         IF(n % 40 = 0, NULL, 199 + CRC32(CONCAT(n, ':price')) % 8000000 / 100),
         CRC32(CONCAT(n, ':weight')) % 9000,
         n % 9 <> 0,
         '2024-01-05 08:00:00' + INTERVAL n * 11 MINUTE
    FROM sample_number WHERE n <= 280;

-- The defects: d = m mod 1000 picks one for 24 rows in each thousand, so each line below stands for exactly 200 rows.
-- Every 400th row repeats the row before it under a new id (500 duplicates); m is the row that is told again.
INSERT INTO transactions (id, product_code, customer_code, market_code, order_date, sales_qty, sales_amount, currency,
                          discount, note, updated_at)
  SELECT n,
         CASE d WHEN 1 THEN NULL                                  -- null key
                WHEN 2 THEN 'Prod999'                             -- unknown code
                WHEN 3 THEN 'Prod001 '                            -- trailing space
                ELSE CONCAT('Prod', LPAD(1 + CRC32(CONCAT(m, ':product')) % 280, 3, '0')) END,
         CASE d WHEN 4 THEN NULL WHEN 5 THEN '' WHEN 6 THEN 'Cus999'
                ELSE CONCAT('Cus', LPAD(1 + CRC32(CONCAT(m, ':customer')) % 42, 3, '0')) END,
         CASE d WHEN 7 THEN NULL WHEN 8 THEN 'Mark999'
                ELSE CONCAT('Mark', LPAD(1 + CRC32(CONCAT(m, ':market')) % 12, 3, '0')) END,
         CASE d WHEN 9 THEN NULL WHEN 10 THEN '0000-00-00'        -- zero date
                WHEN 11 THEN '2022-02-00'                         -- partial date
                WHEN 12 THEN '2037-12-31'                         -- future
                ELSE '2021-01-01' + INTERVAL FLOOR(m * 1080 / 200000) + CRC32(CONCAT(m, ':day')) % 15 DAY END,
         CASE d WHEN 13 THEN 0 WHEN 14 THEN -3 WHEN 15 THEN NULL
                ELSE 1 + CRC32(CONCAT(m, ':qty')) % 100 * (CRC32(CONCAT(m, ':bulk')) % 3) END,
         CASE d WHEN 16 THEN 0 WHEN 17 THEN -1 WHEN 18 THEN -249.50
                ELSE (500 + CRC32(CONCAT(m, ':amount')) % 9999500) / 100 END,
         CASE d WHEN 19 THEN 'INR\r' WHEN 20 THEN 'USD\r'         -- a carriage return from an old import
                WHEN 21 THEN 'inr' WHEN 22 THEN 'EUR' WHEN 23 THEN NULL WHEN 24 THEN 'INR\r'
                ELSE IF(CRC32(CONCAT(m, ':currency')) % 100 < 93, 'INR', 'USD') END,
         IF(CRC32(CONCAT(m, ':discounted')) % 10 < 3, NULL, CRC32(CONCAT(m, ':discount')) % 40 / 100),
         IF(m % 25 = 0, CONCAT('order ', m, ' – déjà vu'), NULL),
         -- four rows share each moment: ties
         '2024-02-01 00:00:00' + INTERVAL FLOOR(m / 4) * 250007 MICROSECOND
    FROM (SELECT n, n - (n % 400 = 0) AS m, (n - (n % 400 = 0)) % 1000 AS d FROM sample_number) numbered
   ORDER BY n;

DROP TABLE sample_number;
