"""A shop of five modules, each with its prefix, without foreign keys: members, orders, products, sales, contents. Times
may be NULL by their declaration; bridges have a number of their own; two tables of categories; columns with names
that the lake's own have."""

from .expected import Schema

MASTER = """
CREATE TABLE ums_member_level (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100), growth_point INT,
  default_status INT);
INSERT INTO ums_member_level SELECT seq, CONCAT('Level ', seq), seq * 1000, seq = 1 FROM seq_1_to_4;
CREATE TABLE ums_member (id BIGINT AUTO_INCREMENT PRIMARY KEY, member_level_id BIGINT, username VARCHAR(64) UNIQUE,
  password VARCHAR(64), nickname VARCHAR(64), phone VARCHAR(64) UNIQUE, status INT, create_time DATETIME,
  icon VARCHAR(500), gender INT, birthday DATE, city VARCHAR(64), source_type INT, integration INT, growth INT);
INSERT INTO ums_member SELECT seq, 1 + seq % 4, CONCAT('member', seq), CONCAT('$2a$10$', MD5(CONCAT('m', seq))),
  CONCAT('Member ', seq), 18061580000 + seq, 1, '2022-08-02 10:35:44' + INTERVAL seq * 3 DAY, NULL, seq % 3,
  '1990-06-01' + INTERVAL seq * 20 DAY, 'Shanghai', NULL, seq * 10, seq FROM seq_1_to_110;
CREATE TABLE ums_member_receive_address (id BIGINT AUTO_INCREMENT PRIMARY KEY, member_id BIGINT, name VARCHAR(100),
  phone_number VARCHAR(64), default_status INT, post_code VARCHAR(100), province VARCHAR(100), city VARCHAR(100),
  detail_address VARCHAR(128));
INSERT INTO ums_member_receive_address SELECT seq, 1 + seq % 110, 'Receiver', 18033440000 + seq, 0, '518000',
  'Guangdong', 'Shenzhen', CONCAT('East road ', seq) FROM seq_1_to_60;
CREATE TABLE ums_member_login_log (id BIGINT AUTO_INCREMENT PRIMARY KEY, member_id BIGINT, create_time DATETIME,
  ip VARCHAR(64), city VARCHAR(64), login_type INT, province VARCHAR(64));
INSERT INTO ums_member_login_log SELECT seq, 1 + seq % 110, '2023-01-01' + INTERVAL seq DAY, '203.0.113.3',
  'Shanghai', 1, NULL FROM seq_1_to_200;
CREATE TABLE ums_admin (id BIGINT AUTO_INCREMENT PRIMARY KEY, username VARCHAR(64), password VARCHAR(64),
  icon VARCHAR(500), email VARCHAR(100), nick_name VARCHAR(200), create_time DATETIME, login_time DATETIME,
  status INT DEFAULT 1);
INSERT INTO ums_admin SELECT seq, CONCAT('operator', seq), CONCAT('$2a$10$', MD5(CONCAT('o', seq))), NULL,
  CONCAT('operator', seq, '@mall.example'), CONCAT('Operator ', seq), '2021-09-29' + INTERVAL seq DAY, IF(seq % 3,
  NULL, '2024-01-01'), 1 FROM seq_1_to_8;
CREATE TABLE ums_role (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100), description VARCHAR(500),
  admin_count INT, create_time DATETIME, status INT DEFAULT 1, sort INT DEFAULT 0);
INSERT INTO ums_role SELECT seq, CONCAT('Role ', seq), NULL, 0, '2021-09-30 15:46:11' + INTERVAL seq DAY, 1, 0
  FROM seq_1_to_5;
CREATE TABLE ums_admin_role_relation (id BIGINT AUTO_INCREMENT PRIMARY KEY, admin_id BIGINT, role_id BIGINT);
INSERT INTO ums_admin_role_relation SELECT seq, seq, 1 + seq % 5 FROM seq_1_to_8;
CREATE TABLE pms_brand (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(64), first_letter VARCHAR(8), sort INT,
  factory_status INT, show_status INT, product_count INT, logo VARCHAR(255), brand_story TEXT,
  is_deleted TINYINT NOT NULL DEFAULT 0, valid_from DATETIME, note VARCHAR(80));
INSERT INTO pms_brand SELECT seq, CONCAT('Brand ', seq), 'B', 0, 1, 1, seq, NULL, NULL, 0, '2022-01-01', ''
  FROM seq_1_to_20;
CREATE TABLE pms_product_category (id BIGINT AUTO_INCREMENT PRIMARY KEY, parent_id BIGINT, name VARCHAR(64),
  level INT, product_count INT, nav_status INT, sort INT, keywords VARCHAR(255));
INSERT INTO pms_product_category SELECT seq, IF(seq < 6, 0, 1 + seq % 5), CONCAT('Category ', seq), seq > 5, 10, 1, 0,
  NULL FROM seq_1_to_30;
CREATE TABLE pms_product (id BIGINT AUTO_INCREMENT PRIMARY KEY, brand_id BIGINT, product_category_id BIGINT,
  feight_template_id BIGINT, name VARCHAR(200) NOT NULL, product_sn VARCHAR(64) NOT NULL, delete_status INT,
  publish_status INT, sale INT, price DECIMAL(10,2), promotion_price DECIMAL(10,2), stock INT,
  promotion_start_time DATETIME, promotion_end_time DATETIME, promotion_type INT, brand_name VARCHAR(255));
INSERT INTO pms_product SELECT seq, 1 + seq % 20, 1 + seq % 30, 0, CONCAT('Product ', seq), CONCAT('No', 86577 + seq),
  0, 1, seq, seq * 10, NULL, 100, IF(seq % 6, NULL, '2023-04-26'), IF(seq % 6, NULL, '2023-04-30'), 0,
  CONCAT('Brand ', 1 + seq % 20) FROM seq_1_to_70;
CREATE TABLE pms_sku_stock (id BIGINT AUTO_INCREMENT PRIMARY KEY, product_id BIGINT, sku_code VARCHAR(64) NOT NULL,
  price DECIMAL(10,2), stock INT DEFAULT 0, low_stock INT, sale INT, lock_stock INT DEFAULT 0);
INSERT INTO pms_sku_stock SELECT seq, 1 + seq % 70, CONCAT('2018', seq), seq, 100, NULL, 0, 0 FROM seq_1_to_140;
CREATE TABLE pms_product_attribute_value (id BIGINT AUTO_INCREMENT PRIMARY KEY, product_id BIGINT,
  product_attribute_id BIGINT, value VARCHAR(64));
INSERT INTO pms_product_attribute_value SELECT seq, 1 + seq % 70, 1 + seq % 8, 'red' FROM seq_1_to_210;
CREATE TABLE cms_category (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100), icon VARCHAR(500),
  show_status INT, sort INT);
INSERT INTO cms_category SELECT seq, CONCAT('Contents ', seq), NULL, 1, 0 FROM seq_1_to_30;
CREATE TABLE hms_category (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100), help_count INT, show_status INT,
  sort INT);
INSERT INTO hms_category SELECT seq, CONCAT('Help ', seq), 3, 1, 0 FROM seq_1_to_30;
CREATE TABLE sms_home_advertise (id BIGINT AUTO_INCREMENT PRIMARY KEY, category_id BIGINT, name VARCHAR(100),
  type INT, pic VARCHAR(500), start_time DATETIME, end_time DATETIME, click_count INT, order_count INT);
INSERT INTO sms_home_advertise SELECT seq, 1 + seq % 30, CONCAT('Advertisement ', seq), 1, NULL, '2023-11-01',
  '2023-12-01', 0, 0 FROM seq_1_to_12;
CREATE TABLE sms_coupon (id BIGINT AUTO_INCREMENT PRIMARY KEY, type INT, name VARCHAR(100), platform INT, count INT,
  amount DECIMAL(10,2), min_point DECIMAL(10,2), start_time DATETIME, end_time DATETIME, publish_count INT,
  use_count INT, code VARCHAR(64), enable_time DATETIME);
INSERT INTO sms_coupon SELECT seq, seq % 4, CONCAT('Coupon ', seq), 0, 100, 10, 100, '2023-08-27', '2023-11-16', 100,
  0, NULL, NULL FROM seq_1_to_15;
CREATE TABLE sms_coupon_product_relation (id BIGINT AUTO_INCREMENT PRIMARY KEY, coupon_id BIGINT, product_id BIGINT,
  product_name VARCHAR(500), product_sn VARCHAR(200));
INSERT INTO sms_coupon_product_relation SELECT seq, 1 + seq % 15, 1 + seq % 70, CONCAT('Product ', 1 + seq % 70),
  NULL FROM seq_1_to_30;
"""

