import CommandLine
import Config
import Quarantine
import Transform

/// The options of commands: each key is how it is written and the type of what it says. Commands
/// that take one for something else describe it anew.
enum Options {
    static let schema = CommandOption.text(
        "schema", "NAME", "the source's schema (default: extract.schema)")
    static let table = CommandOption.texts("table", "NAME", "only this table; may be repeated")
    static let acceptSource = CommandOption.flag(
        "accept-source",
        "continue although the server is another one (after a failover or restore)")
    static let acceptDeletes = CommandOption.flag(
        "accept-deletes",
        "accept that a table lost more rows than max_delete_percent allows")
    static let output = CommandOption.text(
        "output", "FILE", "where to write (default ./agent.conf)")
    static let force = CommandOption.flag("force", "replace a file that is there")
    static let explain = CommandOption.text(
        "explain", "TABLE", "write nothing; print the evidence for one table")
    static let sampleRows = CommandOption.count(
        "sample", "ROWS", "rows to read of each table (default 10000)")
    static let noSample = CommandOption.flag(
        "no-sample", "read no rows: use names and declarations only")
    static let host = CommandOption.text("host", "NAME", "the server's host (default 127.0.0.1)")
    static let port = CommandOption.count("port", "NUMBER", "the server's port (default 3306)")
    static let socket = CommandOption.text(
        "socket", "PATH", "the server's socket instead of a host")
    static let user = CommandOption.text("user", "NAME", "the user to connect as (default sluice)")
    static let passwordVariable = CommandOption.text(
        "password-env", "NAME", "the variable with the password (default SLUICE_SOURCE_PASSWORD)")
    static let tls = CommandOption.word(
        "tls", Configuration.Source.TLS.self, "how the connection is encrypted (default preferred)")
    static let lake = CommandOption.text("lake", "PATH", "the lake's folder (default ./lake)")
    static let full = CommandOption.flag(
        "full", "read every row again, whatever the watermark says")
    static let plan = CommandOption.flag("plan", "show windows, chunks and indexes without reading")
    static let only = CommandOption.texts(
        "only", "NAME", "only this dimension, fact or One Big Table; may be repeated")
    static let onlyEntity = only.described("only this dimension or fact")
    static let rebuild = CommandOption.flag(
        "rebuild", "build the tables again from the beginning")
    static let recheck = CommandOption.flag(
        "recheck",
        "judge rows again, by the present rules and 'clean', that other rules let in or "
            + "quarantined")
    static let engine = CommandOption.word("engine", Engine.self, "the engine (default native)")
    static let acceptTracking = CommandOption.flag(
        "accept-tracking-from-now",
        "apply a changed 'track' of a dimension from now on, instead of refusing it")
    static let limit = CommandOption.count("limit", "N", "the newest N runs (default 20)")
    static let entity = CommandOption.text("table", "NAME", "only this dimension or fact")
    static let rowFormat = CommandOption.word("format", RowFormat.self, "the output format")

    static let dryRun = CommandOption.flag("dry-run", "only show what would be done")
    static let sortBy = CommandOption.texts(
        "sort-by", "COLUMN",
        "sort the joined rows; may be repeated (default: the table's sluice.sort)")
    static let targetSize = CommandOption.text(
        "target-size", "SIZE", "the size files should have (default 128MiB)")
    static let retention = CommandOption.text(
        "retention", "TIME", "how long removed files are kept (default: the table's own, else 7d)")
    static let deep = CommandOption.flag(
        "deep", "read every page of every file, instead of a sample of row groups")
    static let profile = CommandOption.texts(
        "profile", "READERS", "synapse, fabric, powerbi, spark; comma-separated (default: all)")

    static let rule = CommandOption.text("rule", "ID", "the rows that violate this rule")
    static let id = CommandOption.texts(
        "id", "ID", "this row, by its quarantine_id or the first letters of it; may be repeated")
    static let key = CommandOption.texts(
        "key", "VALUE",
        "the rows of this key, with --table; <column>=<value> for each of several columns")
    static let reason = CommandOption.text(
        "reason", "TEXT", "the reason; kept with the user and the time")
    static let since = CommandOption.text(
        "since", "TIME", "only runs and rows since a day or for a time: 7d")
    static let by = CommandOption.word(
        "by", QuarantineGrouping.self, "one line for each (default rule)")
    static let reportFormat = CommandOption.word(
        "format", ReportFormat.self, "the output format (default table)")
    static let out = CommandOption.text("out", "FILE", "where to write (default stdout)")
    static let from = CommandOption.text(
        "from", "FILE", "the corrected rows of an edited export")
    static let note = CommandOption.text("note", "TEXT", "a note; kept with the user and the time")
    static let until = CommandOption.text(
        "until", "TIME", "a day such as 2026-12-31, or a time: 30d")
    static let offline = CommandOption.flag("offline", "look at bronze only, not at the source")
    static let dimension = CommandOption.text("dimension", "NAME", "the dimension")
}

/// What executes a transformation (`--engine`).
enum Engine: String, CaseIterable {
    case native, spark
}

/// How the steward's report is written (`--format`).
enum ReportFormat: String, CaseIterable {
    case table, csv, json, md, html
}
