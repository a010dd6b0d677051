/// The zone in which a server's own clock writes times that carry none.
public struct ServerZone: Hashable, Sendable {
    /// As the server names it: an offset, an IANA name, or `SYSTEM`.
    public var name: String
    /// The host's zone as the server abbreviates it.
    public var systemName: String
    /// Seconds east of UTC now.
    public var offsetSeconds: Int64

    /// A zone by its name; `systemName` is what `SYSTEM` means there, `offsetSeconds` its present
    /// distance from UTC.
    public init(name: String, systemName: String = "", offsetSeconds: Int64 = 0) {
        self.name = name
        self.systemName = systemName
        self.offsetSeconds = offsetSeconds
    }

    /// Whether its clocks are never set to another time of day.
    public var isFixed: Bool {
        let own = name.uppercased() == "SYSTEM" ? systemName : name
        return own.hasPrefix("+") && own.contains(":") || own.hasPrefix("-") && own.contains(":")
            || ["UTC", "Etc/UTC", "UCT", "Universal", "Zulu"].contains(own)
    }
}
