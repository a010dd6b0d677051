import Columnar
public import Source

/// A connection to a MySQL or MariaDB server, brought to the session state that exact reading
/// needs. One owner at a time; every call blocks.
public final class MySQLConnection: SourceConnection {
    public let identity: SourceIdentity
    let handle: Handle
    private var hasSnapshot = false
    /// What the server's binary log proves; asked when it is first needed.
    private var log: SnapshotLog?
    /// Numbers the transaction lists, so that each can be told from one InnoDB remembers.
    private var listNumber: UInt64 = 0

    /// Connects, logs in and prepares the session.
    ///
    /// Throws `unreachable` or `refused` with what to check; a password is never part of it.
    public init(_ options: ConnectionOptions) throws(SourceError) {
        handle = try Handle(options)
        try Session(handle).prepare()
        identity = try handle.identity()
    }

    public func tables(
        schema: String, includeViews: Bool, options: TypeOptions
    ) throws(SourceError) -> [SourceTable] {
        try Catalog(handle: handle, options: options).tables(schema, includeViews: includeViews)
    }

    public func leftOut(schema: String, includeViews: Bool) throws(SourceError) -> LeftOut {
        try Catalog(handle: handle, options: TypeOptions())
            .leftOut(schema, includeViews: includeViews)
    }

    public func schemas() throws(SourceError) -> [String] { try Catalog.schemas(handle) }

    public func clock() throws(SourceError) -> Int64 { try handle.clock() }

    /// See `OpenTransactionList` for what is listed and why it suffices. Must be called before the
    /// snapshot is opened, by P1's order and because it uses a snapshot of its own.
    public func openTransactions() throws(SourceError) -> OpenTransactions? {
        guard !hasSnapshot else {
            throw SourceError(
                .statement, operation: "list transactions", subject: handle.options.endpoint,
                message: "a snapshot is open on this connection",
                hint: "List open transactions before opening the snapshot.")
        }
        return try OpenTransactionList(handle: handle).read(&listNumber)
    }

    public func commitCounter() throws(SourceError) -> UInt64? {
        try handle.transactionCounter()
    }

    public func snapshotPosition() throws(SourceError) -> SnapshotPosition? {
        guard hasSnapshot else { return nil }
        if log == nil { log = try SnapshotLog.of(handle) }
        guard let log, log != .silent, let text = try handle.snapshotPosition()
        else { return nil }
        return SnapshotPosition(text: text, isWhole: log == .whole)
    }

    public func beginSnapshot() throws(SourceError) {
        endSnapshot()
        try handle.rows(
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", "open snapshot",
            handle.options.endpoint)
        hasSnapshot = true
    }

    public func endSnapshot() {
        guard hasSnapshot else { return }
        _ = try? handle.query("COMMIT")
        hasSnapshot = false
    }

    public func count(_ request: ReadRequest) throws(SourceError) -> Int {
        let selection = try Selection(request)
        let row = try firstRow(selection.count, selection, "count")
        guard case .integer(let count) = row?.first else { return 0 }
        return Int(count)
    }

    public func stream(_ request: ReadRequest) throws(SourceError) -> any RowStream {
        let selection = try Selection(request)
        do {
            let statement = try Statement(handle, selection.rows, selection.parameters)
            return try TableStream(request, statement)
        } catch let failure as ServerFailure {
            throw failure.sourceError("read", selection.subject)
        } catch let error as SourceError {
            throw error
        } catch {
            throw SourceError(
                .statement, operation: "read", subject: selection.subject, message: "\(error)")
        }
    }

    public func explain(_ request: ReadRequest) throws(SourceError) -> ReadPlan {
        // EXPLAIN is not among the statements that every server prepares.
        let selection = try Selection(request, usesLiterals: true)
        let sql = "EXPLAIN FORMAT=TRADITIONAL " + selection.rows
        let row = try handle.rows(sql, "explain", selection.subject).first
        // MySQL adds `partitions` before the access type.
        let shift = handle.isMariaDB ? 0 : 1
        return ReadPlan(
            index: row?[5 + shift], accessType: row?.text(3 + shift) ?? "",
            rowsEstimate: row?.integer(8 + shift) ?? 0)
    }

    public func bounds(
        of column: SourceColumn, _ request: ReadRequest
    ) throws(SourceError) -> (low: SourceValue, high: SourceValue)? {
        let selection = try Selection(request)
        let row = try firstRow(selection.bounds(of: column), selection, "read bounds")
        guard let row, row.count == 2, let low = row[0], let high = row[1] else { return nil }
        return (low, high)
    }

    public func value(
        of column: SourceColumn, atOffset offset: Int, _ request: ReadRequest
    ) throws(SourceError) -> SourceValue? {
        let selection = try Selection(request)
        let sql = selection.value(of: column, atOffset: offset)
        return try firstRow(sql, selection, "read boundary")?.first ?? nil
    }

    public func presence(
        of values: [SourceValue], in column: String, _ request: ReadRequest
    ) throws(SourceError) -> [Bool] {
        if values.isEmpty { return [] }
        var asked = request
        asked.predicates = [.anyOf(column: column, values)]
        let selection = try Selection(asked)
        let row = try firstRow(selection.presence(in: column), selection, "look for values")
        return (row ?? []).map { $0 == .integer(1) }
    }

    public func limitStatements(seconds: Int) throws(SourceError) {
        let limit =
            handle.isMariaDB
            ? "max_statement_time = \(seconds)" : "max_execution_time = \(seconds * 1000)"
        do { _ = try handle.query("SET SESSION " + limit) } catch {
            // Servers from before MySQL 5.7 and MariaDB 10.1 have no such limit.
            if error.number == 1193 { return }
            throw error.sourceError("limit statements", handle.options.endpoint)
        }
    }

    public func close() { handle.close() }

    /// The first row of a prepared statement, nil when it has none.
    private func firstRow(
        _ sql: String, _ selection: Selection, _ operation: String
    ) throws(SourceError) -> [SourceValue?]? {
        do {
            let statement = try Statement(handle, sql, selection.parameters)
            let block = PacketBlock(fieldCount: statement.fields.count)
            while try !statement.read(into: block, rowLimit: 16, byteLimit: 1 << 20) {}
            guard block.count > 0 else { return nil }
            return try ValueReader.firstRow(of: block, statement.fields)
        } catch {
            throw error.sourceError(operation, selection.subject)
        }
    }
}
