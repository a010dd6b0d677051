import CommandLine
import Config
import Extract
import JSON
import Lake
import Pipeline
import State
import Transform

/// `sluice run`: extract, transform, reconcile, under one lock and one id. What cron calls.
struct RunCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let configuration = try session.configuration()
        let schema = try session.schema(configuration)
        let pipeline = configuration.transform
        let run = try LakeRun(session, configuration, schema: schema)
        defer { run.release() }
        return try run.perform { () throws(Failure) in
            try run.sweep()
            return try work(run, schema: schema, pipeline)
        }
    }

    private func work(
        _ run: LakeRun, schema: String, _ pipeline: Pipeline
    ) throws(Failure) -> ExitCode {
        let extracted = try ExtractCommand(session).extract(run, schema: schema)
        let extractSeconds = run.seconds
        run.mayLeaveFiles = true
        var codes = [ExtractCommand.exitCode(extracted)]
        var transformed: [TransformResult] = []
        var transformSeconds = 0.0
        var receipts: [Reconciliation] = []
        var receiptError: String?
        let isOver = [ExitCode.interrupted, .terminated, .identity].contains(codes[0])
        let isBronzeAlone = pipeline == Pipeline()
        if isBronzeAlone {
            session.logger.info("there is nothing under 'transform': only bronze is copied")
        }
        if !isOver, !isBronzeAlone {
            let command = TransformCommand(session)
            transformed = try command.transform(run, pipeline)
            codes.append(TransformCommand.exitCode(transformed))
            transformSeconds = run.seconds - extractSeconds
            do throws(Failure) {
                receipts = try reconcile(run, pipeline, after: transformed)
                if let first = receipts.first(where: { !$0.isBalanced }) {
                    codes.append(.unbalanced)
                    receiptError = "\(first.table): the receipt does not balance"
                }
            } catch {
                // The tables have their results all the same.
                session.logger.error("reconcile: \(error.subject): \(error.message)")
                codes.append(error.exitCode)
                receiptError = "reconcile: \(error.message)"
            }
        }
        run.mayLeaveFiles =
            extracted.contains { $0.error?.code == .lake }
            || transformed.contains { $0.error != nil }
        RunUpkeep(session, run).perform()
        let code = ExitCode(gravestOf: codes)
        let first = ExtractReport(
            runID: run.runID.text, results: extracted, exitCode: code, seconds: extractSeconds,
            label: "bronze")
        let second = TransformReport(
            runID: run.runID.text, results: transformed, exitCode: code,
            seconds: transformSeconds, label: "silver and gold")
        run.history?.end(code, error: first.firstError ?? second.firstError ?? receiptError)
        try show(run, code, first, second, receipts)
        return code
    }

    private func reconcile(
        _ run: LakeRun, _ pipeline: Pipeline, after results: [TransformResult]
    ) throws(Failure) -> [Reconciliation] {
        let observer = TransformProgress(session, history: nil)
        let transformation = try TransformCommand(session).transformation(
            run, pipeline, observer)
        let receipts = try failing(Failure.init) { () throws(LakeError) in
            try transformation.reconcile(after: results)
        }
        for receipt in receipts { run.history?.record(receipt) }
        ReconcileCommand.tell(receipts, to: session.logger)
        return receipts
    }

    private func show(
        _ run: LakeRun, _ code: ExitCode, _ first: ExtractReport, _ second: TransformReport,
        _ receipts: [Reconciliation]
    ) throws(Failure) {
        let (id, seconds) = (run.runID.text, run.seconds)
        let document: JSONValue = [
            "run_id": .string(id), "exit_code": JSONValue(code.rawValue),
            "tables": .array(first.entries + second.entries),
            "reconcile": ReconcileCommand.document(receipts),
            "seconds": .number(Quantity.decimal(seconds, digits: 3)),
        ]
        // A run that was stopped after the extract has nothing to tell of the rest.
        var parts = [first.text(width: session.width)]
        if !second.results.isEmpty {
            parts.append(second.text(width: session.width))
            parts.append(
                ReconcileCommand.text(receipts, width: session.width, isFolded: true))
        }
        // What failed comes last, where people look.
        parts.append(
            "run \(id): \(code.meaning), exit \(code.rawValue), \(Quantity.seconds(seconds))\n"
                + second.waits(width: session.width) + second.degraded(width: session.width)
                + ReportFrame.failures(first.failures + second.failures, width: session.width)
                + ReconcileCommand.differences(receipts))
        try session.show(document, text: parts.joined(separator: "\n"))
    }
}
