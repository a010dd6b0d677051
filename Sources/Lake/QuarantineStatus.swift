/// What a row's quarantine came to.
public enum QuarantineStatus: String, Hashable, Sendable, CaseIterable {
    /// Waits for a decision.
    case open
    /// Passed the rules later, perhaps corrected, and went to silver.
    case replayed
    /// Known and left aside for a while.
    case waived
    case discarded
    /// A later version of its key arrived, of a fact a good or a bad one: it must never be put over
    /// it.
    case superseded
    /// A fatal rule stopped the table because of it; silver has not taken it in.
    case blocked
}
