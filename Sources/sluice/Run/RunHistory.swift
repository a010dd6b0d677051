import CommandLine
import Extract
import Glibc
import JSON
import Lake
import Parquet
import State
import Transform

/// Writes a run into the state store. The store is a history, never the truth: whatever fails here
/// is told once and the run goes on.
final class RunHistory: Sendable {
    private let store: StateStore
    private let runID: RunID
    private let logger: Logger

    /// A new run's id.
    static func newRunID(at microseconds: Int64) -> RunID {
        RunID(milliseconds: microseconds / 1000)
    }

    /// Opens the store and notes that a run begins; nil when the store cannot be used. Earlier
    /// runs without an end were killed, unless this one is `beside` one that holds the lock.
    init?(
        _ session: Session, path: String, runID: RunID, schema: String?, startedAt: Int64,
        beside: Bool = false
    ) {
        logger = session.logger
        self.runID = runID
        do throws(StateError) {
            store = try StateStore.open(path, now: startedAt)
            try store.beginRun(
                RunRecord(
                    id: runID, command: session.invocation.name, schema: schema,
                    version: WriterOptions.programVersion, pid: Int(getpid()),
                    startedAt: startedAt))
            if !beside {
                try store.closeLostRuns(
                    of: session.invocation.name, except: runID, at: startedAt)
            }
        } catch {
            session.logger.warning(
                "the history is not kept: \(error.message)", [("state", .string(path))])
            return nil
        }
        if let warning = store.warning { session.logger.warning(warning) }
    }

    func prepared(_ plans: [TablePlan]) {
        keep { () throws(StateError) in
            try store.record(
                EventRecord(
                    at: Logger.wallClock(), level: "info",
                    message: "\(plans.count) tables planned"),
                run: runID)
        }
    }

    func chunkStarted(table: String, chunk: Int, bounds: String) {
        keep { () throws(StateError) in
            try store.beginChunk(
                ChunkRecord(
                    table: table, number: chunk, low: bounds, high: nil,
                    startedAt: Logger.wallClock()),
                run: runID)
        }
    }

    func chunkFinished(table: String, chunk: Int, rows: Int) {
        keep { () throws(StateError) in
            try store.finishChunk(
                table: table, number: chunk, rows: rows, at: Logger.wallClock(), run: runID)
        }
    }

    func note(table: String, _ text: String) {
        keep { () throws(StateError) in
            try store.record(
                EventRecord(at: Logger.wallClock(), level: "warning", table: table, message: text),
                run: runID)
        }
    }

    func finished(_ result: Extract.TableResult) {
        keep { () throws(StateError) in
            try store.record(
                State.TableResult(
                    table: result.table, mode: result.mode.rawValue, rows: result.rows,
                    files: result.files, bytes: result.bytes, seconds: result.seconds,
                    low: result.low, high: result.high, guarantee: result.guarantee.text,
                    receipt: result.receipt.text, error: result.error?.message,
                    notes: result.notes.joined(separator: "\n")),
                run: runID)
            if case .verified(let rows, _) = result.receipt {
                try store.record(
                    ReceiptRecord(
                        table: result.table, kind: "count", sourceCount: rows,
                        bronzeCount: result.rowsRead, isBalanced: rows == result.rowsRead,
                        detail: result.receipt.text, at: Logger.wallClock()),
                    run: runID)
            }
        }
    }

    func finished(_ result: TransformResult) {
        keep { () throws(StateError) in
            try store.record(
                State.TableResult(
                    table: "\(result.mode.rawValue) \(result.table)", mode: result.mode.rawValue,
                    rows: result.rows, files: result.files, bytes: Int(result.bytes),
                    seconds: result.seconds, low: result.low.map(String.init),
                    high: result.high.map(String.init), guarantee: result.guarantee,
                    receipt: result.receipt, error: result.error?.message,
                    notes: result.notes.joined(separator: "\n")),
                run: runID)
            guard result.version != nil, result.mode != .oneBigTable else { return }
            let account = result.account
            try store.record(
                ReceiptRecord(
                    table: result.table, kind: "events", sourceCount: account.events,
                    bronzeCount: account.silver + account.quarantined + account.superseded
                        + account.duplicates + account.deleted,
                    isBalanced: account.isBalanced, detail: account.text,
                    at: Logger.wallClock()),
                run: runID)
        }
    }

    func record(_ receipt: Reconciliation) {
        keep { () throws(StateError) in
            try store.record(
                ReceiptRecord(
                    table: receipt.table, kind: "reconcile",
                    sourceCount: Int(receipt.bronze ?? receipt.sum),
                    bronzeCount: Int(receipt.sum), isBalanced: receipt.isBalanced,
                    detail: (receipt.differences + receipt.notProven).joined(separator: "\n"),
                    at: Logger.wallClock()),
                run: runID)
        }
    }

    /// Notes how the run ended.
    func end(_ code: ExitCode, error: String?) {
        keep { () throws(StateError) in
            try store.finishRun(
                runID, exitCode: Int(code.rawValue), at: Logger.wallClock(), error: error)
        }
    }

    private func keep(_ note: () throws(StateError) -> Void) {
        do throws(StateError) {
            try note()
        } catch {
            logger.debug("a line of the history is lost: \(error.message)")
        }
    }
}
