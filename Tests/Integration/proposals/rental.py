"""A film rental: rentals and payments, bridges of films, a circle between stores and staff, `last_update` on every
table. Everything is declared. One customer's address is gone (and its tier is none of the ENUM's): a rental and a
payment wait for that customer."""

from .expected import Schema

STAMP = "last_update TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW()"

SQL = f"""
SET sql_mode = 'NO_ENGINE_SUBSTITUTION';
SET foreign_key_checks = 0;
CREATE TABLE country (country_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, country VARCHAR(50) NOT NULL, {STAMP});
INSERT INTO country SELECT seq, CONCAT('Country ', seq), '2022-02-15 04:44:00' FROM seq_1_to_12;
CREATE TABLE city (city_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, city VARCHAR(50) NOT NULL,
  country_id SMALLINT UNSIGNED NOT NULL, {STAMP}, FOREIGN KEY (country_id) REFERENCES country (country_id));
INSERT INTO city SELECT seq, CONCAT('City ', seq), 1 + seq % 12, '2022-02-15 04:45:25' FROM seq_1_to_50;
CREATE TABLE address (address_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, address VARCHAR(50) NOT NULL,
  address2 VARCHAR(50), district VARCHAR(20) NOT NULL, city_id SMALLINT UNSIGNED NOT NULL, postal_code VARCHAR(10),
  phone VARCHAR(20) NOT NULL, location POINT, {STAMP}, FOREIGN KEY (city_id) REFERENCES city (city_id));
INSERT INTO address SELECT seq, CONCAT(seq, ' Elm Parkway'), NULL, 'District', 1 + seq % 50, '', CONCAT('6172',
  235000 + seq), POINT(seq, seq), '2022-09-25 22:30:27' FROM seq_1_to_130;
CREATE TABLE store (store_id TINYINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, manager_staff_id TINYINT UNSIGNED NOT NULL,
  address_id SMALLINT UNSIGNED NOT NULL, {STAMP}, FOREIGN KEY (manager_staff_id) REFERENCES staff (staff_id),
  FOREIGN KEY (address_id) REFERENCES address (address_id));
INSERT INTO store VALUES (1, 1, 1, '2022-02-15 04:57:12'), (2, 2, 2, '2022-02-15 04:57:12');
CREATE TABLE staff (staff_id TINYINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, first_name VARCHAR(45) NOT NULL,
  last_name VARCHAR(45) NOT NULL, address_id SMALLINT UNSIGNED NOT NULL, picture BLOB, email VARCHAR(50),
  store_id TINYINT UNSIGNED NOT NULL, active BOOLEAN NOT NULL DEFAULT TRUE, username VARCHAR(16) NOT NULL,
  password VARCHAR(40), {STAMP}, FOREIGN KEY (store_id) REFERENCES store (store_id),
  FOREIGN KEY (address_id) REFERENCES address (address_id));
INSERT INTO staff SELECT seq, CONCAT('Clerk', seq), 'Smith', seq, UNHEX('89504E47'), CONCAT('clerk', seq,
  '@rental.example'), seq, 1, CONCAT('clerk', seq), SHA1(CONCAT('clerk', seq)), '2022-02-15 03:57:16' FROM seq_1_to_2;
CREATE TABLE customer (customer_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, store_id TINYINT UNSIGNED NOT NULL,
  first_name VARCHAR(45) NOT NULL, last_name VARCHAR(45) NOT NULL, email VARCHAR(50),
  address_id SMALLINT UNSIGNED NOT NULL, tier ENUM('basic', 'plus', 'gold') NOT NULL DEFAULT 'basic',
  active BOOLEAN NOT NULL DEFAULT TRUE, create_date DATETIME NOT NULL, {STAMP},
  FOREIGN KEY (store_id) REFERENCES store (store_id), FOREIGN KEY (address_id) REFERENCES address (address_id));
INSERT INTO customer SELECT seq, 1 + seq % 2, CONCAT('First', seq), CONCAT('Last', seq), CONCAT('viewer', seq,
  '@rental.example'),
  IF(seq = 120, 999, 1 + seq % 130), IF(seq = 120, 'platinum', 'plus'), 1, '2022-02-14 22:04:36' + INTERVAL seq DAY,
  '2022-02-15 04:57:20' + INTERVAL seq DAY FROM seq_1_to_120;
CREATE TABLE language (language_id TINYINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name CHAR(20) NOT NULL, {STAMP});
INSERT INTO language VALUES (1, 'English', '2022-02-15 05:02:19'), (2, 'Italian', '2022-02-15 05:02:19'), (3,
  'French', '2022-02-15 05:02:19');
CREATE TABLE category (category_id TINYINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(25) NOT NULL, {STAMP});
INSERT INTO category SELECT seq, CONCAT('Genre ', seq), '2022-02-15 04:46:27' FROM seq_1_to_16;
CREATE TABLE actor (actor_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, first_name VARCHAR(45) NOT NULL,
  last_name VARCHAR(45) NOT NULL, {STAMP}, KEY (last_name));
INSERT INTO actor SELECT seq, CONCAT('Given', seq), CONCAT('Family', seq), '2022-02-15 04:34:33' FROM seq_1_to_80;
CREATE TABLE film (film_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, title VARCHAR(128) NOT NULL,
  description TEXT, release_year YEAR, language_id TINYINT UNSIGNED NOT NULL, original_language_id TINYINT UNSIGNED,
  rental_duration TINYINT UNSIGNED NOT NULL DEFAULT 3, rental_rate DECIMAL(4,2) NOT NULL DEFAULT 4.99,
  length SMALLINT UNSIGNED, replacement_cost DECIMAL(5,2) NOT NULL DEFAULT 19.99,
  rating ENUM('G','PG','PG-13','R','NC-17') DEFAULT 'G',
  special_features SET('Trailers','Commentaries','Deleted Scenes'), {STAMP},
  FOREIGN KEY (language_id) REFERENCES language (language_id),
  FOREIGN KEY (original_language_id) REFERENCES language (language_id));
INSERT INTO film SELECT seq, CONCAT('Film ', seq), 'A story', 2006, 1 + seq % 3, NULL, 3 + seq % 4, 0.99 + seq % 5,
  60 + seq % 100, 19.99, ELT(1 + seq % 5, 'G', 'PG', 'PG-13', 'R', 'NC-17'), 'Trailers', '2022-02-15 05:03:42'
  FROM seq_1_to_100;
CREATE TABLE film_actor (actor_id SMALLINT UNSIGNED NOT NULL, film_id SMALLINT UNSIGNED NOT NULL, {STAMP},
  PRIMARY KEY (actor_id, film_id), FOREIGN KEY (actor_id) REFERENCES actor (actor_id),
  FOREIGN KEY (film_id) REFERENCES film (film_id));
INSERT INTO film_actor SELECT 1 + (f.seq + a.seq * 13) % 80, f.seq, '2022-02-15 05:05:03'
  FROM seq_1_to_100 f JOIN seq_1_to_3 a;
CREATE TABLE film_category (film_id SMALLINT UNSIGNED NOT NULL, category_id TINYINT UNSIGNED NOT NULL, {STAMP},
  PRIMARY KEY (film_id, category_id), FOREIGN KEY (film_id) REFERENCES film (film_id),
  FOREIGN KEY (category_id) REFERENCES category (category_id));
INSERT INTO film_category SELECT seq, 1 + seq % 16, '2022-02-15 05:07:09' FROM seq_1_to_100;
CREATE TABLE film_text (film_id SMALLINT NOT NULL PRIMARY KEY, title VARCHAR(255) NOT NULL, description TEXT,
  FULLTEXT (title, description)) ENGINE = MyISAM;
INSERT INTO film_text SELECT seq, CONCAT('Film ', seq), 'A story' FROM seq_1_to_100;
CREATE TABLE inventory (inventory_id MEDIUMINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  film_id SMALLINT UNSIGNED NOT NULL, store_id TINYINT UNSIGNED NOT NULL, {STAMP},
  FOREIGN KEY (film_id) REFERENCES film (film_id), FOREIGN KEY (store_id) REFERENCES store (store_id));
INSERT INTO inventory SELECT seq, 1 + seq % 100, 1 + seq % 2, '2022-02-15 05:09:17' FROM seq_1_to_260;
CREATE TABLE rental (rental_id INT AUTO_INCREMENT PRIMARY KEY, rental_date DATETIME NOT NULL,
  inventory_id MEDIUMINT UNSIGNED NOT NULL, customer_id SMALLINT UNSIGNED NOT NULL, return_date DATETIME,
  staff_id TINYINT UNSIGNED NOT NULL, {STAMP}, UNIQUE (rental_date, inventory_id, customer_id),
  FOREIGN KEY (inventory_id) REFERENCES inventory (inventory_id),
  FOREIGN KEY (customer_id) REFERENCES customer (customer_id), FOREIGN KEY (staff_id) REFERENCES staff (staff_id));
INSERT INTO rental SELECT seq, '2022-05-24 22:53:30' + INTERVAL seq * 11 HOUR, 1 + seq % 260, IF(seq = 300, 120,
  1 + seq % 119), IF(seq % 25, '2022-05-28 22:53:30' + INTERVAL seq * 11 HOUR, NULL), 1 + seq % 2,
  '2022-06-15 21:30:53' + INTERVAL seq HOUR FROM seq_1_to_700;
CREATE TABLE payment (payment_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, customer_id SMALLINT UNSIGNED NOT NULL,
  staff_id TINYINT UNSIGNED NOT NULL, rental_id INT, amount DECIMAL(5,2) NOT NULL, payment_date DATETIME NOT NULL,
  {STAMP}, FOREIGN KEY (rental_id) REFERENCES rental (rental_id),
  FOREIGN KEY (customer_id) REFERENCES customer (customer_id), FOREIGN KEY (staff_id) REFERENCES staff (staff_id));
INSERT INTO payment SELECT seq, IF(seq = 300, 120, 1 + seq % 119), 1 + seq % 2, IF(seq % 90, seq, NULL),
  2.99 + seq % 4, '2022-05-25 22:53:30' + INTERVAL seq * 11 HOUR, '2022-06-15 22:12:30' + INTERVAL seq HOUR
  FROM seq_1_to_700;
"""

