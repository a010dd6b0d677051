public import Profile

/// A bounded look at the rows of a table.
public struct TableSample: Sendable {
    /// What they tell, by the names that bronze gives the columns; nil when none could be read.
    public var profile: TableProfile?
    /// Why there is no profile, or only one of rows in no order; nil when all went well.
    public var reason: String?

    public init(profile: TableProfile? = nil, reason: String? = nil) {
        self.profile = profile
        self.reason = reason
    }
}
