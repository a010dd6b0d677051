"""Headers and their lines, both facts: lines without a date show their header's date and columns in gold, through
nights in which headers move, go and come late, lines change, and a steward corrects one; read by two readers and
compared with the source's own join."""

from deltalake import DeltaTable

from harness import Agent, Checks, Server, lake_files, read_with_deltalake, read_with_duckdb, rows_of

LINED = """  tables:
    orders: {mode: snapshot}
    details: {mode: snapshot}
transform:
  dimensions:
    customer: {from: lined.customer, key: [code]}
  facts:
    orders: {from: lined.orders, key: [id], date: ordered, partition: month}
    lines:
      from: lined.details
      key: [order_id, line]
      rules: [{id: qty_positive, check: "qty > 0"}]
  one_big_tables:
    sales:
      fact: lines
      columns: {exclude: [note]}
      join:
        orders: {on: {order_id: id}, columns: [ordered, customer]}
        customer: {on: {orders_customer: code}, columns: [name]}
      date: orders_ordered
      partition: month
    flat:
      fact: lines
      join: {orders: {on: {order_id: id}, columns: [customer]}}
"""
MADE = ("silver/lines", "gold/sales", "gold/flat")
SALES = ["order_id", "line", "qty", "orders_ordered", "customer_name"]


def rows(agent, name, columns, reader=read_with_deltalake):
    return sorted(rows_of(reader(str(agent.lake / name)), columns), key=str)


def by_table(document):
    return {table["table"].split(".")[-1] + ":" + table["mode"]: table for table in document["tables"]}


def findings(document):
    return [finding for finding in document["checks"] if finding["status"] == "failed"]


def shop(server):
    server.execute(
        "CREATE DATABASE lined",
        "CREATE TABLE lined.customer (code VARCHAR(10) PRIMARY KEY, name VARCHAR(40))",
        "CREATE TABLE lined.orders (id INT PRIMARY KEY, customer VARCHAR(10), ordered DATE NOT NULL)",
        "CREATE TABLE lined.details (order_id INT, line INT, qty INT, note VARCHAR(40), PRIMARY KEY (order_id, line))",
        "INSERT INTO lined.customer VALUES ('a', 'Ana'), ('b', 'Bo')",
        """INSERT INTO lined.orders SELECT seq, IF(seq % 2, 'A', 'b'), '2026-01-15' + INTERVAL seq DAY
            FROM lined.seq_1_to_40""",
        """INSERT INTO lined.details SELECT 1 + (seq - 1) DIV 3, 1 + (seq - 1) % 3, IF(seq = 5, 0, seq), 'secret'
            FROM lined.seq_1_to_120""",
        "INSERT INTO lined.details VALUES (99, 1, 7, 'early')")


def first_run(checks, server, agent):
    tables = by_table(agent.run("run"))
    receipts = (tables["lines:fact"]["receipt"], tables["sales:one_big_table"]["receipt"])
    checks.equal("a line is a fact without a date", receipts,
                 ("121 events = 120 rows + 1 quarantined", "120 rows = 120 facts"))
    partitions = [DeltaTable(str(agent.lake / name)).metadata().partition_columns for name in MADE]
    checks.equal("silver is one partition, gold has the header's months", partitions,
                 [[], ["orders_ordered_month"], []])
    lined(checks, server, agent, "the first night")
    names = [field.name for field in DeltaTable(str(agent.lake / "gold/sales")).schema().fields]
    checks.equal("columns that are left out are not in gold", names, [
        "order_id", "line", "qty", "orders_ordered", "orders_customer", "customer_name", "orders_ordered_month"])


