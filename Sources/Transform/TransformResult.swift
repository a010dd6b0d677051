public import Lake
public import Rules

/// What one run did with one table of silver or gold.
public struct TransformResult: Sendable {
    /// What the table is.
    public enum Mode: String, Sendable {
        case dimension
        case fact
        case oneBigTable = "one_big_table"
    }

    /// What became of the events of bronze: each is in one of these.
    public struct Account: Hashable, Sendable {
        /// Events read.
        public var events = 0
        /// Rows that silver has more than before.
        public var silver = 0
        public var quarantined = 0
        public var superseded = 0
        public var duplicates = 0
        public var deleted = 0

        public init() {}

        /// Whether every event is accounted for.
        public var isBalanced: Bool {
            events == silver + quarantined + superseded + duplicates + deleted
        }

        /// Counts the rows set aside: those that wait in quarantine already say again what an
        /// earlier full state said.
        public mutating func take(rejected: Int, _ load: QuarantineCounts) {
            quarantined = rejected - Int(load.repeated)
            duplicates += Int(load.repeated)
        }

        /// One phrase: `12 events = 8 rows + 1 quarantined + 3 superseded`.
        public var text: String {
            var parts = ["\(silver) rows"]
            let rest = [
                (quarantined, "quarantined"), (superseded, "superseded"),
                (duplicates, "duplicates"), (deleted, "deleted"),
            ]
            for (count, word) in rest where count != 0 { parts.append("\(count) \(word)") }
            return "\(events) events \(isBalanced ? "=" : "≠") \(parts.joined(separator: " + "))"
        }
    }

    public var table: String
    public var mode: Mode
    /// Events read from bronze, or rows written to a One Big Table.
    public var rows = 0
    public var files = 0
    /// Bytes of the data files.
    public var bytes: Int64 = 0
    public var seconds = 0.0
    /// The bronze version consumed before, nil for the first time.
    public var low: Int64?
    /// The bronze version consumed now.
    public var high: Int64?
    /// What is promised of the table.
    public var guarantee = ""
    /// What was proven.
    public var receipt = ""
    public var account = Account()
    public var rules: [RuleCount] = []
    /// Rows judged and set aside, which the history keeps beside the rules.
    var rowCounts: [RuleCount] = []
    /// The table's Delta version, nil when nothing was published.
    public var version: Int64?
    /// The version of the dimension's or fact's table that there is now, nil when the run failed.
    var silverVersion: Int64?
    /// Whether bronze has more that this table has not taken in.
    public var isBehind = false
    /// Of a One Big Table the first days of the periods that show older values of dimensions.
    public var stalePartitions: [String] = []
    /// Of the rows set aside those that wait for members which are in quarantine themselves.
    public var waits = MemberWaits()
    /// How much of the table is not in silver, where that is ruinous; nil otherwise.
    public var degraded: String?
    /// Things the operator should know.
    public var notes: [String] = []
    public var error: LakeError?

    public init(table: String, mode: Mode) {
        self.table = table
        self.mode = mode
    }
}
