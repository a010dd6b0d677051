extension ArgumentTable {
    private static let checkedPath = ArgumentRule(
        "path", "a table, a folder of tables or a Parquet file under the lake, or any path")

    static let dryRun = OptionRule("dry-run", "only show what would be done")

    /// What keeps tables small, whole and readable.
    static let upkeep = [
        CommandRule(
            ["lake", "optimize"], "join small files; no row changes", arguments: [tablesPath],
            options: [
                dryRun,
                OptionRule(
                    "sort-by", .text("COLUMN"), isRepeatable: true,
                    "sort the joined rows; may be repeated (default: the table's sluice.sort)"),
                OptionRule(
                    "target-size", .text("SIZE"), "the size files should have (default 128MiB)"),
            ],
            examples: [
                "sluice lake optimize silver/transactions",
                "sluice lake optimize gold/sales --sort-by order_date --sort-by id",
                "sluice lake optimize bronze --dry-run",
            ]),
        CommandRule(
            ["lake", "vacuum"], "delete files that no version within the retention needs",
            arguments: [tablesPath],
            options: [
                dryRun,
                OptionRule(
                    "retention", .text("TIME"),
                    "how long removed files are kept (default: the table's own, else 7d)"),
                OptionRule("force", "accept a retention below seven days"),
            ],
            examples: [
                "sluice lake vacuum silver --dry-run",
                "sluice lake vacuum gold/sales --retention 30d",
            ]),
        CommandRule(
            ["lake", "check"], "is a table whole, and can its readers read it",
            arguments: [checkedPath],
            options: [
                OptionRule(
                    "deep", "read every page of every file, instead of a sample of row groups"),
                OptionRule(
                    "profile", .text("READERS"), isRepeatable: true,
                    "synapse, fabric, powerbi, spark; comma-separated (default: all)"),
            ],
            examples: [
                "sluice lake check gold/sales --profile synapse,powerbi",
                "sluice lake check silver --json", "sluice lake check silver --deep",
            ]),
    ]
}
