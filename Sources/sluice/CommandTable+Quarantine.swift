import CommandLine

extension CommandTable {
    /// What the data steward does.
    static let quarantine = [
        Command(
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
            options: [Options.since, Options.by, Options.reportFormat, Options.entity],
            examples: [
                "sluice quarantine report", "sluice quarantine report --since 30d --by owner",
                "sluice quarantine report --format html > report.html",
            ]
        ) { session throws(Failure) in
            try QuarantineReportCommand(session).run()
        },
        Command(
            ["quarantine", "show"], "one row with every reason",
            arguments: [ArgumentRule("ID", "its quarantine_id, or the first letters of it")],
            options: [Options.entity], examples: ["sluice quarantine show 4f1c2a"]
        ) { session throws(Failure) in
            try QuarantineCommand(session).show()
        },
        Command(
            ["quarantine", "export"], "open rows as CSV, to be corrected and replayed",
            details: """
                One table's rows: quarantine_id, rules and reasons, then its columns as \
                cleaned. NULL is an empty cell, the empty text a pair of quotes. A text that a \
                spreadsheet would take for a formula has an apostrophe before it, which a replay \
                takes off again.
                """,
            options: [Options.entity, Options.rule, Options.id, Options.out],
            examples: ["sluice quarantine export --rule qty_positive --out fix.csv"]
        ) { session throws(Failure) in
            try QuarantineCommand(session).export()
        },
        Command(
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
                Options.entity, Options.rule, Options.id, Options.from,
                Options.dryRun.described("judge only, write nothing"), Options.note,
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
            ["quarantine", "waive"], "leave open rows aside, for good or until a day",
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
            ["quarantine", "discard"], "give open or waived rows up",
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
            ["rules", "lint"], "every problem of the configured rules, without reading rows",
            options: [Options.onlyEntity], examples: ["sluice rules lint"]
        ) { session throws(Failure) in
            try RulesCommand(session).lint()
        },
        Command(
            ["rules", "suggest"], "rules that the source and its rows speak for",
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
            ["scd", "explain"], "why a member of a dimension has the versions it has",
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
