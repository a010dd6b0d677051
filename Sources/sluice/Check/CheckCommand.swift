import CommandLine
import Config
import Extract
import JSON
import MySQL
import Source
import Storage

/// `sluice check`: can it run, and what does each missing privilege cost.
struct CheckCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let configuration = try session.configuration()
        var findings = [
            Finding("configuration", .fine, "\(configuration.file) is complete")
        ]
        var source = SourceCheck(session, configuration)
        findings += source.findings()
        findings += LakeCheck(configuration).findings()
        findings += PipelineCheck(session, configuration, source.plans).findings()
        let code = ExitCode(
            gravestOf: findings.filter { $0.status == .failed }.map(\.exitCode))
        let document: JSONValue = [
            "ok": .bool(code == .success), "exit_code": JSONValue(code.rawValue),
            "checks": .array(findings.map(\.document)),
        ]
        try session.show(document, text: text(findings, code))
        return code
    }

    private func text(_ findings: [Finding], _ code: ExitCode) -> String {
        var text = ""
        for finding in findings {
            text += "\(finding.status.mark) \(finding.check): \(finding.detail)\n"
            if let hint = finding.hint { text += "      hint: \(hint)\n" }
        }
        let warnings = findings.count { $0.status == .warning }
        let end = code == .success ? "Ready" : "Not ready"
        return text + "\(end), \(warnings) \(warnings == 1 ? "warning" : "warnings").\n"
    }
}

/// One thing looked at by `sluice check`.
struct Finding {
    enum Status: String {
        case fine = "ok"
        case warning
        case failed

        var mark: String {
            switch self {
            case .fine: "[ok]  "
            case .warning: "[warn]"
            case .failed: "[FAIL]"
            }
        }
    }

    var check: String
    var status: Status
    var detail: String
    var hint: String?
    /// What a run would end with where this has failed.
    var exitCode = ExitCode.usage

    init(_ check: String, _ status: Status, _ detail: String, hint: String? = nil) {
        self.check = check
        self.status = status
        self.detail = detail
        self.hint = hint
    }

    init(_ check: String, _ failure: Failure) {
        let place = failure.subject.isEmpty ? "" : "\(failure.subject): "
        self.init(check, .failed, place + failure.message, hint: failure.hint)
        exitCode = failure.exitCode
    }

    var document: JSONValue {
        [
            "check": .string(check), "status": .string(status.rawValue),
            "detail": .string(detail), "hint": JSONValue(hint),
        ]
    }
}
