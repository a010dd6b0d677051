import Columnar
import Names
import Source

/// The rows of one request as typed columns, decoded as they come off the wire.
final class TableStream: RowStream {
    let schema: Schema
    private let request: ReadRequest
    private let statement: Statement
    private let block: PacketBlock
    private let decoders: [any ColumnDecoder]
    private var invalidColumn: InvalidColumn
    private var invalid = InvalidValues()
    private var counts: [Int]
    private var isAtEnd = false

    /// Rows decoded column by column at a time: packets of ordinary size then stay in the
    /// first-level cache. A multiple of 64, the rows of a word of validity.
    private static let blockRowLimit = 192
    private static let blockByteLimit = 64 << 10

    init(_ request: ReadRequest, _ statement: Statement) throws(SourceError) {
        self.request = request
        self.statement = statement
        var fields = request.columns.map { column in
            Field(
                column.name, column.type, metadata: [BronzeColumn.sourceType: column.declaredType])
        }
        fields.append(Field(InvalidColumn.name, .string))
        schema = Schema(fields)
        block = PacketBlock(fieldCount: statement.fields.count)
        invalidColumn = InvalidColumn(request.columns)
        counts = [Int](repeating: 0, count: request.columns.count)
        guard statement.fields.count == max(1, request.columns.count) else {
            throw SourceError(
                .statement, operation: "read", subject: request.table.name,
                message: "\(request.columns.count) columns were asked for and "
                    + "\(statement.fields.count) came")
        }
        var decoders: [any ColumnDecoder] = []
        for (index, column) in request.columns.enumerated() {
            let plan = DecoderPlan(table: request.table, column: column, options: request.options)
            decoders.append(try plan.decoder(for: statement.fields[index]))
        }
        self.decoders = decoders
    }

    deinit { cancel() }

    var invalidCounts: [String: Int] { named(counts) }

    var unclearCounts: [String: Int] { named(decoders.map(\.unclearCount)) }

    private func named(_ counts: [Int]) -> [String: Int] {
        var named: [String: Int] = [:]
        for (column, count) in zip(request.columns, counts) where count > 0 {
            named[column.name] = count
        }
        return named
    }

    func next() throws(SourceError) -> RecordBatch? {
        let rowLimit = min(request.batchRowCount, StringDictionary.batchRowLimit)
        var rowCount = 0
        var byteCount = 0
        invalid.removeAll()
        while !isAtEnd, rowCount < rowLimit, byteCount < request.batchByteCount {
            block.clear()
            try fill(
                rowLimit: min(TableStream.blockRowLimit, rowLimit - rowCount),
                byteLimit: min(TableStream.blockByteLimit, request.batchByteCount - byteCount))
            if block.count == 0 { continue }
            invalid.blockStart = rowCount
            try decode()
            rowCount += block.count
            byteCount += block.byteCount
        }
        guard rowCount > 0 else { return nil }
        for entry in invalid.entries { counts[entry.column] += 1 }
        var columns = decoders.map { $0.take() }
        columns.append(invalidColumn.column(invalid, count: rowCount))
        return RecordBatch(schema: schema, columns: columns, count: rowCount)
    }

    func cancel() {
        isAtEnd = true
        statement.cancel()
    }

    private var subject: String { request.table.schema + "." + request.table.name }

    private func fill(rowLimit: Int, byteLimit: Int) throws(SourceError) {
        do {
            isAtEnd = try statement.read(into: block, rowLimit: rowLimit, byteLimit: byteLimit)
        } catch {
            isAtEnd = true
            throw error.sourceError("read", subject)
        }
    }

    private func decode() throws(SourceError) {
        for (index, decoder) in decoders.enumerated() {
            guard try decoder.decode(block, index, &invalid) else {
                throw malformed("a value of column \(request.columns[index].name)")
            }
        }
        // Without columns there is one constant, only counted.
        guard request.columns.isEmpty || block.isExhausted else { throw malformed("a row") }
    }

    private func malformed(_ what: String) -> SourceError {
        cancel()
        return SourceError(
            .statement, operation: "read", subject: subject,
            message: "\(what) does not have the form of its type on the wire",
            hint: "Report this with the versions of the server and of libmariadb.")
    }
}
