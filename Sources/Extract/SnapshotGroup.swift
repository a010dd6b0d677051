import Source

/// How far the rows of one read belong to one state of the source.
enum ConsistencyGrade: String {
    /// All connections see one state, proven by the server's commit counter.
    case shared
    /// One connection, one state.
    case single
    /// Every chunk is consistent in itself.
    case perChunk
    /// The engine knows no snapshots.
    case none

    /// In words, for the run's table.
    var text: String {
        switch self {
        case .shared: "one snapshot over all connections"
        case .single: "one snapshot"
        case .perChunk: "one snapshot per chunk"
        case .none: "no snapshot (engine without transactions)"
        }
    }
}

/// The connections of a run and the snapshots open on them.
///
/// Snapshots of several connections are proven to be one by the server's commit counter: when no
/// transaction started to write or committed between the first and the last opening, all see the
/// same state. No lock is taken; a busy server is tried a few times.
final class SnapshotGroup {
    private let connect: @Sendable () throws(SourceError) -> any SourceConnection
    /// One a connection; each can be handed to a worker.
    private(set) var slots: [ConnectionSlot]
    private static let attempts = 12

    init(
        first: any SourceConnection,
        connect: @escaping @Sendable () throws(SourceError) -> any SourceConnection
    ) {
        slots = [ConnectionSlot(first, connect: connect)]
        self.connect = connect
    }

    /// The connection that lists, counts and plans.
    var main: any SourceConnection { slots[0].connection }

    /// Opens snapshots on `count` connections, making connections that are missing.
    func open(_ count: Int) throws(SourceError) -> ConsistencyGrade {
        while slots.count < count {
            slots.append(ConnectionSlot(try connect(), connect: connect))
        }
        guard count > 1 else {
            try main.beginSnapshot()
            return .single
        }
        for _ in 0..<SnapshotGroup.attempts {
            let before = try main.commitCounter()
            for slot in slots.prefix(count) { try slot.connection.beginSnapshot() }
            guard let before else { return .perChunk }
            if try main.commitCounter() == before { return .shared }
        }
        return .perChunk
    }

    /// Puts one fresh connection in the place of all.
    func reconnect() throws(SourceError) {
        close()
        slots = [ConnectionSlot(try connect(), connect: connect)]
    }

    /// Ends all snapshots, so that the server can purge.
    func end() {
        for slot in slots { slot.connection.endSnapshot() }
    }

    func close() {
        for slot in slots { slot.connection.close() }
    }
}
