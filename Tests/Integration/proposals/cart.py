"""A web shop with a prefix and no foreign keys: zero dates, 0 for none, guests, keys that include a language, empty
parents."""

from .expected import Schema

MASTER = """
SET sql_mode = 'NO_ENGINE_SUBSTITUTION';
CREATE TABLE oc_language (language_id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(32) NOT NULL,
  code VARCHAR(5) NOT NULL, sort_order INT NOT NULL DEFAULT 0, status TINYINT(1) NOT NULL);
INSERT INTO oc_language VALUES (1, 'English', 'en-gb', 1, 1), (2, 'Deutsch', 'de-de', 2, 1);
CREATE TABLE oc_currency (currency_id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(32) NOT NULL,
  code VARCHAR(3) NOT NULL, value DOUBLE(15,8) NOT NULL, status TINYINT(1) NOT NULL, date_modified DATETIME NOT NULL);
INSERT INTO oc_currency VALUES (1, 'Pound', 'GBP', 0.61, 1, '2024-03-01'), (2, 'Dollar', 'USD', 1, 1, '2024-03-01'),
  (3, 'Euro', 'EUR', 0.78, 1, '2024-03-01');
CREATE TABLE oc_store (store_id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(64) NOT NULL, url VARCHAR(255) NOT NULL);
CREATE TABLE oc_affiliate (affiliate_id INT AUTO_INCREMENT PRIMARY KEY, firstname VARCHAR(32) NOT NULL,
  email VARCHAR(96) NOT NULL, password VARCHAR(40) NOT NULL, date_added DATETIME NOT NULL);
CREATE TABLE oc_country (country_id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(128) NOT NULL,
  iso_code_2 VARCHAR(2) NOT NULL, status TINYINT(1) NOT NULL DEFAULT 1);
INSERT INTO oc_country SELECT seq, CONCAT('Country ', seq), CHAR(64 + seq, 65 USING ascii), 1 FROM seq_1_to_20;
CREATE TABLE oc_zone (zone_id INT AUTO_INCREMENT PRIMARY KEY, country_id INT NOT NULL, name VARCHAR(128) NOT NULL,
  code VARCHAR(32) NOT NULL, status TINYINT(1) NOT NULL DEFAULT 1);
INSERT INTO oc_zone SELECT seq, 1 + seq % 20, CONCAT('Zone ', seq), CONCAT('Z', seq), 1 FROM seq_1_to_60;
CREATE TABLE oc_customer_group (customer_group_id INT AUTO_INCREMENT PRIMARY KEY, approval INT NOT NULL,
  sort_order INT NOT NULL);
INSERT INTO oc_customer_group VALUES (1, 0, 1), (2, 1, 2);
CREATE TABLE oc_customer_group_description (customer_group_id INT NOT NULL, language_id INT NOT NULL,
  name VARCHAR(32) NOT NULL, description TEXT NOT NULL, PRIMARY KEY (customer_group_id, language_id));
INSERT INTO oc_customer_group_description VALUES (1, 1, 'Default', ''), (1, 2, 'Standard', ''), (2, 1, 'Trade', ''),
  (2, 2, 'Handel', '');
CREATE TABLE oc_customer (customer_id INT AUTO_INCREMENT PRIMARY KEY, customer_group_id INT NOT NULL,
  store_id INT NOT NULL DEFAULT 0, language_id INT NOT NULL, firstname VARCHAR(32) NOT NULL,
  lastname VARCHAR(32) NOT NULL, email VARCHAR(96) NOT NULL, telephone VARCHAR(32) NOT NULL,
  password VARCHAR(255) NOT NULL, salt VARCHAR(9) NOT NULL, address_id INT NOT NULL DEFAULT 0,
  ip VARCHAR(40) NOT NULL, status TINYINT(1) NOT NULL, token TEXT NOT NULL, date_added DATETIME NOT NULL);
INSERT INTO oc_customer SELECT seq, 1 + seq % 2, 0, 1 + seq % 2, CONCAT('First', seq), CONCAT('Last', seq),
  CONCAT('buyer', seq, '@mail.example'), CONCAT('0171-', 555000 + seq), SHA1(CONCAT('pw', seq)), LEFT(MD5(seq), 9),
  IF(seq % 9, seq, 0), CONCAT('203.0.113.', seq), 1, MD5(CONCAT('t', seq)),
  '2022-02-01 10:00:00' + INTERVAL seq * 5 DAY FROM seq_1_to_120;
CREATE TABLE oc_address (address_id INT AUTO_INCREMENT PRIMARY KEY, customer_id INT NOT NULL,
  firstname VARCHAR(32) NOT NULL, company VARCHAR(60) NOT NULL, address_1 VARCHAR(128) NOT NULL,
  city VARCHAR(128) NOT NULL, postcode VARCHAR(10) NOT NULL, country_id INT NOT NULL DEFAULT 0,
  zone_id INT NOT NULL DEFAULT 0);
INSERT INTO oc_address SELECT seq, seq, CONCAT('First', seq), '', CONCAT(seq, ' Long Road'), 'Leeds', 'LS1',
  1 + seq % 20, IF(seq % 3, 1 + seq % 60, 0) FROM seq_1_to_120;
CREATE TABLE oc_manufacturer (manufacturer_id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(64) NOT NULL,
  image VARCHAR(255), sort_order INT NOT NULL);
INSERT INTO oc_manufacturer SELECT seq, CONCAT('Maker ', seq), NULL, 0 FROM seq_1_to_9;
CREATE TABLE oc_stock_status (stock_status_id INT NOT NULL AUTO_INCREMENT, language_id INT NOT NULL,
  name VARCHAR(32) NOT NULL, PRIMARY KEY (stock_status_id, language_id));
INSERT INTO oc_stock_status VALUES (5, 1, 'Out of stock'), (5, 2, 'Ausverkauft'), (7, 1, 'In stock'), (7, 2,
  'Auf Lager');
CREATE TABLE oc_order_status (order_status_id INT NOT NULL AUTO_INCREMENT, language_id INT NOT NULL,
  name VARCHAR(32) NOT NULL, PRIMARY KEY (order_status_id, language_id));
INSERT INTO oc_order_status VALUES (1, 1, 'Pending'), (1, 2, 'Offen'), (2, 1, 'Processing'), (2, 2, 'In Arbeit'), (5,
  1, 'Complete'), (5, 2, 'Fertig');
CREATE TABLE oc_product (product_id INT AUTO_INCREMENT PRIMARY KEY, model VARCHAR(64) NOT NULL,
  sku VARCHAR(64) NOT NULL, quantity INT NOT NULL DEFAULT 0, stock_status_id INT NOT NULL,
  manufacturer_id INT NOT NULL DEFAULT 0, price DECIMAL(15,4) NOT NULL DEFAULT 0, tax_class_id INT NOT NULL DEFAULT 0,
  date_available DATE NOT NULL DEFAULT '0000-00-00', weight DECIMAL(15,8) NOT NULL DEFAULT 0,
  status TINYINT(1) NOT NULL DEFAULT 0, viewed INT NOT NULL DEFAULT 0, date_added DATETIME NOT NULL,
  date_modified DATETIME NOT NULL);
INSERT INTO oc_product SELECT seq, CONCAT('Model ', seq), '', seq * 3 % 100, IF(seq % 2, 5, 7), IF(seq % 4,
  1 + seq % 9, 0), seq + 0.99, 9, IF(seq % 3, '2023-01-01' + INTERVAL seq DAY, '0000-00-00'), 1, 1, seq * 11,
  '2023-01-05' + INTERVAL seq DAY, IF(seq % 5, '2024-05-01', '0000-00-00') FROM seq_1_to_50;
CREATE TABLE oc_product_description (product_id INT NOT NULL, language_id INT NOT NULL, name VARCHAR(255) NOT NULL,
  description TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (product_id, language_id), KEY name (name));
INSERT INTO oc_product_description SELECT p.seq, l.seq, CONCAT('Product ', p.seq, ' in ', l.seq), '<p>Long text</p>',
  '' FROM seq_1_to_50 p JOIN seq_1_to_2 l;
CREATE TABLE oc_category (category_id INT AUTO_INCREMENT PRIMARY KEY, image VARCHAR(255),
  parent_id INT NOT NULL DEFAULT 0, top TINYINT(1) NOT NULL, status TINYINT(1) NOT NULL, date_added DATETIME NOT NULL,
  date_modified DATETIME NOT NULL);
INSERT INTO oc_category SELECT seq, NULL, seq DIV 4, 1, 1, '2023-01-01' + INTERVAL seq DAY,
  '2023-02-01' + INTERVAL seq DAY FROM seq_1_to_24;
CREATE TABLE oc_product_to_category (product_id INT NOT NULL, category_id INT NOT NULL, PRIMARY KEY (product_id,
  category_id));
INSERT INTO oc_product_to_category SELECT p.seq, 1 + (p.seq + c.seq * 5) % 24 FROM seq_1_to_50 p JOIN seq_1_to_2 c;
CREATE TABLE oc_setting (setting_id INT AUTO_INCREMENT PRIMARY KEY, store_id INT NOT NULL DEFAULT 0,
  code VARCHAR(32) NOT NULL, `key` VARCHAR(64) NOT NULL, value TEXT NOT NULL, serialized TINYINT(1) NOT NULL);
INSERT INTO oc_setting SELECT seq, 0, 'config', CONCAT('config_', seq), seq, 0 FROM seq_1_to_60;
CREATE TABLE oc_user_group (user_group_id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(64) NOT NULL,
  permission TEXT NOT NULL);
INSERT INTO oc_user_group VALUES (1, 'Administrator', '{}'), (10, 'Demonstration', '{}');
CREATE TABLE oc_user (user_id INT AUTO_INCREMENT PRIMARY KEY, user_group_id INT NOT NULL,
  username VARCHAR(20) NOT NULL, password VARCHAR(255) NOT NULL, salt VARCHAR(9) NOT NULL, email VARCHAR(96) NOT NULL,
  code VARCHAR(40) NOT NULL, ip VARCHAR(40) NOT NULL, status TINYINT(1) NOT NULL, date_added DATETIME NOT NULL);
INSERT INTO oc_user SELECT seq, IF(seq = 1, 1, 10), CONCAT('admin', seq), SHA1(CONCAT('admin', seq)),
  LEFT(MD5(CONCAT('s', seq)), 9), CONCAT('admin', seq, '@shop.example'), '', '198.51.100.7', 1, '2022-01-01'
  FROM seq_1_to_4;
"""

