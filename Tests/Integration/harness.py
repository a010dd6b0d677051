"""What the integration tests and the bench share: a private MariaDB server, an agent's folder around the real binary,
independent readers of the lake, and a count of what held."""

import contextlib
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import duckdb
import pyarrow
import pymysql
from deltalake import DeltaTable

PROJECT = pathlib.Path(__file__).resolve().parents[2]
SLUICE = os.environ.get("SLUICE", str(PROJECT / ".build" / "sluice"))
SERVER_SCRIPT = str(PROJECT / "deploy" / "private-mariadbd.sh")
PASSWORD = "only for this test"


class Server:
    """A private mariadbd in a folder of its own; `stop` ends exactly that process."""

    def __init__(self, *options, directory=None):
        self._own_folder = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="sluice-db.", dir="/tmp")
        started = subprocess.run([SERVER_SCRIPT, "start", self.directory, *options],
                                 stdout=subprocess.PIPE, text=True, check=True)
        self.port = int(started.stdout)

    @property
    def pid(self):
        return int(pathlib.Path(self.directory, "mysqld.pid").read_text())

    def connect(self, schema=None, **options):
        """A root connection over the socket, in UTC and without strict mode."""
        return pymysql.connect(
            unix_socket=f"{self.directory}/mysqld.sock", user="root", database=schema, charset="utf8mb4",
            init_command="SET time_zone = '+00:00', sql_mode = 'NO_ENGINE_SUBSTITUTION'", **options)

    def execute(self, *statements, schema=None):
        with contextlib.closing(self.connect(schema, autocommit=True)) as connection:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall()

    def run_text(self, text):
        """Runs SQL text through the mariadb client, as a DBA would."""
        subprocess.run(["mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-u", "root",
                        "-S", f"{self.directory}/mysqld.sock"], input=text, text=True, check=True)

    def grant(self, schema):
        """The agent's user, from the project's own grants."""
        grants = (PROJECT / "sql" / "grants.sql").read_text().replace("Atliqsale", schema)
        self.run_text(f"SET @sluice_password = '{PASSWORD}';\n{grants}")

    def grant_more(self, *schemas):
        """The same user may read further schemas."""
        for (host,) in self.execute("SELECT Host FROM mysql.user WHERE User = 'sluice'"):
            self.execute(*(f"GRANT SELECT, SHOW VIEW ON {schema}.* TO 'sluice'@'{host}'" for schema in schemas))

    def stop(self):
        subprocess.run([SERVER_SCRIPT, "stop", self.directory], check=True)
        if self._own_folder:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Agent:
    """A folder with an agent.conf, a lake and a state; runs the real binary there."""

    def __init__(self, server, schema, extract="", folder=None):
        self.schema = schema
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="sluice-agent.", dir="/tmp"))
        self.lake = self.folder / "lake"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "agent.conf").write_text(
            f"source:\n  host: 127.0.0.1\n  port: {server.port}\n  user: sluice\n"
            f"  password: {{env: SLUICE_SOURCE_PASSWORD}}\nlake: ./lake\nstate: ./state.sqlite\n"
            f"extract:\n  schema: {schema}\n{extract}")
        self.environment = {**os.environ, "SLUICE_SOURCE_PASSWORD": PASSWORD}

    def start(self, *arguments, **options):
        return subprocess.Popen([SLUICE, *arguments], cwd=self.folder, env=self.environment,
                                stdin=subprocess.DEVNULL, **options)

    def run(self, *arguments, expect=(0,)):
        """Runs a command with --json and returns its document; another exit status is an error."""
        process = self.start(*arguments, "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, err = process.communicate(timeout=600)
        if process.returncode not in expect:
            raise RuntimeError(f"sluice {' '.join(arguments)}: exit {process.returncode}\n{out[-2000:]}\n{err[-4000:]}")
        return json.loads(out)

    def text(self, *arguments):
        """What a command prints for people."""
        process = self.start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, err = process.communicate(timeout=600)
        if process.returncode != 0:
            raise RuntimeError(f"sluice {' '.join(arguments)}: exit {process.returncode}\n{err[-4000:]}")
        return out

    def extract(self):
        return self.run("extract")

    def rows_by_table(self, document):
        return {table["table"].split(".")[-1]: table["rows"] for table in document["tables"]}

    def table_path(self, table):
        return str(self.lake / "bronze" / self.schema / table)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def _naive(table):
    """Timestamps with a zone become UTC wall clock values, as the source's client returns them."""
    fields = [pyarrow.field(f.name, pyarrow.timestamp("us")) if pyarrow.types.is_timestamp(f.type) else f
              for f in table.schema]
    return table.cast(pyarrow.schema(fields))


def read_with_deltalake(path, columns=None):
    return _naive(DeltaTable(path).to_pyarrow_table(columns=columns))


def duckdb_with(extension):
    """A DuckDB connection with an extension from its wheel (nothing is downloaded)."""
    root = pathlib.Path(duckdb.__file__).parent.parent
    found = sorted(root.glob(f"duckdb_extension_{extension}*/**/{extension}.duckdb_extension"))
    if not found:
        raise RuntimeError(f"the wheel of DuckDB's {extension} extension is not installed (make venv)")
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    connection.execute(f"LOAD '{found[0]}'")
    return connection


def read_with_duckdb(path, columns=None):
    connection = duckdb_with("delta")
    connection.execute("SET TimeZone = 'UTC'")
    names = ", ".join(f'"{name}"' for name in columns) if columns else "*"
    result = connection.execute(f"SELECT {names} FROM delta_scan('{path}')").arrow()
    return _naive(result if isinstance(result, pyarrow.Table) else result.read_all())


def rows_of(table, columns):
    """An Arrow table's rows as tuples in the order of `columns`."""
    return list(zip(*(table.column(name).to_pylist() for name in columns)))


def lake_files(path):
    """(Parquet files that the log names, Parquet files in the folder), relative paths."""
    named = {os.path.relpath(uri.removeprefix("file://"), path) for uri in DeltaTable(path).file_uris()}
    found = {str(p.relative_to(path)) for p in pathlib.Path(path).rglob("*.parquet") if "_delta_log" not in p.parts}
    return named, found


class Checks:
    """Counts what held; the last line is what `make test` adds up."""

    def __init__(self, name):
        self.name, self.passed, self.failed = name, 0, 0
        print(f"# {name}", flush=True)

    def equal(self, what, actual, expected):
        self.that(what, actual == expected, f"{_short(actual)} instead of {_short(expected)}")

    def same_rows(self, what, actual, expected):
        """Equal as multisets; a difference shows a few rows of each side."""
        from collections import Counter
        left, right = Counter(actual), Counter(expected)
        extra, missing = left - right, right - left
        self.that(f"{what} ({len(expected)} rows)", not extra and not missing,
                  f"{sum(extra.values())} extra e.g. {list(extra)[:2]}, {sum(missing.values())} missing e.g. {list(missing)[:2]}")

    def that(self, what, holds, otherwise=""):
        if holds:
            self.passed += 1
            print(f"ok    {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL  {what}: {otherwise}", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed else 0)


def _short(value):
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "…"


def utc_now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
