import Source

/// When a failed read is tried again, and after which pause.
///
/// The one place that decides it: a chunk is read again from its lower bound after a lost
/// connection, a deadlock or a killed statement; a table that needs one state of the source begins
/// anew as a whole; everything else fails the table. What was given up here is not tried again by
/// whoever called (`ExtractError.isFinal`), so attempts never multiply.
struct RetryPolicy {
    /// How often at most, the first time included.
    var attempts: Int
    /// The first pause, doubled each time, microseconds: a server that restarts takes seconds.
    var firstPause: Int64 = 1_000_000
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

    /// Runs `body` with the number of the attempt until it succeeds or there is to be no further
    /// one, and tells the observer of each new one: `what` of `table` is read again.
    func repeating<Result>(
        _ what: String, of table: String, in world: ExtractWorld,
        _ body: (_ attempt: Int) throws(ExtractError) -> Result
    ) throws(ExtractError) -> Result {
        var attempt = 1
        while true {
            do throws(ExtractError) {
                return try body(attempt)
            } catch {
                let jitter = Double(world.now() & 1023) / 1023
                guard !error.isFinal, !world.isStopping(),
                    let pause = pause(before: attempt + 1, after: error, jitter: jitter)
                else { throw error.final(after: attempt) }
                attempt += 1
                world.observer.note(
                    table: table,
                    "\(error.message); \(what) is read again (attempt \(attempt) of \(attempts))")
                world.sleep(pause)
            }
        }
    }
}
