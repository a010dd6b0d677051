public import Events

/// An event that the dimension does not take, to be quarantined.
public struct RefusedEvent: Hashable, Sendable {
    public enum Rule: String, Hashable, Sendable {
        /// Another event has the same key and sequence, and other values (S10).
        case sequenceConflict = "sequence_conflict"
        /// A snapshot holds the key more than once with different values (S32).
        case duplicateKey = "duplicate_key"
        /// A key column is NULL (S31).
        case nullKey = "null_key"
        /// The sequence is NULL, and the member had a version with one before.
        case nullSequence = "null_sequence"
        /// The sequence is further ahead of the clock than allowed (S39).
        case futureSequence = "future_sequence"

        /// What is said of the row.
        public var message: String {
            switch self {
            case .nullKey: "a key column is NULL"
            case .nullSequence:
                "the sequence is NULL, and a version with a sequence was there before"
            case .futureSequence: "the sequence is further ahead of the clock than allowed"
            case .sequenceConflict:
                "another event has the same key and sequence but other values"
            case .duplicateKey: "the snapshot holds this key more than once with different values"
            }
        }
    }

    public var rule: Rule
    /// Which of the batches, and the row in it.
    public var batch: Int
    public var row: Int
    public var position: BronzePosition
    public var message: String

    public init(rule: Rule, batch: Int, row: Int, position: BronzePosition, message: String) {
        self.rule = rule
        self.batch = batch
        self.row = row
        self.position = position
        self.message = message
    }
}
