import CommandLine

extension CommandTable {
    private static let checkedPath = ArgumentRule(
        "path", "a table, a folder of tables or a Parquet file under the lake, or any path")

    /// What keeps tables small, whole and readable.
    static let upkeep = [
        Command(
            ["lake", "optimize"], "join small files; no row changes", arguments: [tablesPath],
            options: [Options.dryRun, Options.sortBy, Options.targetSize],
            examples: [
                "sluice lake optimize silver/transactions",
                "sluice lake optimize gold/sales --sort-by order_date --sort-by id",
                "sluice lake optimize bronze --dry-run",
            ]
        ) { session throws(Failure) in
            try LakeUpkeepCommand(session).optimize()
        },
        Command(
            ["lake", "vacuum"], "delete files that no version within the retention needs",
            arguments: [tablesPath],
            options: [
                Options.dryRun, Options.retention,
                Options.force.described("accept a retention below seven days"),
            ],
            examples: [
                "sluice lake vacuum silver --dry-run",
                "sluice lake vacuum gold/sales --retention 30d",
            ]
        ) { session throws(Failure) in
            try LakeUpkeepCommand(session).vacuum()
        },
        Command(
            ["lake", "check"], "check that a table is whole and that its readers can read it",
            arguments: [checkedPath],
            options: [Options.deep, Options.profile],
            examples: [
                "sluice lake check gold/sales --profile synapse,powerbi",
                "sluice lake check silver --json", "sluice lake check silver --deep",
            ]
        ) { session throws(Failure) in
            try LakeUpkeepCommand.check(session)
        },
    ]
}
