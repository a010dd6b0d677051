"""Keys compare as the source compares them. For every family of collations the server's own `=` is the judge over tens of
thousands of pairs, through the real path: words in a dimension and in a fact, what the reference rule lets pass, what gold
joins. Then a shop whose keys differ in case, accents and trailing blanks: foreign keys, versions, rebuilds, `compare: binary`,
and a lake that was built before."""

import random
import unicodedata

from deltalake import DeltaTable

from harness import Agent, Checks, Server, read_with_deltalake, rows_of

SCHEMA = "words"
SEED = 20261127
FAMILIES = (
    "utf8mb4_general_ci", "utf8mb4_general_nopad_ci", "utf8mb4_bin", "utf8mb4_nopad_bin", "utf8mb4_unicode_ci",
    "utf8mb4_unicode_520_nopad_ci", "utf8mb4_uca1400_ai_ci", "utf8mb4_uca1400_nopad_as_cs", "utf8mb4_czech_ci", "utf8mb4_danish_ci",
    "utf8mb4_croatian_ci", "utf8mb4_german2_ci", "utf8mb4_turkish_ci", "utf8mb4_thai_520_w2", "utf8mb3_general_ci", "latin1_swedish_ci",
    "latin1_german1_ci", "latin1_german2_ci", "latin1_general_cs", "latin1_bin", "latin2_general_ci", "cp1250_general_ci",
    "cp1251_general_ci", "greek_general_ci", "hebrew_general_ci", "koi8r_general_ci", "gbk_chinese_ci",
    "sjis_japanese_ci", "ujis_japanese_ci", "euckr_korean_ci", "ascii_general_ci",
)
UNMATCHED = ("latin2_czech_cs", "tis620_thai_ci", "big5_chinese_ci")
ALPHABETS = (
    "abcdexyzABCDEXYZ019 -_.", "aáàâäãåāąæAÁÀÂÄÃÅĀĄÆeéèêëēęEÉÈÊËoóòôöõøōœOÓÒÔÖÕØŒuúùûüUÚÙÛÜ", "cčćçhlđdžnǆǈǌščćzŽŠČĆĐ", "ßsẞSſﬁfiﬀ",
    "iIıİjJ", "αΑάσςΣΆωΩώ", "аАйЙиИёЁеЕяЯ", "אבגדה", "กขเแโไ็่", "가각각한글", "かカｶがガゕあア゛", "漢字中文東京", "🙂🙃👍😀", "ÿŸñÑþÞðÐ",
)
MARKS = "\u0300\u0301\u0308\u0306\u030c\u0327\u0653"


def variants(word, chance):
    """Spellings that one collation or another holds equal, and some that none does."""
    choices = [word, word.upper(), word.lower(), word.swapcase(), unicodedata.normalize("NFD", word), unicodedata.normalize("NFC", word),
               unicodedata.normalize("NFKD", word), "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)),
               word + " ", word + "  ", word + "\t", word + "\u00a0", " " + word, word.replace("ss", "ß"), word.replace("ß", "ss"),
               word.replace("aa", "å"), word.replace("å", "aa"), word.replace("ch", "CH"), word + chance.choice(MARKS), word[::-1], word + "\u0000"]
    return [choice[:20] for choice in chance.sample(choices, 6)]


def vocabulary():
    chance = random.Random(SEED)
    words = {"", " ", "  ", "\t", "DE", "de", "De", "x", "x ", "ÄÖ", "äö", "AO", "straße", "STRASSE", "Aabenraa", "Åbenrå", "chata", "CHATA", "hata"}
    for _ in range(90):
        alphabet = "".join(chance.sample(ALPHABETS, 2)) if chance.random() < 0.4 else chance.choice(ALPHABETS)
        word = "".join(chance.choice(alphabet) for _ in range(chance.randint(1, 5)))
        words.update(variants(word, chance))
    return sorted(words)


