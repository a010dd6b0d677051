-- The state store of sluice (SQLite): run history, chunks in flight, receipts, events.
-- A cache and a history, never the truth: the lake's own log holds every watermark, so this
-- file may be deleted between runs and nothing is lost but the history.
-- Times are microseconds since 1970-01-01T00:00:00Z. Opened with WAL and foreign keys on.

-- One execution of a command. Unfinished: finished_at is null. Ended without a word
-- (killed, power lost) and noticed later: finished_at is set, exit_code is null.
CREATE TABLE runs (
    id          TEXT    NOT NULL PRIMARY KEY,   -- 26 characters, ascending with time
    command     TEXT    NOT NULL,
    schema_name TEXT,
    version     TEXT    NOT NULL,               -- of sluice
    pid         INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    exit_code   INTEGER,
    error       TEXT
) STRICT, WITHOUT ROWID;

-- What a run did to one table: the line of the final report.
CREATE TABLE table_results (
    run_id     TEXT    NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    table_name TEXT    NOT NULL,
    position   INTEGER NOT NULL,                -- its line in the report
    mode       TEXT    NOT NULL,
    row_count  INTEGER NOT NULL,
    file_count INTEGER NOT NULL,
    byte_count INTEGER NOT NULL,
    seconds    REAL    NOT NULL,
    low        TEXT,                            -- the window's bounds as text
    high       TEXT,
    guarantee  TEXT    NOT NULL,
    receipt    TEXT    NOT NULL,
    error      TEXT,
    notes      TEXT    NOT NULL,
    PRIMARY KEY (run_id, table_name)
) STRICT, WITHOUT ROWID;

CREATE INDEX table_results_by_table ON table_results (table_name, run_id);

-- Slices of a table being read. One without finished_at was in flight when its run ended.
CREATE TABLE chunks (
    run_id      TEXT    NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    table_name  TEXT    NOT NULL,
    number      INTEGER NOT NULL,
    low         TEXT,
    high        TEXT,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    attempts    INTEGER NOT NULL DEFAULT 1,
    row_count   INTEGER,
    PRIMARY KEY (run_id, table_name, number)
) STRICT, WITHOUT ROWID;

-- A proof: what the source counted against what was written.
CREATE TABLE receipts (
    id           INTEGER NOT NULL PRIMARY KEY,
    run_id       TEXT    NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    table_name   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,              -- for example count
    chunk        INTEGER,                       -- null: of the whole table
    source_count INTEGER NOT NULL,
    bronze_count INTEGER NOT NULL,
    is_balanced  INTEGER NOT NULL,
    detail       TEXT,
    at           INTEGER NOT NULL
) STRICT;

CREATE INDEX receipts_by_run ON receipts (run_id);

-- Log lines worth keeping.
CREATE TABLE events (
    id         INTEGER NOT NULL PRIMARY KEY,
    run_id     TEXT    NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    level      TEXT    NOT NULL,
    table_name TEXT,
    message    TEXT    NOT NULL
) STRICT;

CREATE INDEX events_by_run ON events (run_id);
