import Source
import TestSupport

@testable import MySQL

/// How the tests reach their own server.
enum TestConnection {
    static func options(_ server: PrivateServer) -> ConnectionOptions {
        var options = ConnectionOptions()
        options.socket = server.socket
        options.user = "root"
        return options
    }

    /// A connection as root over the local socket. Without `readsPackets` rows come as with a
    /// client library of another series.
    static func root(readsPackets: Bool = true) throws -> MySQLConnection {
        var options = try options(PrivateServer.shared())
        options.readsPackets = readsPackets
        return try MySQLConnection(options)
    }

    /// One table of a schema.
    static func table(
        _ connection: MySQLConnection, _ schema: String, _ name: String,
        _ options: TypeOptions = TypeOptions()
    ) throws -> SourceTable {
        let tables = try connection.tables(schema: schema, includeViews: true, options: options)
        guard let table = tables.first(where: { $0.name == name }) else {
            throw TestFailure("no table \(schema).\(name)")
        }
        return table
    }
}
