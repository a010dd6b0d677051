/// A session variable that reading rests on, and the value every session is brought to.
///
/// A server's global value is where each new session starts from, and an `init_connect` or a proxy
/// may change it: whatever alters rows, values, snapshots or patience is set here, whether or not
/// the server's default would do.
struct PinnedVariable {
    /// What the session's value has to be.
    enum Wanted {
        /// This value; numbers compare as numbers, words ignoring case.
        case exactly(String)
        /// This number or a larger one, so that a server that grants more keeps granting it.
        case atLeast(UInt64)
        /// The value `DEFAULT`, which is a keyword and no text.
        case unset
    }

    var name: String
    var wanted: Wanted
    /// Whether rows or values could be other ones without it. The rest is patience and courtesy:
    /// a server that does not let this user set it is read all the same.
    var altersResults = true

    /// Whether `value`, as the server shows it, is as wanted.
    func holds(_ value: String) -> Bool {
        switch wanted {
        case .exactly(let wanted):
            if let number = Double(value), let other = Double(wanted) { return number == other }
            return value.lowercased() == wanted.lowercased()
        case .atLeast(let least): return UInt64(value).map { $0 >= least } ?? false
        case .unset: return value == "DEFAULT"
        }
    }

    /// `name = value` as SET takes it.
    var assignment: String {
        switch wanted {
        case .exactly(let value):
            let isNumber = !value.isEmpty && value.utf8.allSatisfy { (48...57).contains($0) }
            return "\(name) = " + (isNumber ? value : "'\(value)'")
        case .atLeast(let least): return "\(name) = \(least)"
        case .unset: return "\(name) = DEFAULT"
        }
    }

    /// The wanted value in words.
    var text: String {
        switch wanted {
        case .exactly(let value): "'\(value)'"
        case .atLeast(let least): "at least \(least)"
        case .unset: "DEFAULT"
        }
    }

    /// Every variable that is set, in the order they are set; servers know different ones.
    static func all(lockWaitSeconds: Int) -> [PinnedVariable] {
        rows + values + snapshots + patience
            + [PinnedVariable("lock_wait_timeout", String(lockWaitSeconds), altersResults: false)]
    }

    /// Those whose global value alters what others read of this server, too; the rest is different
    /// on most servers, and rightly so.
    static let globalsThatHurt = (rows + values + snapshots).filter { pin in
        ![
            "time_zone", "sql_mode", "old_mode", "tx_read_only", "transaction_read_only",
            "tx_isolation", "transaction_isolation", "group_concat_max_len",
            "standard_compliant_cte", "information_schema_stats_expiry",
            "show_gipk_in_create_table_and_information_schema",
        ].contains(pin.name) && !pin.name.hasPrefix("c") || pin.name == "completion_type"
    }

    /// Which rows come.
    private static let rows = [
        PinnedVariable("sql_select_limit", "18446744073709551615"),
        PinnedVariable("sql_big_selects", "ON"),
        PinnedVariable("sql_auto_is_null", "OFF"),
        // System-versioned tables would be read as they were then.
        PinnedVariable("system_versioning_asof", .unset),
        // Views: a recursion that ends early is a warning, not an error.
        PinnedVariable("max_recursive_iterations", .atLeast(1000)),
        PinnedVariable("standard_compliant_cte", "ON"),
        PinnedVariable("default_regex_flags", ""),
        PinnedVariable("max_sort_length", .atLeast(1024)),
        // A node of a cluster that lost its majority, a second engine that lags.
        PinnedVariable("wsrep_dirty_reads", "OFF"),
        PinnedVariable("use_secondary_engine", "OFF"),
        PinnedVariable("show_gipk_in_create_table_and_information_schema", "ON"),
        PinnedVariable("information_schema_stats_expiry", "0", altersResults: false),
    ]

    /// What a value looks like.
    private static let values = [
        PinnedVariable("time_zone", "+00:00"),
        PinnedVariable("sql_mode", ""),
        PinnedVariable("old_mode", ""),
        PinnedVariable("character_set_client", "utf8mb4"),
        PinnedVariable("character_set_connection", "utf8mb4"),
        PinnedVariable("character_set_results", "utf8mb4"),
        PinnedVariable("collation_connection", "utf8mb4_general_ci"),
        // Views and generated columns.
        PinnedVariable("group_concat_max_len", .atLeast(1 << 20)),
        PinnedVariable("div_precision_increment", "4"),
        PinnedVariable("default_week_format", "0"),
        PinnedVariable("lc_time_names", "en_US"),
        PinnedVariable("windowing_use_high_precision", "ON"),
    ]

    /// What belongs to one state, and that reading ends what it began.
    private static let snapshots = [
        PinnedVariable("autocommit", "ON"),
        PinnedVariable("completion_type", "NO_CHAIN"),
        PinnedVariable("tx_isolation", "REPEATABLE-READ"),
        PinnedVariable("transaction_isolation", "REPEATABLE-READ"),
        PinnedVariable("tx_read_only", "ON"),
        PinnedVariable("transaction_read_only", "ON"),
    ]

    /// How long the server waits for us and we for others.
    private static let patience = [
        PinnedVariable("max_statement_time", "0", altersResults: false),
        PinnedVariable("max_execution_time", "0", altersResults: false),
        PinnedVariable("idle_transaction_timeout", "0", altersResults: false),
        PinnedVariable("idle_readonly_transaction_timeout", "0", altersResults: false),
        PinnedVariable("net_write_timeout", .atLeast(3600), altersResults: false),
        PinnedVariable("net_read_timeout", .atLeast(3600), altersResults: false),
        PinnedVariable("wait_timeout", .atLeast(28_800), altersResults: false),
        PinnedVariable("innodb_lock_wait_timeout", "1", altersResults: false),
    ]

    private init(_ name: String, _ wanted: Wanted, altersResults: Bool = true) {
        self.name = name
        self.wanted = wanted
        self.altersResults = altersResults
    }

    private init(_ name: String, _ value: String, altersResults: Bool = true) {
        self.init(name, .exactly(value), altersResults: altersResults)
    }
}
