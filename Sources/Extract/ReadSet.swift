import Columnar
import Source

/// One read of a table's rows: what to ask for and what bronze holds of it already.
struct ReadPass {
    /// `rows`, `null watermark`, …, for messages.
    var name: String
    var predicates: [RowPredicate]
    /// Rows to compare with; nil when every row is new.
    var seen: SeenRows?
    /// Whether the read may be large enough to be cut into chunks.
    var mayBeLarge = false
    /// Ask for the count first and read nothing when it is zero.
    var countsFirst = false
}

/// All that one run reads of one table, and what will be committed with it.
struct ReadSet {
    var passes: [ReadPass]
    /// The window as text, for people.
    var low: String?
    var high: String?
    /// The window as it is kept in the files' tags.
    var lowTag: String?
    var highTag: String
    /// Transaction ids and their new versions, committed with the files.
    var transactions: [(name: String, version: Int64)]
    var guarantee: Guarantee
    var notes: [String] = []
    var grade: ConsistencyGrade
    /// How far the bound is behind the server's clock while rows wait for an open transaction,
    /// microseconds; 0 when none wait.
    var lag: Int64 = 0
    /// Commit the transactions even when no row is new.
    var commitsWithoutRows = false
    /// A retry must begin again with the whole table, not with a chunk (snapshot mode).
    var needsOneState = false
    /// A digest that means that nothing changed (snapshot mode).
    var unchangedDigest: String?
}

/// The state of the source that a read begins with.
struct SourceMoment {
    /// The open transactions, listed before the snapshot was opened; nil without the privilege.
    var open: OpenTransactions?
    /// The server's clock before the snapshot was opened, microseconds UTC.
    var clock: Int64
    var grade: ConsistencyGrade
    /// This machine's clock, to tell the moment's age.
    var takenAt: Int64
    var connectionCount: Int
}

/// Takes moments of the source: first the list of open transactions, then the snapshot (P1).
///
/// Small tables that follow each other share one moment: one state of the source for all of them,
/// and no repeated lists.
final class SourceMoments {
    let group: SnapshotGroup
    private let world: ExtractWorld
    private var current: SourceMoment?
    /// A moment is shared for this long at most, so that no snapshot holds up the server's purge.
    private static let sharedForMicroseconds: Int64 = 2_000_000

    init(group: SnapshotGroup, world: ExtractWorld) {
        self.group = group
        self.world = world
    }

    /// A moment with snapshots on `connections` connections, perhaps one taken just before.
    func recent(_ connections: Int) throws(SourceError) -> SourceMoment {
        if let current, current.connectionCount >= connections,
            world.now() - current.takenAt < SourceMoments.sharedForMicroseconds
        {
            return current
        }
        return try fresh(connections)
    }

    /// A new moment.
    func fresh(_ connections: Int) throws(SourceError) -> SourceMoment {
        current = nil
        group.end()
        let open = try group.main.openTransactions()
        let clock: Int64
        if let open { clock = open.serverClock } else { clock = try group.main.clock() }
        let takenAt = world.now()
        let grade = try group.open(connections)
        let moment = SourceMoment(
            open: open, clock: clock, grade: grade, takenAt: takenAt,
            connectionCount: connections)
        current = moment
        return moment
    }

    /// Begins again with new connections after one was lost.
    func reconnect() throws(SourceError) {
        current = nil
        try group.reconnect()
    }

    /// A connection was replaced: its snapshot is another one, so the moment is not shared any
    /// more. Snapshots stay open for the rest of this table.
    func forget() { current = nil }

    /// Ends the snapshots: the next read begins anew.
    func end() {
        current = nil
        group.end()
    }
}