def nights(checks, server, agent):
    before = [lake_files(str(agent.lake / name))[1] for name in MADE]
    again = by_table(agent.run("run"))
    checks.equal("a night without news writes nothing", (again["sales:one_big_table"]["version"], before),
                 (None, [lake_files(str(agent.lake / name))[1] for name in MADE]))
    server.execute(
        "UPDATE lined.orders SET ordered = '2026-06-01' WHERE id = 3", "DELETE FROM lined.orders WHERE id = 4",
        "INSERT INTO lined.orders VALUES (99, 'b', '2026-07-01')",
        "UPDATE lined.customer SET name = 'Anna' WHERE code = 'a'")
    agent.run("run")
    lined(checks, server, agent, "a header moved, one went, one came late")
    server.execute(
        "INSERT INTO lined.details VALUES (40, 9, 4, 'late')",
        "DELETE FROM lined.details WHERE order_id = 1 AND line = 1",
        "UPDATE lined.details SET qty = 50 WHERE order_id = 2 AND line = 2",
        "UPDATE lined.details SET qty = 12 WHERE order_id = 4 AND line = 1")
    agent.run("run")
    lined(checks, server, agent, "lines came late, went and changed")
    server.execute("INSERT INTO lined.details VALUES (39, 9, -5, 'typo')")
    agent.run("run")
    agent.text("quarantine", "export", "--table", "lines", "--out", "fix.csv")
    fix = agent.folder / "fix.csv"
    fix.write_text(fix.read_text().replace(",-5,", ",5,"))
    passed = agent.run("quarantine", "replay", "--from", "fix.csv")["tables"][0]["passed"]
    checks.equal("a steward's correction passes", passed, 1)
    lined(checks, server, agent, "and is in gold", "ABS(d.qty)")


def upkeep(checks, server, agent):
    before = rows(agent, "gold/sales", SALES)
    agent.run("lake", "optimize", ".")
    checks.equal("joined files hold the same", rows(agent, "gold/sales", SALES), before)
    checks.equal("and are whole", agent.run("lake", "check", "--deep", ".", "--profile", "spark,fabric")["ok"], True)
    agent.run("transform", "--rebuild")
    checks.equal("a rebuild comes to the same", rows(agent, "gold/sales", SALES), before)
    checks.that("the receipts balance", agent.run("reconcile")["balanced"], str(agent.run("reconcile")))
    checks.equal("check finds nothing wrong", findings(agent.run("check")), [])
    conf = agent.folder / "agent.conf"
    conf.write_text(conf.read_text().replace("exclude: [note]", "exclude: [notes]"))
    error = by_table(agent.run("transform", expect=(2,)))["sales:one_big_table"]["error"]
    checks.that("a slip in a column is told with what was meant", "Did you mean 'note'?" in str(error), str(error))
    found = findings(agent.run("check", expect=(2,)))
    checks.that("by check too", len(found) == 1 and "Did you mean 'note'?" in str(found), str(found))
    early = Agent(server, "lined", LINED.replace("date: orders_ordered", "date: orders_orderd"))
    found = findings(early.run("check", expect=(2,)))
    checks.that("before there is a lake", len(found) == 1 and "Did you mean 'orders_ordered'?" in str(found), str(found))
    early.remove()


def lined(checks, server, agent, what, qty="d.qty"):
    """Gold is what the source's own join says, for two readers."""
    wanted = sorted(server.execute(
        f"""SELECT d.order_id, d.line, {qty}, o.ordered, c.name FROM lined.details d
            LEFT JOIN lined.orders o ON d.order_id = o.id LEFT JOIN lined.customer c ON o.customer = c.code
            WHERE {qty} > 0"""), key=str)
    for reader in (read_with_deltalake, read_with_duckdb):
        found = rows(agent, "gold/sales", SALES, reader)
        checks.same_rows(f"{what}: gold is the source's join ({reader.__name__})", found, wanted)
    flat = rows(agent, "gold/flat", ["order_id", "line", "qty"])
    checks.same_rows(f"{what}: so are the rows without a date", flat, [row[:3] for row in wanted])


def main():
    checks = Checks("headers and lines")
    with Server() as server:
        shop(server)
        server.grant("lined")
        agent = Agent(server, "lined", LINED)
        first_run(checks, server, agent)
        nights(checks, server, agent)
        upkeep(checks, server, agent)
        agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