SALES = """
CREATE TABLE oc_order (order_id INT AUTO_INCREMENT PRIMARY KEY, invoice_no INT NOT NULL DEFAULT 0,
  store_id INT NOT NULL DEFAULT 0, store_name VARCHAR(64) NOT NULL, customer_id INT NOT NULL DEFAULT 0,
  customer_group_id INT NOT NULL DEFAULT 0, firstname VARCHAR(32) NOT NULL, email VARCHAR(96) NOT NULL,
  telephone VARCHAR(32) NOT NULL, payment_address_1 VARCHAR(128) NOT NULL, payment_country_id INT NOT NULL,
  payment_method VARCHAR(128) NOT NULL, shipping_address_1 VARCHAR(128) NOT NULL, shipping_zone_id INT NOT NULL,
  total DECIMAL(15,4) NOT NULL DEFAULT 0, order_status_id INT NOT NULL DEFAULT 0, affiliate_id INT NOT NULL,
  commission DECIMAL(15,4) NOT NULL, language_id INT NOT NULL, currency_id INT NOT NULL,
  currency_code VARCHAR(3) NOT NULL, ip VARCHAR(40) NOT NULL, user_agent VARCHAR(255) NOT NULL,
  date_added DATETIME NOT NULL, date_modified DATETIME NOT NULL);
INSERT INTO oc_order SELECT seq, IF(seq % 4, seq, 0), 0, 'Your store', IF(seq % 5 < 2, 0, 1 + seq * 7 % 120),
  1 + seq % 2, CONCAT('First', seq), CONCAT('order', seq, '@mail.example'), CONCAT('0171-', 777000 + seq), CONCAT(seq,
  ' Payment Lane'), 1 + seq % 20, 'Cash on delivery', IF(seq % 3, CONCAT(seq, ' Shipping Lane'), ''), IF(seq % 3,
  1 + seq % 60, 0), seq % 90 + 9.5, ELT(1 + seq % 4, 0, 1, 2, 5), 0, 0, 1 + seq % 2, 1 + seq % 3, ELT(1 + seq % 3,
  'GBP', 'USD', 'EUR'), CONCAT('192.0.2.', seq % 250), 'Mozilla/5.0', '2023-03-01 09:30:00' + INTERVAL seq * 2 DAY,
  '2023-03-02 09:30:00' + INTERVAL seq * 2 DAY FROM seq_1_to_300;
CREATE TABLE oc_order_product (order_product_id INT AUTO_INCREMENT PRIMARY KEY, order_id INT NOT NULL,
  product_id INT NOT NULL, name VARCHAR(255) NOT NULL, model VARCHAR(64) NOT NULL, quantity INT NOT NULL,
  price DECIMAL(15,4) NOT NULL DEFAULT 0, total DECIMAL(15,4) NOT NULL DEFAULT 0,
  tax DECIMAL(15,4) NOT NULL DEFAULT 0, reward INT NOT NULL, KEY (order_id));
INSERT INTO oc_order_product SELECT seq, 1 + seq * 7 % 300, IF(seq % 120 = 0, 99, 1 + seq % 50), CONCAT('Product ',
  1 + seq % 50), CONCAT('Model ', 1 + seq % 50), 1 + seq % 3, 9.99, 9.99 * (1 + seq % 3), 0, 0 FROM seq_1_to_600;
CREATE TABLE oc_order_total (order_total_id INT AUTO_INCREMENT PRIMARY KEY, order_id INT NOT NULL,
  code VARCHAR(32) NOT NULL, title VARCHAR(255) NOT NULL, value DECIMAL(15,4) NOT NULL DEFAULT 0,
  sort_order INT NOT NULL, KEY (order_id));
INSERT INTO oc_order_total SELECT NULL, o.seq, ELT(t.seq, 'sub_total', 'tax', 'total'), ELT(t.seq, 'Sub-Total', 'VAT',
  'Total'), o.seq % 90 * t.seq, t.seq FROM seq_1_to_300 o JOIN seq_1_to_3 t;
CREATE TABLE oc_order_history (order_history_id INT AUTO_INCREMENT PRIMARY KEY, order_id INT NOT NULL,
  order_status_id INT NOT NULL, notify TINYINT(1) NOT NULL DEFAULT 0, comment TEXT NOT NULL,
  date_added DATETIME NOT NULL);
INSERT INTO oc_order_history SELECT seq, 1 + seq * 3 % 300, ELT(1 + seq % 3, 1, 2, 5), 0, '',
  '2023-03-01 10:00:00' + INTERVAL seq DAY FROM seq_1_to_500;
CREATE TABLE oc_review (review_id INT AUTO_INCREMENT PRIMARY KEY, product_id INT NOT NULL, customer_id INT NOT NULL,
  author VARCHAR(64) NOT NULL, text TEXT NOT NULL, rating INT NOT NULL, status TINYINT(1) NOT NULL DEFAULT 0,
  date_added DATETIME NOT NULL, date_modified DATETIME NOT NULL, KEY (product_id));
INSERT INTO oc_review SELECT seq, 1 + seq % 50, IF(seq % 3, 1 + seq % 120, 0), 'Somebody', 'Good', 1 + seq % 5, 1,
  '2023-04-01' + INTERVAL seq * 3 DAY, '0000-00-00' FROM seq_1_to_200;
CREATE TABLE oc_return (return_id INT AUTO_INCREMENT PRIMARY KEY, order_id INT NOT NULL, product_id INT NOT NULL,
  customer_id INT NOT NULL, quantity INT NOT NULL, date_ordered DATE NOT NULL DEFAULT '0000-00-00',
  date_added DATETIME NOT NULL, date_modified DATETIME NOT NULL);
CREATE TABLE oc_customer_login (customer_login_id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(96) NOT NULL,
  ip VARCHAR(40) NOT NULL, total INT NOT NULL, date_added DATETIME NOT NULL, date_modified DATETIME NOT NULL);
INSERT INTO oc_customer_login SELECT seq, CONCAT('buyer', seq, '@mail.example'), CONCAT('203.0.113.', seq), 1,
  '2024-01-01' + INTERVAL seq HOUR, '2024-01-01' + INTERVAL seq HOUR FROM seq_1_to_90;
CREATE TABLE oc_customer_online (ip VARCHAR(40) PRIMARY KEY, customer_id INT NOT NULL, url TEXT NOT NULL,
  referer TEXT NOT NULL, date_added DATETIME NOT NULL);
INSERT INTO oc_customer_online SELECT CONCAT('192.0.2.', seq), 0, '/', '', '2024-01-01' + INTERVAL seq MINUTE
  FROM seq_1_to_30;
CREATE TABLE oc_session (session_id VARCHAR(32) PRIMARY KEY, data TEXT NOT NULL, expire DATETIME NOT NULL);
INSERT INTO oc_session SELECT MD5(CONCAT('session', seq)), '{}', '2024-02-01' + INTERVAL seq HOUR FROM seq_1_to_80;
"""

