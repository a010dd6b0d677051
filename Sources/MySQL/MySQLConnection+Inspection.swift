public import Source

/// What `sluice check` tells of a connection.
public struct ConnectionInspection: Sendable {
    /// The session's variables that correctness and patience rest on, as the server says them.
    public var variables: [(name: String, value: String)]
    /// What the user was granted, one statement a line, without password hashes.
    public var grants: [String]
    /// The account as the server knows it, ready for GRANT: `` `sluice`@`10.0.%` ``.
    public var account: String
    /// The open transactions (PROCESS: late commits are then never missed); nil without the right.
    public var open: OpenTransactions?
    /// Global variables that would alter what is read, were they not set in each session.
    public var hostileGlobals: [(name: String, value: String)]
    /// The largest value that functions give, bytes; cannot be set in a session.
    public var maxAllowedPacket: Int64
    /// The server's own time zone, its host's where it says SYSTEM.
    public var timeZone: String
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
        let open = try openTransactions()
        let server = try handle.rows(
            "SELECT CURRENT_USER(), @@global.max_allowed_packet, @@global.time_zone,"
                + " @@system_time_zone", "inspect", handle.options.endpoint
        ).first
        let zone = server?.text(2) ?? ""
        let counts = try commitCounter() != nil
        try beginSnapshot()
        let position = try snapshotPosition()
        endSnapshot()
        return ConnectionInspection(
            variables: variables, grants: try grants(),
            account: MySQLConnection.quoted(account: server?.text(0) ?? ""), open: open,
            hostileGlobals: try hostileGlobals(), maxAllowedPacket: server?.integer(1) ?? 0,
            timeZone: zone == "SYSTEM" ? "SYSTEM (\(server?.text(3) ?? ""))" : zone,
            provesSharedSnapshots: counts || position != nil)
    }

    /// Executes a read with its columns and conditions and takes no row: throws what a run would.
    public func rehearse(_ request: ReadRequest) throws(SourceError) {
        let selection = try Selection(request)
        do {
            let sql = "SELECT * FROM (\(selection.rows)\n) AS rehearsal LIMIT 0"
            _ = try handle.query(sql)
        } catch {
            throw error.sourceError("read", selection.subject)
        }
    }

    /// `user@host` with both parts quoted; a host may not hold `@`, a user may.
    static func quoted(account: String) -> String {
        guard let at = account.lastIndex(of: "@") else { return SQLText.identifier(account) }
        return SQLText.identifier(String(account[..<at])) + "@"
            + SQLText.identifier(String(account[account.index(after: at)...]))
    }

    private func hostileGlobals() throws(SourceError) -> [(name: String, value: String)] {
        let pins = PinnedVariable.globalsThatHurt
        let names = pins.map { "'\($0.name)'" }.joined(separator: ", ")
        let rows = try handle.rows(
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN (\(names))", "inspect",
            handle.options.endpoint)
        var found: [(name: String, value: String)] = []
        for row in rows {
            let pin = pins.first { $0.name == row.text(0).lowercased() }
            if let pin, !pin.holds(row.text(1)) { found.append((pin.name, row.text(1))) }
        }
        return found
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