def families(server):
    """Tables of words a family: `d` holds two thirds of what is distinct, `f` all of it. Returns what the server joins."""
    server.execute(f"CREATE DATABASE {SCHEMA} CHARACTER SET utf8mb4", f"CREATE TABLE {SCHEMA}.staged (w VARCHAR(40) COLLATE utf8mb4_nopad_bin, r INT)")
    connection = server.connect(SCHEMA, autocommit=True)
    joined, pairs = {}, 0
    with connection.cursor() as cursor:
        chance = random.Random(SEED)
        cursor.executemany("INSERT INTO staged VALUES (%s, %s)", [(word, chance.randint(0, 2)) for word in vocabulary()])
        for name in FAMILIES + UNMATCHED:
            characters = name.split("_")[0]
            column = f"w VARCHAR(40) CHARACTER SET {characters} COLLATE {name} NOT NULL"
            cursor.execute(f"CREATE TABLE d_{name} ({column} PRIMARY KEY, n INT NOT NULL AUTO_INCREMENT UNIQUE)")
            cursor.execute(f"CREATE TABLE f_{name} (id INT PRIMARY KEY AUTO_INCREMENT, {column}, day DATE NOT NULL)")
            known = f"WHERE CONVERT(CONVERT(w USING {characters}) USING utf8mb4) COLLATE utf8mb4_nopad_bin = w"
            cursor.execute(f"INSERT IGNORE INTO d_{name} (w) SELECT w FROM staged {known} AND r < 2")
            cursor.execute(f"INSERT INTO f_{name} (w, day) SELECT w, '2026-01-01' FROM staged {known}")
            cursor.execute(f"SELECT f.id, d.n FROM f_{name} f JOIN d_{name} d ON f.w = d.w")
            joined[name] = sorted(cursor.fetchall())
            cursor.execute(f"SELECT (SELECT COUNT(*) FROM d_{name}) * (SELECT COUNT(*) FROM f_{name})")
            pairs += cursor.fetchone()[0]
    connection.close()
    return joined, pairs


def pipeline(names):
    lines = ["transform:", "  dimensions:"]
    for name in names:
        lines += [f"    m_{name}: {{from: {SCHEMA}.d_{name}, key: [w]}}"]
    lines += ["  facts:"]
    for name in names:
        lines += [f"    e_{name}:", f"      from: {SCHEMA}.f_{name}", "      key: [id]", "      date: day",
                  f"      rules: [{{id: known, references: m_{name}, on: {{w: w}}}}]"]
    lines += ["  one_big_tables:"]
    for name in names:
        lines += [f"    g_{name}: {{fact: e_{name}, join: {{m_{name}: {{on: {{w: w}}, columns: [n]}}}}}}"]
    return "\n".join(lines) + "\n"


def every_family(checks, server):
    joined, pairs = families(server)
    server.grant_more(SCHEMA)
    agent = Agent(server, SCHEMA, "  include: ['d_*', 'f_*']\n" + pipeline(FAMILIES + UNMATCHED))
    before = agent.run("check")["checks"]
    named = [found["detail"] for found in before if found["check"] == "collations" and found["status"] == "warning"]
    checks.that("check names what cannot be matched, and nothing else, before there is a lake",
                all(any(name in text for text in named) for name in UNMATCHED) and not any(f" {name} " in text for text in named for name in FAMILIES), str(named))
    checks.that("check makes no folder", not agent.lake.exists() or not any(agent.lake.iterdir()))
    document = agent.run("run")
    print(f"{len(FAMILIES)} families, {pairs} pairs")
    for name in FAMILIES:
        gold = sorted(rows_of(read_with_deltalake(str(agent.lake / "gold" / f"g_{name}")), ["id", f"m_{name}_n"]))
        checks.same_rows(f"{name}: gold joins what the server joins", gold, joined[name])
    notes = {table["table"]: str(table) for table in document["tables"]}
    for name in UNMATCHED:
        checks.that(f"{name}: the run names what cannot be matched", "cannot be matched" in notes[f"m_{name}"], notes[f"m_{name}"])
    checks.that("the receipts balance", agent.run("reconcile")["balanced"])
    asked = weights_asked(server, agent)
    checks.equal("a second run asks the server for no weights", asked, 0)
    agent.remove()


