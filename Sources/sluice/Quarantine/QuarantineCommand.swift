import Columnar
import CommandLine
import Config
import JSON
import Lake
import Pipeline
import Quarantine
import Rules
import State
import Storage
import Transform

/// `sluice quarantine show|export|replay|waive|discard|reopen`: the steward's decisions.
struct QuarantineCommand {
    let session: Session
    var invocation: Invocation { session.invocation }

    init(_ session: Session) { self.session = session }

    /// One row with its reasons.
    func show() throws(Failure) -> ExitCode {
        let quarantine = try QuarantineSession(session)
        let row = try quarantine.row(
            invocation.arguments[0], of: try quarantine.entities())
        try session.show(QuarantineRowText.document(row), text: QuarantineRowText.text(row))
        return .success
    }

    /// Open rows as CSV, to be edited and given to `replay --from`.
    func export() throws(Failure) -> ExitCode {
        let quarantine = try QuarantineSession(session)
        var exports: [(name: String, count: Int, text: String)] = []
        for (entity, selection) in try quarantine.selections(isRequired: false) {
            let steward = QuarantineSteward(entity, storage: quarantine.storage)
            var text = ""
            let count = try failing(Failure.init) { () throws(LakeError) in
                try steward.export(selection, now: quarantine.now) { text += $0 }
            }
            exports.append((entity.name, count, text))
        }
        let open = exports.filter { $0.count > 0 }
        if open.count > 1 {
            let counts = open.map { "\($0.name) (\($0.count) rows)" }
            throw .usage(
                "quarantine export", "several tables have such rows, each with its own columns",
                hint: "Add --table; one of " + counts.joined(separator: ", ") + ".")
        }
        guard let (name, count, text) = open.first ?? exports.first(where: { !$0.text.isEmpty })
        else {
            throw .usage(
                "quarantine export", "there is no quarantined row",
                hint: "`sluice quarantine report` shows what the rules found.")
        }
        guard let path = invocation[Options.out] else {
            try session.show(
                ["table": .string(name), "rows": JSONValue(count), "csv": .string(text)],
                text: text)
            return .success
        }
        try failing(Failure.init) { () throws(StorageError) in
            try PosixStorage(root: "").replace(path, Array(text.utf8))
        }
        let next = "sluice quarantine replay --from \(path) --dry-run"
        try session.show(
            ["table": .string(name), "rows": JSONValue(count), "file": .string(path)],
            text: "\(count) open rows of \(name) written to \(path)\n"
                + "Next: correct them there, then \(next)\n")
        return .success
    }

    // MARK: Replay

    /// Judges rows again and publishes those that pass.
    func replay() throws(Failure) -> ExitCode {
        let quarantine = try QuarantineSession(session)
        let (chosen, fixes) = try replayed(quarantine)
        let run = try LakeRun(session, quarantine.configuration, schema: nil)
        defer { run.release() }
        var results: [ReplayResult] = []
        try run.perform { () throws(Failure) in
            try run.sweep()
            let observer = TransformProgress(session, history: run.history)
            defer { observer.end() }
            let transformation = try TransformCommand(session).transformation(
                run, quarantine.pipeline, observer)
            let decision = quarantine.decision(invocation[Options.note])
            try failing(Failure.init) { () throws(LakeError) in
                for (entity, selection) in chosen {
                    let result = try transformation.replay(
                        entity.name, selection, fixes: fixes,
                        isDryRun: invocation[Options.dryRun], decision)
                    results.append(result)
                    if invocation[Options.dryRun] { continue }
                    if let silver = result.silver { observer.tableFinished(silver) }
                    // Also what a replay that was cut short had not come to.
                    for table in try transformation.refresh(after: entity.name) {
                        if table.version != nil { observer.tableFinished(table) }
                    }
                }
            }
            if invocation[Options.dryRun] { return }
            try tellAbsences(of: chosen.map(\.entity.name), quarantine, run)
        }
        run.mayLeaveFiles = false
        run.history?.end(.success, error: nil)
        try show(results, fixes)
        return .success
    }

    /// Which rows, with which corrections: all those of a file with `--from`.
    private func replayed(_ quarantine: QuarantineSession) throws(Failure) -> (
        [(entity: EntitySpec, selection: QuarantineSelection)], QuarantineFixes
    ) {
        guard let path = invocation[Options.from] else {
            return (try quarantine.selections(isRequired: false), QuarantineFixes())
        }
        let bytes = try failing(Failure.init) { () throws(ConfigError) in
            try ConfigFile(reading: path, limitBytes: 1 << 30).bytes
        }
        let file = try failing(Failure.init) { () throws(LakeError) in
            try QuarantineFixFile(bytes, name: path)
        }
        guard let entity = try quarantine.entity(of: file, path) else {
            return ([], QuarantineFixes())
        }
        let reading = try TransformCommand.reading(session, quarantine.configuration)
        let fixes = try failing(Failure.init) { () throws(LakeError) in
            try reading.fixes(file, of: entity.name)
        }
        return ([(entity, .ids(fixes.ids))], fixes)
    }

    private func show(
        _ results: [ReplayResult], _ fixes: QuarantineFixes
    ) throws(Failure) {
        let isDryRun = invocation[Options.dryRun]
        let tables = results.map { result -> JSONValue in
            let failures = result.failures.map { failure -> JSONValue in
                let rules = failure.violations.map { JSONValue.string($0.rule) }
                return ["quarantine_id": .string(failure.id), "rules": .array(rules)]
            }
            var object = JSONObject()
            object["table"] = .string(result.entity)
            object["judged"] = JSONValue(result.judged)
            object["passed"] = JSONValue(result.passed)
            object["still_open"] = JSONValue(result.stillOpen)
            object["with_next_run"] = JSONValue(result.unread)
            object["superseded"] = .array(result.superseded.map(JSONValue.string))
            object["overtaken"] = JSONValue(result.overtaken)
            object["failures"] = .array(failures)
            object["receipt"] = JSONValue(result.silver?.receipt)
            return .object(object)
        }
        let file = invocation[Options.from].map { QuarantineFixText(fixes, file: $0) }
        var text = ""
        for result in results where result.judged > 0 {
            text += "\(result.entity): \(result.passed) of \(result.judged) rows "
            text += isDryRun ? "would pass" : "passed and went to silver"
            text += ", \(result.stillOpen) still open\n"
            if result.unread > 0 {
                text +=
                    "  \(result.unread) more pass; silver has not taken them in yet, the next run "
                text += "does\n"
            }
            for id in result.superseded {
                text += "  \(id): silver has a later version of its key, which stays\n"
            }
            if result.overtaken > 0 {
                text += "  \(result.overtaken) older rows of these keys are superseded\n"
            }
        }
        if text.isEmpty { text = "No open row matches.\n" }
        var document = JSONObject()
        document["dry_run"] = .bool(isDryRun)
        document["tables"] = .array(tables)
        if let file { document["file"] = file.document }
        try session.show(.object(document), text: (file?.text ?? "") + text)
    }
}
