/// What an expression may know beside its columns: the same for a whole run.
public struct EvaluationContext: Hashable, Sendable {
    /// `current_timestamp`, microseconds since 1970-01-01T00:00:00Z; `current_date` is its UTC day.
    public var now: Int64

    /// A context whose `now` is this, microseconds since 1970.
    public init(now: Int64) { self.now = now }
}
