import Source

/// The state every session is brought to before it reads, set and read back
/// (spec/extract.md section 4; P17, P18, P22, P25).
struct Session {
    private let handle: Handle
    private let isMariaDB: Bool
    private var subject: String { handle.options.description }

    init(_ handle: Handle) {
        self.handle = handle
        isMariaDB = handle.isMariaDB
    }

    /// Sets the session up; throws when the server did not take what correctness rests on.
    func prepare() throws(SourceError) {
        try checkEncryption()
        let wait = handle.options.lockWaitTimeoutSeconds
        for statement in [
            "SET NAMES utf8mb4",
            "SET SESSION time_zone = '+00:00'",
            "SET SESSION sql_mode = ''",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        ] {
            try handle.rows(statement, "prepare session", subject)
        }
        var optional = [
            "net_write_timeout = 3600", "net_read_timeout = 3600", "wait_timeout = 28800",
            "lock_wait_timeout = \(wait)", "innodb_lock_wait_timeout = 1", "autocommit = 1",
            "sql_big_selects = 1",
        ]
        if isMariaDB {
            optional += ["max_statement_time = 0", "sql_select_limit = DEFAULT"]
        } else {
            optional += [
                "max_execution_time = 0", "sql_select_limit = DEFAULT",
                "information_schema_stats_expiry = 0",
                "show_gipk_in_create_table_and_information_schema = ON",
            ]
        }
        for setting in optional { try setIfKnown(setting) }
        try readBack()
    }

    /// A setting that older servers or missing privileges may refuse without harm.
    private func setIfKnown(_ setting: String) throws(SourceError) {
        do { _ = try handle.query("SET SESSION " + setting) } catch {
            // Unknown variable, read-only at session level, privilege, value out of range.
            if [1193, 1227, 1231, 1232, 1238, 1621].contains(error.number) { return }
            throw error.sourceError("prepare session", subject)
        }
    }

    /// The connection is encrypted when it must be: the library itself goes on without TLS when a
    /// server offers none.
    private func checkEncryption() throws(SourceError) {
        guard handle.options.requiresTLS else { return }
        let status = try handle.rows(
            "SHOW SESSION STATUS LIKE 'Ssl_cipher'", "prepare session", subject)
        if handle.tlsCipher != nil, status.first?[1]?.isEmpty == false { return }
        throw SourceError(
            .unreachable, operation: "connect", subject: subject,
            message: "the connection is not encrypted and source.tls is "
                + handle.options.tlsMode.rawValue,
            hint: "give the server a certificate, or set source.tls to `preferred`")
    }

    private func readBack() throws(SourceError) {
        let rows = try handle.rows(
            "SELECT @@session.time_zone, @@session.sql_mode, @@session.character_set_client,"
                + " @@session.character_set_results, @@session.net_write_timeout",
            "prepare session", subject)
        guard let row = rows.first else { return }
        let expected: [(name: String, value: String)] = [
            ("time_zone", "+00:00"), ("sql_mode", ""), ("character_set_client", "utf8mb4"),
            ("character_set_results", "utf8mb4"),
        ]
        for (index, setting) in expected.enumerated() where row[index] != setting.value {
            throw SourceError(
                .statement, operation: "prepare session", subject: subject,
                message: "\(setting.name) is '\(row.text(index))' after it was set to "
                    + "'\(setting.value)'",
                hint: "values would be read wrongly; look for a proxy or an init_connect that "
                    + "resets it")
        }
    }
}

extension Handle {
    var isMariaDB: Bool { serverVersion.lowercased().contains("mariadb") }
}
