import Source

extension Handle {
    /// Who the server is (P9). MySQL names its data directory by `server_uuid`; MariaDB has no
    /// such value, so host name, data directory and server id stand in. The port is left out: it
    /// changes without the data changing.
    func identity() throws(SourceError) -> SourceIdentity {
        let subject = options.description
        let version = try rows("SELECT VERSION()", "identify", subject).first?.text(0) ?? ""
        let identifier: String
        if isMariaDB {
            let row = try rows(
                "SELECT @@hostname, @@datadir, @@server_id", "identify", subject
            ).first
            let parts = [row?.text(0) ?? "", row?.text(1) ?? "", row?.text(2) ?? ""]
            identifier = parts.joined(separator: "|")
        } else {
            identifier = try rows("SELECT @@server_uuid", "identify", subject).first?.text(0) ?? ""
        }
        return SourceIdentity(
            product: isMariaDB ? "MariaDB" : "MySQL", version: version, identifier: identifier,
            tlsCipher: tlsCipher)
    }
}
