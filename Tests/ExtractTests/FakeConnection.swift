import Columnar
import Source
import Synchronization

/// A connection to a `FakeServer`.
final class FakeConnection: SourceConnection {
    let server: FakeServer
    let identity: SourceIdentity
    private var snapshot: Int64?

    init(_ server: FakeServer, identifier: String = "fake") {
        self.server = server
        identity = SourceIdentity(
            product: "MariaDB", version: "10.11", identifier: identifier, tlsCipher: nil)
    }

    func tables(schema: String, includeViews: Bool, options: TypeOptions) -> [SourceTable] {
        schema == "s" ? [server.table] : []
    }

    func schemas() -> [String] { ["s"] }

    func clock() -> Int64 {
        server.tick()
        return server.now
    }

    func serverZone() -> ServerZone { server.zone }

    func openTransactions() -> OpenTransactions? {
        guard server.seesTransactions else { return nil }
        let clock = self.clock()
        server.tick()
        let open = server.open(at: server.now)
        let oldest = open.map { $0.startedAt.dividedFloor(by: 1_000_000) * 1_000_000 }.min()
        return OpenTransactions(serverClock: clock, oldestStart: oldest, count: open.count)
    }

    func commitCounter() -> UInt64? {
        server.tick()
        return server.seesTransactions ? server.counter(at: server.now) : nil
    }

    func beginSnapshot() {
        server.tick()
        snapshot = server.now
    }

    func endSnapshot() { snapshot = nil }

    func count(_ request: ReadRequest) -> Int {
        rows(request).count + (server.miscounts.withLock { $0 } ? 1 : 0)
    }

    func stream(_ request: ReadRequest) -> any RowStream {
        server.openedStreams.withLock { $0 += 1 }
        let breaks = server.brokenStreams.withLock { left -> Bool in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
        var found = rows(request).sorted { $0.id < $1.id }
        // The only key there is.
        if request.order.first?.isDescending == true { found.reverse() }
        if let limit = request.limit { found = Array(found.prefix(limit)) }
        return FakeStream(found, request, breaks: breaks)
    }

    func explain(_ request: ReadRequest) -> ReadPlan {
        let estimate = max(server.rowsEstimate.withLock { $0 }, Int64(rows(request).count))
        return ReadPlan(index: "PRIMARY", accessType: "range", rowsEstimate: estimate)
    }

    func bounds(of column: SourceColumn, _ request: ReadRequest) -> (
        low: SourceValue, high: SourceValue
    )? {
        let ids = rows(request).map(\.id)
        guard let low = ids.min(), let high = ids.max() else { return nil }
        return (.integer(low), .integer(high))
    }

    func value(of column: SourceColumn, atOffset offset: Int, _ request: ReadRequest)
        -> SourceValue?
    {
        let ids = rows(request).map(\.id).sorted()
        return offset < ids.count ? .integer(ids[offset]) : nil
    }

    func refusal(schema: String, table: String, column: String?) -> SourceError? {
        server.refusals.withLock { $0[column.map { table + "." + $0 } ?? table] }
    }

    func close() {}

    private func rows(_ request: ReadRequest) -> [FakeRow] {
        server.tick()
        let rows = server.rows(at: snapshot ?? server.now).values
        return rows.filter { row in request.predicates.allSatisfy { holds($0, row) } }
    }

    private func holds(_ predicate: RowPredicate, _ row: FakeRow) -> Bool {
        switch predicate {
        case .greater(let column, let value): compare(column, row, value) { $0 > $1 }
        case .atLeast(let column, let value): compare(column, row, value) { $0 >= $1 }
        case .atMost(let column, let value): compare(column, row, value) { $0 <= $1 }
        case .less(let column, let value): compare(column, row, value) { $0 < $1 }
        case .isNull(let column): column == "updated_at" && row.updatedAt == nil
        case .isNotNull(let column): column != "updated_at" || row.updatedAt != nil
        case .anyOf(let column, let values):
            values.contains { compare(column, row, $0) { $0 == $1 } }
        }
    }

    /// Ids compare as numbers; times as the texts the server would compare, which sort alike.
    private func compare(
        _ column: String, _ row: FakeRow, _ value: SourceValue, _ holds: (String, String) -> Bool
    ) -> Bool {
        if column == "id", case .integer(let bound) = value {
            return holds(sortable(row.id), sortable(bound))
        }
        guard let time = row.updatedAt else { return false }
        let text = Timestamp.text(microseconds: time, separator: " ", suffix: "")
        return holds(text, value.description)
    }

    private func sortable(_ id: Int64) -> String {
        String(UInt64(bitPattern: id) ^ (1 << 63)).padded
    }
}

extension String {
    fileprivate var padded: String { String(repeating: "0", count: max(0, 20 - count)) + self }
}

/// Rows of a `FakeConnection` in small batches.
final class FakeStream: RowStream {
    let schema: Schema
    private var rows: ArraySlice<FakeRow>
    private let names: [String]
    let invalidCounts: [String: Int] = [:]
    let unclearCounts: [String: Int] = [:]

    private var breaks: Bool
    private var batchCount = 0

    init(_ rows: [FakeRow], _ request: ReadRequest, breaks: Bool) {
        self.rows = rows[...]
        self.breaks = breaks
        names = request.columns.map(\.name)
        let fields = request.columns.map { Field($0.name, $0.type) }
        schema = Schema(fields + [Field("_sluice_invalid", .string)])
    }

    func next() throws(SourceError) -> RecordBatch? {
        if breaks, batchCount == 1 {
            throw SourceError(.lost, operation: "read", subject: "s.t", message: "gone away")
        }
        if rows.isEmpty { return nil }
        batchCount += 1
        let taken = Array(rows.prefix(7))
        rows = rows.dropFirst(7)
        let columns = names.map { name -> Column in
            switch name {
            case "id": return ids(taken)
            case "updated_at":
                return Column(
                    .timestamp, storage: .int64(taken.map { $0.updatedAt ?? 0 }),
                    validity: Bitmap(taken.map { $0.updatedAt != nil }))
            default: return Column(.string, storage: .bytes(ByteVector(taken.map(\.note))))
            }
        }
        let invalid = Column.nulls(.string, count: taken.count)
        return RecordBatch(schema: schema, columns: columns + [invalid], count: taken.count)
    }

    private func ids(_ taken: [FakeRow]) -> Column {
        switch schema["id"]?.type {
        case .integer: Column(.integer, storage: .int32(taken.map { Int32($0.id) }))
        case .string: Column(.string, storage: .bytes(ByteVector(taken.map { String($0.id) })))
        default: Column(.long, storage: .int64(taken.map(\.id)))
        }
    }

    func cancel() { rows = [] }
}
