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
    private let connect: () throws(SourceError) -> any SourceConnection
    private(set) var connections: [any SourceConnection]
    private static let attempts = 12

    init(
        first: any SourceConnection,
        connect: @escaping () throws(SourceError) -> any SourceConnection
    ) {
        connections = [first]
        self.connect = connect
    }

    /// The connection that lists, counts and plans.
    var main: any SourceConnection { connections[0] }

    /// Opens snapshots on `count` connections, making connections that are missing.
    func open(_ count: Int) throws(SourceError) -> ConsistencyGrade {
        while connections.count < count { connections.append(try connect()) }
        guard count > 1 else {
            try main.beginSnapshot()
            return .single
        }
        for _ in 0..<SnapshotGroup.attempts {
            let before = try main.commitCounter()
            for connection in connections.prefix(count) { try connection.beginSnapshot() }
            guard let before else { return .perChunk }
            if try main.commitCounter() == before { return .shared }
        }
        return .perChunk
    }

    /// Puts a fresh connection with a snapshot of its own in the place of a lost one.
    func replace(_ index: Int) throws(SourceError) {
        connections[index].close()
        connections[index] = try connect()
        try connections[index].beginSnapshot()
    }

    /// Puts one fresh connection in the place of all.
    func reconnect() throws(SourceError) {
        close()
        connections = [try connect()]
    }

    /// Ends all snapshots, so that the server can purge.
    func end() {
        for connection in connections { connection.endSnapshot() }
    }

    func close() {
        for connection in connections { connection.close() }
    }
}
