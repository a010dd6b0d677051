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

    /// Work that may still commit: its start, microseconds UTC, and its thread; 0 for none.
    private struct Writer {
        var start: Int64
        var thread: Int64
    }

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
            let offset = zone(own: own, clock: clock)
            let writers = rows.filter { !$0.isTrue(1) }.map { row in
                Writer(start: row.integer(0) - offset, thread: row.integer(4))
            }
            return try open(clock: clock, statements + writers)
        }
        return nil
    }

    /// Starts of the statements in progress that may write, microseconds UTC.
    private func runningStatements() throws(SourceError) -> [Writer] {
        // MariaDB tells milliseconds; MySQL cuts to whole seconds, so one more is taken off.
        let age = handle.isMariaDB ? "CAST(time_ms * 1000 AS SIGNED)" : "(time + 1) * 1000000"
        let rows = try handle.rows(
            "SELECT \(ServerClock.expression) - \(age), info, id "
                + "FROM information_schema.processlist"
                + " WHERE id <> CONNECTION_ID() AND command NOT IN ('Sleep', 'Daemon',"
                + " 'Binlog Dump', 'Binlog Dump GTID', 'Slave_IO', 'Slave_SQL', 'Slave_worker',"
                + " 'Connect', 'Killed')"
                + " AND time IS NOT NULL AND NOT (info IS NULL AND user = 'system user')",
            "list statements", subject)
        return rows.filter { !OpenTransactionList.isRead($0[1]) }
            .map { Writer(start: $0.integer(0), thread: $0.integer(2)) }
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
                    + " AND COALESCE(trx_query, '') LIKE '%\(mark)%', trx_mysql_thread_id = 0,"
                    + " trx_mysql_thread_id"
                    + " FROM information_schema.innodb_trx"
            ).map(TextRow.init)
        } catch {
            if error.number == 1227 { return nil }
            throw error.sourceError("list transactions", subject)
        }
    }

    /// How far the server's host is from UTC, microseconds: InnoDB prints starts in its zone. Our
    /// own transaction began just now, so the difference to the clock tells it, to a quarter hour.
    private func zone(own: TextRow, clock: Int64) -> Int64 {
        let quarter: Int64 = 900_000_000
        return (own.integer(0) - clock + quarter / 2).dividedFloor(quarter) * quarter
    }

    /// The oldest of `writers` and who holds it.
    private func open(clock: Int64, _ writers: [Writer]) throws(SourceError) -> OpenTransactions {
        guard let oldest = writers.min(by: { $0.start < $1.start }) else {
            return OpenTransactions(serverClock: clock, oldestStart: nil, count: 0)
        }
        var open = OpenTransactions(
            serverClock: clock, oldestStart: oldest.start, count: writers.count)
        let prepared = XAList.read(handle)
        open.preparedXIDs = prepared ?? []
        // A prepared XA transaction that outlived a restart of the server is listed with the time
        // of the restart; when it really began nobody knows. Without the right to ask, one is
        // assumed only when the server is so young that one may have come from before.
        if writers.contains(where: { $0.thread == 0 }) {
            let isForgotten: Bool
            if let prepared { isForgotten = !prepared.isEmpty } else { isForgotten = try isYoung() }
            if isForgotten { open.oldestStart = 0 }
        }
        open.holder = try holder(oldest, isForgotten: open.oldestStart == 0)
        if let xa = open.xaText { open.holder = (open.holder.map { $0 + "; " } ?? "") + xa }
        return open
    }

    /// Thread, user and host of a writer; nil when it has gone meanwhile.
    private func holder(_ writer: Writer, isForgotten: Bool) throws(SourceError) -> String? {
        if writer.thread == 0 || isForgotten {
            return "a prepared XA transaction without a session; when it began is not known"
        }
        let rows = try handle.rows(
            "SELECT user, host FROM information_schema.processlist WHERE id = \(writer.thread)",
            "list transactions", subject)
        guard let row = rows.first else { return "thread \(writer.thread)" }
        return "thread \(writer.thread), \(row.text(0)) from \(row.text(1)): "
            + "KILL \(writer.thread) ends it"
    }

    private func isYoung() throws(SourceError) -> Bool {
        let uptime = try handle.rows(
            "SHOW GLOBAL STATUS LIKE 'Uptime'", "list transactions", subject)
        return (uptime.first?.integer(1) ?? 0) < 86_400
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
