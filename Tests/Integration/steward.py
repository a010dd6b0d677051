"""A data steward's day at the command line: reports in every format, rows with awkward texts shown, exported, corrected
and replayed, waivers, discards, rules linted and suggested, members explained; and wrong use, refused with exit 2."""

import csv
import html.parser
import io
import json
import os
import pty
import re
import time

from harness import Agent, Checks, Server, read_with_deltalake, rows_of, utc_now

SCHEMA = "desk"
TOUCHED = "updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at)"
# Keys and texts that CSV, Markdown, HTML, spreadsheets and terminals would each take for signs of their own.
AWKWARD = ["a|b", "<b>&\"x\"", "=1+1", "two\nlines", "Élan → 漢字🙂", "it's", "\\|", "@cmd"]
PIPELINE = """transform:
  dimensions:
    client:
      from: desk.client
      key: [code]
      sequence: updated_at
      owner: master-data@example.com
      rules:
        - {id: name_present, not_null: name}
  facts:
    orders:
      from: desk.orders
      key: [ref]
      sequence: updated_at
      date: ordered
      partition: month
      owner: sales-ops@example.com
      clean: {status: "upper(trim(status))"}
      rules:
        - {id: qty_positive, check: "qty > 0"}
        - {id: status_known, values: {column: status, in: [NEW, DONE]}}
        - {id: known_client, references: client, on: {code: code}, owner: master-data@example.com}
        - {id: noted, not_null: note, severity: warn}
  one_big_tables:
    wide:
      fact: orders
      partition: month
      join:
        client: {on: {code: code}, columns: [name, segment]}
"""


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def tables():
    good = ", ".join(f"('good{n}', 'c{1 + n % 2}', {n}, 'fine', 'new', '2026-01-{n:02}')" for n in range(1, 11))
    bad = ", ".join(f"({quoted(text)}, 'c1', -1, {quoted(text)}, 'new', '2026-01-05')" for text in AWKWARD)
    return (
        f"CREATE TABLE desk.client (code VARCHAR(10) PRIMARY KEY, name VARCHAR(40) NOT NULL, segment VARCHAR(20), {TOUCHED})",
        f"""CREATE TABLE desk.orders (ref VARCHAR(40) COLLATE utf8mb4_bin PRIMARY KEY, code VARCHAR(10), qty INT, note VARCHAR(200),
            status VARCHAR(20), ordered DATE, CONSTRAINT small CHECK (qty < 1000000), {TOUCHED})""",
        "INSERT INTO desk.client (code, name, segment) VALUES ('c1', 'Ana', 'retail'), ('c2', 'Bo', 'online')",
        f"INSERT INTO desk.orders (ref, code, qty, note, status, ordered) VALUES {good}, {bad}",
        """INSERT INTO desk.orders (ref, code, qty, note, status, ordered) VALUES
            ('nothing', 'c1', -2, NULL, 'new', '2026-01-06'), ('empty', 'c1', -2, '', 'new', '2026-01-06'),
            ('both', 'zz', 0, 'x', 'odd', '2026-01-06'), ('undated', 'c2', 1, 'x', 'new', '0000-00-00')""",
    )


def rows(agent, table, *columns):
    return rows_of(read_with_deltalake(str(agent.lake / table)), columns)


def quarantine(agent, *columns):
    return {row[0]: row[1:] for row in rows(agent, "quarantine/orders", "ref", *columns)}


