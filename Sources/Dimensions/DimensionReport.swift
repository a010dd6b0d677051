import Columnar
public import Delta

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
