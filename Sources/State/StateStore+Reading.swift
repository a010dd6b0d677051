extension StateStore {
    private static let runColumns =
        "id, command, schema_name, version, pid, started_at, finished_at, exit_code, error"
    private static let resultColumns = """
        table_name, mode, row_count, file_count, byte_count, seconds, low, high, guarantee,
        receipt, error, notes
        """

    /// The newest `limit` runs, newest first.
    public func runs(limit: Int) throws(StateError) -> [RunRecord] {
        try execute(
            "SELECT \(StateStore.runColumns) FROM runs ORDER BY id DESC LIMIT ?",
            [SQLValue(limit)]
        ).compactMap { StateStore.run($0) }
    }

    /// The one run whose id begins with `prefix` (case does not count), with all that is kept
    /// about it. Throws `missing` when there is none or there are several.
    public func run(matching prefix: String) throws(StateError) -> RunDetail {
        // substr, not LIKE: no character of the prefix has a meaning of its own.
        let rows = try execute(
            """
            SELECT \(StateStore.runColumns) FROM runs
            WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id DESC LIMIT 2
            """, [.text(prefix.uppercased())])
        guard let run = rows.first.flatMap({ StateStore.run($0) }), rows.count == 1,
            !prefix.isEmpty
        else {
            throw StateError(
                .missing, operation: "show a run", subject: prefix,
                message: rows.isEmpty ? "there is no such run" : "several runs begin so",
                hint: rows.isEmpty ? "`sluice runs` lists them." : "Give more of the id.")
        }
        return try detail(run)
    }

    private func detail(_ run: RunRecord) throws(StateError) -> RunDetail {
        let id: [SQLValue] = [.text(run.id.text)]
        let tables = try execute(
            """
            SELECT \(StateStore.resultColumns) FROM table_results WHERE run_id = ?
            ORDER BY position
            """, id)
        let chunks = try execute(
            """
            SELECT table_name, number, low, high, started_at, finished_at, attempts, row_count
            FROM chunks WHERE run_id = ? ORDER BY table_name, number
            """, id)
        let receipts = try execute(
            """
            SELECT table_name, kind, chunk, source_count, bronze_count, is_balanced, detail, at
            FROM receipts WHERE run_id = ? ORDER BY id
            """, id)
        let events = try execute(
            "SELECT at, level, table_name, message FROM events WHERE run_id = ? ORDER BY id", id)
        return RunDetail(
            run: run, tables: tables.map(StateStore.result), chunks: chunks.map(StateStore.chunk),
            receipts: receipts.map(StateStore.receipt), events: events.map(StateStore.event))
    }

    /// What the newest `limit` runs did to a table, newest first.
    public func history(
        table: String, limit: Int
    ) throws(StateError) -> [(run: RunID, result: TableResult)] {
        try execute(
            """
            SELECT run_id, \(StateStore.resultColumns) FROM table_results WHERE table_name = ?
            ORDER BY run_id DESC LIMIT ?
            """, [.text(table), SQLValue(limit)]
        ).compactMap { row in
            guard let id = row[0].string.flatMap({ RunID($0) }) else { return nil }
            return (id, StateStore.result(Array(row.dropFirst())))
        }
    }

    private static func run(_ row: [SQLValue]) -> RunRecord? {
        guard let id = row[0].string.flatMap({ RunID($0) }) else { return nil }
        var run = RunRecord(
            id: id, command: row[1].string ?? "", schema: row[2].string,
            version: row[3].string ?? "", pid: row[4].int ?? 0, startedAt: row[5].int64 ?? 0)
        run.finishedAt = row[6].int64
        run.exitCode = row[7].int
        run.error = row[8].string
        return run
    }

    private static func result(_ row: [SQLValue]) -> TableResult {
        TableResult(
            table: row[0].string ?? "", mode: row[1].string ?? "", rows: row[2].int ?? 0,
            files: row[3].int ?? 0, bytes: row[4].int ?? 0, seconds: row[5].double ?? 0,
            low: row[6].string, high: row[7].string, guarantee: row[8].string ?? "",
            receipt: row[9].string ?? "", error: row[10].string, notes: row[11].string ?? "")
    }

    private static func chunk(_ row: [SQLValue]) -> ChunkRecord {
        var chunk = ChunkRecord(
            table: row[0].string ?? "", number: row[1].int ?? 0, low: row[2].string,
            high: row[3].string, startedAt: row[4].int64 ?? 0)
        chunk.finishedAt = row[5].int64
        chunk.attempts = row[6].int ?? 1
        chunk.rows = row[7].int
        return chunk
    }

    private static func receipt(_ row: [SQLValue]) -> ReceiptRecord {
        ReceiptRecord(
            table: row[0].string ?? "", kind: row[1].string ?? "", chunk: row[2].int,
            sourceCount: row[3].int ?? 0, bronzeCount: row[4].int ?? 0,
            isBalanced: row[5].int == 1, detail: row[6].string, at: row[7].int64 ?? 0)
    }

    private static func event(_ row: [SQLValue]) -> EventRecord {
        EventRecord(
            at: row[0].int64 ?? 0, level: row[1].string ?? "", table: row[2].string,
            message: row[3].string ?? "")
    }
}
