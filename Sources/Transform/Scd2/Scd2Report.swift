public import Columnar
public import Delta

/// That a batch of events is all there is: every member whose key is not in it is gone (S21).
public struct CompleteSnapshot: Sendable {
    /// When the source was read, microseconds UTC: the end of the versions of what is gone.
    public var observedAt: Int64
    /// Rows of the snapshot that are not among the events, such as quarantined ones: their members
    /// are there all the same. They need the key columns only.
    public var others: [RecordBatch] = []
    /// Keys of members whose open version the rules of now reject, as they do the snapshot's row:
    /// it is taken back.
    var failing: [RecordBatch] = []

    public init(observedAt: Int64, others: [RecordBatch] = []) {
        self.observedAt = observedAt
        self.others = others
    }
}

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
        var message: String {
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
}

/// What a merge did with the events it was given, and to the table.
///
/// `events = versions + overwrites + deletes + duplicates + refused.count`.
public struct DimensionReport: Sendable {
    public var events = 0
    /// Upserts that a version begins with.
    public var versions = 0
    /// Upserts within a version: untracked values overwritten, or nothing at all.
    public var overwrites = 0
    public var deletes = 0
    /// Events that were there already, or that a delete at their sequence overrules.
    public var duplicates = 0
    public var refused: [RefusedEvent] = []

    /// Members that a complete snapshot did not hold any more.
    public var missingMembers = 0
    /// Rows new to the table.
    public var rowsInserted = 0
    /// Rows that were open and now have an end.
    public var rowsClosed = 0
    /// Rows changed in place, the closed ones included.
    public var rowsUpdated = 0
    public var rowsRemoved = 0
    public var filesAdded = 0
    public var filesRemoved = 0
    /// Events noted for later, because the versions do not tell them.
    public var journaled = 0

    /// Surrogate keys that the table does not have any more.
    public var lostSurrogateKeys: [Int64] = []

    /// Whether the table stays as it is.
    public var isUnchanged: Bool { rowsInserted + rowsUpdated + rowsRemoved == 0 }
}

/// How a dimension is merged, beyond what its specification says.
public struct DimensionOptions: Sendable {
    public var kind = SequenceKind.time
    public var tieBreak = TieBreak.refuse
    /// Takes a changed tracked set from now on instead of refusing it (S30).
    public var acceptsTracking = false
    /// Takes a complete snapshot however many members it lacks.
    public var acceptsDeletes = false
    /// Lays the whole table out anew as it is configured now and forgets the journal; a table of
    /// which nothing is read is made anew altogether.
    public var isRebuild = false
    /// The table that a rebuild from nothing takes the place of: its columns keep their names.
    public var replaced: Snapshot?
    /// Whether the events are rows of the quarantine, which came before.
    public var isReplay = false
    /// Events later than this, microseconds UTC, are refused; nil takes them (S39).
    public var latestSequence: Int64?
    /// A data file is ended at about this size.
    public var fileBytes: Int64 = 128 << 20

    public init() {}
}
