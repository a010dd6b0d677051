"""One schema: what was proposed and what became of it, beside what is expected and what the rows truly say."""

import dataclasses

import deltalake
import pyarrow

from harness import duckdb_with

from .database import quoted
from .mistakes import CHANGED, CREATED, NAMED, NO_FACT_DATE, NO_REFERENCE
from .proposal import bronze_name


@dataclasses.dataclass
class Outcome:
    """What the commands left: documents of `discover`, `reconcile` and `quarantine report`, and the lake."""
    agent: object
    discover: dict
    reconcile: dict
    report: dict

    def read(self, *path):
        return deltalake.DeltaTable(str(self.agent.lake.joinpath(*path))).to_pyarrow_table()

    def failed(self, entity, rule):
        return sum(line["failed"] for line in self.report["rules"] if (line["table"], line["rule"]) == (entity, rule))

    @property
    def set_aside(self):
        return sum(table["quarantined"] for table in self.reconcile["tables"])

    @property
    def rows(self):
        return sum(table["silver"] for table in self.reconcile["tables"]) + self.set_aside


class Verdict:
    def __init__(self, schema, database, proposal, outcome, mistakes):
        self.schema, self.database, self.proposal, self.outcome = schema, database, proposal, outcome
        self.wrong = []
        self._mistakes = mistakes

    def look(self, mistake, is_made, place):
        self._mistakes.look(mistake, is_made, f"{self.schema.name}: {place}")

    def say(self, what):
        self.wrong.append(what)

    def all(self):
        self.kinds()
        self.dates()
        self.references()
        self.members()
        self.sequences()
        self.quarantine()
        self.gold()
        self.secrets()

    # Kinds and dates

    def kinds(self):
        for table in self.database.tables() ^ set(self.schema.kinds):
            self.say(f"{table} is not in the corpus's list, or the list has too much")
        self.kinds_right = 0
        for table, expected in self.schema.kinds.items():
            kind = self.proposal.kind(table)
            self.kinds_right += kind in expected
            if kind not in expected:
                self.say(f"{table} is {kind} instead of {' or '.join(expected)}")
            created = [c for c in self.database.columns(table) if CREATED.search(c)]
            if expected == ["dimension"] and created:
                self.look("master data with created_at as facts", kind == "fact", f"{table} ({created[0]})")
            if expected == ["bridge"]:
                self.look("bridges as facts", kind == "fact", table)
            if expected == ["excluded"]:
                self.look("logs, sessions and caches", kind in ("fact", "dimension"), f"{table} is {kind}")
        headers = {date.rpartition(".")[0] for dates in self.schema.dates.values() for date in dates if "." in date}
        for header in headers:
            kind = self.proposal.kind(header)
            self.look("headers lost as facts", kind != "fact", f"{header} is {kind}")

    def dates(self):
        for table, entity in self.proposal.entities.items():
            if entity.kind != "fact":
                continue
            date = self.proposal.date(table)
            expected = [bronze_name(date) for date in self.schema.dates.get(table, [])]
            if expected and date not in expected:
                self.say(f"the date of {table} is {date} instead of {' or '.join(expected)}")
            if date == "-":
                continue
            is_no_date = bool(NO_FACT_DATE.search(date))
            self.look("a date of birth, expiry, login or change as a fact's date", is_no_date, f"{table}.{date}")
            if "." not in date:
                self.own_date(table, entity, date)
        for table, dates in self.schema.dates.items():
            kinds = {date: self.database.columns(table).get(date, ("",))[0] for date in dates}
            if any("int" in kind for kind in kinds.values()) and "fact" in self.schema.kinds[table]:
                self.unix_date(table, kinds)

    def own_date(self, table, entity, date):
        column = next((c for c in self.database.columns(table) if bronze_name(c) == date), None)
        if column is None:
            return
        if self.database.columns(table)[column][0] in ("date", "datetime", "timestamp"):
            none = self.database.without_time(table, quoted(column))
            # a fact with a `where` may leave them out
            is_made = none > 0 and "where" not in entity.settings
            self.look("zero dates", is_made, f"{none} rows of {table} have no {column}")
            days = self.database.number(f"SELECT COUNT(DISTINCT DATE({quoted(column)})) FROM {quoted(table)}")
        else:
            days = self.database.number(f"SELECT COUNT(DISTINCT {quoted(column)} DIV 86400) FROM {quoted(table)}")
        partition = entity.settings.get("partition", "day")
        is_fine = partition == "year" or self.database.rows(table) / max(days, 1) >= 100
        self.look("partitions by day for few rows", not is_fine, f"{table} by {partition}")
        for name, wide in self.proposal.wide_tables(entity.name):
            self.look("partitions by day for few rows", not is_fine or wide.get("partition", "day") != partition,
                      f"{name} by {wide.get('partition', 'day')}")

    def unix_date(self, table, kinds):
        entity = self.proposal.entities.get(table)
        date = entity.settings.get("date") if entity else None
        if "-" in kinds and entity and not date:
            return
        is_made = date not in kinds
        if not is_made:
            field = self.outcome.read("silver", entity.name).schema.field(date)
            is_made = not pyarrow.types.is_timestamp(field.type)
        self.look("Unix seconds unseen", is_made, f"{table}.{'|'.join(kinds)}")

    # References

    def references(self):
        declared, proposed = self.database.declared(), {}
        for rule in self.proposal.references():
            columns = self.source_names(rule)
            proposed[(rule.entity.table, tuple(columns), rule.parent.table)] = rule
            self.reference(rule, columns, declared)
        for expected in self.schema.references:
            rule = proposed.get((expected.table, (expected.column,), expected.parent))
            if rule is None and expected.how != "optional":
                self.say(f"{expected} is not proposed ({expected.how})")
            if rule and self.proposal.kind(expected.table) == "fact":
                self.joined(expected, rule)
        for forbidden, mistake in self.schema.never:
            is_made = any((table, parent) == (forbidden.table, forbidden.parent) and forbidden.column in columns
                          for table, columns, parent in proposed)
            self.look(mistake, is_made, str(forbidden))

    def source_names(self, rule):
        """The rule's columns by the source's names: of the child, of the parent."""
        def original(table, name):
            return next((c for c in self.database.columns(table) if bronze_name(c) == name), name)
        return {original(rule.entity.table, child): original(rule.parent.table, parent)
                for child, parent in rule.columns.items()}

    def reference(self, rule, columns, declared):
        table, parent = rule.entity.table, rule.parent.table
        is_declared = any((table, column, parent) in declared for column in columns)
        wanted = "error" if is_declared else "warn"
        if rule.severity != wanted:
            self.say(f"{rule} is {rule.severity} instead of {wanted}")
        self.look("empty parent", self.database.rows(parent) == 0, str(rule))
        failed = self.outcome.failed(rule.entity.name, rule.rule["id"])
        true = self.database.orphans(table, parent, columns, empty=False)
        none = self.database.orphans(table, parent, columns, empty=True)
        if not is_declared:
            for column in columns:
                self.look("a column of no reference", column.lower() in NO_REFERENCE, str(rule))
            if failed > true:
                self.say(f"{rule} finds {failed} rows, where {true} name an unknown one")
        if none:
            kind = self.database.columns(table)[next(iter(columns))][0]
            mistake = "'' as none" if kind in ("char", "varchar") else "zero as none"
            self.look(mistake, failed > true, f"{rule}: {failed} for {true}")

    def joined(self, expected, rule):
        """What a fact refers to is shown in its One Big Table."""
        members = [member for _, wide in self.proposal.wide_tables(rule.entity.name)
                   for member in wide.get("join") or {}]
        is_worth_it = any(NAMED.search(column) for column in self.database.columns(expected.parent))
        if rule.parent.name not in members and is_worth_it:
            self.say(f"{expected} is not joined in a One Big Table")

    def members(self):
        """A reader of a One Big Table sees what a member is called, and of a header whom it belongs to."""
        for name, wide in self.proposal.wide.items():
            for member, join in (wide.get("join") or {}).items():
                entity = self.proposal.by_name[member]
                named = [bronze_name(column) for column in self.database.columns(entity.table) if NAMED.search(column)]
                if named and not set(named) & set(join["columns"]):
                    self.say(f"{name} shows of {entity.table} neither {' nor '.join(named)}: {join['columns']}")
                owner = next((bronze_name(r.column) for r in self.schema.references if r.table == entity.table), None)
                if entity.kind == "fact" and owner and owner not in join["columns"]:
                    self.say(f"{name} does not show {owner} of the header {entity.table}: {join['columns']}")

    # Order of events

    def sequences(self):
        for table, entity in self.proposal.entities.items():
            columns, sequence = self.database.columns(table), entity.settings.get("sequence")
            if not sequence and not any(CHANGED.search(column) for column in columns):
                continue
            nulls = 0
            if sequence:
                nulls = self.database.without_time(table, quoted(sequence) if sequence in columns else sequence)
            self.look("NULL times of change as a sequence", nulls > 0, f"{nulls} rows of {table} have no {sequence}")
        for line in self.outcome.discover["tables"]:
            table, watermark = line["table"], line["watermark"]
            if line["mode"] != "incremental":
                continue
            kind, extra = self.database.columns(table)[watermark]
            if "on update" not in extra.lower() and self.database.rows(table) < 10_000:
                self.say(f"{table} is read by {watermark}, which nothing keeps: a snapshot sees deletes too")
            future = 0
            if kind in ("datetime", "timestamp"):
                future = self.database.count(table, f"{quoted(watermark)} > UTC_TIMESTAMP() + INTERVAL 1 DAY")
            self.look("future watermark", future > 0, f"{table}.{watermark} has {future} rows of the future")

    # What became of it

    def quarantine(self):
        if self.outcome.set_aside > self.schema.set_aside:
            causes = [f"{line['table']}.{line['rule']} {line['failed']}" for line in self.outcome.report["rules"]
                      if line["severity"] != "warn" and line["failed"]]
            most = self.schema.set_aside
            self.say(f"{self.outcome.set_aside} rows are set aside, {most} at most: {', '.join(causes)}")
        if self.outcome.set_aside * 100 >= max(self.outcome.rows, 1):
            self.say(f"{self.outcome.set_aside} of {self.outcome.rows} rows are set aside: 1 % or more")
        for rule in self.proposal.references():
            parent_waits = self.waiting(rule.parent.name)
            if not parent_waits or not self.outcome.failed(rule.entity.name, rule.rule["id"]):
                continue
            reasons = self.outcome.read("quarantine", rule.entity.name).column("reasons").to_pylist()
            said = [reason for reason in reasons if f'"{rule.rule["id"]}"' in reason]
            is_made = not said or any("quarantine" not in reason for reason in said)
            self.look("rows behind a parent in quarantine without the cause", is_made, str(rule))

    def waiting(self, entity):
        return sum(table["quarantined"] for table in self.outcome.reconcile["tables"] if table["table"] == entity)

    def gold(self):
        self.filled = 0
        duckdb = duckdb_with("delta")
        for table in self.outcome.reconcile["tables"]:
            entity = self.proposal.by_name.get(table["table"])
            if not entity or entity.kind != "fact":
                continue
            if table["silver"] == 0:
                self.say(f"no row of {entity.table} is in silver")
            for column in self.carriage_returns(entity.table):
                is_made = column not in (entity.settings.get("clean") or {})
                self.look("carriage returns left", is_made, f"{entity.table}.{column}")
            for name, _ in self.proposal.wide_tables(entity.name):
                path = self.outcome.agent.lake / "gold" / name
                count = duckdb.execute(f"SELECT COUNT(*) FROM delta_scan('{path}')").fetchone()[0]
                self.filled += count > 0
                if count == 0 or count != table["silver"]:
                    self.say(f"{name} has {count} rows, its fact {table['silver']}")

    def carriage_returns(self, table):
        return [column for column, (kind, _) in self.database.columns(table).items() if kind in ("varchar", "char")
                and self.database.count(table, f"{quoted(column)} LIKE CONCAT('%', CHAR(13))")]

    def secrets(self):
        wide = {name: self.outcome.read("gold", name) for name in self.proposal.wide}
        gold_texts = {name: texts(table) for name, table in wide.items()}
        for table, column in self.schema.secrets:
            values = self.database.values(table, column)
            places = [f"gold/{name}.{place}" for name, found in gold_texts.items()
                      for place, has in found.items() if has & values]
            if self.proposal.kind(table) != "excluded":
                kept = self.outcome.read("bronze", self.schema.name, table).column(column)
                places += [f"bronze {kept.length() - kept.null_count} rows"] if kept.null_count < kept.length() else []
            self.look("secrets in gold", bool(places), f"{table}.{column} in {', '.join(places)}")
        for table, column in self.schema.persons:
            values, entity = self.database.values(table, column), self.proposal.entities.get(table)
            shown = [f"{name}.{place}" for name, found in gold_texts.items() for place, has in found.items()
                     if has & values or entity and place.lower() == f"{entity.name}_{bronze_name(column)}".lower()]
            if shown:
                self.say(f"{table}.{column} tells of persons and is in {', '.join(shown)}")
        for name, table in wide.items():
            for field in table.schema:
                if pyarrow.types.is_binary(field.type):
                    self.say(f"{name}.{field.name} is binary")


def texts(table):
    """Column → its distinct texts and bytes."""
    found = {}
    for field in table.schema:
        is_text = pyarrow.types.is_string(field.type) or pyarrow.types.is_binary(field.type)
        found[field.name] = set(table.column(field.name).unique().to_pylist()) if is_text else set()
    return found