SALES = """
CREATE TABLE oms_order (id BIGINT AUTO_INCREMENT PRIMARY KEY, member_id BIGINT NOT NULL, coupon_id BIGINT,
  order_sn VARCHAR(64), create_time DATETIME, member_username VARCHAR(64), total_amount DECIMAL(10,2),
  pay_amount DECIMAL(10,2), freight_amount DECIMAL(10,2), pay_type INT, source_type INT, status INT, order_type INT,
  delivery_company VARCHAR(64), receiver_name VARCHAR(100) NOT NULL, receiver_phone VARCHAR(32) NOT NULL,
  receiver_detail_address VARCHAR(200), note VARCHAR(500), confirm_status INT, delete_status INT NOT NULL DEFAULT 0,
  payment_time DATETIME, delivery_time DATETIME, receive_time DATETIME, comment_time DATETIME, modify_time DATETIME);
INSERT INTO oms_order SELECT seq, 1 + seq * 7 % 110, IF(seq % 4, NULL, 1 + seq % 15), CONCAT('202309', 100000 + seq),
  '2023-01-15 12:38:02' + INTERVAL seq * 2 DAY, CONCAT('member', 1 + seq * 7 % 110), seq + 18, seq + 16, 0, seq % 3,
  1, seq % 5, 0, NULL, 'Receiver', 18033990000 + seq, CONCAT('West road ', seq), NULL, 0, 0, IF(seq % 3,
  '2023-01-15 14:04:00' + INTERVAL seq * 2 DAY, NULL), NULL, NULL, NULL, IF(seq % 5, NULL, '2024-10-30')
  FROM seq_1_to_300;
CREATE TABLE oms_order_item (id BIGINT AUTO_INCREMENT PRIMARY KEY, order_id BIGINT, order_sn VARCHAR(64),
  product_id BIGINT, product_pic VARCHAR(500), product_name VARCHAR(200), product_sn VARCHAR(64),
  product_price DECIMAL(10,2), product_quantity INT, product_sku_id BIGINT, product_category_id BIGINT,
  real_amount DECIMAL(10,2), gift_integration INT DEFAULT 0);
INSERT INTO oms_order_item SELECT seq, 1 + seq % 300, CONCAT('202309', 100001 + seq % 300), 1 + seq % 70, NULL,
  CONCAT('Product ', 1 + seq % 70), CONCAT('No', seq), 10, 1 + seq % 3, 1 + seq % 140, 1 + seq % 30, 10 + seq % 7,
  0 FROM seq_1_to_700;
CREATE TABLE oms_order_operate_history (id BIGINT AUTO_INCREMENT PRIMARY KEY, order_id BIGINT,
  operate_man VARCHAR(100), create_time DATETIME, order_status INT, note VARCHAR(500));
INSERT INTO oms_order_operate_history SELECT seq, 1 + seq % 300, 'operator1',
  '2023-01-16 12:00:00' + INTERVAL seq DAY, 2, NULL FROM seq_1_to_350;
CREATE TABLE oms_order_return_reason (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100), sort INT, status INT,
  create_time DATETIME);
INSERT INTO oms_order_return_reason SELECT seq, CONCAT('Reason ', seq), 1, 1, '2021-10-17' + INTERVAL seq DAY
  FROM seq_1_to_9;
CREATE TABLE oms_order_return_apply (id BIGINT AUTO_INCREMENT PRIMARY KEY, order_id BIGINT, company_address_id BIGINT,
  product_id BIGINT, order_sn VARCHAR(64), create_time DATETIME, member_username VARCHAR(64),
  return_amount DECIMAL(10,2), return_phone VARCHAR(30), status INT, handle_time DATETIME, product_count INT,
  reason VARCHAR(200));
INSERT INTO oms_order_return_apply SELECT seq, 1 + seq * 3 % 300, NULL, 1 + seq % 70, CONCAT('202309', 100001 + seq),
  '2023-02-17 14:34:57' + INTERVAL seq * 4 DAY, 'member1', 10, CONCAT('1800000', 1000 + seq), 0, NULL, 1,
  'Too small' FROM seq_1_to_120;
CREATE TABLE oms_cart_item (id BIGINT AUTO_INCREMENT PRIMARY KEY, product_id BIGINT, product_sku_id BIGINT,
  member_id BIGINT, quantity INT, price DECIMAL(10,2), create_date DATETIME, modify_date DATETIME,
  delete_status INT DEFAULT 0);
INSERT INTO oms_cart_item SELECT seq, 1 + seq % 70, 1 + seq % 140, 1 + seq % 110, 1, 9,
  '2023-08-27' + INTERVAL seq DAY, NULL, 0 FROM seq_1_to_130;
CREATE TABLE pms_comment (id BIGINT AUTO_INCREMENT PRIMARY KEY, product_id BIGINT, member_nick_name VARCHAR(255),
  product_name VARCHAR(255), star INT, member_ip VARCHAR(64), create_time DATETIME, show_status INT, read_count INT,
  content TEXT);
INSERT INTO pms_comment SELECT seq, 1 + seq % 70, 'Somebody', CONCAT('Product ', 1 + seq % 70), 1 + seq % 5,
  CONCAT('203.0.113.', seq % 250), '2023-02-01' + INTERVAL seq * 2 DAY, 1, seq, 'Good' FROM seq_1_to_160;
CREATE TABLE sms_coupon_history (id BIGINT AUTO_INCREMENT PRIMARY KEY, coupon_id BIGINT, member_id BIGINT,
  coupon_code VARCHAR(64), member_nickname VARCHAR(64), get_type INT, create_time DATETIME, use_status INT,
  use_time DATETIME, order_id BIGINT, KEY (member_id));
INSERT INTO sms_coupon_history SELECT seq, 1 + seq % 15, 1 + seq % 110, CONCAT('4931', seq), 'Somebody', 1,
  '2023-08-29' + INTERVAL seq DAY, 0, NULL, NULL FROM seq_1_to_140;
"""