def weights_asked(server, agent):
    server.execute("SET GLOBAL log_output = 'TABLE'", "TRUNCATE mysql.general_log", "SET GLOBAL general_log = 1")
    agent.run("extract")
    server.execute("SET GLOBAL general_log = 0")
    return server.execute("SELECT COUNT(*) FROM mysql.general_log WHERE argument LIKE '%%WEIGHT%%' AND argument NOT LIKE '%%general_log%%'")[0][0]


# A shop

TOUCHED = "updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at)"
SHOP = (
    "CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
    f"CREATE TABLE shop.country (code VARCHAR(10) PRIMARY KEY, name VARCHAR(40), {TOUCHED})",
    f"""CREATE TABLE shop.sales (ref VARCHAR(10) PRIMARY KEY, country VARCHAR(10) NOT NULL, day DATE NOT NULL, qty INT, {TOUCHED},
        FOREIGN KEY (country) REFERENCES shop.country (code))""",
    "INSERT INTO shop.country (code, name) VALUES ('DE', 'Germany'), ('ÄÖ', 'Umlaut'), ('x ', 'blank')",
    """INSERT INTO shop.sales (ref, country, day, qty) VALUES ('a1', 'de', '2026-01-01', 1), ('a2', 'äö', '2026-01-01', 2),
        ('a3', 'x', '2026-01-02', 3), ('a4', 'DE', '2026-01-02', 4)""",
)
SHOP_PIPELINE = """transform:
  dimensions:
    country: {from: shop.country, key: [code], track: [name]}
  facts:
    sales:
      from: shop.sales
      key: [ref]
      date: day
      partition: month
      rules:
        - {id: known_country, references: country, on: {country: code}}
  one_big_tables:
    wide:
      fact: sales
      partition: month
      join:
        country: {on: {country: code}, columns: [name]}
"""


def read(agent, table, *columns):
    return sorted(rows_of(read_with_deltalake(str(agent.lake / table)), columns), key=str)


def shop(checks, server):
    server.execute(*SHOP)
    server.grant("shop")
    agent = Agent(server, "shop", SHOP_PIPELINE)
    agent.run("run")
    checks.equal("what the foreign key lets pass is joined", read(agent, "gold/wide", "ref", "country", "country_name"),
                 [("a1", "de", "Germany"), ("a2", "äö", "Umlaut"), ("a3", "x", "blank"), ("a4", "DE", "Germany")])
    fields = {field.name: field.metadata for field in DeltaTable(str(agent.lake / "bronze/shop/country")).schema().fields}
    checks.equal("bronze notes the collation", fields["code"].get("sluice.collation"), "utf8mb4_general_ci")
    checks.equal("and keeps the bytes", read(agent, "bronze/shop/country", "code"), [("DE",), ("x ",), ("ÄÖ",)])
    key = dict(read(agent, "silver/country", "code", "surrogate_key"))["DE"]
    server.execute("SET foreign_key_checks = 0", "UPDATE shop.country SET code = 'De' WHERE code = 'DE'",
                   "UPDATE shop.sales SET ref = 'A1', qty = 10 WHERE ref = 'a1'")
    agent.run("run")
    versions = [(code, current) for code, current in read(agent, "silver/country", "code", "is_current") if code.lower() == "de"]
    checks.equal("another case of a key is another version of the member", versions, [("DE", False), ("De", True)])
    checks.equal("and the same fact", read(agent, "silver/sales", "ref", "qty"), [("A1", 10), ("a2", 2), ("a3", 3), ("a4", 4)])
    checks.equal("gold follows", dict(read(agent, "gold/wide", "ref", "country_name"))["A1"], "Germany")
    explained = agent.text("scd", "explain", "--dimension", "country", "--key", "dE")
    checks.that("a member is found under any spelling", "versions (2)" in explained, explained)
    checks.that("the receipts balance", agent.run("reconcile")["balanced"])
    before = read(agent, "silver/country", "code", "valid_from", "is_current", "surrogate_key")
    checks.that("the old version keeps its surrogate key", key in [row[3] for row in before])
    agent.run("transform", "--rebuild")
    checks.equal("a rebuild gives the same history", read(agent, "silver/country", "code", "valid_from", "is_current", "surrogate_key"), before)
    binary(checks, server, agent)
    agent.remove()


