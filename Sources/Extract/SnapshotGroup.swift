import Source

/// How far the rows of one read belong to one state of the source.
enum ConsistencyGrade: Hashable {
    /// All connections see one state, and what proves it.
    case shared(SnapshotProof)
    /// One connection, one state.
    case single
    /// Every chunk is consistent in itself.
    case perChunk
    /// The engine knows no snapshots.
    case none

    /// Whether all rows read are of one state.
    var isOneState: Bool {
        switch self {
        case .shared, .single: true
        case .perChunk, .none: false
        }
    }

    /// In words, for the run's table.
    var text: String {
        switch self {
        case .shared(let proof):
            "one snapshot over all connections, proven by \(proof.rawValue)"
        case .single: "one snapshot"
        case .perChunk: "one snapshot per chunk"
        case .none: "no snapshot (engine without transactions)"
        }
    }
}

/// What shows that the snapshots of several connections are one state; in words.
enum SnapshotProof: String {
    /// Each snapshot stands at the same place of the binary log, which holds every commit.
    case log = "the binary log's position"
    /// The same; whether the server keeps schemas out of its log may not be seen.
    case logOfWhatIsLogged = "the binary log's position (of commits that are logged)"
    /// No transaction started to write or committed meanwhile. It can stand still between two
    /// commits of one instant.
    case counter = "InnoDB's transaction counter"
}

/// The connections of a run and the snapshots open on them.
///
/// Snapshots of several connections are proven to be one by their places in the binary log, where
/// the server tells them, else by InnoDB's counter, which has to stand still from before the first
/// opening until after the last. No lock is taken; a busy server is tried a few times.
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
            if let positions = try positions(count) {
                if Set(positions.map(\.text)).count == 1 {
                    let isWhole = positions.allSatisfy(\.isWhole)
                    return .shared(isWhole ? .log : .logOfWhatIsLogged)
                }
                continue
            }
            guard let before else { return .perChunk }
            if try main.commitCounter() == before { return .shared(.counter) }
        }
        return .perChunk
    }

    /// Where the log stands in each of the snapshots, nil when the server does not tell of one.
    private func positions(_ count: Int) throws(SourceError) -> [SnapshotPosition]? {
        var positions: [SnapshotPosition] = []
        for slot in slots.prefix(count) {
            guard let position = try slot.connection.snapshotPosition() else { return nil }
            positions.append(position)
        }
        return positions
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