SCHEMA = Schema(
    "rental", "rentals and payments, all declared", SQL,
    kinds="""
    fact        rental            rental_date
    fact        payment           payment_date
    dimension   customer
    dimension   staff
    dimension   store
    dimension   film
    dimension   inventory
    dimension   actor
    dimension   category
    dimension   language
    dimension   address
    dimension   city
    dimension   country
    dimension|excluded|left out  film_text
    bridge      film_actor
    bridge      film_category
    """,
    references="""
    rental.customer_id -> customer      declared
    rental.inventory_id -> inventory    declared
    rental.staff_id -> staff            declared
    payment.customer_id -> customer     declared
    payment.staff_id -> staff           declared
    inventory.film_id -> film           declared
    inventory.store_id -> store         declared
    film.language_id -> language        declared
    customer.address_id -> address      declared
    address.city_id -> city             declared
    city.country_id -> country          declared
    """,
    never="""
    film.film_id -> film_category       parent to its own bridge
    film.film_id -> film_text           guessed key to the wrong table
    actor.actor_id -> film_actor        parent to its own bridge
    """,
    secrets="""
    staff.password
    """,
    persons="""
    staff.email
    customer.email
    address.address
    address.phone
    """,
    # one customer whose address is gone, a rental and a payment of that customer
    set_aside=3)
