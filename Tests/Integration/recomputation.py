"""What silver, quarantine and gold must hold, computed by DuckDB from bronze's files alone.

Written from the specification of the lake and of dimensions, not from the program. An entity is told in DuckDB's SQL:
its cleaned columns, which rows fail which rule, which columns are tracked."""

import dataclasses
import json
import pathlib

import duckdb


@dataclasses.dataclass
class Entity:
    """A dimension (`tracked` is set) or a fact (`date` is set)."""
    name: str
    source: str
    key: tuple
    clean: dict = dataclasses.field(default_factory=dict)
    # rule id → condition that is true for rows that fail; {members:NAME} is the set of keys of a dimension
    rules: dict = dataclasses.field(default_factory=dict)
    # those whose severity is warn: named in quarantine when another rule set the row aside
    warns: tuple = ()
    tracked: tuple = None
    date: str = None
    grain: str = "day"
    date_is_timestamp: bool = False
    # None: the time of extraction (tables that come as snapshots)
    sequence: str = "updated_at"

    @property
    def partition(self):
        if self.grain == "day" and not self.date_is_timestamp:
            return self.date
        return f"{self.date}_{self.grain}"


@dataclasses.dataclass
class Join:
    """A dimension's columns in a One Big Table: fact column → key column."""
    dimension: str
    on: dict
    columns: tuple
    as_of: bool = False


SYSTEM = ("_sluice_op", "_sluice_run_id", "_sluice_extracted_at", "_sluice_invalid", "ingest_date")