SCHEMA = Schema(
    "mall", "shop with a prefix a module, member_id", MASTER + SALES,
    kinds="""
    fact                oms_order                     create_time
    fact                oms_order_item                oms_order.create_time
    fact                oms_order_operate_history     create_time
    fact                oms_order_return_apply        create_time
    fact                oms_cart_item                 create_date
    fact                pms_comment                   create_time
    fact                sms_coupon_history            create_time
    dimension           oms_order_return_reason
    dimension           ums_member
    dimension           ums_member_level
    dimension           ums_member_receive_address
    dimension           ums_admin
    dimension           ums_role
    dimension           pms_brand
    dimension           pms_product
    dimension           pms_product_category
    dimension           pms_sku_stock
    dimension|left out|bridge  pms_product_attribute_value
    dimension           cms_category
    dimension           hms_category
    dimension           sms_home_advertise
    dimension           sms_coupon
    bridge              ums_admin_role_relation
    bridge              sms_coupon_product_relation
    excluded            ums_member_login_log
    """,
    references="""
    oms_order.member_id -> ums_member                    guessed
    oms_order.coupon_id -> sms_coupon                    guessed
    oms_order_item.product_id -> pms_product             guessed
    oms_order_item.product_category_id -> pms_product_category  guessed
    oms_order_return_apply.product_id -> pms_product     guessed
    oms_cart_item.member_id -> ums_member                guessed
    oms_cart_item.product_id -> pms_product              guessed
    pms_comment.product_id -> pms_product                guessed
    sms_coupon_history.coupon_id -> sms_coupon           guessed
    sms_coupon_history.member_id -> ums_member           guessed
    pms_product.brand_id -> pms_brand                    guessed
    pms_product.product_category_id -> pms_product_category  guessed
    ums_member.member_level_id -> ums_member_level       guessed
    pms_sku_stock.product_id -> pms_product              guessed
    ums_member_receive_address.member_id -> ums_member   guessed
    """,
    never="""
    sms_home_advertise.category_id -> cms_category           two candidates
    sms_home_advertise.category_id -> hms_category           two candidates
    sms_home_advertise.category_id -> pms_product_category   two candidates
    ums_admin.id -> ums_admin_role_relation                  parent to its own bridge
    oms_order.status -> oms_order_return_reason              a column of no reference
    pms_product.feight_template_id -> pms_product_category   guessed key to the wrong table
    """,
    secrets="""
    ums_member.password
    ums_admin.password
    """,
    persons="""
    ums_member.phone
    ums_member.birthday
    ums_member_receive_address.phone_number
    ums_member_receive_address.detail_address
    ums_admin.email
    oms_order.receiver_phone
    oms_order.receiver_detail_address
    oms_order_return_apply.return_phone
    pms_comment.member_ip
    """)
