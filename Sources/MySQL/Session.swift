import Source

/// The state every session is brought to before it reads, set and read back
/// (docs/specification/window.md#the-session; P17, P18, P22, P25). `PinnedVariable` says what it is
/// made of.
struct Session {
    private let handle: Handle
    private var subject: String { handle.options.description }
    private static let operation = "prepare session"
    /// Variables that every server has.
    private static let everywhere = [
        "time_zone", "sql_mode", "character_set_results", "sql_select_limit", "autocommit",
    ]

    init(_ handle: Handle) { self.handle = handle }

    /// Sets the session up; throws when something that was set did not hold. Costs eight
    /// short statements.
    func prepare() throws(SourceError) {
        try checkEncryption()
        for statement in [
            // First what would cut or forbid the reading of the variables themselves.
            "SET SESSION sql_big_selects = ON, SESSION sql_select_limit = 18446744073709551615",
            "SET SESSION \(handle.isMariaDB ? "max_statement_time" : "max_execution_time") = 0",
            "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        ] {
            try handle.rows(statement, Session.operation, subject)
        }
        // An init_connect may have stopped the session's clock; `checkClock` judges.
        _ = try refusal(of: "SET SESSION timestamp = DEFAULT")
        let pins = PinnedVariable.all(lockWaitSeconds: handle.options.lockWaitTimeoutSeconds)
        let found = try variables(pins)
        let wrong = pins.filter { pin in found[pin.name].map { !pin.holds($0) } ?? false }
        let refusals = try set(wrong)
        try check(pins, refusals)
        try checkClock()
    }

    /// The values of those of the variables that this server knows.
    private func variables(_ pins: [PinnedVariable]) throws(SourceError) -> [String: String] {
        let names = pins.map { "'\($0.name)'" }.joined(separator: ", ")
        let rows = try handle.rows(
            "SHOW SESSION VARIABLES WHERE Variable_name IN (\(names))", Session.operation, subject)
        var values: [String: String] = [:]
        for row in rows { values[row.text(0).lowercased()] = row.text(1) }
        return values
    }

    /// Sets the variables, together when the server takes them so. Returns what it said to those
    /// that it does not let this user set.
    private func set(_ pins: [PinnedVariable]) throws(SourceError) -> [String: String] {
        if pins.isEmpty { return [:] }
        let together = pins.map { "SESSION " + $0.assignment }.joined(separator: ", ")
        if try refusal(of: "SET " + together) == nil { return [:] }
        var refusals: [String: String] = [:]
        for pin in pins { refusals[pin.name] = try refusal(of: "SET SESSION " + pin.assignment) }
        return refusals
    }

    /// What the server said when it did not take a setting; nil when it took it.
    private func refusal(of statement: String) throws(SourceError) -> String? {
        do {
            _ = try handle.query(statement)
            return nil
        } catch {
            let failure = error.sourceError(Session.operation, subject)
            if failure.isTransient { throw failure }
            return failure.message
        }
    }

    /// Reads everything back that was set.
    private func check(
        _ pins: [PinnedVariable], _ refusals: [String: String]
    ) throws(SourceError) {
        let found = try variables(pins)
        if let missing = Session.everywhere.first(where: { found[$0] == nil }) {
            throw unusable(
                "the server does not show its session's variables: \(missing) is missing",
                hint: "What was set cannot be read back. Look for a proxy between.")
        }
        for pin in pins {
            guard let value = found[pin.name], !pin.holds(value) else { continue }
            let refusal = refusals[pin.name]
            if refusal != nil, !pin.altersResults { continue }
            let reason =
                refusal.map { "the server does not let this user set it: \($0)" }
                ?? "it was set, and did not hold"
            throw unusable(
                "\(pin.name) is '\(value)' and has to be \(pin.text) (\(reason))",
                hint:
                    "Rows or values would be read wrongly. Look for a proxy that resets or "
                    + "rewrites settings, or set the variable globally.")
        }
    }

    /// NOW() of this session goes with the server's own clock.
    private func checkClock() throws(SourceError) {
        let rows = try handle.rows(
            "SELECT ABS(TIMESTAMPDIFF(SECOND, NOW(), SYSDATE()))", Session.operation, subject)
        guard let row = rows.first, row.integer(0) > 60 else { return }
        throw unusable(
            "NOW() differs from the server's clock by \(row.integer(0)) s",
            hint: "Something sets this session's `timestamp`: look at init_connect and for a proxy."
        )
    }

    private func unusable(_ message: String, hint: String) -> SourceError {
        SourceError(
            .refused, operation: Session.operation, subject: subject, message: message, hint: hint)
    }

    /// The connection is encrypted when it must be: the library itself goes on without TLS when a
    /// server offers none.
    private func checkEncryption() throws(SourceError) {
        guard handle.options.requiresTLS else { return }
        let status = try handle.rows(
            "SHOW SESSION STATUS LIKE 'Ssl_cipher'", Session.operation, subject)
        if handle.tlsCipher != nil, status.first?[1]?.isEmpty == false { return }
        throw SourceError(
            .unreachable, operation: "connect", subject: subject,
            message: "the connection is not encrypted and source.tls is "
                + handle.options.tlsMode.rawValue,
            hint: "Give the server a certificate, or set source.tls to `preferred`.")
    }
}

extension Handle {
    var isMariaDB: Bool { serverVersion.lowercased().contains("mariadb") }
}
