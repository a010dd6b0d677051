import CommandLine
import Config
import JSON
import MySQL
import Proposal
import Source
import Storage

/// `sluice init`: writes an agent.conf from what the source declares and what its rows look like.
struct InitCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let invocation = session.invocation
        let output =
            invocation[Options.output] ?? invocation.configPath ?? "./agent.conf"
        let explained = invocation[Options.explain]
        if explained == nil, ConfigFile.exists(output), !invocation[Options.force] {
            throw .usage(
                output, "the file is there already",
                hint: "Give --force to replace it, or --output FILE for another one.")
        }
        let existing = try existing()
        guard let schema = invocation[Options.schema] ?? existing?.extract.schema else {
            throw .usage("schema", "no schema is named", hint: "Give --schema NAME.")
        }
        let place = InitPlace(session, existing)
        var survey = InitSurvey(schema: schema, options: try place.options())
        if invocation[Options.noSample] { survey.sampleRows = 0 }
        if let rows = invocation[Options.sampleRows] { survey.sampleRows = rows }
        let proposal: Proposal
        do throws(Failure) { proposal = try survey.proposal() } catch {
            // Which signal it was, the process knows.
            guard error.exitCode == .interrupted, let code = Interruption.exitCode else {
                throw error
            }
            var stopped = error
            stopped.exitCode = code
            throw stopped
        }
        if let explained { return try explain(explained, proposal) }
        var text = ProposalText(proposal)
        text.places = place.places
        return try write(text, to: output, proposal, survey.leftOut)
    }

    /// A configuration that is there already. One that cannot be read is no reason to stop where
    /// the options say all that is asked of it.
    private func existing() throws(Failure) -> Configuration? {
        let invocation = session.invocation
        let isNamed =
            invocation[Options.schema] != nil
            && (invocation[Options.host] != nil || invocation[Options.socket] != nil)
        do throws(Failure) { return try session.optionalConfiguration() } catch {
            if isNamed { return nil }
            throw error
        }
    }

    private func write(
        _ text: ProposalText, to output: String, _ proposal: Proposal, _ leftOut: LeftOut
    ) throws(Failure) -> ExitCode {
        let storage = PosixStorage(root: "")
        let content = text.text
        try failing(Failure.init) { () throws(StorageError) in
            try storage.replace(output, Array(content.utf8))
        }
        let document: JSONValue = [
            "config": .string(output), "schema": .string(proposal.schema),
            "tables": JSONValue(proposal.tables.count), "left_out": leftOut.document,
            "kinds": .array(proposal.tables.map(InitCommand.entry)),
            "look_at": .array(proposal.points.map(JSONValue.string)),
        ]
        var shown = "\(output) is written. \(proposal.summary).\n"
        if let leftOut = leftOut.text { shown += "\(leftOut)\n" }
        let points = proposal.points
        if !points.isEmpty { shown += "Look at these first:\n" }
        for (number, point) in points.enumerated() { shown += "  \(number + 1). \(point)\n" }
        shown += "Read it, then try: sluice check --config \(output)\n"
        try session.show(document, text: shown)
        return .success
    }

    private static func entry(_ table: ProposedTable) -> JSONValue {
        [
            "table": .string(table.table.name), "kind": .string(table.role.rawValue),
            "why": .string(table.why), "date": JSONValue(table.date?.column),
        ]
    }

    private func explain(_ name: String, _ proposal: Proposal) throws(Failure) -> ExitCode {
        guard let table = proposal[name] else {
            throw .usage(
                name, "the schema \(proposal.schema) has no table of that name",
                hint: "`sluice discover --schema \(proposal.schema)` lists them.")
        }
        let text = Explanation(table, in: proposal).text
        let document: JSONValue = [
            "table": .string(name), "kind": .string(table.role.rawValue),
            "why": .string(table.why),
            "lines": .array(
                text.split(separator: "\n").map { JSONValue.string(String($0)) }),
        ]
        try session.show(document, text: text)
        return .success
    }
}
