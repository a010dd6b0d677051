"""A trading company: orders and their lines with declared foreign keys, purchases and stock movements."""

from .expected import Schema

SQL = """
CREATE TABLE regions (id INT PRIMARY KEY, description VARCHAR(50) NOT NULL);
INSERT INTO regions VALUES (1, 'East'), (2, 'West'), (3, 'North'), (4, 'South');
CREATE TABLE territories (id VARCHAR(20) PRIMARY KEY, description VARCHAR(50) NOT NULL, region_id INT NOT NULL,
  CONSTRAINT fk_territory_region FOREIGN KEY (region_id) REFERENCES regions (id));
INSERT INTO territories SELECT LPAD(seq * 137, 5, '0'), CONCAT('Territory ', seq), 1 + seq % 4 FROM seq_1_to_20;
CREATE TABLE employees (id INT AUTO_INCREMENT PRIMARY KEY, last_name VARCHAR(50) NOT NULL,
  first_name VARCHAR(50) NOT NULL, title VARCHAR(50), birth_date DATE, hire_date DATE NOT NULL,
  email_address VARCHAR(80), home_phone VARCHAR(25), address VARCHAR(120), city VARCHAR(50), photo LONGBLOB,
  notes LONGTEXT, reports_to INT, CONSTRAINT fk_employee_manager FOREIGN KEY (reports_to) REFERENCES employees (id));
INSERT INTO employees SELECT seq, CONCAT('Last', seq), CONCAT('First', seq), 'Sales representative',
  '1970-03-01' + INTERVAL seq * 400 DAY, '2015-01-01' + INTERVAL seq * 90 DAY, CONCAT('worker', seq,
  '@trade.example'), CONCAT('+1 206 555 01', LPAD(seq, 2, '0')), CONCAT(seq, ' Seventh Avenue'), 'Seattle',
  UNHEX(REPEAT('FFD8', 20)), NULL, NULLIF(seq DIV 4, 0) FROM seq_1_to_12;
CREATE TABLE employee_territories (employee_id INT NOT NULL, territory_id VARCHAR(20) NOT NULL,
  PRIMARY KEY (employee_id, territory_id),
  CONSTRAINT fk_et_employee FOREIGN KEY (employee_id) REFERENCES employees (id),
  CONSTRAINT fk_et_territory FOREIGN KEY (territory_id) REFERENCES territories (id));
INSERT INTO employee_territories SELECT 1 + seq % 12, LPAD(seq * 137, 5, '0') FROM seq_1_to_20;
CREATE TABLE customers (id CHAR(5) PRIMARY KEY, company VARCHAR(50) NOT NULL, contact_name VARCHAR(50),
  contact_title VARCHAR(50), email_address VARCHAR(80), business_phone VARCHAR(25), fax_number VARCHAR(25),
  address LONGTEXT, city VARCHAR(50), country VARCHAR(50), attachments LONGBLOB);
INSERT INTO customers SELECT CONCAT('C', LPAD(seq, 4, '0')), CONCAT('Company ', seq), CONCAT('Contact ', seq),
  'Owner', CONCAT('contact', seq, '@company.example'), CONCAT('(503) 555-9', LPAD(seq, 3, '0')), NULL, CONCAT(seq,
  ' Harbour Street'), ELT(1 + seq % 3, 'London', 'Graz', 'Lyon'), ELT(1 + seq % 3, 'UK', 'Austria', 'France'),
  NULL FROM seq_1_to_45;
CREATE TABLE shippers (id INT AUTO_INCREMENT PRIMARY KEY, company VARCHAR(50) NOT NULL, phone VARCHAR(25));
INSERT INTO shippers VALUES (1, 'Speedy Parcels', '(503) 555-9831'), (2, 'United Goods', '(503) 555-3199'), (3,
  'Federal Freight', NULL);
CREATE TABLE suppliers (id INT AUTO_INCREMENT PRIMARY KEY, company VARCHAR(50) NOT NULL, country VARCHAR(50),
  home_page VARCHAR(100));
INSERT INTO suppliers SELECT seq, CONCAT('Supplier ', seq), 'Norway', NULL FROM seq_1_to_10;
CREATE TABLE categories (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE, description TEXT,
  picture MEDIUMBLOB);
INSERT INTO categories SELECT seq, CONCAT('Category ', seq), NULL, UNHEX('424D') FROM seq_1_to_8;
CREATE TABLE products (id INT AUTO_INCREMENT PRIMARY KEY, product_code VARCHAR(25) UNIQUE,
  product_name VARCHAR(50) NOT NULL, supplier_id INT, category_id INT, quantity_per_unit VARCHAR(50),
  standard_cost DECIMAL(19,4), list_price DECIMAL(19,4) NOT NULL DEFAULT 0, units_in_stock SMALLINT,
  discontinued TINYINT(1) NOT NULL DEFAULT 0,
  CONSTRAINT fk_product_supplier FOREIGN KEY (supplier_id) REFERENCES suppliers (id),
  CONSTRAINT fk_product_category FOREIGN KEY (category_id) REFERENCES categories (id), CHECK (list_price >= 0));
INSERT INTO products SELECT seq, CONCAT('NWT-', seq), CONCAT('Product ', seq), 1 + seq % 10, 1 + seq % 8, '12 boxes',
  seq, seq * 1.5, seq % 90, seq % 9 = 0 FROM seq_1_to_60;
CREATE TABLE orders (order_id INT AUTO_INCREMENT PRIMARY KEY, customer_id CHAR(5) NOT NULL, employee_id INT NOT NULL,
  order_date DATETIME NOT NULL, required_date DATETIME, shipped_date DATETIME, ship_via INT,
  freight DECIMAL(19,4) DEFAULT 0, ship_name VARCHAR(50), ship_address VARCHAR(120), ship_city VARCHAR(50),
  ship_country VARCHAR(50), KEY (order_date),
  CONSTRAINT fk_order_customer FOREIGN KEY (customer_id) REFERENCES customers (id),
  CONSTRAINT fk_order_employee FOREIGN KEY (employee_id) REFERENCES employees (id),
  CONSTRAINT fk_order_shipper FOREIGN KEY (ship_via) REFERENCES shippers (id));
INSERT INTO orders SELECT 10247 + seq, CONCAT('C', LPAD(1 + seq * 7 % 45, 4, '0')), 1 + seq % 9,
  '2023-07-04' + INTERVAL seq * 3 DAY, '2023-08-01' + INTERVAL seq * 3 DAY, IF(seq > 280, NULL,
  '2023-07-10' + INTERVAL seq * 3 DAY), IF(seq % 50 = 0, NULL, 1 + seq % 3), seq % 70 + 0.35, CONCAT('Company ',
  seq % 45), CONCAT(1 + seq % 45, ' Harbour Street'), 'London', 'UK' FROM seq_1_to_300;
CREATE TABLE order_details (order_id INT NOT NULL, product_id INT NOT NULL,
  unit_price DECIMAL(19,4) NOT NULL DEFAULT 0, quantity SMALLINT NOT NULL DEFAULT 1,
  discount FLOAT NOT NULL DEFAULT 0, PRIMARY KEY (order_id, product_id), CHECK (quantity > 0),
  CONSTRAINT fk_detail_order FOREIGN KEY (order_id) REFERENCES orders (order_id),
  CONSTRAINT fk_detail_product FOREIGN KEY (product_id) REFERENCES products (id));
INSERT INTO order_details SELECT 10247 + a.seq, 1 + (a.seq * 11 + b.seq * 17) % 60, 1 + b.seq * 2.5,
  1 + (a.seq + b.seq) % 40, IF(a.seq % 4, 0, 0.15) FROM seq_1_to_300 a JOIN seq_1_to_3 b;
CREATE TABLE purchase_orders (id INT AUTO_INCREMENT PRIMARY KEY, supplier_id INT, created_by INT,
  submitted_date DATETIME, creation_date DATETIME NOT NULL DEFAULT NOW(), status_id INT DEFAULT 0,
  expected_date DATETIME, shipping_fee DECIMAL(19,4) NOT NULL, payment_amount DECIMAL(19,4) DEFAULT 0,
  CONSTRAINT fk_po_supplier FOREIGN KEY (supplier_id) REFERENCES suppliers (id),
  CONSTRAINT fk_po_employee FOREIGN KEY (created_by) REFERENCES employees (id));
INSERT INTO purchase_orders SELECT 90 + seq, 1 + seq % 10, 1 + seq % 9, IF(seq % 5,
  '2023-07-01' + INTERVAL seq * 9 DAY, NULL), '2023-06-30' + INTERVAL seq * 9 DAY, seq % 3, NULL, seq % 7,
  seq * 20 FROM seq_1_to_100;
CREATE TABLE purchase_order_details (id INT AUTO_INCREMENT PRIMARY KEY, purchase_order_id INT NOT NULL,
  product_id INT, quantity DECIMAL(18,4) NOT NULL, unit_cost DECIMAL(19,4) NOT NULL, date_received DATETIME,
  CONSTRAINT fk_pod_order FOREIGN KEY (purchase_order_id) REFERENCES purchase_orders (id),
  CONSTRAINT fk_pod_product FOREIGN KEY (product_id) REFERENCES products (id));
INSERT INTO purchase_order_details SELECT seq, 91 + seq % 100, 1 + seq % 60, seq % 100 + 1, seq % 30 + 1, IF(seq % 3,
  '2023-08-01' + INTERVAL seq DAY, NULL) FROM seq_1_to_250;
CREATE TABLE inventory_transaction_types (id TINYINT PRIMARY KEY, type_name VARCHAR(50) NOT NULL);
INSERT INTO inventory_transaction_types VALUES (1, 'Purchased'), (2, 'Sold'), (3, 'On hold'), (4, 'Waste');
CREATE TABLE inventory_transactions (id INT AUTO_INCREMENT PRIMARY KEY, transaction_type TINYINT NOT NULL,
  transaction_created_date DATETIME NOT NULL, transaction_modified_date DATETIME, product_id INT NOT NULL,
  quantity INT NOT NULL, purchase_order_id INT, customer_order_id INT, comments VARCHAR(255),
  CONSTRAINT fk_it_type FOREIGN KEY (transaction_type) REFERENCES inventory_transaction_types (id),
  CONSTRAINT fk_it_product FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT fk_it_purchase FOREIGN KEY (purchase_order_id) REFERENCES purchase_orders (id));
INSERT INTO inventory_transactions SELECT seq, 1 + seq % 4, '2023-07-01' + INTERVAL seq * 2 DAY,
  '2023-07-01' + INTERVAL seq * 2 DAY, 1 + seq % 60, seq % 50 + 1, IF(seq % 4, NULL, 91 + seq % 100), NULL,
  NULL FROM seq_1_to_400;
"""

