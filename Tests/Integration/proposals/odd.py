"""Names that trip parsers: words that YAML reads as truth or nothing, digits, blanks, colons, signs, other scripts,
umlauts."""

from .expected import Schema

SQL = """
CREATE TABLE `客户` (`客户号` INT AUTO_INCREMENT PRIMARY KEY, `姓名` VARCHAR(40) NOT NULL, `城市` VARCHAR(40),
  `no` INT NOT NULL);
INSERT INTO `客户` SELECT seq, CONCAT('客户', seq), '北京', seq FROM seq_1_to_40;
CREATE TABLE `订单` (`订单号` INT AUTO_INCREMENT PRIMARY KEY, `客户号` INT NOT NULL, `下单时间` DATETIME NOT NULL,
  `金额` DECIMAL(10,2) NOT NULL, `on` TINYINT NOT NULL DEFAULT 1, FOREIGN KEY (`客户号`) REFERENCES `客户` (`客户号`));
INSERT INTO `订单` SELECT seq, 1 + seq % 40, '2023-01-01 08:00:00' + INTERVAL seq * 2 DAY, seq + 0.5, 1 FROM seq_1_to_260;
CREATE TABLE `größe` (`größen_nr` INT PRIMARY KEY, `bezeichnung` VARCHAR(20) NOT NULL);
INSERT INTO `größe` SELECT seq, CONCAT('Größe ', seq) FROM seq_1_to_8;
CREATE TABLE `artikel & mehr` (`artikel nr` INT PRIMARY KEY, `größen_nr` INT NOT NULL,
  `preis €` DECIMAL(10,2) NOT NULL, `null` VARCHAR(10), `yes` VARCHAR(10),
  FOREIGN KEY (`größen_nr`) REFERENCES `größe` (`größen_nr`));
INSERT INTO `artikel & mehr` SELECT seq, 1 + seq % 8, seq, 'null', 'yes' FROM seq_1_to_30;
CREATE TABLE `order details` (`订单号` INT NOT NULL, `artikel nr` INT NOT NULL, `unit price` DECIMAL(10,2) NOT NULL,
  `qty` INT NOT NULL, PRIMARY KEY (`订单号`, `artikel nr`), FOREIGN KEY (`订单号`) REFERENCES `订单` (`订单号`),
  FOREIGN KEY (`artikel nr`) REFERENCES `artikel & mehr` (`artikel nr`));
INSERT INTO `order details` SELECT o.seq, 1 + (o.seq + d.seq * 7) % 30, 1.5, d.seq
  FROM seq_1_to_260 o JOIN seq_1_to_2 d;
CREATE TABLE `no` (`on` INT PRIMARY KEY, `off` VARCHAR(20) NOT NULL, `true` VARCHAR(20), `~` INT);
INSERT INTO `no` SELECT seq, CONCAT('No ', seq), 'true', seq FROM seq_1_to_12;
CREATE TABLE `on` (`null` INT AUTO_INCREMENT PRIMARY KEY, `on` INT NOT NULL, `date` DATETIME NOT NULL,
  `y` INT NOT NULL, `n` VARCHAR(5), `a: b` DECIMAL(8,2) NOT NULL, FOREIGN KEY (`on`) REFERENCES `no` (`on`));
INSERT INTO `on` SELECT seq, 1 + seq % 12, '2023-03-01 07:00:00' + INTERVAL seq * 3 DAY, seq, 'n', seq / 4
  FROM seq_1_to_200;
CREATE TABLE `null` (`id` INT PRIMARY KEY, `name` VARCHAR(20) NOT NULL);
INSERT INTO `null` SELECT seq, CONCAT('Nothing ', seq) FROM seq_1_to_9;
CREATE TABLE `2024` (`1` INT PRIMARY KEY, `0x1f` VARCHAR(20) NOT NULL, `1e3` INT);
INSERT INTO `2024` SELECT seq, CONCAT('Digit ', seq), seq FROM seq_1_to_9;
CREATE TABLE `2024-01-01` (`id` INT PRIMARY KEY, `12:30:45` VARCHAR(20) NOT NULL, `.5` INT);
INSERT INTO `2024-01-01` SELECT seq, CONCAT('Day ', seq), seq FROM seq_1_to_9;
CREATE TABLE `#sharp` (`id` INT PRIMARY KEY, `- dash` VARCHAR(20) NOT NULL, `[x]` INT, `{y}` INT, `*z` INT, `&w` INT,
  `!v` INT, `q'uote` INT, `dou"ble` INT, `per%cent` INT, `@at` INT);
INSERT INTO `#sharp` SELECT seq, CONCAT('Sharp ', seq), 1, 2, 3, 4, 5, 6, 7, 8, 9 FROM seq_1_to_9;
CREATE TABLE `заказчик` (`код` INT PRIMARY KEY, `имя` VARCHAR(30) NOT NULL);
INSERT INTO `заказчик` SELECT seq, CONCAT('Имя ', seq) FROM seq_1_to_9;
"""

SCHEMA = Schema(
    "odd", "words of YAML, blanks, other scripts", SQL,
    kinds="""
    fact        订单             下单时间
    fact        order details    订单.下单时间
    fact        on               date
    dimension   客户
    dimension   größe
    dimension   artikel & mehr
    dimension   no
    dimension   null
    dimension   2024
    dimension   2024-01-01
    dimension   #sharp
    dimension   заказчик
    """,
    references="""
    订单.客户号 -> 客户                          declared
    order details.artikel nr -> artikel & mehr   declared
    artikel & mehr.größen_nr -> größe            declared
    on.on -> no                                  declared
    """,
    never="""
    客户.no -> no                                guessed key to the wrong table
    null.id -> 2024-01-01                        guessed key to the wrong table
    """)
