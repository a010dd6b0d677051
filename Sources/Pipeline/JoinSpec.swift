/// The attributes that one dimension, or another fact, gives to a One Big Table.
public struct JoinSpec: Hashable, Sendable {
    /// Its name.
    public var dimension: String
    /// Whether it is a fact: it has one row a key, and no history.
    public var isFact = false
    /// Column of the fact, or of an earlier join by its name here → key column there.
    public var on: [Match] = []
    public var columns: [String] = []
    /// Join the version that was valid at the fact's date instead of the latest.
    public var isAsOf = false

    public init(dimension: String) { self.dimension = dimension }

    /// A column here that must equal a column of the key there.
    public struct Match: Hashable, Sendable {
        public var fact: String
        public var key: String

        public init(fact: String, key: String) {
            self.fact = fact
            self.key = key
        }
    }
}