def binary(checks, server, agent):
    """`compare: binary` switches off; where it tells members apart that were one, the table waits for a rebuild."""
    conf = agent.folder / "agent.conf"
    text = conf.read_text()
    conf.write_text(text.replace("track: [name]}", "track: [name], compare: binary}"))
    document = agent.run("transform", expect=(5, 1))
    country = next(table for table in document["tables"] if table["table"] == "country")
    checks.that("a comparison that splits members is drift, and names the way out", "--rebuild" in str(country), str(country))
    agent.run("transform", "--rebuild")
    checks.equal("by bytes both spellings are members", [row for row in read(agent, "silver/country", "code", "is_current") if row[0].lower() == "de"],
                 [("DE", True), ("De", True)])
    aside = {(ref.lower(), rules) for ref, rules, status in read(agent, "quarantine/sales", "ref", "rules", "status") if status == "open"}
    checks.equal("and what refers to another spelling is set aside", aside, {(ref, "known_country") for ref in ("a1", "a2", "a3")})
    conf.write_text(text)
    agent.run("transform", "--rebuild")
    checks.equal("and back again", len(read(agent, "gold/wide", "ref")), 4)


def unique(checks, server):
    """`unique` holds alike what the source holds alike, within a run and against what silver has."""
    server.execute("CREATE DATABASE one CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", f"CREATE TABLE one.user (id INT PRIMARY KEY, mail VARCHAR(40), day DATE DEFAULT '2026-01-01', {TOUCHED})",
                   "INSERT INTO one.user (id, mail) VALUES (1, 'ana@x'), (2, 'bo@x'), (3, 'BO@x ')")
    server.grant_more("one")
    agent = Agent(server, "one", "transform:\n  facts:\n    user: {from: one.user, key: [id], date: day, rules: [{id: mail_once, unique: [mail]}]}\n")
    agent.run("run")
    server.execute("INSERT INTO one.user (id, mail) VALUES (4, 'Aná@X'), (5, 'cy@x')")
    agent.run("run")
    checks.equal("unique compares as the source does", [row[0] for row in read(agent, "silver/user", "id")], [1, 2, 5])
    checks.equal("and says which rows are alike", read(agent, "quarantine/user", "id", "rules", "status"), [(key, "mail_once", "open") for key in (3, 4)])
    agent.remove()


def before_collations(checks, server):
    """A lake without collations, as earlier versions built it, takes them on by the next run without a file rewritten."""
    server.execute("CREATE DATABASE old CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
                   f"CREATE TABLE old.city (code VARCHAR(10) PRIMARY KEY, name VARCHAR(40), {TOUCHED})",
                   "INSERT INTO old.city (code, name) VALUES ('BLN', 'Berlin'), ('HH', 'Hamburg')")
    server.grant_more("old")
    settings = "transform:\n  dimensions:\n    city: {from: old.city, key: [code]%s}\n"
    agent = Agent(server, "old", settings % ", compare: binary")
    agent.run("run")
    before = DeltaTable(str(agent.lake / "silver/city")).file_uris()
    conf = agent.folder / "agent.conf"
    conf.write_text(conf.read_text().replace(", compare: binary", ""))
    agent.run("run")
    table = DeltaTable(str(agent.lake / "silver/city"))
    checks.equal("the comparison is adopted where no member changes", table.metadata().configuration.get("sluice.collations"), '{"code":"utf8mb4_general_ci"}')
    checks.equal("and no file is written", table.file_uris(), before)
    server.execute("UPDATE old.city SET code = 'hh', name = 'Hamburch' WHERE code = 'HH'")
    agent.run("run")
    checks.equal("from then on members are found by it", read(agent, "silver/city", "code", "is_current"), [("BLN", True), ("HH", False), ("hh", True)])
    agent.remove()


def main():
    checks = Checks("collations")
    with Server() as server:
        shop(checks, server)
        before_collations(checks, server)
        unique(checks, server)
        every_family(checks, server)
    checks.finish()


if __name__ == "__main__":
    main()