SCHEMA = Schema(
    "trade", "orders and lines with declared keys", SQL,
    kinds="""
    fact       orders                       order_date
    fact       order_details                orders.order_date
    fact       purchase_orders              creation_date
    fact       purchase_order_details       purchase_orders.creation_date
    fact       inventory_transactions       transaction_created_date
    dimension  customers
    dimension  employees
    dimension  products
    dimension  categories
    dimension  suppliers
    dimension  shippers
    dimension  regions
    dimension  territories
    dimension  inventory_transaction_types
    bridge     employee_territories
    """,
    references="""
    orders.customer_id -> customers                        declared
    orders.employee_id -> employees                        declared
    orders.ship_via -> shippers                            declared
    order_details.product_id -> products                   declared
    purchase_orders.supplier_id -> suppliers               declared
    purchase_orders.created_by -> employees                declared
    purchase_order_details.product_id -> products          declared
    inventory_transactions.product_id -> products          declared
    inventory_transactions.transaction_type -> inventory_transaction_types  declared
    products.supplier_id -> suppliers                      declared
    products.category_id -> categories                     declared
    territories.region_id -> regions                       declared
    """,
    never="""
    employees.id -> employee_territories       parent to its own bridge
    territories.id -> employee_territories     parent to its own bridge
    inventory_transactions.customer_order_id -> purchase_orders  guessed key to the wrong table
    """,
    persons="""
    customers.email_address
    customers.business_phone
    customers.address
    employees.email_address
    employees.home_phone
    employees.address
    employees.birth_date
    orders.ship_address
    shippers.phone
    """)