SCHEMA = Schema(
    "cart", "web shop with a prefix, guessed keys, zero dates", MASTER + SALES,
    kinds="""
    fact                oc_order                  date_added
    fact                oc_order_product          oc_order.date_added
    fact                oc_order_total            oc_order.date_added
    fact                oc_order_history          date_added
    fact                oc_review                 date_added
    fact|left out       oc_return                 date_added|-
    dimension           oc_customer
    dimension           oc_customer_group
    dimension|left out  oc_customer_group_description
    dimension           oc_address
    dimension           oc_product
    dimension|left out  oc_product_description
    dimension           oc_manufacturer
    dimension           oc_category
    dimension           oc_language
    dimension           oc_currency
    dimension           oc_country
    dimension           oc_zone
    dimension|left out  oc_stock_status
    dimension|left out  oc_order_status
    dimension|left out  oc_store
    dimension|left out  oc_affiliate
    dimension           oc_setting
    dimension           oc_user
    dimension           oc_user_group
    bridge              oc_product_to_category
    excluded            oc_customer_login
    excluded            oc_customer_online
    excluded            oc_session
    """,
    references="""
    oc_order.customer_id -> oc_customer              guessed
    oc_order.customer_group_id -> oc_customer_group  guessed
    oc_order.currency_id -> oc_currency              guessed
    oc_order.language_id -> oc_language              guessed
    oc_order_product.product_id -> oc_product        guessed
    oc_review.product_id -> oc_product               guessed
    oc_review.customer_id -> oc_customer             guessed
    oc_customer.customer_group_id -> oc_customer_group  guessed
    oc_customer.language_id -> oc_language           guessed
    oc_customer.address_id -> oc_address             optional
    oc_address.customer_id -> oc_customer            optional
    oc_address.country_id -> oc_country              guessed
    oc_address.zone_id -> oc_zone                    guessed
    oc_zone.country_id -> oc_country                 guessed
    oc_product.manufacturer_id -> oc_manufacturer    guessed
    oc_user.user_group_id -> oc_user_group           guessed
    """,
    never="""
    oc_order.store_id -> oc_store                    empty parent
    oc_order.affiliate_id -> oc_affiliate            empty parent
    oc_setting.store_id -> oc_store                  empty parent
    oc_product.product_id -> oc_product_to_category  parent to its own bridge
    oc_category.category_id -> oc_product_to_category  parent to its own bridge
    oc_product.stock_status_id -> oc_order_status    guessed key to the wrong table
    oc_order.ip -> oc_customer_online                a column of no reference
    oc_customer.ip -> oc_customer_online             a column of no reference
    """,
    secrets="""
    oc_customer.password
    oc_customer.salt
    oc_customer.token
    oc_user.password
    oc_user.salt
    oc_affiliate.password
    """,
    persons="""
    oc_customer.email
    oc_customer.telephone
    oc_customer.ip
    oc_address.address_1
    oc_order.email
    oc_order.telephone
    oc_order.payment_address_1
    oc_order.shipping_address_1
    oc_order.ip
    oc_user.email
    oc_user.ip
    """)
