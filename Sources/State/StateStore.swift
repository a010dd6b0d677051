import Synchronization

/// The history of runs, chunks in flight, receipts and events, in one SQLite file.
///
/// A cache and a history, never the truth: a damaged file is moved aside and a new one begun.
/// Safe to use from any thread; other processes may read while this one writes (WAL). Each call is
/// one small transaction.
public final class StateStore: Sendable {
    /// Runs kept; older ones go when a new one begins.
    public static let keptRunCount = 10_000

    /// Bytes up to which a file's structure is checked whenever it is opened.
    private static let checkedSizeBytes: Int64 = 4 << 20

    let database: Mutex<Database>
    /// What was odd about the file, nil when nothing was: for a log line.
    public let warning: String?

    private init(_ database: consuming sending Database, warning: String?) {
        self.database = Mutex(database)
        self.warning = warning
    }

    /// Opens the store at `path`, which is made (0600), or brought to the newest version, where
    /// needed. `now` is microseconds since the epoch, for the name of a file moved aside.
    ///
    /// Throws `foreign` when the file is another program's or a newer sluice's.
    public static func open(_ path: String, now: Int64) throws(StateError) -> StateStore {
        try StateFile.prepare(path)
        do throws(StateError) {
            return StateStore(try usable(path), warning: nil)
        } catch {
            guard error.code == .damaged else { throw error }
            let name = try StateFile.moveAside(path, suffix: ".damaged-\(now / 1_000_000)")
            try StateFile.prepare(path)
            return StateStore(
                try usable(path),
                warning: "the state \(path) was damaged (\(error.message)); it is now \(name) and "
                    + "a new one has begun. Nothing but history is lost.")
        }
    }

    private static func usable(_ path: String) throws(StateError) -> Database {
        let database = try Database(path)
        let tableCount = try database.rows("SELECT count(*) FROM sqlite_schema")[0][0].int64 ?? 0
        let owner = try database.pragma("application_id")
        if owner != StateSchema.applicationID && (owner != 0 || tableCount > 0) {
            throw StateError(
                .foreign, operation: "open the state", subject: path,
                message: "this SQLite file belongs to another program",
                hint: "Name another file as 'state:' in the configuration.")
        }
        if tableCount > 0, StateFile.size(path) <= checkedSizeBytes {
            let answer = try database.rows("PRAGMA quick_check(1)").first?.first?.string
            if let answer, answer != "ok" {
                throw StateError(
                    .damaged, operation: "open the state", subject: path, message: answer)
            }
        }
        try database.execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON")
        try migrate(database, path)
        return database
    }

    private static func migrate(
        _ database: borrowing Database, _ path: String
    ) throws(StateError) {
        let newest = Int64(StateSchema.steps.count)
        let version = try database.pragma("user_version")
        if version > newest {
            throw StateError(
                .foreign, operation: "open the state", subject: path,
                message: "it was written by a newer sluice (state version \(version), "
                    + "this program knows \(newest))",
                hint: "Use the newer sluice, or move the file away: it holds history only.")
        }
        if version == newest { return }
        try database.transaction { database throws(StateError) in
            // Asked again under the lock: another process may have been first.
            let version = Int(try database.pragma("user_version"))
            for step in StateSchema.steps.dropFirst(version) { try database.execute(step) }
            try database.execute(
                "PRAGMA application_id = \(StateSchema.applicationID);"
                    + "PRAGMA user_version = \(newest)")
        }
    }

    // MARK: Writing

