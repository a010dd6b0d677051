"""Countries, cities and languages: geography, no facts at all."""

from .expected import Schema

SQL = """
CREATE TABLE continent (Code CHAR(2) PRIMARY KEY, Name VARCHAR(30) NOT NULL);
INSERT INTO continent VALUES ('AF', 'Africa'), ('AS', 'Asia'), ('EU', 'Europe'), ('NA', 'North America'), ('OC',
  'Oceania'), ('SA', 'South America');
CREATE TABLE country (Code CHAR(3) PRIMARY KEY DEFAULT '', Name CHAR(52) NOT NULL DEFAULT '',
  ContinentCode CHAR(2) NOT NULL, Region CHAR(26) NOT NULL DEFAULT '', SurfaceArea DECIMAL(10,2) NOT NULL DEFAULT 0,
  IndepYear SMALLINT, Population INT NOT NULL DEFAULT 0, LifeExpectancy DECIMAL(3,1), GNP DECIMAL(10,2),
  GovernmentForm CHAR(45) NOT NULL DEFAULT '', HeadOfState CHAR(60), Capital INT,
  FOREIGN KEY (ContinentCode) REFERENCES continent (Code));
INSERT INTO country SELECT CONCAT('C', LPAD(seq, 2, '0')), CONCAT('Country ', seq), ELT(1 + seq % 6, 'AF', 'AS', 'EU',
  'NA', 'OC', 'SA'), 'Region', seq * 1000, IF(seq % 3, 1900 + seq, NULL), seq * 1000000, 70.5, seq * 99, 'Republic',
  NULL, seq * 4 FROM seq_1_to_60;
CREATE TABLE city (ID INT AUTO_INCREMENT PRIMARY KEY, Name CHAR(35) NOT NULL DEFAULT '',
  CountryCode CHAR(3) NOT NULL DEFAULT '', District CHAR(20) NOT NULL DEFAULT '', Population INT NOT NULL DEFAULT 0,
  KEY (CountryCode), FOREIGN KEY (CountryCode) REFERENCES country (Code));
INSERT INTO city SELECT seq, CONCAT('City ', seq), CONCAT('C', LPAD(1 + seq % 60, 2, '0')), 'District',
  seq * 1000 FROM seq_1_to_300;
CREATE TABLE countrylanguage (CountryCode CHAR(3) NOT NULL DEFAULT '', Language CHAR(30) NOT NULL DEFAULT '',
  IsOfficial ENUM('T', 'F') NOT NULL DEFAULT 'F', Percentage DECIMAL(4,1) NOT NULL DEFAULT 0,
  PRIMARY KEY (CountryCode, Language), FOREIGN KEY (CountryCode) REFERENCES country (Code));
INSERT INTO countrylanguage SELECT CONCAT('C', LPAD(c.seq, 2, '0')), CONCAT('Language ', l.seq * c.seq), IF(l.seq = 1,
  'T', 'F'), 50 FROM seq_1_to_60 c JOIN seq_1_to_2 l;
"""

SCHEMA = Schema(
    "world", "geography without facts", SQL,
    kinds="""
    dimension                   continent
    dimension                   country
    dimension                   city
    dimension|bridge|left out   countrylanguage
    """,
    references="""
    city.CountryCode -> country         declared
    country.ContinentCode -> continent  declared
    """,
    never="""
    country.Code -> continent           guessed key to the wrong table
    country.Population -> city          a column of no reference
    """)
