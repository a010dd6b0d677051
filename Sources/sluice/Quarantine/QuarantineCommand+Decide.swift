import CommandLine
import JSON
import Lake
import Pipeline
import Quarantine
import Transform

extension QuarantineCommand {
    /// What a decision came to: rows, and what has to be said of the others.
    private struct Decided {
        var count: Int
        var notes: [String] = []
    }

    /// Leaves rows aside, for good or until a day.
    func waive() throws(Failure) -> ExitCode {
        try decide("waived") { (entity, selection, quarantine, run, decision) throws(Failure) in
            let until = try quarantine.time(Options.until, isPast: false)
            if let until, until <= quarantine.now {
                throw .usage("--until", "lies in the past", hint: "Leave it out for good.")
            }
            let steward = QuarantineSteward(entity, storage: quarantine.storage)
            return try failing(Failure.init) { () throws(LakeError) in
                Decided(count: try steward.waive(selection, until: until, decision))
            }
        }
    }

    /// Gives rows up.
    func discard() throws(Failure) -> ExitCode {
        try decide("discarded") { (entity, selection, quarantine, _, decision) throws(Failure) in
            let steward = QuarantineSteward(entity, storage: quarantine.storage)
            return try failing(Failure.init) { () throws(LakeError) in
                Decided(count: try steward.discard(selection, decision))
            }
        }
    }

    /// Undoes a discard or a waiver. Rows that were asked for and cannot be open again are told;
    /// when there is nothing else, that is an error.
    func reopen() throws(Failure) -> ExitCode {
        try decide("reopened") { (entity, selection, quarantine, run, decision) throws(Failure) in
            let observer = TransformProgress(session, history: run.history)
            defer { observer.end() }
            let transformation = try TransformCommand(session).transformation(
                run, quarantine.pipeline, observer)
            let result = try failing(Failure.init) { () throws(LakeError) in
                try transformation.reopen(entity.name, selection, decision)
            }
            let notes =
                result.overtaken.map {
                    "\($0): a later version of its key came, or silver has one that nothing "
                        + "tells to be earlier; it stays as it was decided"
                }
                + result.published.map {
                    "\($0): it was replayed and is in silver, where it stays until the source "
                        + "changes it"
                }
            if result.reopened == 0, !notes.isEmpty {
                throw .usage(
                    invocation.name, notes.joined(separator: "\n"),
                    hint: result.published.isEmpty
                        ? "Correct the row at the source, if what it has now is wrong."
                        : "Correct or delete the row at the source; the next run takes that.")
            }
            return Decided(count: result.reopened, notes: notes)
        }
    }

    /// Makes the reasons of rows that wait for rows of these tables tell what was decided of those.
    func tellAbsences(
        of names: [String], _ quarantine: QuarantineSession, _ run: LakeRun
    ) throws(Failure) {
        let observer = TransformProgress(session, history: run.history)
        defer { observer.end() }
        let transformation = try TransformCommand(session).transformation(
            run, quarantine.pipeline, observer)
        for name in names {
            do throws(LakeError) { try transformation.tellAbsences(of: name) } catch {
                // The decision stands.
                session.logger.warning(
                    "The reasons of rows that wait for \(name) are as they were, until the next "
                        + "run: \(error.message).", [("table", .string(error.subject))])
            }
        }
    }

    private func decide(
        _ word: String,
        _ body: (
            EntitySpec, QuarantineSelection, QuarantineSession, LakeRun, QuarantineDecision
        ) throws(Failure) -> Decided
    ) throws(Failure) -> ExitCode {
        guard let reason = invocation[Options.reason] else {
            throw .usage("--reason", "a decision needs a reason", hint: "Add --reason \"…\".")
        }
        let quarantine = try QuarantineSession(session)
        let chosen = try quarantine.selections(isRequired: true)
        let run = try LakeRun(session, quarantine.configuration, schema: nil)
        defer { run.release() }
        var tables: [(name: String, decided: Decided)] = []
        try run.perform { () throws(Failure) in
            for (entity, selection) in chosen {
                let decision = quarantine.decision(reason)
                tables.append(
                    (entity.name, try body(entity, selection, quarantine, run, decision)))
            }
            try tellAbsences(of: chosen.map(\.entity.name), quarantine, run)
        }
        run.mayLeaveFiles = false
        run.history?.end(.success, error: nil)
        var text = ""
        let documents = tables.map { name, decided -> JSONValue in
            text += "\(name): \(decided.count) rows \(word)\n"
            text += decided.notes.map { "  \($0)\n" }.joined()
            var object = JSONObject()
            object["table"] = .string(name)
            object[word] = JSONValue(decided.count)
            if !decided.notes.isEmpty {
                object["notes"] = .array(decided.notes.map(JSONValue.string))
            }
            return .object(object)
        }
        try session.show(["tables": .array(documents)], text: text)
        return .success
    }
}
