"""A shop whose products' attributes stand in rows (value_id, attribute_id, entity_id, value), orders with declared keys
beside quotes, addresses of URLs, a queue of jobs and sessions. Store 0 is the administration and is a row."""

from .expected import Schema

MASTER = """
SET sql_mode = 'NO_ENGINE_SUBSTITUTION';
CREATE TABLE store_website (website_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, code VARCHAR(32),
  name VARCHAR(64), is_default SMALLINT UNSIGNED DEFAULT 0);
INSERT INTO store_website VALUES (1, 'admin', 'Admin', 0), (2, 'base', 'Main', 1);
CREATE TABLE store (store_id SMALLINT UNSIGNED PRIMARY KEY, code VARCHAR(32), website_id SMALLINT UNSIGNED NOT NULL,
  name VARCHAR(255) NOT NULL, is_active SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  FOREIGN KEY (website_id) REFERENCES store_website (website_id));
INSERT INTO store VALUES (0, 'admin', 1, 'Admin', 1), (1, 'default', 2, 'Default view', 1), (2, 'german', 2, 'German',
  1);
CREATE TABLE customer_group (customer_group_id INT UNSIGNED PRIMARY KEY, customer_group_code VARCHAR(32) NOT NULL,
  tax_class_id INT UNSIGNED NOT NULL DEFAULT 0);
INSERT INTO customer_group VALUES (0, 'NOT LOGGED IN', 3), (1, 'General', 3), (2, 'Wholesale', 3);
CREATE TABLE customer_entity (entity_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, website_id SMALLINT UNSIGNED,
  email VARCHAR(255), group_id SMALLINT UNSIGNED NOT NULL DEFAULT 0, store_id SMALLINT UNSIGNED DEFAULT 0,
  created_at TIMESTAMP NOT NULL DEFAULT NOW(), updated_at TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW(),
  is_active SMALLINT UNSIGNED NOT NULL DEFAULT 1, firstname VARCHAR(255), lastname VARCHAR(255), dob DATE,
  password_hash VARCHAR(128), rp_token VARCHAR(128), default_billing INT UNSIGNED,
  FOREIGN KEY (store_id) REFERENCES store (store_id), UNIQUE (email, website_id));
INSERT INTO customer_entity SELECT seq, 2, CONCAT('client', seq, '@magazin.example'), 1 + seq % 2, 1 + seq % 2,
  '2022-01-01 10:00:00' + INTERVAL seq * 3 DAY, '2023-01-01 10:00:00' + INTERVAL seq DAY, 1, CONCAT('First', seq),
  CONCAT('Last', seq), '1980-02-02' + INTERVAL seq * 30 DAY, CONCAT(SHA2(seq, 256), ':salt:1'), IF(seq % 5, NULL,
  MD5(CONCAT('rp', seq))), seq FROM seq_1_to_100;
CREATE TABLE customer_address_entity (entity_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, parent_id INT UNSIGNED,
  created_at TIMESTAMP NOT NULL DEFAULT NOW(), updated_at TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW(),
  city VARCHAR(255) NOT NULL, country_id VARCHAR(255) NOT NULL, postcode VARCHAR(255), street TEXT NOT NULL,
  telephone VARCHAR(255) NOT NULL, FOREIGN KEY (parent_id) REFERENCES customer_entity (entity_id));
INSERT INTO customer_address_entity SELECT seq, seq, '2022-01-01 10:00:00' + INTERVAL seq * 3 DAY,
  '2023-01-01' + INTERVAL seq DAY, 'Bonn', 'DE', '53111', CONCAT('Ringstrasse ', seq), CONCAT('0228-',
  440000 + seq) FROM seq_1_to_100;
CREATE TABLE eav_entity_type (entity_type_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  entity_type_code VARCHAR(50) NOT NULL, entity_table VARCHAR(255));
INSERT INTO eav_entity_type VALUES (1, 'customer', 'customer_entity'), (4, 'catalog_product', 'catalog_product_entity');
CREATE TABLE eav_attribute_set (attribute_set_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  entity_type_id SMALLINT UNSIGNED NOT NULL, attribute_set_name VARCHAR(255),
  FOREIGN KEY (entity_type_id) REFERENCES eav_entity_type (entity_type_id));
INSERT INTO eav_attribute_set VALUES (1, 1, 'Default'), (4, 4, 'Default'), (9, 4, 'Bag');
CREATE TABLE eav_attribute (attribute_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  entity_type_id SMALLINT UNSIGNED NOT NULL DEFAULT 0, attribute_code VARCHAR(255) NOT NULL,
  backend_type VARCHAR(8) NOT NULL DEFAULT 'static', frontend_label VARCHAR(255),
  is_required SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  FOREIGN KEY (entity_type_id) REFERENCES eav_entity_type (entity_type_id));
INSERT INTO eav_attribute SELECT seq, IF(seq % 3, 4, 1), CONCAT('attribute_', seq), ELT(1 + seq % 3, 'varchar', 'int',
  'decimal'), CONCAT('Attribute ', seq), 0 FROM seq_1_to_40;
CREATE TABLE catalog_product_entity (entity_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  attribute_set_id SMALLINT UNSIGNED NOT NULL DEFAULT 0, type_id VARCHAR(32) NOT NULL DEFAULT 'simple',
  sku VARCHAR(64) NOT NULL, has_options SMALLINT NOT NULL DEFAULT 0, created_at TIMESTAMP NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW());
INSERT INTO catalog_product_entity SELECT seq, 4, 'simple', CONCAT('24-MB', seq), 0,
  '2022-01-01 10:00:00' + INTERVAL seq HOUR, '2023-05-01' + INTERVAL seq HOUR FROM seq_1_to_60;
CREATE TABLE catalog_product_entity_varchar (value_id INT AUTO_INCREMENT PRIMARY KEY,
  attribute_id SMALLINT UNSIGNED NOT NULL DEFAULT 0, store_id SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  entity_id INT UNSIGNED NOT NULL DEFAULT 0, value VARCHAR(255), UNIQUE (entity_id, attribute_id, store_id),
  FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id),
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id));
INSERT INTO catalog_product_entity_varchar SELECT NULL, 3 * a.seq, 0, p.seq, CONCAT('Name ', p.seq)
  FROM seq_1_to_60 p JOIN seq_1_to_4 a;
CREATE TABLE catalog_product_entity_int (value_id INT AUTO_INCREMENT PRIMARY KEY,
  attribute_id SMALLINT UNSIGNED NOT NULL DEFAULT 0, store_id SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  entity_id INT UNSIGNED NOT NULL DEFAULT 0, value INT, UNIQUE (entity_id, attribute_id, store_id),
  FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id),
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id));
INSERT INTO catalog_product_entity_int SELECT NULL, 3 * a.seq + 1, 0, p.seq, a.seq FROM seq_1_to_60 p JOIN seq_1_to_3 a;
CREATE TABLE catalog_product_entity_decimal (value_id INT AUTO_INCREMENT PRIMARY KEY,
  attribute_id SMALLINT UNSIGNED NOT NULL DEFAULT 0, store_id SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  entity_id INT UNSIGNED NOT NULL DEFAULT 0, value DECIMAL(20,6), UNIQUE (entity_id, attribute_id, store_id),
  FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id),
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id));
INSERT INTO catalog_product_entity_decimal SELECT NULL, 3 * a.seq + 2, 0, p.seq, 9.5
  FROM seq_1_to_60 p JOIN seq_1_to_2 a;
CREATE TABLE catalog_category_entity (entity_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  attribute_set_id SMALLINT UNSIGNED NOT NULL DEFAULT 0, parent_id INT UNSIGNED NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL DEFAULT NOW(), updated_at TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW(),
  path VARCHAR(255) NOT NULL, position INT NOT NULL, level INT NOT NULL DEFAULT 0);
INSERT INTO catalog_category_entity SELECT seq, 4, seq DIV 4, '2022-01-01 10:00:00', '2023-01-01', CONCAT('1/', seq),
  seq, 1 FROM seq_1_to_20;
CREATE TABLE catalog_category_product (category_id INT UNSIGNED NOT NULL DEFAULT 0,
  product_id INT UNSIGNED NOT NULL DEFAULT 0, position INT NOT NULL DEFAULT 0, PRIMARY KEY (category_id, product_id),
  FOREIGN KEY (category_id) REFERENCES catalog_category_entity (entity_id),
  FOREIGN KEY (product_id) REFERENCES catalog_product_entity (entity_id));
INSERT INTO catalog_category_product SELECT 1 + p.seq % 20, p.seq, 0 FROM seq_1_to_60 p;
CREATE TABLE url_rewrite (url_rewrite_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, entity_type VARCHAR(32) NOT NULL,
  entity_id INT UNSIGNED NOT NULL, request_path VARCHAR(255), target_path VARCHAR(255),
  redirect_type SMALLINT UNSIGNED NOT NULL DEFAULT 0, store_id SMALLINT UNSIGNED NOT NULL);
INSERT INTO url_rewrite SELECT seq, 'product', 1 + seq % 60, CONCAT('product-', seq, '.html'),
  CONCAT('catalog/product/view/id/', seq), 0, 1 FROM seq_1_to_120;
CREATE TABLE core_config_data (config_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  scope VARCHAR(8) NOT NULL DEFAULT 'default', scope_id INT NOT NULL DEFAULT 0, path VARCHAR(255) NOT NULL,
  value TEXT, updated_at TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW());
INSERT INTO core_config_data SELECT seq, 'default', 0, CONCAT('web/', seq), seq, '2023-01-01' FROM seq_1_to_50;
CREATE TABLE admin_user (user_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, firstname VARCHAR(32), email VARCHAR(128),
  username VARCHAR(40), password VARCHAR(255) NOT NULL, created TIMESTAMP NOT NULL DEFAULT NOW(),
  modified TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW(), logdate TIMESTAMP NULL,
  lognum SMALLINT UNSIGNED NOT NULL DEFAULT 0, rp_token TEXT);
INSERT INTO admin_user SELECT seq, 'Admin', CONCAT('root', seq, '@magazin.example'), CONCAT('root', seq),
  CONCAT(SHA2(CONCAT('a', seq), 256), ':x:1'), '2021-01-01', '2023-01-01', NULL, 0, NULL FROM seq_1_to_3;
CREATE TABLE cron_schedule (schedule_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  job_code VARCHAR(255) NOT NULL DEFAULT '0', status VARCHAR(7) NOT NULL DEFAULT 'pending', messages TEXT,
  created_at TIMESTAMP NOT NULL DEFAULT NOW(), scheduled_at TIMESTAMP NULL, executed_at TIMESTAMP NULL,
  finished_at TIMESTAMP NULL);
INSERT INTO cron_schedule SELECT seq, 'catalog_index', 'success', NULL, '2024-01-01' + INTERVAL seq MINUTE,
  '2024-01-01' + INTERVAL seq MINUTE, NULL, NULL FROM seq_1_to_300;
CREATE TABLE session (session_id VARCHAR(255) PRIMARY KEY, session_expires INT UNSIGNED NOT NULL DEFAULT 0,
  session_data MEDIUMBLOB NOT NULL);
INSERT INTO session SELECT MD5(CONCAT('es', seq)), 1704067200 + seq, 'x' FROM seq_1_to_40;
"""

