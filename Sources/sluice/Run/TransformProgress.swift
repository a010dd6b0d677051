import CommandLine
import JSON
import Lake
import Transform

/// Tells the operator and the state store what a transformation does.
final class TransformProgress: TransformObserver {
    private let logger: Logger
    private let history: RunHistory?
    private let progress: Progress

    /// - Parameter tableCount: how many tables are to be made; 0 when that is not known.
    init(_ session: Session, history: RunHistory?, tableCount: Int = 0) {
        logger = session.logger
        self.history = history
        progress = Progress(
            session.errors, logger: session.logger, isQuiet: session.invocation.isQuiet,
            tableCount: tableCount, totalRows: nil)
    }

    /// Removes the live line.
    func end() { progress.end() }

    func tableStarted(_ name: String, rowsEstimate: Int64?) {
        progress.begin(name, rowsEstimate: rowsEstimate.map { Int($0) })
    }

    func rowsRead(_ name: String, rows: Int) { progress.advance(name, rows: rows) }

    func note(_ name: String, _ text: String) {
        logger.warning(text, [("table", .string(name))])
        history?.note(table: name, text)
    }

    func tableFinished(_ result: TransformResult) {
        history?.finished(result)
        for note in result.notes { self.note(result.table, note) }
        let fields: [Logger.Field] = [
            ("mode", .string(result.mode.rawValue)), ("rows", JSONValue(result.rows)),
            ("files", JSONValue(result.files)), ("receipt", .string(result.receipt)),
        ]
        guard let error = result.error else { return progress.finish(result.table, fields) }
        progress.finish(result.table, nil)
        var about: [Logger.Field] = [("table", .string(result.table))]
        if error.subject != result.table { about.append(("subject", .string(error.subject))) }
        if let hint = error.hint { about.append(("hint", .string(hint))) }
        logger.error(error.message, about)
    }
}
