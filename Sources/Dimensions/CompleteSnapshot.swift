public import Columnar

/// That a batch of events is all there is: every member whose key is not in it is gone (S21).
public struct CompleteSnapshot: Sendable {
    /// When the source was read, microseconds UTC: the end of the versions of what is gone.
    public var observedAt: Int64
    /// Rows of the snapshot that are not among the events, such as quarantined ones: their members
    /// are there all the same. They need the key columns only.
    public var others: [RecordBatch] = []
    /// Keys of members whose open version the rules of now reject, as they do the snapshot's row:
    /// it is taken back.
    public var failing: [RecordBatch] = []

    public init(observedAt: Int64, others: [RecordBatch] = []) {
        self.observedAt = observedAt
        self.others = others
    }
}
