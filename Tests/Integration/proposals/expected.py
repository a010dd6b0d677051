"""What a schema of the corpus is and what is expected of its proposal, written so that a person reads it."""

import dataclasses
import re

KINDS = ("fact", "dimension", "bridge", "excluded", "left out")


@dataclasses.dataclass(frozen=True)
class Reference:
    """A column that refers to another table; `how` is declared (a foreign key), guessed (names and rows speak for it)
    or optional (right, but nobody would miss it)."""
    table: str
    column: str
    parent: str
    how: str = ""

    def __str__(self):
        return f"{self.table}.{self.column} -> {self.parent}"


class Schema:
    """A database of the corpus.

    `kinds`: a line a table: kind (several with | where engineers would differ), table, and for a fact its date: a
    column, or `header.column` where the header's date is to be joined, `-` for none. Fields are two blanks apart.
    `references`: what must be proposed: `table.column -> parent  declared|guessed|optional`; the first of a header is
    whom it belongs to.
    `never`: what must not be proposed, with the mistake that it would be.
    `secrets`: columns that reach neither gold nor bronze. `persons`: columns that do not reach gold.
    `set_aside`: how many rows the declared rules may set aside, for what the rows truly break."""

    def __init__(self, name, about, sql, kinds, references="", never="", secrets="", persons="", set_aside=0):
        self.name, self.about, self.sql, self.set_aside = name, about, sql, set_aside
        self.kinds, self.dates = {}, {}
        for fields in lines(kinds):
            kind, table = fields[0], fields[1]
            self.kinds[table] = kind.split("|")
            if not set(self.kinds[table]) <= set(KINDS):
                raise ValueError(f"{name}: {kind} is no kind")
            if len(fields) > 2:
                self.dates[table] = fields[2].split("|")
        self.references = [reference(fields[0], fields[1]) for fields in lines(references)]
        self.never = [(reference(fields[0]), fields[1]) for fields in lines(never)]
        self.secrets = [column(word) for word in secrets.split("\n") if word.strip()]
        self.persons = [column(word) for word in persons.split("\n") if word.strip()]
        named = {table for r in self.references for table in (r.table, r.parent)}
        named |= {table for table, _ in self.secrets + self.persons}
        if not named <= set(self.kinds):
            raise ValueError(f"{name}: no kind is expected of {named - set(self.kinds)}")


def lines(text):
    """The fields of each line, two blanks or more apart; empty lines are none."""
    return [re.split(r"\s{2,}", line.strip()) for line in text.split("\n") if line.strip()]


def column(text):
    """(table, column) of `table.column`."""
    table, _, name = text.strip().rpartition(".")
    return table, name


def reference(text, how=""):
    child, _, parent = text.partition(" -> ")
    return Reference(*column(child), parent.strip(), how)
