/// Bytes that are not what the format says, without a place: the page or footer reader that knows
/// file offset, column and page turns it into a `ParquetError`.
struct Damage: Error {
    /// What is wrong, as a clause: `a run ends after the page`.
    let reason: String
    /// Whether the bytes may be sound and only this reader cannot read them.
    let isUnsupported: Bool

    init(_ reason: String) {
        self.reason = reason
        isUnsupported = false
    }

    private init(unsupported reason: String) {
        self.reason = reason
        isUnsupported = true
    }

    static func unsupported(_ what: String) -> Damage { Damage(unsupported: what) }
}

extension Int {
    /// The product, or `Damage` when it leaves `Int`.
    func times(_ other: Int) throws(Damage) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        if overflow { throw Damage("a size overflows") }
        return product
    }
}

extension Damage {
    /// The same with `place` before the reason.
    func prefixed(_ place: String) -> Damage {
        isUnsupported ? .unsupported(place + reason) : Damage(place + reason)
    }

    /// The error for callers of this target.
    func error(_ operation: String, _ subject: String) -> ParquetError {
        isUnsupported
            ? ParquetError(
                .unsupported, operation: operation, subject: subject,
                message: reason + " is not supported",
                hint: "The file may be sound. Write it anew with what is supported, for example "
                    + "with Spark or DuckDB.")
            : ParquetError(
                .damaged, operation: operation, subject: subject, message: reason,
                hint: "The file is damaged, or was written by a faulty program. Restore it from a "
                    + "backup or write it again.")
    }
}

/// Runs decoding inside a function that throws `ParquetError`; `subject` says where.
func decoding<T>(
    _ operation: String, _ subject: @autoclosure () -> String,
    _ body: () throws(Damage) -> T
) throws(ParquetError) -> T {
    do { return try body() } catch { throw error.error(operation, subject()) }
}
