import CMariaDB

/// The client library that this process runs with.
enum ClientLibrary {
    /// Whether it is of the series (3.3.x) that this program was compiled for. Packets are taken
    /// out of the library's receive buffer, and its note that a result is over is set by us: both
    /// are the library's own affair, and were only tried with this series.
    static let isKnown =
        series(mysql_get_client_version()) == series(UInt(MARIADB_PACKAGE_VERSION_ID))

    /// 30320 is 3.3.20.
    private static func series(_ version: UInt) -> UInt { version / 100 }
}
