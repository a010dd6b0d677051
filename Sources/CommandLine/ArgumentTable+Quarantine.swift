extension ArgumentTable {
    private static let entity = OptionRule(
        "table", .text("NAME"), "only this dimension or fact")
    private static let rule = OptionRule(
        "rule", .text("ID"), "the rows that violate this rule")
    private static let id = OptionRule(
        "id", .text("ID"), isRepeatable: true,
        "this row, by its quarantine_id or the first letters of it; may be repeated")
    private static let key = OptionRule(
        "key", .text("VALUE"), isRepeatable: true,
        "the rows of this key, with --table; <column>=<value> for each of several columns")
    private static let only = OptionRule(
        "only", .text("NAME"), isRepeatable: true, "only this dimension or fact")
    private static let reason = OptionRule(
        "reason", .text("TEXT"), "why; kept with who and when")

    /// What the data steward does.
    static let quarantine = [
        CommandRule(
            ["quarantine", "report"], "what the rules found, how that moved, what is open",
            details: """
                evaluated, failed and percent are of the newest run that had rows for the rule; by \
                table, owner or day they are rows read and rows set aside, each once. change is \
                against the run before, in percentage points, and trend shows up to 14 runs. open \
                and what follows count the rows set aside, by what became of them. Samples are \
                keys, each with the beginning of its quarantine_id. Findings come first; rules \
                that found nothing are one line, and lines of their own in csv and json. Times \
                are local, in csv and json UTC.
                """,
            options: [
                OptionRule(
                    "since", .text("TIME"), "only runs and rows since a day or for a time: 7d"),
                OptionRule(
                    "by", .word(["rule", "table", "owner", "day"]), "a line for each (default rule)"
                ),
                OptionRule(
                    "format", .word(["table", "csv", "json", "md", "html"]),
                    "how it is written (default table)"),
                entity,
            ],
            examples: [
                "sluice quarantine report", "sluice quarantine report --since 30d --by owner",
                "sluice quarantine report --format html > report.html",
            ]),
        CommandRule(
            ["quarantine", "show"], "one row with every reason",
            arguments: [ArgumentRule("ID", "its quarantine_id, or the first letters of it")],
            options: [entity], examples: ["sluice quarantine show 4f1c2a"]),
        CommandRule(
            ["quarantine", "export"], "open rows as CSV, to be corrected and replayed",
            details: """
                One table's rows: quarantine_id, rules and reasons, then its columns as \
                cleaned. NULL is an empty cell, the empty text a pair of quotes. A text that a \
                spreadsheet would take for a formula has an apostrophe before it, which a replay \
                takes off again.
                """,
            options: [
                entity, rule, id,
                OptionRule("out", .text("FILE"), "where to write (default stdout)"),
            ],
            examples: ["sluice quarantine export --rule qty_positive --out fix.csv"]),
        CommandRule(
            ["quarantine", "replay"], "judge open rows again; those that pass go to silver",
            details: """
                By the rules and 'clean' of now. A row takes the place it had in bronze, so it \
                never overwrites a newer good one; what still fails stays open with its new \
                reasons. One Big Tables follow at once. Without --rule, --id and --from every open \
                row is judged. Waived rows are taken when they are named by --id. Of a file \
                columns and rows may be missing and in any order, its values separated by commas, \
                semicolons or tabs; blank lines, columns of your own and rows decided before are \
                left out. Dates are YYYY-MM-DD, numbers 1234.50; what spreadsheets make of them \
                is read where it has one meaning.
                """,
            options: [
                entity, rule, id,
                OptionRule("from", .text("FILE"), "the rows of an edited export, as corrected"),
                OptionRule("dry-run", "judge only, write nothing"),
                OptionRule("note", .text("TEXT"), "kept with who and when"),
            ],
            examples: [
                "sluice quarantine replay --from fix.csv --dry-run",
                "sluice quarantine replay --rule known_customer",
                "sluice quarantine replay --id 4f1c2a --note \"checked with sales\"",
            ]),
        CommandRule(
            ["quarantine", "waive"], "leave open rows aside, for good or until a day",
            details: "Who, when and why are kept. From its day on (UTC) the row is open again.",
            options: [
                entity, rule, id, key, reason,
                OptionRule("until", .text("TIME"), "a day such as 2026-12-31, or a time: 30d"),
            ],
            examples: [
                "sluice quarantine waive --id 4f1c2a --reason \"known gap\" --until 2026-12-31"
            ]),
        CommandRule(
            ["quarantine", "discard"], "give open or waived rows up",
            details: "Who, when and why are kept; the rows stay in the table.",
            options: [entity, rule, id, key, reason],
            examples: ["sluice quarantine discard --rule null_date --reason \"test data\""]),
        CommandRule(
            ["quarantine", "reopen"], "undo a discard or a waiver: the rows are open again",
            details: """
                Who, when and why are kept beside the decisions before. Rows that were replayed \
                are in silver and stay there: correct them at the source.
                """,
            options: [entity, rule, id, key, reason],
            examples: ["sluice quarantine reopen --id 4f1c2a --reason \"it was right\""]),
        CommandRule(
            ["rules", "lint"], "every problem of the configured rules, without reading rows",
            options: [only], examples: ["sluice rules lint"]),
        CommandRule(
            ["rules", "suggest"], "rules that the source and its rows speak for",
            details: """
                What the source declares (NOT NULL, ENUM, CHECK, unique and foreign keys) as \
                errors, what the rows of bronze show as warnings. Lines to be put under 'rules'.
                """,
            options: [only, OptionRule("offline", "look at bronze only, not at the source")],
            examples: ["sluice rules suggest --only customer"]),
        CommandRule(
            ["scd", "explain"], "why a member of a dimension has the versions it has",
            options: [
                OptionRule("dimension", .text("NAME"), "the dimension"),
                OptionRule(
                    "key", .text("VALUE"), isRepeatable: true,
                    "its key; <column>=<value> for each of several columns"),
            ],
            examples: ["sluice scd explain --dimension customer --key C001"]),
    ]
}
