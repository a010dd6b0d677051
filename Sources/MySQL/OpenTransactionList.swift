import Source

/// Finds the oldest work on the server that may still commit rows (P1).
///
/// The order of the steps carries the argument. A row is safe to leave behind the bound when it is
/// either visible in the snapshot opened later or has a later watermark than the bound. NOW() is
/// the start of the statement that writes.
///
/// 1. The clock `t1`. A statement that starts after it writes later times: safe.
/// 2. The process list, at `p` ≥ `t1`. A writing statement that runs at `p` counts with its own
///    start, whether or not InnoDB knows of it yet.
/// 3. InnoDB's transactions, at `a` ≥ `p`. A statement from before `t1` that no longer runs at `p`
///    has either committed, then the snapshot opened after `a` shows its rows, or its transaction
///    is still open and was known to InnoDB before `p`, then it is listed. This is why the process
///    list comes before InnoDB's list and not after it.
///
/// Every transaction that is not declared read-only counts from its start, also one that has
/// written nothing so far: it may write a time it took at its start. What this cannot see is a
/// statement that waited for a metadata lock before InnoDB knew its transaction and whose
/// transaction is open still: InnoDB's start is then later than the statement's NOW(). The
/// lookback of an incremental read is for such rows and for times set by applications.
struct OpenTransactionList {
    let handle: Handle

    /// InnoDB fills its list at most every 0.1 s: a list in which this very statement does not
    /// appear is an old one.
    private static let attemptCount = 25
    private static let pause = Duration.milliseconds(120)

    private var subject: String { handle.options.endpoint }

    /// The list, or nil when the user may not see it or it could not be had fresh.
    func read(_ number: inout UInt64) throws(SourceError) -> OpenTransactions? {
        // Without PROCESS MariaDB's lists are silently short; this statement fails then.
        guard try handle.transactionCounter() != nil else { return nil }
        let clock = try handle.clock()
        let statements = try runningStatements()
        try handle.rows(
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", "list transactions", subject)
        defer { _ = try? handle.query("COMMIT") }
        for attempt in 0..<OpenTransactionList.attemptCount {
            if attempt > 0 { sleep(OpenTransactionList.pause) }
            number += 1
            guard let rows = try transactions(mark: "sluice list \(number) of \(clock)") else {
                return nil
            }
            guard let own = rows.first(where: { $0.isTrue(2) }) else { continue }
            let starts = try self.starts(rows, own: own, clock: clock) + statements
            return OpenTransactions(
                serverClock: clock, oldestStart: starts.min(), count: starts.count)
        }
        return nil
    }

    /// Starts of the statements in progress that may write, microseconds UTC.
    private func runningStatements() throws(SourceError) -> [Int64] {
        // MariaDB tells milliseconds; MySQL cuts to whole seconds, so one more is taken off.
        let age = handle.isMariaDB ? "CAST(time_ms * 1000 AS SIGNED)" : "(time + 1) * 1000000"
        let rows = try handle.rows(
            "SELECT \(ServerClock.expression) - \(age), info FROM information_schema.processlist"
                + " WHERE id <> CONNECTION_ID() AND command NOT IN ('Sleep', 'Daemon',"
                + " 'Binlog Dump', 'Binlog Dump GTID', 'Slave_IO', 'Slave_SQL', 'Slave_worker',"
                + " 'Connect', 'Killed')"
                + " AND time IS NOT NULL AND NOT (info IS NULL AND user = 'system user')",
            "list statements", subject)
        return rows.filter { !OpenTransactionList.isRead($0[1]) }.map { $0.integer(0) }
    }

    /// Whether a statement's text says that it reads only. A statement without text counts as a
    /// writer; so does WITH, which may lead an UPDATE.
    static func isRead(_ text: String?) -> Bool {
        guard let text else { return false }
        let word = text.drop { !$0.isLetter }.prefix { $0.isLetter }.lowercased()
        guard ["select", "show", "explain", "describe", "desc"].contains(word) else { return false }
        return !text.lowercased().contains("for update")
    }

    /// Rows of InnoDB's list: start in the server's own zone, whether it is read-only, whether it
    /// is this statement's transaction, and whether it belongs to no connection.
    private func transactions(mark: String) throws(SourceError) -> [TextRow]? {
        do {
            let started = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', trx_started)"
            return try handle.query(
                "SELECT /* \(mark) */ \(started), trx_is_read_only,"
                    + " trx_mysql_thread_id = CONNECTION_ID()"
                    + " AND COALESCE(trx_query, '') LIKE '%\(mark)%', trx_mysql_thread_id = 0"
                    + " FROM information_schema.innodb_trx"
            ).map(TextRow.init)
        } catch {
            if error.number == 1227 { return nil }
            throw error.sourceError("list transactions", subject)
        }
    }

    private func starts(_ rows: [TextRow], own: TextRow, clock: Int64) throws(SourceError)
        -> [Int64]
    {
        // InnoDB prints starts in the time zone of the server's host. Our own transaction began
        // just now, so the difference to the clock is that zone's offset, to a quarter hour.
        let quarter: Int64 = 900_000_000
        let offset = (own.integer(0) - clock + quarter / 2).dividedFloor(quarter) * quarter
        var starts: [Int64] = []
        var hasDetached = false
        for row in rows where !row.isTrue(1) {
            starts.append(row.integer(0) - offset)
            if row.isTrue(3) { hasDetached = true }
        }
        if hasDetached, try hasForgottenStart() { starts.append(0) }
        return starts
    }

    /// A prepared XA transaction that outlived a restart of the server is listed with the time of
    /// the restart; when it really began nobody knows. Without the right to ask, one is assumed
    /// only when the server is so young that a transaction may have come from before.
    private func hasForgottenStart() throws(SourceError) -> Bool {
        do { return try !handle.query("XA RECOVER").isEmpty } catch {
            let uptime = try handle.rows(
                "SHOW GLOBAL STATUS LIKE 'Uptime'", "list transactions", subject)
            return (uptime.first?.integer(1) ?? 0) < 86_400
        }
    }

    private func sleep(_ duration: Duration) {
        // The server waits for us: no thread primitive is needed for a pause this rare.
        let seconds = Double(duration.components.attoseconds) / 1e18
        _ = try? handle.query("DO SLEEP(\(seconds))")
    }
}

extension Int64 {
    /// Division rounding towards minus infinity, for positive divisors.
    fileprivate func dividedFloor(_ divisor: Int64) -> Int64 {
        self % divisor < 0 ? self / divisor - 1 : self / divisor
    }
}
