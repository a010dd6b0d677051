-- Sales with a key, as a small hardware distributor would have them; for the recomputation of silver and gold.
-- Runs on MariaDB 10.4+ and MySQL 8. Load schema.sql, then data.sql. Both are deterministic.
DROP DATABASE IF EXISTS Atliqsale;
CREATE DATABASE Atliqsale CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
USE Atliqsale;

-- No column says when a row last changed: Sluice copies this table as a snapshot.
CREATE TABLE market (
  market_code  VARCHAR(12) NOT NULL PRIMARY KEY,
  market_name  VARCHAR(40) NOT NULL,
  zone         ENUM('North','South','Central','West') NULL,
  country      VARCHAR(40) NOT NULL
) ENGINE=InnoDB;

CREATE TABLE customer (
  customer_code VARCHAR(12) NOT NULL PRIMARY KEY,
  customer_name VARCHAR(60) NOT NULL,
  customer_type ENUM('Brick & Mortar','E-Commerce') NOT NULL,
  segment       VARCHAR(20) NOT NULL,
  home_market   VARCHAR(12) NULL,
  email         VARCHAR(80) NULL,
  credit_limit  DECIMAL(12,2) NULL,
  customer_since DATE NULL,
  updated_at    TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  KEY ix_customer_updated (updated_at),
  CONSTRAINT fk_customer_market FOREIGN KEY (home_market) REFERENCES market (market_code)
) ENGINE=InnoDB;

CREATE TABLE product (
  product_code  VARCHAR(12) NOT NULL PRIMARY KEY,
  product_name  VARCHAR(60) NOT NULL,
  product_type  ENUM('Own Brand','Distribution') NOT NULL,
  category      VARCHAR(30) NOT NULL,
  list_price    DECIMAL(10,2) NULL,
  weight_grams  INT UNSIGNED NULL,
  active        TINYINT(1) NOT NULL DEFAULT 1,
  updated_at    TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  KEY ix_product_updated (updated_at),
  CONSTRAINT price_not_negative CHECK (list_price >= 0)
) ENGINE=InnoDB;

-- No foreign keys and few NOT NULLs: that is how the defects of data.sql came in.
CREATE TABLE transactions (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_code  VARCHAR(12) NULL,
  customer_code VARCHAR(12) NULL,
  market_code   VARCHAR(12) NULL,
  order_date    DATE NULL,
  sales_qty     INT NULL,
  sales_amount  DECIMAL(12,2) NULL,
  currency      VARCHAR(5) NULL,
  discount      DOUBLE NULL,
  note          VARCHAR(80) NULL,
  updated_at    TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  KEY ix_transactions_updated (updated_at),
  KEY ix_transactions_order_date (order_date)
) ENGINE=InnoDB;
