"""The documents against the program: the manual pages are those of the present sources and render without a warning, every
option is in sluice(1), every YAML of the documents is a configuration that a source and its bronze can run, every rule in
them can be judged, and every query of docs/reading.md runs."""

import os
import re
import subprocess
import sys

from harness import PROJECT, SLUICE, Agent, Checks, Server, duckdb_with

DOCS = PROJECT / "docs"
MAN = DOCS / "man"
PAGES = [PROJECT / "README.md", *sorted(DOCS.glob("*.md"))]
SHOP = """CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop;
CREATE TABLE customer (customer_code VARCHAR(9) PRIMARY KEY, name VARCHAR(40), segment VARCHAR(20));
CREATE TABLE orders (id INT PRIMARY KEY, ordered DATE, customer_code VARCHAR(9));
CREATE TABLE order_lines (id INT PRIMARY KEY, order_id INT, qty INT, note VARCHAR(40));
INSERT INTO customer VALUES ('C1', 'One', 'retail'); INSERT INTO orders VALUES (1, '2024-01-05', 'C1');
INSERT INTO order_lines VALUES (1, 1, 3, NULL);"""

# what the queries of the documents ask for, in few files
TRANSFORM = """transform:
  dimensions:
    customer: {from: Atliqsale.customer, key: [customer_code]}
    product: {from: Atliqsale.product, key: [product_code]}
    markets: {from: Atliqsale.markets, key: [markets_code]}
  facts:
    transactions:
      from: Atliqsale.transactions
      key: all
      date: order_date
      partition: year
      clean: {currency: "upper(trim(BOTH ' \\r\\n' FROM currency))"}
      rules: [{id: currency_known, values: {column: currency, in: [INR, USD]}, nulls: fail}]
  one_big_tables:
    sales:
      fact: transactions
      partition: year
      join:
        product: {on: {product_code: product_code}, columns: [category]}
        markets: {on: {market_code: markets_code}, columns: [markets_name, zone]}
"""


def fences(path, kind):
    """(line, text) of each fenced part of a page whose info string begins with `kind`."""
    found, start = [], None
    lines = path.read_text().split("\n")
    for index, line in enumerate(lines):
        if start is None and line.startswith("```"):
            start = index
        elif start is not None and line == "```":
            if lines[start].removeprefix("```").split(" ")[0] == kind:
                found.append((f"{path.relative_to(PROJECT)}:{start + 1}", "\n".join(lines[start + 1:index]) + "\n"))
            start = None
    return found