def terminal(agent, width, *arguments):
    """What a command prints on a terminal of that width."""
    control, terminal_end = pty.openpty()
    import fcntl, struct, termios
    fcntl.ioctl(terminal_end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    process = agent.start(*arguments, stdout=terminal_end)
    os.close(terminal_end)
    text = b""
    while True:
        try:
            part = os.read(control, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    process.wait()
    os.close(control)
    return text.decode().replace("\r\n", "\n")


def cells(text):
    """Display width, near enough for what is printed here: wide East Asian characters and emoji count two."""
    return sum(2 if ord(c) > 0x2E7F and not 0x2500 <= ord(c) <= 0x259F else 1 for c in text)


class Page(html.parser.HTMLParser):
    """The cells of a page's rows; complains about tags that do not match."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.problems, self.text = [], [], [], ""
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in ("html head meta title style body header section footer div h1 h2 p dl dt dd br table thead tbody tr th td "
                       "b i small span code svg rect").split():
            self.problems.append(f"<{tag}>")
        self.problems += [f"<{tag} {name}>" for name, _ in attributes if name.startswith("on") or name in ("href", "src", "style")]

    def handle_endtag(self, tag):
        if tag in ("div", "small", "b") and self.open[-2:-1] == ["td"] and self.rows[-1][-1]:
            self.rows[-1][-1] += "\n"
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}>")

    def handle_data(self, data):
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data
        else:
            self.text += data


def reports(checks, agent):
    lines = agent.run("quarantine", "report")["rules"]
    line = next(line for line in lines if line["rule"] == "qty_positive")
    checks.equal("what a rule came to", {k: line[k] for k in ("table", "severity", "evaluated", "failed", "percent", "change", "open")},
                 {"table": "orders", "severity": "error", "evaluated": 22, "failed": 11, "percent": 50, "change": None, "open": 11})
    checks.that("three sample keys with their ids", len(line["sample_keys"]) == len(line["sample_ids"]) == 3, str(line))
    checks.equal("an owner of a rule goes before that of its table", {l["rule"]: l["owner"] for l in lines if l["rule"] in ("qty_positive", "known_client")},
                 {"qty_positive": "sales-ops@example.com", "known_client": "master-data@example.com"})
    columns = ["table", "rule", "severity", "evaluated", "failed", "percent", "change", "trend", "open", "oldest open", "replayed", "waived",
               "discarded", "superseded", "blocked", "owner", "sample keys"]
    text = agent.text("quarantine", "report", "--format", "csv")
    table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    checks.equal("CSV: its columns", table[0], columns)
    checks.that("CSV: as many values in every line", {len(row) for row in table} == {len(columns)})
    checks.equal("CSV: the numbers of the document", [(row[1], int(row[3]), int(row[8])) for row in table[1:]],
                 [(line["rule"], line["evaluated"], line["open"]) for line in lines])
    checks.that("CSV: nothing begins a formula", not any(re.match(r"[=@\t\r]|[+-](?![\d.]+$)", cell) for row in table for cell in row))
    agent.environment.update(TZ="Asia/Kathmandu")
    page = Page(agent.text("quarantine", "report", "--format", "html"))
    del agent.environment["TZ"]
    checks.equal("HTML: every tag is closed, none comes from the data", page.problems, [])
    row = next(row for row in page.rows if row[1].startswith("qty_positive\n"))
    checks.equal("HTML: what a rule came to", row[:7], ["orders", "qty_positive\nnot true: qty > 0\nowner sales-ops@example.com\n", "11", "22", "50.00\u00a0%",
                 "", "one run\n"])
    checks.equal("HTML: keys are shown as they are", row[-1], "".join(
        f"{key} {id[:8]}\n".replace("\n", "\\n", key.count("\n")) for key, id in zip(line["sample_keys"], line["sample_ids"])))
    checks.equal("HTML: findings first, rules that found nothing in a sentence", [row[1].split("\n")[0] for row in page.rows[1:]],
                 [line["rule"] for line in lines if line["failed"] or line["open"]])
    checks.that("HTML: lake, run, local time and how to read it", all(part in page.text for part in (
        str(agent.lake), line["run_id"], " UTC+05:45", "3 rules found nothing: 2 of client, 1 of orders.", "How to read this")), page.text)
    lines_of_markdown = [line for line in agent.text("quarantine", "report", "--format", "md").splitlines() if line.startswith("|")]
    bare = {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines_of_markdown}
    checks.equal("Markdown: as many bars in every line", bare, {len(columns) + 1})
    checks.that("Markdown: no tag", not any(re.search(r"(?<!\\)<", line) for line in lines_of_markdown))


def terminals(checks, agent):
    for width in (80, 140):
        text = terminal(agent, width, "quarantine", "report")
        body = text.splitlines()
        checks.that(f"a terminal of {width} columns is not overrun", all(cells(line) <= width for line in body),
                    next((line for line in body if cells(line) > width), ""))
        checks.that(f"an id is whole, so that show takes it ({width})", not re.search(r"\([0-9a-f]*…", text), text)
        checks.that(f"rules without findings are one line ({width})", "3 rules found nothing: 2 of client, 1 of orders.\n" in text
                    and "name_present" not in text, text)
        checks.that(f"and shows rule, failed and open ({width})", all(word in body[0] for word in ("rule", "failed", "open")), body[0])
    checks.that("what is left out is named", "--format csv" in terminal(agent, 80, "quarantine", "report"))
    checks.that("no colours where there is no terminal", "\x1b" not in agent.text("quarantine", "report"))
    for by, column in (("rule", "rule"), ("table", "table"), ("owner", "owner"), ("day", "day")):
        text = agent.text("quarantine", "report", "--by", by)
        checks.that(f"by {by}", column in text.splitlines()[0].split(), text)
    line = agent.run("quarantine", "report", "--by", "table")["rules"][0]
    checks.equal("by table rows are counted, not answers of rules", (line["table"], line["evaluated"], line["failed"], line["percent"]),
                 ("orders", 22, 12, 54.5455))
    owners = {line["rule"]: line["open"] for line in agent.run("quarantine", "report", "--by", "owner")["rules"]}
    checks.equal("open rows by owner, each row once", owners, {"sales-ops@example.com": 12, "master-data@example.com": 1})
    owners = {line["rule"]: (line["evaluated"], line["failed"]) for line in agent.run("quarantine", "report", "--by", "owner")["rules"]}
    checks.equal("and rows set aside in the run, of those read", (owners["sales-ops@example.com"], owners["master-data@example.com"]), ((22, 12), (24, 1)))
    checks.equal("since a day to come there is nothing", agent.text("quarantine", "report", "--since", "2999-01-01"), "No rule has run since then.\n")
    checks.that("since a week there is all", len(agent.run("quarantine", "report", "--since", "7d")["rules"]) > 5)


def shown(checks, agent):
    ids = {ref: row[0] for ref, row in quarantine(agent, "quarantine_id").items()}
    for ref in AWKWARD:
        document = agent.run("quarantine", "show", ids[ref][:12])
        values = document["values"]
        checks.that(f"shown: {ref!r}", values["ref"] == ref and values["note"] == ref and document["status"] == "open", str(document))
    both = agent.run("quarantine", "show", ids["both"])
    checks.equal("every rule a row breaks, with what was seen", [(r["rule"], r["column"], r["observed"]) for r in both["reasons"]],
                 [("qty_positive", "qty", "0"), ("status_known", "status", "ODD"), ("known_client", "code", "zz")])
    checks.equal("and what bronze had", both["raw"], {"status": "odd"})
    text = agent.text("quarantine", "show", ids["two\nlines"])
    checks.that("a line stays a line", "two\\nlines" in text and "two\nlines" not in text, text)
    undated = agent.run("quarantine", "show", ids["undated"])
    checks.equal("a zero date is told as the source has it", [(r["rule"], r["observed"]) for r in undated["reasons"]], [("null_date", "0000-00-00")])


def exported(agent, *arguments):
    agent.text("quarantine", "export", *arguments, "--out", "fix.csv")
    with open(agent.folder / "fix.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def save(agent, lines, name="fix.csv", **form):
    with open(agent.folder / name, "w", newline="", encoding=form.pop("encoding", "utf-8")) as file:
        writer = csv.DictWriter(file, lines[0].keys(), **form)
        writer.writeheader()
        writer.writerows(lines)


def corrections(checks, agent):
    lines = exported(agent, "--rule", "qty_positive")
    checks.equal("an export has the rows of a rule", len(lines), 11)
    checks.that("its first columns say which and why", list(lines[0])[:4] == ["quarantine_id", "rules", "reasons", "ref"], str(list(lines[0])))
    guarded = {line["ref"] for line in lines}
    checks.that("a text that begins as a formula has an apostrophe before it", "'=1+1" in guarded and "'@cmd" in guarded, str(guarded))
    raw = (agent.folder / "fix.csv").read_text(encoding="utf-8")
    checks.that("NULL is an empty cell, the empty text a pair of quotes", ",nothing,c1,-2,,NEW," in raw and ',empty,c1,-2,"",NEW,' in raw, raw)
    checks.equal("on stdout it is the same, as a document with --json", (agent.text("quarantine", "export", "--rule", "qty_positive"),
                 agent.run("quarantine", "export", "--rule", "qty_positive")), (raw, {"table": "orders", "rows": 11, "csv": raw}))
    before = sorted(rows(agent, "silver/orders", "ref", "qty", "note"))
    unchanged = agent.run("quarantine", "replay", "--from", "fix.csv", "--dry-run")["tables"][0]
    checks.equal("a file nobody changed changes nothing", (unchanged["judged"], unchanged["passed"]), (11, 0))
    for line in lines:
        line["qty"] = "5" if line["ref"] != "both" else "0"
        if line["ref"] == "it's":
            line["note"] = 'said "no",\nthen → ja'
    save(agent, lines)
    dry = agent.run("quarantine", "replay", "--from", "fix.csv", "--dry-run")["tables"][0]
    checks.equal("a dry run says what would pass", (dry["judged"], dry["passed"], dry["still_open"]), (11, 10, 1))
    checks.equal("and writes nothing", sorted(rows(agent, "silver/orders", "ref", "qty", "note")), before)
    agent.environment.update(SUDO_USER="", LOGNAME="ana", USER="root")
    began = utc_now()
    agent.run("quarantine", "replay", "--from", "fix.csv", "--note", "counted again, 漢字")
    silver = {row[0]: row[1:] for row in rows(agent, "silver/orders", "ref", "qty", "note")}
    wanted = {ref: (5, ref) for ref in AWKWARD} | {"it's": (5, 'said "no",\nthen → ja'), "nothing": (5, None), "empty": (5, "")}
    checks.equal("corrected rows are in silver, every other value as it was", {ref: silver.get(ref) for ref in wanted}, wanted)
    wide = {row[0] for row in rows(agent, "gold/wide", "ref")}
    checks.that("and in gold", set(wanted) <= wide)
    states = quarantine(agent, "status", "decided_by", "note", "decided_at")
    decided = {ref: states[ref][:3] for ref in wanted}
    checks.equal("who and why are kept", set(decided.values()), {("replayed", "ana", "counted again, 漢字")})
    checks.that("and when", all(began <= states[ref][3] <= utc_now() for ref in wanted), str(states["it's"]))
    checks.equal("what still fails stays open, nobody has decided", states["both"][:3], ("open", None, None))
    again = agent.run("quarantine", "replay", "--from", "fix.csv")["tables"][0]
    checks.equal("once more: only what is open is judged", (again["judged"], again["passed"]), (1, 0))
    again = agent.text("quarantine", "replay", "--from", "fix.csv", "--dry-run")
    checks.that("and the others are counted", "fix.csv: 10 of 11 rows were decided before and stay so: 10 replayed\n" in again, again)
    checks.that("the receipts balance", agent.run("reconcile")["balanced"])


def spreadsheets(checks, agent):
    lines = exported(agent, "--rule", "status_known")
    lines[0].update(qty="3", status="done", code="c2")
    save(agent, [{k: lines[0][k] for k in ("code", "status", "qty", "quarantine_id")}], delimiter=";", encoding="utf-8-sig")
    dry = agent.run("quarantine", "replay", "--from", "fix.csv", "--dry-run")["tables"][0]
    checks.equal("semicolons, a byte order mark, fewer columns in another order", (dry["judged"], dry["passed"]), (1, 1))
    save(agent, [lines[0] | {"status": "dönë"}], name="latin.csv", encoding="latin-1")
    refused(checks, agent, "UTF-8", "quarantine", "replay", "--from", "latin.csv")
    bad = [lines[0] | {"qty": "many", "ordered": "05/01/2026"}, {"quarantine_id": "f" * 32, "qty": "1"}]
    save(agent, bad, name="many.csv")
    error = agent.run("quarantine", "replay", "--from", "many.csv", expect=(2,))["error"]["message"].splitlines()
    checks.equal("bad cells and strange rows are told at once, with line and wanted form", error,
                 ["3 problems; nothing was changed", 'line 2, column qty: "many" cannot be its value; wanted: a whole number from -2147483648 to 2147483647',
                  'line 2, column ordered: "05/01/2026" cannot be its value; wanted: YYYY-MM-DD',
                  f"line 3, there is no quarantined row {'f' * 32} in orders"])
    text = "\r\n".join(["quarantine_id;my remark;ordered;updated_at;qty", ";;;;", f"{lines[0]['quarantine_id']};ask Bo;06.01.2026 00:00:00;"
                        f"{lines[0]['updated_at'][:16].replace('T', ' ')}; 3,0 "]) + "\r\n"
    (agent.folder / "sheet.csv").write_text(text, encoding="utf-16")
    dry = agent.run("quarantine", "replay", "--from", "sheet.csv", "--dry-run")
    checks.equal("what a spreadsheet writes is read by the columns' types", dry["file"]["corrected"], {"qty": 1})
    checks.equal("what is not taken is told", dry["file"]["notes"], ['The column "my remark" is none of orders and is ignored.',
                 "1 blank line is ignored.", "1 cell of updated_at lost digits in the spreadsheet; the full values stay."])
    text = agent.text("quarantine", "replay", "--from", "sheet.csv", "--dry-run")
    checks.that("in the text too", "sheet.csv: 1 blank line is ignored.\n" in text and "corrected: qty in 1 row\n" in text, text)
    save(agent, [lines[0] | {"quarantine_id": "f" * 32}], name="strange.csv")
    refused(checks, agent, "f" * 32, "quarantine", "replay", "--from", "strange.csv")
    (agent.folder / "other.csv").write_text("name,qty\nx,1\n")
    refused(checks, agent, "quarantine_id", "quarantine", "replay", "--from", "other.csv")
    refused(checks, agent, "none.csv", "quarantine", "replay", "--from", "none.csv")


def stale(checks, server, agent):
    """A bad version of a row between two good ones: replaying it must not bring it back."""
    server.execute("UPDATE desk.orders SET qty = -7, note = 'slip' WHERE ref = 'good1'")
    agent.run("run")
    lines = [line for line in exported(agent, "--rule", "qty_positive") if line["ref"] == "good1"]
    checks.equal("a bad version of a good row is set aside, silver keeps the good one",
                 (len(lines), dict((r, q) for r, q in rows(agent, "silver/orders", "ref", "qty"))["good1"]), (1, 1))
    lines[0]["qty"] = "77"
    save(agent, lines)
    server.execute("UPDATE desk.orders SET qty = 8, note = 'newer' WHERE ref = 'good1'")
    agent.run("run")
    checks.equal("a later good version supersedes it", quarantine(agent, "status")["good1"], ("superseded",))
    judged = agent.run("quarantine", "replay", "--from", "fix.csv")["tables"]
    silver = {r: (q, n) for r, q, n in rows(agent, "silver/orders", "ref", "qty", "note")}
    checks.equal("an old file brings nothing back", (sum(t["passed"] for t in judged), silver["good1"]), (0, (8, "newer")))
    server.execute("UPDATE desk.orders SET qty = -9, note = 'again' WHERE ref = 'good2'")
    agent.run("run")
    lines = [line for line in exported(agent, "--rule", "qty_positive") if line["ref"] == "good2"]
    lines[0]["qty"] = "9"
    save(agent, lines)
    agent.run("quarantine", "replay", "--from", "fix.csv")
    silver = {r: (q, n) for r, q, n in rows(agent, "silver/orders", "ref", "qty", "note")}
    checks.equal("a correction of the newest version goes over the older good one", silver["good2"], (9, "again"))
    checks.that("the receipts balance", agent.run("reconcile")["balanced"], str(agent.run("reconcile")))


def decisions(checks, server, agent):
    server.execute("""INSERT INTO desk.orders (ref, code, qty, note, status, ordered) VALUES ('w1', 'c1', -1, 'x', 'new', '2026-02-01'),
        ('w2', 'c1', -1, 'x', 'new', '2026-02-01'), ('w3', 'c1', -1, 'x', 'new', '2026-02-01')""")
    agent.run("run")
    ids = {ref: row[0] for ref, row in quarantine(agent, "quarantine_id").items()}
    agent.environment.update(SUDO_USER="bo")
    done = agent.run("quarantine", "waive", "--id", ids["w1"][:10], "--id", ids["w2"], "--reason", "returns", "--until", "30d")
    checks.equal("two rows waived", done["tables"], [{"table": "orders", "waived": 2}])
    states = quarantine(agent, "status", "decided_by", "note")
    checks.equal("who, behind sudo, and why", [states[r] for r in ("w1", "w2", "w3")],
                 [("waived", "bo", "returns")] * 2 + [("open", None, None)])
    line = next(l for l in agent.run("quarantine", "report")["rules"] if l["rule"] == "qty_positive")
    checks.equal("waived rows are not open", (line["open"], line["waived"]), (2, 2))
    judged = agent.run("quarantine", "replay", "--rule", "qty_positive", "--dry-run")["tables"][0]
    checks.equal("a replay of the rule leaves them", judged["judged"], 2)
    agent.run("quarantine", "replay", "--id", ids["w1"], "--note", "let through")
    checks.that("by its id a waived row goes to silver as it is", ("w1", -1) in rows(agent, "silver/orders", "ref", "qty"))
    agent.run("quarantine", "waive", "--id", ids["w3"], "--reason", "for a moment", "--until", "1s")
    end = time.monotonic() + 20
    while time.monotonic() < end:
        line = next(l for l in agent.run("quarantine", "report")["rules"] if l["rule"] == "qty_positive")
        if line["open"] == 2:
            break
    checks.equal("a waiver that has ended is open again", (line["open"], line["waived"]), (2, 1))
    done = agent.run("quarantine", "discard", "--id", ids["w2"], "--reason", "test data")
    checks.equal("a waived row may be discarded", (done["tables"], quarantine(agent, "status")["w2"]), ([{"table": "orders", "discarded": 1}], ("discarded",)))
    done = agent.run("quarantine", "discard", "--id", ids["w2"], "--reason", "test data")
    checks.equal("but once", done["tables"], [{"table": "orders", "discarded": 0}])
    reopened(checks, server, agent, ids)
    checks.that("the receipts balance", agent.run("reconcile")["balanced"], str(agent.run("reconcile")))


def reopened(checks, server, agent, ids):
    """Discards undone, by id and by key, unless a later version came or silver has the row."""
    by_key = ("quarantine", "reopen", "--table", "orders", "--key")
    done = agent.run(*by_key, "w2 ", "--reason", "real after all")
    checks.equal("a discard undone by key, spaces at its end as the column compares them",
                 (done["tables"], quarantine(agent, "status", "note")["w2"]), ([{"table": "orders", "reopened": 1}], ("open", "real after all")))
    shown = agent.run("quarantine", "show", ids["w2"])["decisions"]
    checks.equal("every decision is kept", [(d["what"], d["by"], d["note"]) for d in shown],
                 [("waive", "bo", "returns"), ("discard", "bo", "test data"), ("reopen", "bo", "real after all")])
    checks.that("and shown", "discard by bo: test data\n" in agent.text("quarantine", "show", ids["w2"]))
    passed = agent.run("quarantine", "show", ids["w1"])
    checks.equal("a row that a waiver let pass says so and keeps the reason", (passed["let_pass"], [d["note"] for d in passed["decisions"]]),
                 ("qty_positive", ["returns", "let through"]))
    refused(checks, agent, "is in silver", "quarantine", "reopen", "--id", ids["w1"], "--reason", "x")
    refused(checks, agent, "no quarantined row of this key", *by_key, "W2", "--reason", "x")
    refused(checks, agent, "--table", "quarantine", "reopen", "--key", "w2", "--reason", "x")
    refused(checks, agent, "needs a reason", *by_key, "w2")
    agent.run("quarantine", "discard", "--table", "orders", "--key", "ref=w2", "--reason", "test data")
    server.execute("UPDATE desk.orders SET qty = -3 WHERE ref = 'w2'")
    agent.run("run")
    refused(checks, agent, "a later version of its key came", "quarantine", "reopen", "--id", ids["w2"], "--reason", "x")
    checks.equal("one row of the key is open", sorted(s for r, s in rows(agent, "quarantine/orders", "ref", "status") if r == "w2"), ["discarded", "open"])


def refused(checks, agent, word, *arguments):
    """The command ends with 2, and its error or hint holds `word`."""
    document = agent.run(*arguments, expect=(2,))
    error = document.get("error", {})
    text = " ".join(str(error.get(k)) for k in ("subject", "message", "hint"))
    checks.that(f"refused: {' '.join(arguments)}", word in text, text)


def wrong_use(checks, server, agent):
    some = next(iter(quarantine(agent, "quarantine_id").values()))[0]
    for word, *arguments in (
        ("quarantine export", "quarantine", "show", "zzzz"),
        ("<ID> is missing", "quarantine", "show"), ("Configured: client, orders", "quarantine", "report", "--table", "order"),
        ("7d", "quarantine", "report", "--since", "yesterday"), ("rule, table, owner, day", "quarantine", "report", "--by", "week"),
        ("csv", "quarantine", "report", "--format", "cvs"), ("no table has a rule", "quarantine", "replay", "--rule", "qty_postive"),
        ("--rule", "quarantine", "replay", "--rule", "qty_positive", "--id", some),
        ("does not say which rows", "quarantine", "waive", "--reason", "x"), ("needs a reason", "quarantine", "discard", "--id", some),
        ("lies in the past", "quarantine", "waive", "--id", some, "--reason", "x", "--until", "2020-01-01"),
        ("report, show, export", "quarantine"), ("Did you mean", "quarantine", "repot"),
        ("client", "scd", "explain", "--dimension", "clint", "--key", "c1"), ("is missing", "scd", "explain", "--dimension", "client"),
        ("c99", "scd", "explain", "--dimension", "client", "--key", "c99"), ("later version", "transform", "--engine", "spark"),
    ):
        refused(checks, agent, word, *arguments)
    conf = agent.folder / "agent.conf"
    text = conf.read_text()
    server.execute("INSERT INTO desk.orders (ref, code, qty, note, status, ordered) VALUES ('last', 'c1', 1, 'x', 'new', '2026-03-01')")
    agent.run("extract")
    for word, changed in (
        ("marts belongs to a later version", text + "  marts:\n    daily: {}\n"),
        ("object stores (s3://…) belong to a later version", text.replace("lake: ./lake", "lake: s3://bucket/lake")),
        ("object stores (abfss://…) belong to a later version", text.replace("lake: ./lake", "lake: abfss://l@a.dfs.core.windows.net/x")),
        ("qyt", text.replace('"qty > 0"', '"qyt > 0"')),
    ):
        (agent.folder / "other.conf").write_text(changed)
        said = json.dumps(agent.run("transform", "--config", "other.conf", expect=(2,)), ensure_ascii=False)
        checks.that(f"refused: {word}", word in said, said)


def rules(checks, agent):
    conf = agent.folder / "agent.conf"
    (agent.folder / "other.conf").write_text(conf.read_text().replace('"qty > 0"', '"qyt > 0"'))
    found = agent.run("rules", "lint", "--config", "other.conf", expect=(2,))["findings"]
    checks.that("lint names the nearest column", "qty" in found[0]["message"] + str(found[0]["hint"]), str(found))
    checks.equal("of the rule that cannot run", [(f["table"], f["rule"], f["weight"]) for f in found], [("orders", "qty_positive", "error")])
    checks.equal("lint of the rules as they are", agent.text("rules", "lint"), "No problem found.\n")
    suggested = agent.run("rules", "suggest")["suggestions"]
    checks.that("a CHECK of the source is suggested", any(s["rule"] == "small" and "qty" in s["yaml"] for s in suggested), str(suggested))
    pasted = "".join(f"        {s['yaml']}\n" for s in suggested if s["table"] == "orders")
    (agent.folder / "other.conf").write_text(conf.read_text().replace("  one_big_tables:", pasted + "  one_big_tables:"))
    checks.equal("suggestions can be pasted as they are", agent.run("rules", "lint", "--config", "other.conf")["findings"], [])
    checks.that("without the source too", "suggestions" in agent.run("rules", "suggest", "--offline"))


def explained(checks, server, agent):
    server.execute("UPDATE desk.client SET segment = 'wholesale' WHERE code = 'c1'")
    agent.run("run")
    found = agent.run("scd", "explain", "--dimension", "client", "--key", "c1")
    checks.equal("two events, two versions", (len(found["events"]), [(v["values"]["segment"], v["valid_to"] is None) for v in found["versions"]]),
                 (2, [("retail", False), ("wholesale", True)]))
    text = agent.text("scd", "explain", "--dimension", "client", "--key", "code=c1")
    checks.that("the text tells the difference", "segment: 'retail' → 'wholesale'" in text and "current" in text, text)


def proposed(checks, server):
    """What `init` writes runs as it is, whatever the order and the circles of the tables."""
    server.execute(
        "CREATE DATABASE shops",
        f"CREATE TABLE shops.customers (id INT PRIMARY KEY, area_code VARCHAR(5), joined DATE, vip TINYINT(1) NOT NULL, `full name` VARCHAR(40) NOT NULL, {TOUCHED}, "
        "KEY (area_code))",
        f"CREATE TABLE shops.areas (area_code VARCHAR(5) PRIMARY KEY, zone ENUM('N','S') NOT NULL, head INT, {TOUCHED})",
        f"""CREATE TABLE shops.receipts (id BIGINT PRIMARY KEY, customer_id INT, area_code CHAR(5), bought DATETIME, total DECIMAL(10,2),
            kind ENUM('a','b'), CONSTRAINT positive CHECK (total > 0 AND kind IN ('a', 'b')), {TOUCHED})""",
        "ALTER TABLE shops.customers ADD FOREIGN KEY (area_code) REFERENCES shops.areas (area_code)",
        "INSERT INTO shops.areas (area_code, zone, head) VALUES ('a1', 'N', 1), ('a2', 'S', 2)",
        "INSERT INTO shops.customers (id, area_code, joined, vip, `full name`) VALUES (1, 'a1', '2020-01-01', 0, 'Ana'), (2, 'a2', NULL, 1, 'Bo')",
        """INSERT INTO shops.receipts (id, customer_id, area_code, bought, total, kind) VALUES (1, 1, 'a1', '2026-01-01 10:00:00', 5, 'a'),
            (2, 2, 'a2', '2026-01-02 10:00:00', 6, 'b'), (3, 2, 'a1', '2026-01-02 11:00:00', 7, 'a'), (4, 1, 'a1', NULL, 8, 'b')""")
    server.run_text("GRANT SELECT ON shops.* TO 'sluice'@'localhost';")
    agent = Agent(server, "shops")
    (agent.folder / "agent.conf").unlink()
    agent.run("init", "--schema", "shops", "--port", str(server.port))
    checks.equal("init: no rule has a problem before the first run or after it", agent.run("run")["exit_code"], 0)
    checks.equal("init: lint", agent.run("rules", "lint")["findings"], [])
    wide = sorted(rows(agent, "gold/receipts_wide", "id", "customers_full_name", "areas_zone"))
    checks.equal("init: receipts are the fact, joined with what they refer to by names", wide, [(1, "Ana", "N"), (2, "Bo", "S"), (3, "Bo", "N"), (4, "Ana", "N")])
    checks.equal("init: a missing date sets nothing aside", sum(rule["open"] for rule in agent.run("quarantine", "report")["rules"]), 0)
    text = (agent.folder / "agent.conf").read_text()
    checks.that("init: the CHECK is a rule", re.search(r"^ +- \{id: positive, check: ", text, re.M), text)
    checks.equal("init: a file that is there is not replaced", agent.run("init", "--schema", "shops", expect=(2,))["error"]["subject"], "./agent.conf")
    agent.remove()


def helps(checks, agent):
    general = agent.text("--help")
    commands = re.findall(r"^  ((?:[a-z]+ )?[a-z]+)  +\S", general.split("commands:")[1].split("options of")[0], re.M)
    checks.that("help lists the commands", len(commands) > 20, str(commands))
    for command in commands:
        text = agent.text(*command.split(), "--help")
        checks.that(f"help of {command}", text.startswith(f"usage: sluice {command}") and "examples:\n  " in text
                    and all(len(line) <= 100 for line in text.splitlines()), text)


def main():
    checks = Checks("a steward's day")
    with Server() as server:
        server.execute("CREATE DATABASE desk CHARACTER SET utf8mb4", *tables())
        server.grant(SCHEMA)
        agent = Agent(server, SCHEMA, PIPELINE)
        refused(checks, agent, "report", "quarantine", "export")
        checks.equal("before the first run", agent.text("quarantine", "report"), "No rule has run yet.\n")
        agent.run("run")
        for step in (reports, terminals, shown, corrections, spreadsheets):
            step(checks, agent)
        stale(checks, server, agent)
        decisions(checks, server, agent)
        explained(checks, server, agent)
        rules(checks, agent)
        wrong_use(checks, server, agent)
        helps(checks, agent)
        proposed(checks, server)
        agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
