import Source

/// One connection of a run, and the way to another in its place.
///
/// A slot has one owner at a time: between reads the run's thread, during a chunked read the one
/// worker that it was handed to. So a worker replaces its own connection and sees no other.
final class ConnectionSlot {
    private(set) var connection: any SourceConnection
    private let connect: @Sendable () throws(SourceError) -> any SourceConnection

    init(
        _ connection: any SourceConnection,
        connect: @escaping @Sendable () throws(SourceError) -> any SourceConnection
    ) {
        self.connection = connection
        self.connect = connect
    }

    /// Puts a fresh connection with a snapshot of its own in the place of a lost one.
    func replace() throws(SourceError) {
        connection.close()
        connection = try connect()
        try connection.beginSnapshot()
    }
}
