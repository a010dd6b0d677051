import CommandLine
import Extract
import JSON
import Source
import Synchronization

/// Tells the operator and the state store what a run does. Called from several threads.
final class RunObserver: ExtractObserver {
    private let logger: Logger
    private let history: RunHistory?
    /// Known once the tables are planned.
    private let progress = Mutex<Progress?>(nil)
    private let makeProgress: @Sendable ([TablePlan]) -> Progress

    init(_ session: Session, history: RunHistory?) {
        logger = session.logger
        self.history = history
        let (errors, logger) = (session.errors, session.logger)
        let isQuiet = session.invocation.isQuiet
        makeProgress = { plans in
            // A window holds an unknown part of its table: only whole reads can be estimated.
            let areWhole = plans.allSatisfy { $0.mode == .snapshot }
            let rows = plans.reduce(0) { $0 + Int($1.table.rowsEstimate) }
            return Progress(
                errors, logger: logger, isQuiet: isQuiet, tableCount: plans.count,
                totalRows: areWhole ? rows : nil)
        }
    }

    /// The tables are planned; reading begins.
    func prepared(_ plans: [TablePlan]) {
        let made = makeProgress(plans)
        progress.withLock { $0 = made }
        history?.prepared(plans)
    }

    /// Removes the live line.
    func end() { progress.withLock { $0?.end() } }

    func tableStarted(_ plan: TablePlan) {
        progress.withLock {
            $0?.begin(plan.table.name, rowsEstimate: Int(plan.table.rowsEstimate))
        }
    }

    func rowsRead(table: String, rows: Int) {
        progress.withLock { $0?.advance(table, rows: rows) }
    }

    func bytesWritten(table: String, bytes: Int) {
        progress.withLock { $0?.advance(table, rows: 0, bytes: bytes) }
    }

    func chunkStarted(table: String, chunk: Int, bounds: String) {
        history?.chunkStarted(table: table, chunk: chunk, bounds: bounds)
    }

    func chunkFinished(table: String, chunk: Int, rows: Int) {
        history?.chunkFinished(table: table, chunk: chunk, rows: rows)
    }

    func note(table: String, _ text: String) {
        logger.warning(text, [("table", .string(table))])
        history?.note(table: table, text)
    }

    func tableFinished(_ result: TableResult) {
        history?.finished(result)
        let fields: [Logger.Field] = [
            ("mode", .string(result.mode.rawValue)), ("rows", JSONValue(result.rows)),
            ("bytes", JSONValue(result.bytes)), ("files", JSONValue(result.files)),
            ("seconds", .number(Quantity.decimal(result.seconds, digits: 3))),
            ("receipt", .string(result.receipt.text)),
        ]
        for note in result.notes { self.note(table: result.table, note) }
        guard let error = result.error else {
            progress.withLock { $0?.finish(result.table, fields) }
            return
        }
        progress.withLock { $0?.finish(result.table, nil) }
        logger.error(
            error.message,
            [
                ("table", .string(result.table)), ("operation", .string(error.operation)),
                ("subject", .string(error.subject)), ("hint", .string(error.hint ?? "run again")),
            ])
    }
}
