import Source

/// When a failed read is tried again, and after which pause.
///
/// The one place that decides it: a chunk is read again from its lower bound after a lost
/// connection, a deadlock or a killed statement; everything else fails the table.
struct RetryPolicy {
    var attempts: Int
    /// The first pause, doubled each time, microseconds.
    var firstPause: Int64 = 250_000
    var longestPause: Int64 = 30_000_000

    /// The pause before attempt `number` (2, 3, …), microseconds, or nil when there is to be none.
    /// `jitter` (0…1) spreads several readers apart.
    func pause(before number: Int, after error: ExtractError, jitter: Double) -> Int64? {
        // A server that was there and restarts cannot be reached for a while.
        let isRestarting = number > 2 && error.sourceCode == .unreachable
        guard error.isTransient || isRestarting, number <= attempts else { return nil }
        let doubled = firstPause << Int64(min(number - 2, 20))
        let pause = min(doubled, longestPause)
        return pause / 2 + Int64(Double(pause / 2) * min(max(jitter, 0), 1))
    }
}
