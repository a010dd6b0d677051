import Source

/// What the binary log of a server can prove of snapshots.
enum SnapshotLog {
    /// No log, or one that leaves out what others write here.
    case silent
    /// Every commit is in it.
    case whole
    /// This user may not see whether the server keeps schemas out of its log.
    case perhapsFiltered

    /// Asks the server. MariaDB alone tells the position of a snapshot (and Percona Server, which
    /// answers the same).
    static func of(_ handle: Handle) throws(SourceError) -> SnapshotLog {
        let subject = handle.options.endpoint
        let variables = try handle.rows(
            "SHOW VARIABLES WHERE Variable_name IN ('log_bin', 'log_slave_updates', 'wsrep_on')",
            "read binary log", subject)
        let status = try handle.rows(
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('Slave_running', 'Slaves_running')",
            "read binary log", subject)
        var values: [String: String] = [:]
        for row in variables + status { values[row.text(0).lowercased()] = row.text(1) }
        guard values["log_bin"] == "ON" else { return .silent }
        // What comes from a primary or from other nodes is then committed without being logged.
        let isFed =
            values["slave_running"] == "ON" || values["wsrep_on"] == "ON"
            || (values["slaves_running"].flatMap { Int($0) } ?? 0) > 0
        if isFed, values["log_slave_updates"] != "ON" { return .silent }
        do {
            let rows = try handle.query("SHOW MASTER STATUS").map(TextRow.init)
            let filters = rows.first.map { $0.text(2) + $0.text(3) } ?? ""
            return filters.isEmpty ? .whole : .silent
        } catch {
            return .perhapsFiltered
        }
    }
}

extension Handle {
    /// The binary log's place in the snapshot that is open, `file:offset`.
    func snapshotPosition() throws(SourceError) -> String? {
        let rows = try rows(
            "SHOW STATUS WHERE Variable_name IN"
                + " ('Binlog_snapshot_file', 'Binlog_snapshot_position')",
            "read snapshot position", options.endpoint)
        var values: [String: String] = [:]
        for row in rows { values[row.text(0).lowercased()] = row.text(1) }
        guard let file = values["binlog_snapshot_file"], !file.isEmpty,
            let offset = values["binlog_snapshot_position"]
        else { return nil }
        return file + ":" + offset
    }
}
