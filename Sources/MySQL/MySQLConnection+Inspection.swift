public import Source

/// What `sluice check` tells of a connection.
public struct ConnectionInspection: Sendable {
    /// The session's variables that correctness and patience rest on, as the server says them.
    public var variables: [(name: String, value: String)]
    /// What the user was granted, one statement a line, without password hashes.
    public var grants: [String]
    /// Whether open transactions can be listed (PROCESS): late commits are then never missed.
    public var listsTransactions: Bool
    /// Whether snapshots of several connections can be proven to be one.
    public var provesSharedSnapshots: Bool
}

extension MySQLConnection {
    public func refusal(schema: String, table: String, column: String?) -> SourceError? {
        let list = column.map(SQLText.identifier) ?? "1"
        let name = SQLText.identifier(schema) + "." + SQLText.identifier(table)
        do {
            _ = try handle.query("SELECT \(list) FROM \(name) LIMIT 0")
            return nil
        } catch {
            return error.sourceError("read", "\(schema).\(table)")
        }
    }

    /// Reads session variables and grants back and tries out what optional privileges give.
    public func inspect() throws(SourceError) -> ConnectionInspection {
        let names = [
            "time_zone", "sql_mode", "character_set_results", "tx_isolation",
            "net_write_timeout", "lock_wait_timeout", "max_allowed_packet",
        ]
        var variables: [(name: String, value: String)] = []
        let found = try handle.rows("SHOW SESSION VARIABLES", "inspect", handle.options.endpoint)
        for row in found where names.contains(row.text(0)) {
            variables.append((row.text(0), row.text(1)))
        }
        let lists = try openTransactions() != nil
        let proves = try commitCounter() != nil
        return ConnectionInspection(
            variables: variables, grants: try grants(), listsTransactions: lists,
            provesSharedSnapshots: proves)
    }

    private func grants() throws(SourceError) -> [String] {
        let rows = try handle.rows(
            "SHOW GRANTS FOR CURRENT_USER", "inspect", handle.options.endpoint)
        return rows.map { row in
            let text = row.text(0)
            // MariaDB appends the password's hash or plug-in.
            guard let cut = text.firstRange(of: " IDENTIFIED ") else { return text }
            return String(text[..<cut.lowerBound])
        }
    }
}
