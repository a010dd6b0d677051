import Source

/// The server's clock as a number.
enum ServerClock {
    /// Microseconds since 1970-01-01T00:00:00Z at the start of the statement.
    static let expression = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))"
}

extension Handle {
    /// The server's clock, microseconds UTC.
    func clock() throws(SourceError) -> Int64 {
        try rows("SELECT " + ServerClock.expression, "read clock", options.endpoint)
            .first?.integer(0) ?? 0
    }

    /// InnoDB's transaction id counter: it moves when a transaction starts to write and when one
    /// commits. Nil without the PROCESS privilege or InnoDB.
    func transactionCounter() throws(SourceError) -> UInt64? {
        let rows: [TextRow]
        do { rows = try query("SHOW ENGINE INNODB STATUS").map(TextRow.init) } catch {
            if [1227, 1142, 1286, 1044].contains(error.number) { return nil }
            throw error.sourceError("read commit counter", options.endpoint)
        }
        let label = "Trx id counter "
        guard let status = rows.first?[2],
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(label) })
        else { return nil }
        return UInt64(line.dropFirst(label.count).prefix { $0.isNumber })
    }
}
