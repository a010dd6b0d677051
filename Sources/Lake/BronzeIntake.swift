/// The rows of bronze that a run took in.
public struct BronzeIntake: Sendable {
    /// The rows of the files that were read.
    public var rows: Int64
    /// Whether bronze's log counts them; if not, the run did.
    public var isCounted: Bool
    /// All rows of bronze up to the version that is consumed then, where it holds nothing but
    /// events and its log tells.
    public var total: Int64?

    public init(rows: Int64, isCounted: Bool, total: Int64? = nil) {
        self.rows = rows
        self.isCounted = isCounted
        self.total = total
    }
}
