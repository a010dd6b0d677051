import CommandLine

extension CommandTable {
    /// What the data steward does.
    static let quarantine = [
        Command(
            ["quarantine", "report"], "show findings by rule, their trend, and open rows",
            details: """
                evaluated, failed and percent are those of the newest run that had rows for the \
                rule; by table, owner or day they count rows read and rows quarantined, each \
                once. change compares with the run before, in percentage points; trend shows up \
                to 14 runs. open and the columns after it count quarantined rows by their status. \
                Samples are keys, each with the first letters of its quarantine_id. Findings come \
                first; rules that found nothing share one line, but have their own in csv and \
                json. Times are local; in csv and json they are UTC.
                """,
            options: [Options.since, Options.by, Options.reportFormat, Options.entity],
            examples: [
                "sluice quarantine report", "sluice quarantine report --since 30d --by owner",
                "sluice quarantine report --format html > report.html",
            ]
        ) { session throws(Failure) in
            try QuarantineReportCommand(session).run()
        },
        Command(
            ["quarantine", "show"], "show one row with every reason",
            arguments: [ArgumentRule("ID", "its quarantine_id, or the first letters of it")],
            options: [Options.entity], examples: ["sluice quarantine show 4f1c2a"]
        ) { session throws(Failure) in
            try QuarantineCommand(session).show()
        },
        Command(
            ["quarantine", "export"], "write open rows as CSV, to be corrected and replayed",
            details: """
                One table's rows: quarantine_id, rules and reasons, then its columns as \
                cleaned. NULL is an empty cell, the empty text a pair of quotes. A text that a \
                spreadsheet would take for a formula begins with an apostrophe, which a replay \
                removes.
                """,
            options: [Options.entity, Options.rule, Options.id, Options.out],
            examples: ["sluice quarantine export --rule qty_positive --out fix.csv"]
        ) { session throws(Failure) in
            try QuarantineCommand(session).export()
        },
        Command(
            ["quarantine", "replay"], "judge open rows again; those that pass go to silver",
            details: """
                By the present rules and 'clean'. A row takes its place in the order of bronze, \
                so it never overwrites a newer good one. A row that still fails stays open with \
                its new reasons. One Big Tables follow at once. Without --rule, --id and --from \
                every open \
                row is judged. Waived rows are judged if --id names them. In a file, columns and \
                rows may be missing and in any order, and values are separated by commas, \
                semicolons or tabs; blank lines, columns of your own and rows decided before are \
                ignored. Dates are YYYY-MM-DD, numbers 1234.50; other forms of spreadsheets are \
                read where they have one meaning.
                """,
            options: [
                Options.entity, Options.rule, Options.id, Options.from,
                Options.dryRun.described("show what would pass; write nothing"), Options.note,
            ],
            examples: [
                "sluice quarantine replay --from fix.csv --dry-run",
                "sluice quarantine replay --rule known_customer",
                "sluice quarantine replay --id 4f1c2a --note \"checked with sales\"",
            ]
        ) { session throws(Failure) in
            try QuarantineCommand(session).replay()
        },
        Command(
            ["quarantine", "waive"], "leave open rows as they are, for good or until a day",
            details: "Who, when and why are kept. From its day on (UTC) the row is open again.",
            options: [
                Options.entity, Options.rule, Options.id, Options.key, Options.reason,
                Options.until,
            ],
            examples: [
                "sluice quarantine waive --id 4f1c2a --reason \"known gap\" --until 2026-12-31"
            ]
        ) { session throws(Failure) in
            try QuarantineCommand(session).waive()
        },
        Command(
            ["quarantine", "discard"], "give up open or waived rows",
            details: "Who, when and why are kept; the rows stay in the table.",
            options: [Options.entity, Options.rule, Options.id, Options.key, Options.reason],
            examples: ["sluice quarantine discard --rule null_date --reason \"test data\""]
        ) { session throws(Failure) in
            try QuarantineCommand(session).discard()
        },
        Command(
            ["quarantine", "reopen"], "undo a discard or a waiver: the rows are open again",
            details: """
                Who, when and why are kept beside the decisions before. Rows that were replayed \
                are in silver and stay there: correct them at the source.
                """,
            options: [Options.entity, Options.rule, Options.id, Options.key, Options.reason],
            examples: ["sluice quarantine reopen --id 4f1c2a --reason \"it was right\""]
        ) { session throws(Failure) in
            try QuarantineCommand(session).reopen()
        },
        Command(
            ["rules", "lint"], "check the configured rules, without reading rows",
            options: [Options.onlyEntity], examples: ["sluice rules lint"]
        ) { session throws(Failure) in
            try RulesCommand(session).lint()
        },
        Command(
            ["rules", "suggest"], "propose rules from the source's declarations and its rows",
            details: """
                What the source declares (NOT NULL, ENUM, CHECK, unique and foreign keys) as \
                errors, what the rows of bronze show as warnings. Lines to be put under 'rules'.
                """,
            options: [Options.onlyEntity, Options.offline],
            examples: ["sluice rules suggest --only customer"]
        ) { session throws(Failure) in
            try RulesCommand(session).suggest()
        },
        Command(
            ["scd", "explain"], "explain why a member of a dimension has its versions",
            options: [
                Options.dimension,
                Options.key.described("its key; <column>=<value> for each of several columns"),
            ],
            examples: ["sluice scd explain --dimension customer --key C001"]
        ) { session throws(Failure) in
            try ScdCommand(session).explain()
        },
    ]
}
