"""An agent.conf that `sluice init` wrote, as a reader that is not Sluice's understands it."""

import dataclasses
import fnmatch
import re


@dataclasses.dataclass
class Entity:
    """A dimension or fact, with the names that the configuration gives it."""
    kind: str
    name: str
    table: str
    settings: dict

    def rules(self):
        return self.settings.get("rules") or []


@dataclasses.dataclass
class ReferenceRule:
    entity: Entity
    rule: dict
    parent: Entity
    columns: dict

    @property
    def severity(self):
        return self.rule.get("severity", "error")

    def __str__(self):
        return f"{self.entity.table}.{','.join(self.columns)} -> {self.parent.table}"


class Proposal:
    def __init__(self, schema, text, document):
        self.text = text
        self.lines = text.count("\n")
        extract, transform = document.get("extract") or {}, document.get("transform") or {}
        self.excluded = extract.get("exclude") or []
        self.tables = extract.get("tables") or {}
        self.entities = {}
        for kind, section in (("dimension", "dimensions"), ("fact", "facts")):
            for name, settings in (transform.get(section) or {}).items():
                table = settings["from"].removeprefix(f"{schema}.")
                self.entities[table] = Entity(kind, name, table, settings)
        self.by_name = {entity.name: entity for entity in self.entities.values()}
        self.wide = transform.get("one_big_tables") or {}

    def kind(self, table):
        """As `Schema.kinds` has them; `unsaid` when the file does not speak of the table."""
        if table in self.entities:
            return self.entities[table].kind
        if any(fnmatch.fnmatchcase(table, pattern) for pattern in self.excluded):
            return "excluded"
        names = [re.escape(spelling) for spelling in (table, f'"{table}"', f"'{table}'")]
        said = re.search(rf"^\s*#\s+(?:{'|'.join(names)}): (.*)$", self.text, re.MULTILINE)
        if not said:
            return "unsaid"
        return "bridge" if said.group(1).startswith("bridge") else "left out"

    def references(self):
        """The rules that ask whether a member is known."""
        return [ReferenceRule(entity, rule, self.by_name[rule["references"]], rule["on"])
                for entity in self.entities.values() for rule in entity.rules() if "references" in rule]

    def wide_tables(self, fact):
        """(name, settings) of the One Big Tables of a fact, by its name."""
        return [(name, settings) for name, settings in self.wide.items() if settings["fact"] == fact]

    def date(self, table):
        """The date of a fact: a column; `header.column` where its One Big Table takes the header's; `-`."""
        entity = self.entities[table]
        if "date" in entity.settings:
            return entity.settings["date"]
        for _, wide in self.wide_tables(entity.name):
            for member in wide.get("join") or {}:
                if wide.get("date", "").startswith(f"{member}_"):
                    header = self.by_name[member]
                    return f"{header.table}.{wide['date'].removeprefix(f'{member}_')}"
        return "-"


def bronze_name(column):
    """A column's name in the lake: what Delta forbids is replaced."""
    return re.sub(r"[ ,;{}()\n\t=]", "_", column)
