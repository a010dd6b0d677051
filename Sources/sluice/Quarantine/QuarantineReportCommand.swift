import CommandLine
import Config
import JSON
import Lake
import Pipeline
import Quarantine
import Rules
import Transform

/// `sluice quarantine report`: what the rules found, how that moved, and what waits.
struct QuarantineReportCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let quarantine = try QuarantineSession(session)
        let since = try quarantine.time(Options.since, isPast: true) ?? .min
        let grouping = session.invocation[Options.by] ?? .rule
        let entities = try quarantine.entities()
        var content = try failing(Failure.init) { () throws(LakeError) in
            try QuarantineReport(storage: quarantine.storage).content(
                entities, since: since, by: grouping, now: quarantine.now)
        }
        if grouping == .rule { try addMembers(entities, quarantine, &content) }
        let report = QuarantineReportText(
            content,
            QuarantineReportSubject(
                grouping: grouping, lake: quarantine.configuration.lake,
                since: since == .min ? nil : since, now: quarantine.now, zone: .here()))
        let format = session.invocation[Options.reportFormat] ?? .table
        switch session.invocation.isJSON ? .json : format {
        case .json: try session.output.print(document(content.lines))
        case .csv: try session.output.print(report.csv)
        case .md: try session.output.print(report.markdown)
        case .html: try session.output.print(QuarantineReportPage(report).text)
        case .table:
            let nothing = since == .min ? "No rule has run yet.\n" : "No rule has run since then.\n"
            try session.output.print(
                content.lines.isEmpty ? nothing : report.table(width: session.width))
        }
        return .success
    }

    /// Judges what waits for members that have come, and what waits for members that are set aside.
    /// A report without it is better than none.
    private func addMembers(
        _ entities: [EntitySpec], _ quarantine: QuarantineSession,
        _ content: inout QuarantineReportContent
    ) throws(Failure) {
        let run = try TransformCommand.reading(session, quarantine.configuration)
        do throws(LakeError) {
            content.take(waits: try run.waits(entities))
            content.take(wouldPass: try run.wouldPass(entities))
        } catch {
            session.logger.warning(
                "It is not known how many rows wait for members or would pass now: "
                    + "\(error.message).",
                [("table", .string(error.subject))])
        }
    }

    /// `{"rules": […]}`.
    private func document(_ lines: [QuarantineReportLine]) -> JSONValue {
        let rules = lines.map { line -> JSONValue in
            var object = JSONObject()
            object["table"] = .string(line.table)
            object["rule"] = .string(line.rule)
            object["severity"] = JSONValue(line.severity?.rawValue)
            object["status"] = JSONValue(line.status?.rawValue)
            object["evaluated"] = JSONValue(line.evaluated)
            object["failed"] = JSONValue(line.failed)
            object["percent"] = .number(Quantity.decimal(line.percent, digits: 4))
            object["change"] =
                line.change.map { .number(Quantity.decimal($0, digits: 4)) } ?? .null
            object["open"] = JSONValue(line.open)
            object["oldest_open"] = JSONValue(line.oldestOpen.map(QuarantineReportText.time))
            object["replayed"] = JSONValue(line.replayed)
            object["waived"] = JSONValue(line.waived)
            object["discarded"] = JSONValue(line.discarded)
            object["superseded"] = JSONValue(line.superseded)
            object["blocked"] = JSONValue(line.blocked)
            object["would_pass"] = JSONValue(line.wouldPass)
            object["because_of_quarantine"] = JSONValue(line.wait?.rows ?? 0)
            object["owner"] = JSONValue(line.owner)
            object["meaning"] = JSONValue(line.meaning)
            object["run_id"] = JSONValue(line.runID)
            object["history"] = .array(
                line.history.map { .number(Quantity.decimal($0, digits: 4)) })
            object["sample_keys"] = .array(line.sampleKeys.map(JSONValue.string))
            object["sample_ids"] = .array(line.sampleIDs.map(JSONValue.string))
            return .object(object)
        }
        return ["rules": .array(rules)]
    }
}
