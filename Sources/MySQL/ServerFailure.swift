import Source

/// An error as the client library reports it: MySQL's number and text.
struct ServerFailure: Error {
    var number: UInt32
    var text: String

    /// The failure as the rest of the program sees it.
    func sourceError(_ operation: String, _ subject: String) -> SourceError {
        let (code, hint) = ServerFailure.meaning(of: number)
        let message = text.isEmpty ? "error \(number)" : "\(text) (error \(number))"
        return SourceError(
            code, operation: operation, subject: subject, message: message, hint: hint)
    }

    /// The same while connecting, where every broken connection means that none was made.
    func connectError(_ options: ConnectionOptions) -> SourceError {
        var error = sourceError("connect", options.description)
        switch number {
        case 1045, 1698, 1251, 1275, 1862, 1820, 2054, 2058, 2059, 2061, 3118, 3955:
            error.code = .refused
            error.hint =
                "Check source.user and source.password, and that the account may log in "
                + "from this host."
        case 1129, 1130:
            error.code = .refused
            error.hint = "The server does not let this host in: check the account's host part."
        case 1044, 1049, 1227: break
        case 2026:
            error.code = .unreachable
            error.hint =
                "Check source.tls and source.ca: `verify-identity` needs a certificate "
                + "issued for the host name that is connected to."
        case 1040, 1203, 1226:
            error.code = .unreachable
            error.hint = "The server has no free connection for this user; try again later."
        default:
            error.code = .unreachable
            error.hint =
                "Check that the server runs and that source.host, source.port or "
                + "source.socket name it."
        }
        return error
    }

    private static func meaning(of number: UInt32) -> (SourceError.Code, String?) {
        switch number {
        // Connection errors: gone away, lost, server shutting down, killed, packet trouble.
        case 2002, 2003, 2005, 2006, 2013, 2055, 1053, 1077, 1078, 1079, 1080, 1152, 1158, 1159,
            1160, 1161, 1184, 1927, 4031, 3169, 2027:
            (
                .lost,
                "The connection broke. Look at the server's log and at what lies between, then "
                    + "run again: nothing half-read was kept."
            )
        // Killed statement, lock wait, deadlock, time limit, snapshot conflict.
        case 1317, 1205, 1213, 1969, 3024, 1020, 1028, 3572, 1614:
            (
                .interrupted,
                "The server stopped the statement: a lock, a time limit or KILL. Run again: "
                    + "nothing half-read was kept."
            )
        case 1044, 1045, 1142, 1143, 1227, 1345, 1370, 1698, 3879:
            (.privilege, "Grant the user what is missing: sql/grants.sql lists it.")
        case 1049, 1051, 1054, 1109, 1146:
            (.missing, "It may have been dropped or renamed: run `sluice discover`.")
        case 1412:
            (.statement, "The table was altered during the read; the next run plans it anew.")
        case 1153, 2020:
            (.statement, "A row is larger than the server's max_allowed_packet: raise it there.")
        default: (.statement, nil)
        }
    }
}