class Recomputation:
    """Bronze as it is now, and what follows from it. Tables `silver_<name>`, `quarantine_<name>`, `gold_<name>` are made."""

    def __init__(self, lake, schema, boundaries, snapshots=None):
        """`boundaries`: {source table: [last bronze version that each run of the transformation has seen]};
        `snapshots`: {source table: [versions whose snapshot a run has taken in]}, all where it is not given."""
        self.snapshots = snapshots or {}
        self.lake, self.schema, self.boundaries = pathlib.Path(lake), schema, boundaries
        self.db = duckdb.connect()
        self.db.execute("SET TimeZone = 'UTC'")
        self.columns = {}

    # Bronze

    def bronze(self, entity):
        """Table `bronze_<name>`: every row with its place of arrival, the run that saw it, cleaned columns, sequence, and
        the last run that may judge it: the one before a later version of its key came."""
        folder = self.lake / "bronze" / self.schema / entity.source
        files = []
        for log in sorted((folder / "_delta_log").glob("*.json")):
            actions = [json.loads(line) for line in log.read_text().splitlines()]
            adds = [action["add"]["path"] for action in actions if "add" in action]
            files += [(str(folder / path), int(log.stem), index) for index, path in enumerate(adds)]
        if entity.source in self.snapshots:
            files = [file for file in files if file[1] in self.snapshots[entity.source]]
        self.db.execute("CREATE OR REPLACE TEMP TABLE place (filename TEXT, version INT, file INT)")
        self.db.executemany("INSERT INTO place VALUES (?, ?, ?)", files)
        paths = [file[0] for file in files]
        names = [row[0] for row in self.db.execute(
            "DESCRIBE SELECT * FROM read_parquet($1, union_by_name = true, hive_partitioning = false)", [paths]).fetchall()]
        names = [name for name in names if name not in SYSTEM]
        self.columns[entity.name] = names + [name for name in entity.clean if name not in names]
        cleaned = ", ".join(f'{entity.clean[name]} AS "{name}"' if name in entity.clean else f'"{name}"'
                            for name in self.columns[entity.name])
        cases = " ".join(f"WHEN version <= {last} THEN {run}"
                         for run, last in enumerate(self.boundaries[entity.source]))
        own = f"coalesce({entity.sequence}::TIMESTAMP, CASE WHEN op = 'd' THEN extracted_at END)" if entity.sequence \
            else "extracted_at"
        key = ", ".join(f'"{name}"' for name in entity.key)
        self.db.execute(f"""CREATE OR REPLACE TABLE bronze_{entity.name} AS
            WITH raw AS (SELECT r.*, version, file, file_row_number AS place, _sluice_op AS op,
                                _sluice_extracted_at::TIMESTAMP AS extracted_at
                         FROM read_parquet($1, union_by_name = true, filename = true, file_row_number = true,
                                           hive_partitioning = false) r JOIN place USING (filename))
            SELECT *, greatest(run, coalesce(min(run) OVER (PARTITION BY {key} ORDER BY seq NULLS FIRST, arrival
                                                            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) - 1,
                                             {len(self.boundaries[entity.source]) - 1})) AS judged_until FROM (
                SELECT {cleaned}, version, file, place, op, extracted_at, CASE {cases} END AS run, {own} AS seq,
                       row_number() OVER (ORDER BY version, file, place) AS arrival FROM raw)""", [paths])

    def judge(self, entity):
        """Table `judged_<name>`: bronze with the ids of the rules that each row breaks."""
        self.bronze(entity)
        null_key = " OR ".join(f'"{name}" IS NULL' for name in entity.key)
        rules = {"null_key": null_key, "null_sequence": "seq IS NULL"}
        if entity.date:
            rules["null_date"] = f"op = 'u' AND {entity.date} IS NULL"
        rules.update({name: f"op = 'u' AND ({condition})" for name, condition in entity.rules.items()})
        def ids(names):
            return "concat_ws(',', " + ", ".join(f"CASE WHEN {rules[name]} THEN '{name}' END" for name in names) + ")"
        errors = [name for name in rules if name not in entity.warns]
        self.db.execute(f"CREATE OR REPLACE TABLE judged_{entity.name} AS SELECT *, "
                        f"CASE WHEN {ids(errors)} = '' THEN '' ELSE {ids(rules)} END AS broken FROM bronze_{entity.name} e")

    def stands_aside(self, entity):
        """Table `quarantine_<name>`: the rows set aside, and whether a later version of the key has come, of a fact a good
        or a bad one. A bad version of a dimension's member is history: only a good one of the same moment takes its place."""
        key = ", ".join(f'"{name}"' for name in entity.key)
        if entity.date:
            same = " AND ".join(f'o."{name}" = b."{name}"' for name in entity.key)
            self.db.execute(f"""CREATE OR REPLACE TABLE quarantine_{entity.name} AS
                SELECT b.*, CASE WHEN EXISTS (FROM judged_{entity.name} o WHERE {same} AND
                    (o.seq > b.seq OR (o.seq = b.seq OR o.seq IS NULL OR b.seq IS NULL) AND o.arrival > b.arrival))
                    THEN 'superseded' ELSE 'open' END AS expected_status
                FROM judged_{entity.name} b WHERE broken <> ''""")
            return
        is_history = entity.sequence
        moment = ", seq" if is_history else ""
        self.db.execute(f"""CREATE OR REPLACE TABLE quarantine_{entity.name} AS
            WITH good AS (SELECT {key}, max((seq, arrival)) AS newest{moment} FROM judged_{entity.name} WHERE broken = '' GROUP BY ALL)
            SELECT b.*, CASE WHEN newest > (seq, arrival) THEN 'superseded' ELSE 'open' END AS expected_status
            FROM judged_{entity.name} b LEFT JOIN good USING ({key}{moment}) WHERE broken <> ''""")

    # Silver

    def fact(self, entity):
        self.judge(entity)
        self.stands_aside(entity)
        key = ", ".join(f'"{name}"' for name in entity.key)
        names = ", ".join(f'"{name}"' for name in self.columns[entity.name])
        derived = "" if entity.partition == entity.date \
            else f", date_trunc('{entity.grain}', {entity.date})::DATE AS {entity.partition}"
        self.db.execute(f"""CREATE OR REPLACE TABLE silver_{entity.name} AS
            SELECT {names}{derived} FROM (
                SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY seq DESC, op = 'd' DESC, arrival DESC) AS n
                FROM judged_{entity.name} WHERE broken = '') WHERE n = 1 AND op = 'u'""")

    def dimension(self, entity):
        self.judge(entity)
        self.stands_aside(entity)
        name = entity.name
        key = ", ".join(f'"{column}"' for column in entity.key)
        columns = self.columns[name]
        tracked = ", ".join(f'"{column}"' for column in entity.tracked)
        names = ", ".join(f'"{column}"' for column in columns)
        events = f"SELECT * FROM judged_{name} WHERE broken = ''"
        if entity.sequence is None:
            events = self._with_disappearances(entity, key)
        # one event a key and moment: a delete wins, otherwise the first to arrive (equal ones are one)
        self.db.execute(f"""CREATE OR REPLACE TABLE silver_{name} AS
            WITH event AS (
                SELECT * EXCLUDE (n) FROM (SELECT *, row_number() OVER (PARTITION BY {key}, seq ORDER BY op = 'd' DESC, arrival) n
                                           FROM ({events})) WHERE n = 1),
            beside AS (SELECT *, lag(op) OVER w AS op_before, lag(row({tracked})) OVER w AS before, lead(seq) OVER w AS after,
                              last_value(op) OVER (PARTITION BY {key} ORDER BY seq
                                                   ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_op
                       FROM event WINDOW w AS (PARTITION BY {key} ORDER BY seq)),
            numbered AS (SELECT *, sum(CASE WHEN op = 'd' OR op_before IS NULL OR op_before = 'd'
                                            OR before IS DISTINCT FROM row({tracked}) THEN 1 ELSE 0 END)
                                   OVER (PARTITION BY {key} ORDER BY seq) AS version_number FROM beside),
            version AS (SELECT *, min(seq) OVER (PARTITION BY {key}, version_number) AS valid_from,
                               row_number() OVER (PARTITION BY {key}, version_number ORDER BY seq DESC) AS n,
                               max(version_number) OVER (PARTITION BY {key}) AS last_number
                        FROM numbered)
            SELECT {names}, valid_from, after AS valid_to, after IS NULL AS is_current,
                   last_op = 'd' AND version_number = last_number - 1 AS is_deleted
            FROM version WHERE n = 1 AND op = 'u'""")
        self.db.execute(f"""CREATE OR REPLACE TABLE members_{name} AS
            SELECT {key}, min(run) AS run FROM judged_{name} WHERE broken = '' AND op = 'u' GROUP BY {key}""")

    def _with_disappearances(self, entity, key):
        """Every complete snapshot tells which keys are gone since the one before."""
        return f"""
            WITH state AS (SELECT version, max(extracted_at) AS at,
                                  lead(version) OVER (ORDER BY version) AS next_version,
                                  lead(max(extracted_at)) OVER (ORDER BY version) AS next_at
                           FROM bronze_{entity.name} GROUP BY version)
            SELECT * FROM judged_{entity.name} WHERE broken = ''
            UNION ALL BY NAME
            SELECT j.* REPLACE ('d' AS op, next_at AS seq) FROM judged_{entity.name} j JOIN state USING (version)
            WHERE broken = '' AND next_version IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM bronze_{entity.name} l WHERE l.version = next_version
                AND {' AND '.join(f'l."{column}" = j."{column}"' for column in entity.key)})"""

    # Gold

    def one_big_table(self, name, fact, joins, grain, dimensions):
        partition = dataclasses.replace(fact, grain=grain).partition
        columns = [f"f.{column}" for column in self.columns[fact.name]]
        if partition != fact.date:
            columns.append(f"date_trunc('{grain}', f.{fact.date})::DATE AS {partition}")
        text = ""
        for number, join in enumerate(joins):
            entity = dimensions[join.dimension]
            columns += [f'd{number}."{column}" AS "{join.dimension}_{column}"' for column in join.columns]
            match = " AND ".join(f"d.{key} = f.{column}" for column, key in join.on.items())
            key = ", ".join(f"d.{column}" for column in entity.key)
            order = "d.valid_from DESC"
            valid = "true"
            if join.as_of:  # the version valid on the date; a fact older than its member gets the first
                valid = f"""(d.valid_from <= f.{fact.date} AND (d.valid_to IS NULL OR f.{fact.date} < d.valid_to)
                             OR (d.first > f.{fact.date} AND d.valid_from = d.first))"""
            text += f""" LEFT JOIN LATERAL (
                SELECT d.* FROM (SELECT *, min(valid_from) OVER (PARTITION BY {key}) AS first FROM silver_{join.dimension} d) d
                WHERE {match} AND {valid} ORDER BY {order} LIMIT 1) d{number} ON true"""
        self.db.execute(f"CREATE OR REPLACE TABLE gold_{name} AS SELECT {', '.join(columns)} FROM silver_{fact.name} f{text}")

    # Comparing

    def names(self, table):
        return [row[0] for row in self.db.execute(f"DESCRIBE {table}").fetchall()]

    def differences(self, table, actual, columns=None):
        """(rows only in `actual`, rows only in the recomputed table, an example of either)."""
        columns = columns or self.names(table)
        text = ", ".join(f'"{name}"' for name in columns)
        self.db.register("actual", actual)
        sides = []
        for left, right in (("actual", table), (table, "actual")):
            self.db.execute(f"CREATE OR REPLACE TEMP TABLE only_{left} AS (SELECT {text} FROM {left} EXCEPT ALL SELECT {text} FROM {right})")
            sides.append(self.db.execute(f"SELECT count(*) FROM only_{left}").fetchone()[0])
        example = [_row(self.db.execute(f"SELECT COLUMNS(*)::VARCHAR FROM only_{left} ORDER BY ALL LIMIT 1"), columns) for left in ("actual", table)]
        self.db.unregister("actual")
        return sides[0], sides[1], example

    def count(self, table):
        return self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def _row(result, columns):
    row = result.fetchone()
    return None if row is None else dict(zip(columns, row))
