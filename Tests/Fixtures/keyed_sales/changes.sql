-- A day later: 5 new transactions, 3 corrected ones, a customer who changed segment, a new product. Markets stay as they were.
USE Atliqsale;
SET NAMES utf8mb4;
INSERT INTO transactions (product_code, customer_code, market_code, order_date, sales_qty, sales_amount, currency, note) VALUES
  ('Prod281', 'Cus001', 'Mark001', '2024-03-01', 10, 125000.00, 'INR', 'first order of the new product'),
  ('Prod281', 'Cus002', 'Mark010', '2024-03-01',  2,    310.50, 'USD', NULL),
  ('Prod014', 'Cus003', 'Mark004', '2024-03-01',  1,   1999.00, 'INR', NULL),
  ('Prod101', 'Cus041', 'Mark012', '2024-03-02', 25,  88000.00, 'INR', NULL),
  ('Prod007', 'Cus999', 'Mark002', '2024-03-02',  1,    -50.00, 'INR\r', 'the old import again');
UPDATE transactions SET sales_amount = 249.50, note = 'sign corrected' WHERE id IN (18, 1018, 2018);
UPDATE customer SET segment = 'Key account' WHERE customer_code = 'Cus001';
INSERT INTO product (product_code, product_name, product_type, category, list_price, weight_grams)
  VALUES ('Prod281', 'Headset Zen 281', 'Own Brand', 'Audio', 12500.00, 310);
