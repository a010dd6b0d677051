/// One option of a command as it is declared.
public struct OptionRule: Sendable {
    /// What an option takes after it.
    public enum Value: Hashable, Sendable {
        /// Nothing: being there is its meaning.
        case none
        /// Any text; the name stands for it in help.
        case text(String)
        /// A whole number of at least 0.
        case count(String)
        /// One of these words.
        case word([String])
    }

    /// Without the dashes.
    public let name: String
    public let value: Value
    /// Whether it may stand several times.
    public let isRepeatable: Bool
    public let help: String

    /// An option that takes nothing.
    init(_ name: String, _ help: String) { self.init(name, .none, help) }

    init(_ name: String, _ value: Value, isRepeatable: Bool = false, _ help: String) {
        self.name = name
        self.value = value
        self.isRepeatable = isRepeatable
        self.help = help
    }
}

/// One positional argument of a command.
public struct ArgumentRule: Sendable {
    public let name: String
    public let isRequired: Bool
    public let isRepeatable: Bool
    public let help: String

    init(_ name: String, isRequired: Bool = true, isRepeatable: Bool = false, _ help: String) {
        self.name = name
        self.isRequired = isRequired
        self.isRepeatable = isRepeatable
        self.help = help
    }
}

/// One command, or one of a command's verbs, as it is declared.
public struct CommandRule: Sendable {
    /// The words that name it: `["lake", "cat"]`.
    public let words: [String]
    public let summary: String
    /// What help says beyond the summary: sentences, wrapped when printed.
    public let details: String
    public let arguments: [ArgumentRule]
    public let options: [OptionRule]
    public let examples: [String]

    init(
        _ words: [String], _ summary: String, details: String = "",
        arguments: [ArgumentRule] = [], options: [OptionRule] = [], examples: [String] = []
    ) {
        self.words = words
        self.summary = summary
        self.details = details
        self.arguments = arguments
        self.options = options
        self.examples = examples
    }

    /// `lake cat`.
    public var name: String { words.joined(separator: " ") }
}

/// Every command and option of `sluice` (docs/specification/commands.md).
public enum ArgumentTable {
    /// Options that every command takes.
    public static let globalOptions = [
        OptionRule(
            "config", .text("FILE"),
            "the configuration (default ./agent.conf, then /etc/sluice/agent.conf)"),
        OptionRule("json", "print one JSON document on stdout"),
        OptionRule("quiet", "no progress on stderr; warnings and errors still"),
        OptionRule("log-format", .word(["text", "json"]), "how lines on stderr are written"),
        OptionRule("help", "print this"),
    ]

    static let schema = OptionRule(
        "schema", .text("NAME"), "the source's schema (default: extract.schema)")
    static let table = OptionRule(
        "table", .text("NAME"), isRepeatable: true, "only this table; may be repeated")
    static let acceptSource = OptionRule(
        "accept-source",
        "go on although the server is not the one it was (after a failover or restore)")
    static let acceptDeletes = OptionRule(
        "accept-deletes",
        "go on although a table lost more rows than max_delete_percent: they are gone")
    static let tablePath = ArgumentRule(
        "path", "the table's path under the lake, or any path")
    static let filePath = ArgumentRule(
        "path", "a table or a Parquet file under the lake, or any path")
    static let tablesPath = ArgumentRule(
        "path", "a table or a folder of tables under the lake, or any path")

    /// The commands in the order help lists them.
    public static let commands: [CommandRule] =
        preparation + movement + quarantine + inspection + lake

    private static let preparation = [
        CommandRule(
            ["init"], "propose an agent.conf from declarations, names and a look at the rows",
            details: """
                Looks at the catalog and at a bounded sample of every table (both ends of the \
                key, 10,000 rows in all) and proposes what each table is: a fact, a dimension, a \
                bridge, or nothing to copy. Foreign keys become rules that set rows aside; \
                references told by names only warn, and only where the rows speak for them. \
                Passwords and the like are masked, columns that tell of persons stay out of gold.
                """,
            options: [
                schema,
                OptionRule("output", .text("FILE"), "where to write (default ./agent.conf)"),
                OptionRule("force", "replace a file that is there"),
                OptionRule(
                    "explain", .text("TABLE"), "write nothing; print why a table is what it is"),
                OptionRule(
                    "sample", .count("ROWS"), "rows looked at in each table (default 10000)"),
                OptionRule("no-sample", "look at no row: names and declarations alone"),
                OptionRule("host", .text("NAME"), "the server's host (default 127.0.0.1)"),
                OptionRule("port", .count("NUMBER"), "the server's port (default 3306)"),
                OptionRule("socket", .text("PATH"), "the server's socket instead of a host"),
                OptionRule("user", .text("NAME"), "the user to connect as (default sluice)"),
                OptionRule(
                    "password-env", .text("NAME"),
                    "the variable with the password (default SLUICE_SOURCE_PASSWORD)"),
                OptionRule(
                    "tls",
                    .word(["disabled", "preferred", "required", "verify-ca", "verify-identity"]),
                    "how the connection is encrypted (default preferred)"),
                OptionRule("lake", .text("PATH"), "the lake's folder (default ./lake)"),
            ],
            examples: [
                "SLUICE_SOURCE_PASSWORD=… sluice init --schema Atliqsale",
                "sluice init --schema Atliqsale --host db1 --output /etc/sluice/agent.conf",
                "sluice init --schema Atliqsale --explain transactions",
            ]),
        CommandRule(
            ["check"], "can it run: connection, privileges, lake, configuration",
            options: [schema], examples: ["sluice check", "sluice check --json"]),
        CommandRule(
            ["discover"], "tables, keys, row estimates, planned mode and watermark",
            options: [schema, table],
            examples: ["sluice discover", "sluice discover --schema Atliqsale --json"]),
    ]