SALES = """
CREATE TABLE quote (entity_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, store_id SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00' ON UPDATE NOW(), converted_at TIMESTAMP NULL,
  is_active SMALLINT UNSIGNED DEFAULT 1, items_count INT UNSIGNED DEFAULT 0, grand_total DECIMAL(20,4) DEFAULT 0,
  customer_id INT UNSIGNED, customer_email VARCHAR(255), customer_dob DATETIME, remote_ip VARCHAR(45),
  FOREIGN KEY (store_id) REFERENCES store (store_id));
INSERT INTO quote SELECT seq, 1, '2022-06-01 12:00:00' + INTERVAL seq * 2 DAY, IF(seq % 3,
  '2022-06-02' + INTERVAL seq * 2 DAY, '0000-00-00'), NULL, seq % 2, 2, seq, IF(seq % 3, 1 + seq % 100, NULL),
  IF(seq % 3, CONCAT('quote', seq, '@magazin.example'), NULL), NULL, CONCAT('203.0.113.', seq % 250) FROM seq_1_to_260;
CREATE TABLE quote_item (item_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, quote_id INT UNSIGNED NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00' ON UPDATE NOW(), product_id INT UNSIGNED,
  store_id SMALLINT UNSIGNED, parent_item_id INT UNSIGNED, sku VARCHAR(255), name VARCHAR(255),
  qty DECIMAL(12,4) NOT NULL DEFAULT 0, price DECIMAL(12,4) NOT NULL DEFAULT 0,
  row_total DECIMAL(20,4) NOT NULL DEFAULT 0, FOREIGN KEY (quote_id) REFERENCES quote (entity_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id));
INSERT INTO quote_item SELECT seq, 1 + seq % 260, '2022-06-01 12:00:00' + INTERVAL 1 + seq % 260 * 2 DAY, IF(seq % 3,
  '2023-06-02', '0000-00-00'), 1 + seq % 60, 1, NULL, 'sku', 'Name', 1, 5, 5 FROM seq_1_to_500;
CREATE TABLE sales_order (entity_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, state VARCHAR(32), status VARCHAR(32),
  store_id SMALLINT UNSIGNED, customer_id INT UNSIGNED, base_grand_total DECIMAL(20,4), grand_total DECIMAL(20,4),
  total_qty_ordered DECIMAL(12,4), customer_is_guest SMALLINT UNSIGNED, quote_id INT, increment_id VARCHAR(50),
  customer_email VARCHAR(128), customer_dob DATETIME, remote_ip VARCHAR(45), coupon_code VARCHAR(255),
  order_currency_code VARCHAR(3), created_at TIMESTAMP NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW(), KEY (created_at), KEY (updated_at),
  FOREIGN KEY (customer_id) REFERENCES customer_entity (entity_id) ON DELETE SET NULL,
  FOREIGN KEY (store_id) REFERENCES store (store_id));
INSERT INTO sales_order SELECT seq, 'complete', 'complete', 1 + seq % 2, IF(seq % 4, 1 + seq % 100, NULL), seq + 10,
  seq + 10, 2, seq % 4 = 0, 1 + seq % 260, CONCAT('1000', 10000 + seq), CONCAT('sale', seq, '@magazin.example'),
  IF(seq % 4, '1980-02-02', NULL), CONCAT('203.0.113.', seq % 250), NULL, 'EUR',
  '2022-07-01 15:00:00' + INTERVAL seq * 2 DAY, '2022-07-03 15:00:00' + INTERVAL seq * 2 DAY FROM seq_1_to_300;
CREATE TABLE sales_order_item (item_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  order_id INT UNSIGNED NOT NULL DEFAULT 0, parent_item_id INT UNSIGNED, quote_item_id INT UNSIGNED,
  store_id SMALLINT UNSIGNED, created_at TIMESTAMP NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW(), product_id INT UNSIGNED, product_type VARCHAR(255),
  sku VARCHAR(255), name VARCHAR(255), qty_ordered DECIMAL(12,4), price DECIMAL(12,4) NOT NULL DEFAULT 0,
  row_total DECIMAL(20,4) NOT NULL DEFAULT 0, FOREIGN KEY (order_id) REFERENCES sales_order (entity_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id));
INSERT INTO sales_order_item SELECT seq, 1 + seq % 300, NULL, NULL, 1 + seq % 300 % 2,
  '2022-07-01 15:00:00' + INTERVAL (1 + seq % 300) * 2 DAY, '2022-07-03 15:00:00' + INTERVAL (1 + seq % 300) * 2 DAY,
  1 + seq % 60, 'simple', CONCAT('24-MB', 1 + seq % 60), CONCAT('Name ', 1 + seq % 60), 1, 5, 5 FROM seq_1_to_650;
CREATE TABLE sales_order_payment (entity_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, parent_id INT UNSIGNED NOT NULL,
  amount_ordered DECIMAL(20,4), amount_paid DECIMAL(20,4), method VARCHAR(128), cc_number_enc VARCHAR(128),
  cc_last_4 VARCHAR(100), cc_owner VARCHAR(128), additional_information TEXT,
  FOREIGN KEY (parent_id) REFERENCES sales_order (entity_id));
INSERT INTO sales_order_payment SELECT seq, seq, seq + 10, seq + 10, 'checkmo', CONCAT('enc-4111-', MD5(seq)), NULL,
  NULL, '{}' FROM seq_1_to_300;
CREATE TABLE sales_order_status_history (entity_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  parent_id INT UNSIGNED NOT NULL, is_customer_notified INT, comment TEXT, status VARCHAR(32),
  created_at TIMESTAMP NOT NULL DEFAULT NOW(), FOREIGN KEY (parent_id) REFERENCES sales_order (entity_id));
INSERT INTO sales_order_status_history SELECT seq, 1 + seq % 300, 0, NULL, 'processing',
  '2022-07-02 15:00:00' + INTERVAL seq DAY FROM seq_1_to_420;
"""