    /// Notes that a run begins, and forgets the oldest past `keptRunCount`.
    public func beginRun(_ run: RunRecord) throws(StateError) {
        try execute(
            """
            INSERT INTO runs (id, command, schema_name, version, pid, started_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .text(run.id.text), .text(run.command), SQLValue(run.schema),
                .text(run.version), SQLValue(run.pid), .integer(run.startedAt),
            ])
        try execute(
            """
            DELETE FROM runs WHERE id <= (
                SELECT id FROM runs ORDER BY id DESC LIMIT 1 OFFSET ?)
            """, [SQLValue(StateStore.keptRunCount)])
    }

    /// Notes how a run ended; `at` is microseconds since the epoch.
    public func finishRun(
        _ id: RunID, exitCode: Int, at: Int64, error: String? = nil
    ) throws(StateError) {
        try execute(
            "UPDATE runs SET finished_at = ?, exit_code = ?, error = ? WHERE id = ?",
            [.integer(at), SQLValue(exitCode), SQLValue(error), .text(id.text)])
    }

    /// Marks every unfinished run of `command` but `current` as ended without a word. Call when
    /// the lock proves that none of them is alive. Returns their ids.
    @discardableResult
    public func closeLostRuns(
        of command: String, except current: RunID, at: Int64
    ) throws(StateError) -> [RunID] {
        let rows = try execute(
            """
            UPDATE runs SET finished_at = ?, error = 'ended without a record: killed or power lost'
            WHERE finished_at IS NULL AND command = ? AND id <> ? RETURNING id
            """, [.integer(at), .text(command), .text(current.text)])
        return rows.compactMap { $0[0].string.flatMap { RunID($0) } }.sorted()
    }

    /// Notes what a run did to a table; a second note about the same table replaces the first.
    public func record(_ result: TableResult, run id: RunID) throws(StateError) {
        try execute(
            """
            INSERT OR REPLACE INTO table_results (run_id, table_name, position, mode,
                row_count, file_count, byte_count, seconds, low, high, guarantee, receipt,
                error, notes)
            VALUES (?1, ?2, (SELECT coalesce(max(position) + 1, 0) FROM table_results
                WHERE run_id = ?1), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """,
            [
                .text(id.text), .text(result.table), .text(result.mode),
                SQLValue(result.rows), SQLValue(result.files), SQLValue(result.bytes),
                .real(result.seconds), SQLValue(result.low), SQLValue(result.high),
                .text(result.guarantee), .text(result.receipt), SQLValue(result.error),
                .text(result.notes),
            ])
    }

    /// Notes that a chunk is being read; one that is begun again counts one attempt more.
    public func beginChunk(_ chunk: ChunkRecord, run id: RunID) throws(StateError) {
        try execute(
            """
            INSERT INTO chunks (run_id, table_name, number, low, high, started_at)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET low = excluded.low, high = excluded.high,
                finished_at = NULL, row_count = NULL, attempts = attempts + 1
            """,
            [
                .text(id.text), .text(chunk.table), SQLValue(chunk.number),
                SQLValue(chunk.low), SQLValue(chunk.high), .integer(chunk.startedAt),
            ])
    }

    /// Notes that a chunk has been read.
    public func finishChunk(
        table: String, number: Int, rows: Int, at: Int64, run id: RunID
    ) throws(StateError) {
        try execute(
            """
            UPDATE chunks SET finished_at = ?, row_count = ?
            WHERE run_id = ? AND table_name = ? AND number = ?
            """,
            [
                .integer(at), SQLValue(rows), .text(id.text), .text(table), SQLValue(number),
            ])
    }

    /// Keeps a receipt.
    public func record(_ receipt: ReceiptRecord, run id: RunID) throws(StateError) {
        try execute(
            """
            INSERT INTO receipts (run_id, table_name, kind, chunk, source_count, bronze_count,
                is_balanced, detail, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(id.text), .text(receipt.table), .text(receipt.kind),
                SQLValue(receipt.chunk), SQLValue(receipt.sourceCount),
                SQLValue(receipt.bronzeCount), .integer(receipt.isBalanced ? 1 : 0),
                SQLValue(receipt.detail), .integer(receipt.at),
            ])
    }

    /// Keeps a log line.
    public func record(_ event: EventRecord, run id: RunID) throws(StateError) {
        try execute(
            "INSERT INTO events (run_id, at, level, table_name, message) VALUES (?, ?, ?, ?, ?)",
            [
                .text(id.text), .integer(event.at), .text(event.level), SQLValue(event.table),
                .text(event.message),
            ])
    }

    /// Executes one statement, a transaction of its own, and returns its rows.
    @discardableResult
    func execute(
        _ statement: String, _ values: [SQLValue]
    ) throws(StateError) -> [[SQLValue]] {
        try database.withLock { database throws(StateError) in
            try database.rows(statement, values)
        }
    }
}