    private static let movement = [
        CommandRule(
            ["extract"], "copy new and changed rows into bronze",
            options: [
                schema, table,
                OptionRule("full", "read every row again, whatever the watermark says"),
                OptionRule("plan", "show windows, chunks and indexes without reading"),
                acceptSource,
            ],
            examples: [
                "sluice extract", "sluice extract --table customer --table product",
                "sluice extract --plan", "sluice extract --table customer --full",
            ]),
        CommandRule(
            ["transform"], "clean bronze into silver and gold",
            details: """
                Dimensions, then facts, then One Big Tables, each published in one commit. Only \
                what is new in bronze is read. Rows that break a rule are set aside in \
                quarantine/<name> with every reason; see 'sluice quarantine report'. A table that \
                fails is left as it was, and so are those that need it. The Spark engine and \
                'marts' belong to a later version.
                """,
            options: [
                OptionRule(
                    "only", .text("NAME"), isRepeatable: true,
                    "only this dimension, fact or One Big Table; may be repeated"),
                OptionRule("rebuild", "from the beginning, in place of what the tables hold"),
                OptionRule(
                    "recheck",
                    "judge again, by the rules and 'clean' of now, what other rules let in or set "
                        + "aside; histories and rows that stay as they are are kept"),
                acceptDeletes,
                OptionRule("engine", .word(["native", "spark"]), "what executes (default native)"),
                OptionRule(
                    "accept-tracking-from-now",
                    "take a changed 'track' of a dimension from now on instead of refusing it"),
            ],
            examples: [
                "sluice transform", "sluice transform --only customer",
                "sluice transform --only sales --rebuild", "sluice transform --recheck",
                "sluice transform --json",
            ]),
        CommandRule(
            ["run"], "extract, transform, reconcile: what cron calls",
            details: """
                Under one lock and one run id. A table that cannot be extracted does not keep the \
                others from being transformed; without a 'transform' section bronze alone is \
                copied. The exit code is the gravest of the three steps; 0 \
                says that all is done and every receipt balances.
                """,
            options: [schema, acceptSource, acceptDeletes],
            examples: ["sluice run", "sluice run --schema Atliqsale --json"]),
    ]

    private static let inspection = [
        CommandRule(
            ["reconcile"], "the receipts, end to end: bronze, silver, quarantine, gold",
            details: """
                Reads only. Rows of bronze = silver + quarantined + superseded + duplicates + \
                deleted; rows of a fact = rows of its One Big Table, and so are the sums of every \
                number in them. Exit code 4 when they are not. 'sluice run' does the same, but \
                adds up only the tables that it has published.
                """,
            options: [
                OptionRule(
                    "only", .text("NAME"), isRepeatable: true, "only this dimension or fact")
            ],
            examples: ["sluice reconcile", "sluice reconcile --only transactions --json"]),
        CommandRule(
            ["runs"], "the history: rows, bytes, seconds, failures",
            options: [
                OptionRule("limit", .count("N"), "the newest N runs (default 20)"),
                OptionRule("table", .text("NAME"), "the history of one table"),
            ],
            examples: [
                "sluice runs", "sluice runs --limit 5 --json", "sluice runs --table customer",
            ]
        ),
        CommandRule(
            ["runs", "show"], "one run with its tables, receipts and events",
            arguments: [ArgumentRule("ID", "the run's id, or its first letters")],
            examples: ["sluice runs show 01KAFX"]),
    ]

    private static let lake =
        [
            CommandRule(
                ["lake", "ls"], "the lake's tables: version, files, rows, bytes",
                arguments: [
                    ArgumentRule("path", isRequired: false, "a folder under the lake, or any path")
                ],
                examples: ["sluice lake ls", "sluice lake ls bronze/Atliqsale"]),
            CommandRule(
                ["lake", "schema"], "the columns and types of a table or a Parquet file",
                arguments: [filePath],
                examples: ["sluice lake schema bronze/Atliqsale/customer"]),
            CommandRule(
                ["lake", "history"], "a table's versions, newest first", arguments: [tablePath],
                options: [OptionRule("limit", .count("N"), "the newest N versions")],
                examples: ["sluice lake history bronze/Atliqsale/customer --limit 3"]),
            CommandRule(
                ["lake", "cat"], "the rows of a table or a Parquet file", arguments: [filePath],
                options: [
                    OptionRule("format", .word(["csv", "jsonl", "table"]), "how rows are written"),
                    OptionRule("limit", .count("N"), "at most N rows"),
                ],
                examples: [
                    "sluice lake cat bronze/Atliqsale/customer --limit 10",
                    "sluice lake cat bronze/Atliqsale/transactions --format jsonl | head",
                ]),
        ] + upkeep
}