def manual(checks):
    made = subprocess.run([sys.executable, MAN / "build.py", "--check"], capture_output=True, text=True)
    checks.equal("the manual pages are made of the present sources", (made.returncode, made.stderr), (0, ""))
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"}
    texts = {}
    for page in ("sluice.1", "agent.conf.5", "sluice-rules.7"):
        shown = subprocess.run(["man", "--warnings", "-l", MAN / page], capture_output=True, text=True, env=environment)
        checks.equal(f"{page} renders at 80 columns without a warning", (shown.returncode, shown.stderr), (0, ""))
        texts[page] = shown.stdout
    help_text = subprocess.run([SLUICE, "--help"], capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +\S", help_text.split("commands:\n")[1].split("\n\n")[0], re.M)
    checks.that("help lists the commands", len(commands) > 20, commands)
    section, ends = {}, re.compile(r"^(?:   sluice|[A-Z])", re.M)
    for command in commands:
        start = re.search(rf"^   sluice {command}(?: [<\[].*)?$", texts["sluice.1"], re.M)
        if start:
            rest = texts["sluice.1"][start.end():]
            section[command] = rest[:ends.search(rest).start()]
    checks.equal("every command has a part in sluice(1)", sorted(section), sorted(commands))
    everywhere = options(texts["sluice.1"].split("OPTIONS OF EVERY COMMAND")[1].split("EXIT STATUS")[0], "       ")
    checks.equal("the options of every command", everywhere, options(help_text, "  "))
    for command, text in section.items():
        help_text = subprocess.run([SLUICE, *command.split(), "--help"], capture_output=True, text=True, check=True).stdout
        own = help_text.split("\noptions of every command:")[0]
        checks.equal(f"options of {command} in sluice(1) and in --help", options(text, "       "), options(own, "  "))


def options(text, indent):
    """The options that stand in a list, each once."""
    return sorted(set(re.findall(rf"^{indent}(--[a-z-]+)", text, re.M)))


def configurations(checks, server, agent):
    """Every YAML is checked as a whole; one without a source, or without the schema that it speaks of, gets them."""
    count = 0
    for page in PAGES:
        for place, text in fences(page, "yaml"):
            count += 1
            if not re.search(r"^source:", text, re.M):
                text = f"source: {{user: sluice, password: {{env: SLUICE_SOURCE_PASSWORD}}}}\nlake: ./lake\n{text}"
            schema = "shop" if "from: shop." in text else "Atliqsale"
            if not re.search(r"^extract:", text, re.M):
                text = f"extract: {{schema: {schema}}}\n{text}"
            verdict(checks, agent, server, place, text)
    checks.that("the documents show configurations", count >= 4, count)
    verdict(checks, agent, server, "agent.conf.example", (PROJECT / "agent.conf.example").read_text())


def verdict(checks, agent, server, place, text):
    """`sluice check` finds everything in place but what no document can know: the password and the server's port."""
    text = re.sub(r"^source: \{", f"source: {{port: {server.port}, ", text, flags=re.M)
    text = re.sub(r"^  port: 3306$", f"  port: {server.port}", text, flags=re.M)
    path = agent.folder / "shown.conf"
    path.write_text(text)
    process = agent.start("check", "--config", str(path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said, _ = process.communicate(timeout=120)
    checks.that(f"{place} passes 'sluice check'", process.returncode == 0 and "FAIL" not in said, said)
    if "transform:" in text:
        checks.that(f"{place}: its pipeline is checked against bronze", re.search(r"\[ok\] +pipeline: .*\d+ rules?", said) and
                    "once bronze exists" not in said, said)


def rules(checks, server, agent):
    """The examples of rules.md, judged by a transformation of the sample."""
    shown = re.findall(r"^\| `[a-z_]+` \| `(\{id: .*\})` \|", (DOCS / "rules.md").read_text(), re.M)
    checks.that("rules.md shows an example of every kind", len(shown) >= 9, shown)
    lines = "".join(f"        - {rule}\n" for rule in shown)
    text = (f"source: {{port: {server.port}, user: sluice, password: {{env: SLUICE_SOURCE_PASSWORD}}}}\nlake: ./lake\n"
            "extract: {schema: Atliqsale}\ntransform:\n  dimensions:\n    customer: {from: Atliqsale.customer, key: [customer_code]}\n"
            f"  facts:\n    transactions:\n      from: Atliqsale.transactions\n      key: all\n      rules:\n{lines}")
    (agent.folder / "rules.conf").write_text(text)
    document = agent.run("rules", "lint", "--config", str(agent.folder / "rules.conf"))
    checks.equal("the examples of rules.md can be judged", document["findings"], [])


def queries(checks, agent):
    """What reading.md and README.md ask of the lake that the tour leaves."""
    connection = duckdb_with("delta")
    asked = 0
    for page in (DOCS / "reading.md", PROJECT / "README.md"):
        for place, text in fences(page, "sql"):
            if "delta_scan" not in text:
                continue
            text = re.sub(r"'(?:\.demo/)?lake/", f"'{agent.lake}/", re.sub(r"INSTALL delta; LOAD delta;", "", text))
            for query in filter(str.strip, text.split(";")):
                try:
                    connection.execute(f"SELECT count(*) FROM ({query})").fetchall()
                    problem = None
                except Exception as error:  # what DuckDB says is the finding
                    problem = str(error)
                checks.equal(f"{place} runs: {' '.join(query.split())[-50:]}", problem, None)
                asked += 1
    checks.that("the documents ask the lake", asked >= 6, asked)


def main():
    checks = Checks("documents")
    manual(checks)
    with Server() as server:
        sample = PROJECT / "sql" / "sample"
        server.run_text((sample / "schema.sql").read_text())
        server.run_text((sample / "data.sql").read_text())
        server.run_text("USE Atliqsale; DELETE FROM transactions WHERE RAND(1) < 0.9; ALTER TABLE transactions ADD receipt_number INT;")
        server.run_text(SHOP)
        server.grant("Atliqsale")
        server.grant_more("shop")
        agent = Agent(server, "Atliqsale", TRANSFORM)
        agent.environment["SLUICE_MASK_SALT"] = "grains"
        # silver may stand otherwise than a document's: it comes last
        agent.run("extract")
        agent.run("extract", "--schema", "shop")
        configurations(checks, server, agent)
        rules(checks, server, agent)
        agent.run("transform")
        queries(checks, agent)
        agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
