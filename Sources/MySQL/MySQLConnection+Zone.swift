public import Source

extension MySQLConnection {
    /// The server's own zone, whatever the session's is: the global `time_zone`, and how far it is
    /// from UTC now, as the server itself converts.
    public func serverZone() throws(SourceError) -> ServerZone {
        let rows = try handle.rows(
            "SELECT @@global.time_zone, @@system_time_zone, TIMESTAMPDIFF(SECOND,"
                + " UTC_TIMESTAMP(), CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', @@global.time_zone))",
            "read time zone", handle.options.endpoint)
        guard let row = rows.first else { return ServerZone(name: "+00:00") }
        return ServerZone(
            name: row.text(0), systemName: row.text(1), offsetSeconds: row.integer(2))
    }
}
