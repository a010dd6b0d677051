import JSON
import Synchronization

/// Shows how far a run is: a live line on a terminal, else a log line per table, where these are
/// few, and one every half minute. Safe to use from any thread; drawn at most ten times a second.
public final class Progress: Sendable {
    private struct Table {
        var rows = 0
        var estimate: Int?
    }

    private struct State {
        var tables: [String: Table] = [:]
        /// The table that advanced last, named in the line.
        var current = ""
        var doneTables = 0
        var doneRows = 0
        var byteCount = 0
        var drawnAt = -Double.infinity
        var notedAt: Double
    }

    /// Seconds between two drawings, and between two notes off a terminal.
    private static let drawInterval = 0.1
    private static let noteInterval = 30.0

    private let state: Mutex<State>
    private let stream: ErrorStream
    private let logger: Logger
    private let isQuiet: Bool
    private let tableCount: Int
    private let totalRows: Int?
    private let startedAt: Double
    private let clock: @Sendable () -> Double

    /// Progress over `tableCount` tables with about `totalRows` rows in all, where these are known
    /// (0, nil). `clock` gives seconds that only go forward.
    public init(
        _ stream: ErrorStream, logger: Logger, isQuiet: Bool, tableCount: Int,
        totalRows: Int? = nil, clock: (@Sendable () -> Double)? = nil
    ) {
        let clock = clock ?? Terminal.monotonicSeconds
        self.stream = stream
        self.logger = logger
        self.isQuiet = isQuiet
        self.tableCount = tableCount
        self.totalRows = totalRows
        self.clock = clock
        startedAt = clock()
        state = Mutex(State(notedAt: startedAt))
    }

    /// A table begins; `rowsEstimate` is what is expected of it, nil when unknown.
    public func begin(_ table: String, rowsEstimate: Int? = nil) {
        change { state in
            state.tables[table] = Table(estimate: rowsEstimate)
            state.current = table
        }
    }

    /// `rows` more rows of a table have been read, `bytes` more bytes written.
    public func advance(_ table: String, rows: Int, bytes: Int = 0) {
        change { state in
            state.tables[table, default: Table()].rows += rows
            state.byteCount += bytes
            state.current = table
        }
    }

    /// Off a terminal tables have lines of their own when they are no more than this.
    public static let tableLinesMax = 20

    /// A table has ended; off a terminal a log line says so with `fields`, unless there are many
    /// tables, or it failed (nil) and the caller tells it.
    public func finish(_ table: String, _ fields: [Logger.Field]?) {
        change { state in
            state.doneRows += state.tables.removeValue(forKey: table)?.rows ?? 0
            state.doneTables += 1
            state.current = state.tables.keys.sorted().first ?? ""
        }
        if let fields, !isQuiet, !stream.isInteractive, tableCount <= Progress.tableLinesMax {
            logger.info("table done", [("table", .string(table))] + fields)
        }
    }

    /// Removes the live line. Call before results are printed.
    public func end() { stream.draw(live: "") }

    private func change(_ body: (inout sending State) -> Void) {
        let now = clock()
        let line: String? = state.withLock { state in
            body(&state)
            if isQuiet { return nil }
            if stream.isInteractive {
                if now - state.drawnAt < Progress.drawInterval { return nil }
                state.drawnAt = now
            } else {
                if now - state.notedAt < Progress.noteInterval { return nil }
                state.notedAt = now
            }
            return self.line(state, now)
        }
        guard let line else { return }
        if stream.isInteractive { stream.draw(live: line) } else { logger.info(line) }
    }

    /// `[#####-----] 3/12 tables  1.23M rows  456k/s  12.3 MB  ETA 12.3 s  transactions`
    private func line(_ state: borrowing State, _ now: Double) -> String {
        var rows = state.doneRows
        for table in state.tables.values { rows += table.rows }
        let elapsed = max(now - startedAt, 0.001)
        let rate = Double(rows) / elapsed
        var parts: [String] = []
        let fraction = fraction(rows: rows, state)
        if stream.isInteractive, let fraction {
            let filled = Int(fraction * 20)
            let bar = String(repeating: "█", count: filled)
            parts.append(bar + String(repeating: "░", count: 20 - filled))
        }
        if tableCount > 0 { parts.append("\(state.doneTables)/\(tableCount) tables") }
        parts.append("\(Quantity.short(Double(rows))) rows")
        parts.append("\(Quantity.short(rate))/s")
        if state.byteCount > 0 { parts.append(Quantity.bytes(state.byteCount)) }
        if let totalRows, rate > 0, rows < totalRows, elapsed > 1 {
            parts.append("ETA \(Quantity.seconds(Double(totalRows - rows) / rate))")
        }
        if !state.current.isEmpty { parts.append(state.current) }
        return parts.joined(separator: "  ")
    }

    /// How much of the work is done, 0…1: by rows when their number is known, else by tables.
    private func fraction(rows: Int, _ state: borrowing State) -> Double? {
        if let totalRows, totalRows > 0 { return min(1, Double(rows) / Double(totalRows)) }
        return tableCount > 0 ? min(1, Double(state.doneTables) / Double(tableCount)) : nil
    }
}
