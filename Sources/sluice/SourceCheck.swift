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

    init(_ session: Session, _ configuration: Configuration) {
        self.session = session
        self.configuration = configuration
    }

    func findings() -> [Finding] {
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
            findings += privileges(try connection.inspect())
        } catch {
            findings.append(Finding("privileges", Failure(error)))
        }
        findings.append(tables(connection))
        return findings
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
                hint: "set source.tls to verify-ca with ca:, or to required")
        }
    }

    private func privileges(_ inspection: ConnectionInspection) -> [Finding] {
        let variables = inspection.variables.map { "\($0.name)=\($0.value)" }
        var findings = [Finding("session", .fine, variables.joined(separator: ", "))]
        findings.append(
            inspection.listsTransactions
                ? Finding(
                    "PROCESS", .fine, "open transactions can be listed: late commits are seen")
                : Finding(
                    "PROCESS", .warning,
                    "missing: rows of a transaction that stays open longer than "
                        + "extract.no_process_margin can be missed",
                    hint: "GRANT PROCESS ON *.* TO this user"))
        findings.append(
            inspection.provesSharedSnapshots
                ? Finding("snapshot", .fine, "several connections can share one proven snapshot")
                : Finding(
                    "snapshot", .warning,
                    "large tables are consistent per chunk only, not over all connections",
                    hint: "GRANT PROCESS ON *.* TO this user"))
        let excess = ["ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE", "DROP", "SUPER"].filter {
            privilege in inspection.grants.contains { $0.contains(privilege) }
        }
        if !excess.isEmpty {
            findings.append(
                Finding(
                    "least privilege", .warning,
                    "the user may do more than read: " + excess.joined(separator: ", "),
                    hint: "sql/grants.sql creates a user that can only read"))
        }
        return findings
    }

    private func tables(_ connection: MySQLConnection) -> Finding {
        do throws(Failure) {
            let schema = try session.schema(configuration)
            let run = try session.extractRun(
                configuration, schema: schema, storage: PosixStorage(root: configuration.lake),
                observer: SilentObserver())
            let plans = try failing(Failure.init) { () throws(ExtractError) in
                try run.discover(connection)
            }
            if plans.isEmpty {
                return Finding(
                    "SELECT", .warning, "no table of \(schema) can be read, or it has none",
                    hint: "GRANT SELECT ON `\(schema)`.* TO this user")
            }
            let leftOut = try failing(Failure.init) { () throws(SourceError) in
                try connection.leftOut(schema: schema, includeViews: configuration.extract.views)
            }
            let note = leftOut.text.map { "; \($0)" } ?? ""
            return Finding(
                "SELECT", .fine, "\(plans.count) tables of \(schema) can be read\(note)")
        } catch {
            return Finding("SELECT", error)
        }
    }
}
