import CommandLine
import Config
import Extract
import JSON
import MySQL
import Source
import Storage

/// Looks at the source: connection, encryption, session, privileges.
struct SourceCheck {
    private let session: Session
    private let configuration: Configuration
    /// The tables that a run would read, once `findings` has looked.
    private(set) var plans: [TablePlan] = []

    init(_ session: Session, _ configuration: Configuration) {
        self.session = session
        self.configuration = configuration
    }

    mutating func findings() -> [Finding] {
        let connection: MySQLConnection
        do throws(Failure) {
            connection = try session.connect(configuration)
        } catch {
            return [Finding("connection", error)]
        }
        defer { connection.close() }
        let identity = connection.identity
        var findings = [
            Finding(
                "connection", .fine,
                "\(identity.product) \(identity.version), identity \(identity.identifier)"),
            encryption(identity),
        ]
        do throws(SourceError) {
            let inspection = try connection.inspect()
            findings += server(inspection) + privileges(inspection)
            findings += OpenTransactionCheck(inspection.open).findings()
        } catch {
            findings.append(Finding("privileges", Failure(error)))
        }
        findings.append(connections())
        return findings + tables(connection)
    }

    private func encryption(_ identity: SourceIdentity) -> Finding {
        if let cipher = identity.tlsCipher { return Finding("tls", .fine, "encrypted, \(cipher)") }
        switch configuration.source.address {
        case .socket: return Finding("tls", .fine, "not needed: a local socket")
        case .host(let host, _) where ["localhost", "127.0.0.1", "::1"].contains(host):
            return Finding("tls", .fine, "not encrypted; the connection stays on this machine")
        case .host:
            return Finding(
                "tls", .warning, "not encrypted: rows and password cross the network readable",
                hint: "Set source.tls to verify-ca with ca:, or to required.")
        }
    }

    private func privileges(_ inspection: ConnectionInspection) -> [Finding] {
        let grant = "GRANT PROCESS ON *.* TO \(inspection.account);"
        var findings: [Finding] = []
        findings.append(
            inspection.open != nil
                ? Finding(
                    "PROCESS", .fine, "open transactions can be listed: late commits are seen")
                : Finding(
                    "PROCESS", .warning,
                    "missing: rows of a transaction that stays open longer than "
                        + "extract.no_process_margin can be missed",
                    hint: grant))
        findings.append(
            inspection.provesSharedSnapshots
                ? Finding("snapshot", .fine, "several connections can share one proven snapshot")
                : Finding(
                    "snapshot", .warning,
                    "large tables are consistent per chunk only, not over all connections",
                    hint: grant))
        let excess = ["ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE", "DROP", "SUPER"].filter {
            privilege in inspection.grants.contains { $0.contains(privilege) }
        }
        if !excess.isEmpty {
            findings.append(
                Finding(
                    "least privilege", .warning,
                    "the user may do more than read: " + excess.joined(separator: ", "),
                    hint: "The file sql/grants.sql creates a user that can only read."))
        }
        return findings
    }

    /// What the server's own settings do to reads.
    private func server(_ inspection: ConnectionInspection) -> [Finding] {
        let variables = inspection.variables.map { "\($0.name)=\($0.value)" }
        var findings = [
            Finding("session", .fine, variables.joined(separator: ", ")),
            Finding("time zone", .fine, "the server's own is \(inspection.timeZone)"),
        ]
        if !inspection.hostileGlobals.isEmpty {
            let names = inspection.hostileGlobals.map { "\($0.name)=\($0.value)" }
            findings.append(
                Finding(
                    "globals", .warning,
                    names.joined(separator: ", ")
                        + ": would alter what is read; set otherwise in each session of sluice",
                    hint: "Other programs read this server with these values: are they meant?"))
        }
        if inspection.maxAllowedPacket < 1 << 20 {
            findings.append(
                Finding(
                    "globals", .warning,
                    "max_allowed_packet=\(inspection.maxAllowedPacket): longer results of "
                        + "functions in views and generated columns are NULL or cut",
                    hint: "Run `SET GLOBAL max_allowed_packet = 16777216`."))
        }
        return findings
    }

    /// As many connections as a run opens.
    private func connections() -> Finding {
        let count = configuration.extract.connections
        var opened: [MySQLConnection] = []
        defer { for connection in opened { connection.close() } }
        do throws(Failure) {
            // One is open already.
            while opened.count < count - 1 { opened.append(try session.connect(configuration)) }
            return Finding("connections", .fine, "\(count) can be open at once")
        } catch {
            var finding = Finding("connections", error)
            finding.detail =
                "\(opened.count + 1) of \(count) could be opened: " + finding.detail
            return finding
        }
    }

    /// Every table that a run would read: its columns, its `where`, a view's own tables.
    private mutating func tables(_ connection: MySQLConnection) -> [Finding] {
        do throws(Failure) {
            let schema = try session.schema(configuration)
            let run = try session.extractRun(
                configuration, schema: schema, storage: PosixStorage(root: configuration.lake),
                observer: SilentObserver())
            plans = try failing(Failure.init) { () throws(ExtractError) in
                try run.discover(connection)
            }
            if plans.isEmpty {
                return [
                    Finding(
                        "SELECT", .warning, "no table of \(schema) can be read, or it has none",
                        hint: "Grant the right: GRANT SELECT ON `\(schema)`.* TO the account.")
                ]
            }
            var failed: [Finding] = []
            for plan in plans {
                do throws(SourceError) { try connection.rehearse(plan.request([])) } catch {
                    failed.append(Finding("SELECT", Failure(error)))
                }
            }
            let good = plans.count - failed.count
            let left = try failing(Failure.init) { () throws(SourceError) in
                try connection.leftOut(
                    schema: schema, includeViews: configuration.extract.views
                ).text
            }
            let text =
                "\(good) of \(plans.count) tables of \(schema) can be read"
                + (left.map { "; \($0)" } ?? "")
            let unmatched = run.unmatchedCollations(plans, connection).map { table, note in
                Finding(
                    "collations", .warning, "\(table): \(note)",
                    hint: "Spell these keys alike on both sides, or give the column a collation "
                        + "that can be matched (utf8mb4_general_ci, utf8mb4_unicode_ci, any _bin).")
            }
            return [Finding("SELECT", good == 0 ? .warning : .fine, text)] + failed + unmatched
        } catch {
            return [Finding("SELECT", error)]
        }
    }
}
