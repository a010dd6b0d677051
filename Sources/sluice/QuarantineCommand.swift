import Columnar
import CommandLine
import Config
import JSON
import State
import Storage
import Transform

/// `sluice quarantine show|export|replay|waive|discard`: the steward's decisions.
struct QuarantineCommand {
    private let session: Session
    private var invocation: Invocation { session.invocation }

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
            let count = try failing(Failure.init) { () throws(TransformError) in
                try steward.export(selection, now: quarantine.now) { text += $0 }
            }
            exports.append((entity.name, count, text))
        }
        let open = exports.filter { $0.count > 0 }
        if open.count > 1 {
            let counts = open.map { "\($0.name) (\($0.count) rows)" }
            throw .usage(
                "quarantine export", "several tables have such rows, each with its own columns",
                hint: "Add --table; one of " + counts.joined(separator: ", "))
        }
        guard let (name, count, text) = open.first ?? exports.first(where: { !$0.text.isEmpty })
        else {
            throw .usage(
                "quarantine export", "there is no quarantined row",
                hint: "`sluice quarantine report` shows what the rules found.")
        }
        guard let path = invocation.text("out") else {
            try session.output.print(text)
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

    /// Leaves rows aside, for good or until a day.
    func waive() throws(Failure) -> ExitCode {
        try decide("waived") {
            (steward, selection, quarantine, decision) throws(Failure) in
            let until = try quarantine.time("until", isPast: false)
            if let until, until <= quarantine.now {
                throw .usage("--until", "lies in the past", hint: "Leave it out for good.")
            }
            return try failing(Failure.init) { () throws(TransformError) in
                try steward.waive(selection, until: until, decision)
            }
        }
    }

    /// Gives rows up.
    func discard() throws(Failure) -> ExitCode {
        try decide("discarded") { (steward, selection, _, decision) throws(Failure) in
            try failing(Failure.init) { () throws(TransformError) in
                try steward.discard(selection, decision)
            }
        }
    }

    private func decide(
        _ word: String,
        _ body: (
            QuarantineSteward, QuarantineSelection, QuarantineSession, QuarantineDecision
        ) throws(Failure) -> Int
    ) throws(Failure) -> ExitCode {
        guard let reason = invocation.text("reason") else {
            throw .usage("--reason", "a decision needs its reason", hint: "Add --reason \"…\".")
        }
        let quarantine = try QuarantineSession(session)
        let chosen = try quarantine.selections(isRequired: true)
        let run = try LakeRun(session, quarantine.configuration, schema: nil)
        defer { run.release() }
        var counts: [(String, Int)] = []
        try run.perform { () throws(Failure) in
            for (entity, selection) in chosen {
                let steward = QuarantineSteward(entity, storage: quarantine.storage)
                counts.append(
                    (
                        entity.name,
                        try body(steward, selection, quarantine, quarantine.decision(reason))
                    ))
            }
        }
        run.mayLeaveFiles = false
        run.history?.end(.success, error: nil)
        let tables = counts.map { name, count -> JSONValue in
            ["table": .string(name), word: JSONValue(count)]
        }
        try session.show(
            ["tables": .array(tables)],
            text: counts.map { "\($0): \($1) rows \(word)\n" }.joined())
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
            let decision = quarantine.decision(invocation.text("note"))
            try failing(Failure.init) { () throws(TransformError) in
                for (entity, selection) in chosen {
                    let result = try transformation.replay(
                        entity.name, selection, fixes: fixes,
                        isDryRun: invocation.has("dry-run"), decision)
                    results.append(result)
                    if result.silver == nil { continue }
                    for table in try transformation.refresh(after: entity.name) {
                        observer.tableFinished(table)
                    }
                }
            }
        }
        run.mayLeaveFiles = false
        run.history?.end(.success, error: nil)
        try show(results)
        return .success
    }

    /// Which rows, with which corrections: all those of a file with `--from`.
    private func replayed(_ quarantine: QuarantineSession) throws(Failure) -> (
        [(entity: EntitySpec, selection: QuarantineSelection)], QuarantineFixes
    ) {
        guard let path = invocation.text("from") else {
            return (try quarantine.selections(isRequired: false), QuarantineFixes())
        }
        let bytes = try failing(Failure.init) { () throws(ConfigError) in
            try ConfigFile(reading: path, limitBytes: 1 << 30).bytes
        }
        let entities = try quarantine.entities()
        let ids = try failing(Failure.init) { () throws(TransformError) in
            try QuarantineFixes.ids(inCSV: bytes, file: path)
        }
        guard let first = ids.first else { return ([], QuarantineFixes()) }
        let table = try quarantine.row(first, of: entities).entity
        guard let entity = entities.first(where: { $0.name == table }) else {
            return ([], QuarantineFixes())
        }
        let fixes = try failing(Failure.init) { () throws(TransformError) in
            try QuarantineSteward(entity, storage: quarantine.storage).fixes(fromCSV: bytes)
        }
        return ([(entity, .ids(fixes.ids))], fixes)
    }

    private func show(_ results: [ReplayResult]) throws(Failure) {
        let isDryRun = invocation.has("dry-run")
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
            object["superseded"] = .array(result.superseded.map(JSONValue.string))
            object["overtaken"] = JSONValue(result.overtaken)
            object["failures"] = .array(failures)
            object["receipt"] = JSONValue(result.silver?.receipt)
            return .object(object)
        }
        var text = ""
        for result in results where result.judged > 0 {
            text += "\(result.entity): \(result.passed) of \(result.judged) rows "
            text += isDryRun ? "would pass" : "passed and went to silver"
            text += ", \(result.stillOpen) still open\n"
            for id in result.superseded {
                text += "  \(id): silver has a later version of its key, which stays\n"
            }
            if result.overtaken > 0 {
                text += "  \(result.overtaken) older rows of these keys are superseded\n"
            }
        }
        try session.show(
            ["dry_run": .bool(isDryRun), "tables": .array(tables)],
            text: text.isEmpty ? "No open row is meant.\n" : text)
    }
}
