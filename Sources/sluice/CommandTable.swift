import CommandLine

/// Every command and option of `sluice` (docs/specification/commands.md).
enum CommandTable {
    static let tablePath = ArgumentRule(
        "path", "the table's path under the lake, or any path")
    static let filePath = ArgumentRule(
        "path", "a table or a Parquet file under the lake, or any path")
    static let tablesPath = ArgumentRule(
        "path", "a table or a folder of tables under the lake, or any path")

    /// The commands in the order help lists them.
    static let commands: [Command] =
        preparation + movement + quarantine + inspection + lake

    private static let preparation = [
        Command(
            ["init"], "propose an agent.conf from the catalog and a sample of the rows",
            details: """
                Looks at the catalog and at a bounded sample of every table (both ends of the \
                key, 10,000 rows in all) and proposes what each table is: a fact, a dimension, a \
                bridge, or nothing to copy. Foreign keys become rules that quarantine rows; \
                references guessed by their names only warn, and only where the rows confirm \
                them. Secrets are masked, personal data stays out of gold.
                """,
            options: [
                Options.schema, Options.output, Options.force, Options.explain, Options.sampleRows,
                Options.noSample, Options.host, Options.port, Options.socket, Options.user,
                Options.passwordVariable, Options.tls, Options.lake,
            ],
            examples: [
                "SLUICE_SOURCE_PASSWORD=… sluice init --schema Atliqsale",
                "sluice init --schema Atliqsale --host db1 --output /etc/sluice/agent.conf",
                "sluice init --schema Atliqsale --explain transactions",
            ]
        ) { session throws(Failure) in
            try InitCommand(session).run()
        },
        Command(
            ["check"], "check connection, privileges, lake and configuration",
            options: [Options.schema], examples: ["sluice check", "sluice check --json"]
        ) { session throws(Failure) in
            try CheckCommand(session).run()
        },
        Command(
            ["discover"], "show tables, keys, row estimates, planned modes and watermarks",
            options: [Options.schema, Options.table],
            examples: ["sluice discover", "sluice discover --schema Atliqsale --json"]
        ) { session throws(Failure) in
            try DiscoverCommand(session).run()
        },
    ]

    private static let movement = [
        Command(
            ["extract"], "copy new and changed rows into bronze",
            options: [
                Options.schema, Options.table, Options.full, Options.plan, Options.acceptSource,
            ],
            examples: [
                "sluice extract", "sluice extract --table customer --table product",
                "sluice extract --plan", "sluice extract --table customer --full",
            ]
        ) { session throws(Failure) in
            session.invocation[Options.plan]
                ? try PlanCommand(session).run() : try ExtractCommand(session).run()
        },
        Command(
            ["transform"], "clean bronze into silver and gold",
            details: """
                Dimensions, then facts, then One Big Tables, each published in one commit. Only \
                what is new in bronze is read. Rows that break a rule go to quarantine/<name> \
                with every reason; see 'sluice quarantine report'. A table that fails is left \
                unchanged, and so is every table that depends on it. The Spark engine and \
                'marts' belong to a later version.
                """,
            options: [
                Options.only, Options.rebuild, Options.recheck, Options.acceptDeletes,
                Options.engine, Options.acceptTracking,
            ],
            examples: [
                "sluice transform", "sluice transform --only customer",
                "sluice transform --only sales --rebuild", "sluice transform --recheck",
                "sluice transform --json",
            ], transforms: true
        ) { session throws(Failure) in
            try TransformCommand(session).run()
        },
        Command(
            ["run"], "extract, transform, reconcile: what cron calls",
            details: """
                Under one lock and one run id. A table that cannot be extracted does not stop the \
                others. Without a 'transform' section only bronze is copied. The exit status is \
                the most severe of the three steps; 0 means that everything is done and every \
                receipt balances.
                """,
            options: [Options.schema, Options.acceptSource, Options.acceptDeletes],
            examples: ["sluice run", "sluice run --schema Atliqsale --json"], transforms: true
        ) { session throws(Failure) in
            try RunCommand(session).run()
        },
    ]

    private static let inspection = [
        Command(
            ["reconcile"], "count everything again: bronze, silver, quarantine, gold",
            details: """
                Reads only. Rows of bronze = silver + quarantined + superseded + duplicates + \
                deleted; rows of a fact = rows of its One Big Table, with equal sums of every \
                number. Exit status 4 if they differ. 'sluice run' does the same for the tables \
                that it has published.
                """,
            options: [Options.onlyEntity],
            examples: ["sluice reconcile", "sluice reconcile --only transactions --json"]
        ) { session throws(Failure) in
            try ReconcileCommand(session).run()
        },
        Command(
            ["runs"], "list the runs, or the runs of one table: seconds, exit status, errors",
            options: [Options.limit, Options.entity.described("the history of one table")],
            examples: [
                "sluice runs", "sluice runs --limit 5 --json", "sluice runs --table customer",
            ]
        ) { session throws(Failure) in
            try RunsCommand(session).list()
        },
        Command(
            ["runs", "show"], "show one run with its tables, receipts and events",
            arguments: [ArgumentRule("ID", "the run's id, or its first letters")],
            examples: ["sluice runs show 01KAFX"]
        ) { session throws(Failure) in
            try RunsCommand(session).show()
        },
    ]

    private static let lake =
        [
            Command(
                ["lake", "ls"], "list the lake's tables: version, files, rows, bytes",
                arguments: [
                    ArgumentRule("path", isRequired: false, "a folder under the lake, or any path")
                ],
                examples: ["sluice lake ls", "sluice lake ls bronze/Atliqsale"]
            ) { session throws(Failure) in
                try LakeCommand(session).list()
            },
            Command(
                ["lake", "schema"], "show the columns and types of a table or a Parquet file",
                arguments: [filePath],
                examples: ["sluice lake schema bronze/Atliqsale/customer"]
            ) { session throws(Failure) in
                try LakeCommand(session).schema()
            },
            Command(
                ["lake", "history"], "list a table's versions, newest first",
                arguments: [tablePath],
                options: [Options.limit.described("the newest N versions")],
                examples: ["sluice lake history bronze/Atliqsale/customer --limit 3"]
            ) { session throws(Failure) in
                try LakeCommand(session).history()
            },
            Command(
                ["lake", "cat"], "print the rows of a table or a Parquet file",
                arguments: [filePath],
                options: [Options.rowFormat, Options.limit.described("at most N rows")],
                examples: [
                    "sluice lake cat bronze/Atliqsale/customer --limit 10",
                    "sluice lake cat bronze/Atliqsale/transactions --format jsonl | head",
                ]
            ) { session throws(Failure) in
                try LakeCat(session).run()
            },
        ] + upkeep
}