SCHEMA = Schema(
    "eav", "attributes in rows, orders and quotes", MASTER + SALES,
    kinds="""
    fact                sales_order                       created_at
    fact                sales_order_item                  created_at|sales_order.created_at
    fact                sales_order_payment               sales_order.created_at
    fact                sales_order_status_history        created_at
    fact                quote                             created_at
    fact                quote_item                        created_at|quote.created_at
    dimension           store
    dimension           store_website
    dimension           customer_group
    dimension           customer_entity
    dimension           customer_address_entity
    dimension           eav_entity_type
    dimension           eav_attribute_set
    dimension           eav_attribute
    dimension           catalog_product_entity
    dimension           catalog_category_entity
    dimension           core_config_data
    dimension           admin_user
    dimension|left out|excluded  url_rewrite
    dimension|left out|bridge  catalog_product_entity_varchar
    dimension|left out|bridge  catalog_product_entity_int
    dimension|left out|bridge  catalog_product_entity_decimal
    bridge              catalog_category_product
    excluded            cron_schedule
    excluded            session
    """,
    references="""
    sales_order.customer_id -> customer_entity           declared
    sales_order.store_id -> store                        declared
    sales_order_item.store_id -> store                   declared
    quote.store_id -> store                              declared
    quote_item.store_id -> store                         declared
    customer_entity.store_id -> store                    declared
    customer_address_entity.parent_id -> customer_entity  declared
    store.website_id -> store_website                    declared
    eav_attribute.entity_type_id -> eav_entity_type      declared
    eav_attribute_set.entity_type_id -> eav_entity_type  declared
    catalog_product_entity.attribute_set_id -> eav_attribute_set  guessed
    """,
    never="""
    catalog_product_entity_varchar.value_id -> catalog_product_entity_int      a column of no reference
    catalog_product_entity_int.value_id -> catalog_product_entity_varchar      a column of no reference
    catalog_product_entity_decimal.value_id -> catalog_product_entity_varchar  a column of no reference
    catalog_product_entity.type_id -> eav_entity_type    a column of no reference
    catalog_product_entity.entity_id -> catalog_product_entity_varchar  guessed key to the wrong table
    sales_order.entity_id -> customer_entity             guessed key to the wrong table
    quote.entity_id -> sales_order_payment               guessed key to the wrong table
    sales_order_payment.entity_id -> sales_order_status_history  guessed key to the wrong table
    url_rewrite.entity_id -> customer_entity             guessed key to the wrong table
    url_rewrite.entity_id -> catalog_category_entity     guessed key to the wrong table
    sales_order.status -> sales_order_status_history     a column of no reference
    catalog_product_entity.entity_id -> catalog_category_product  parent to its own bridge
    """,
    secrets="""
    customer_entity.password_hash
    customer_entity.rp_token
    admin_user.password
    admin_user.rp_token
    sales_order_payment.cc_number_enc
    """,
    persons="""
    customer_entity.email
    customer_entity.dob
    customer_address_entity.street
    customer_address_entity.telephone
    admin_user.email
    quote.customer_email
    quote.remote_ip
    sales_order.customer_email
    sales_order.remote_ip
    """)
