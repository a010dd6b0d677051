import Source

/// Looks at what holds back rows of incremental tables.
struct OpenTransactionCheck {
    private let open: OpenTransactions?
    /// Transactions end within seconds; one that has not is worth a look.
    private static let patienceMicroseconds: Int64 = 60_000_000

    init(_ open: OpenTransactions?) { self.open = open }

    func findings() -> [Finding] {
        guard let open, let oldest = open.oldestStart, let since = open.sinceText else {
            return []
        }
        let age = open.serverClock - oldest
        guard age > OpenTransactionCheck.patienceMicroseconds || !open.preparedXIDs.isEmpty else {
            return []
        }
        return [
            Finding(
                "open transactions", .warning,
                "one is open since \(since): incremental tables take nothing newer until it ends"
                    + (open.holder.map { "; \($0)" } ?? ""),
                hint: "End it. Rows that wait longer than extract.max_lag fail their table.")
        ]
    }
}
