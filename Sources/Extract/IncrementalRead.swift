import Columnar
import Delta
import Source

/// Builds the reads of a table in mode `incremental` (P1, P2, P4).
///
/// Three reads cover the column's whole range: the window, what is in no window (no time, a zero
/// or a placeholder before 1970), and what is dated beyond the clock. The first writes every row
/// that bronze did not get from one of the others; those are read and compared each run.
struct IncrementalRead {
    let plan: TablePlan
    let watermark: SourceColumn
    let options: ExtractOptions
    let world: ExtractWorld
    /// The server's clock when the run began: what was committed before must be taken.
    let runStart: Int64

    /// Where the window begins.
    private struct Start {
        /// The last bound, an instant; nil on a first run.
        var low: Int64?
        /// Rows later than this, as the column's clock shows it, are read; nil reads all.
        var from: Int64?
        /// Everything is read again because the last bound was taken in another clock.
        var isMended = false
    }

    /// Rows up to which a whole table is compared with bronze in memory.
    private static let comparableRows: Int64 = 2_000_000
    /// Times up to here are taken for placeholders: nobody's clock writes them.
    private static let placeholders: Int64 = 86_400_000_000

    /// The reads of this run. `bronze` tells the low watermark and the rows to compare with.
    func prepare(_ moments: SourceMoments, connections: Int, _ bronze: BronzeTable)
        throws(ExtractError) -> ReadSet
    {
        let names = TransactionNames(plan)
        let low = options.isFull ? nil : bronze.transaction(names.watermark)
        let clock = try clock(moments)
        let search = WindowEdgeSearch(
            plan: plan, watermark: watermark, clock: clock, options: options, world: world,
            runStart: runStart, low: low)
        let edge = try inSource { () throws(SourceError) in
            let edge = try search.find(moments, connections)
            if let low { try checkClock(edge.moment, low) }
            return edge
        }
        let wentBack = low.map { edge.moment.clock < $0 } ?? false
        // Accepted: the window goes on from this server's clock.
        let start = start(wentBack ? edge.high : low, edge, clock, bronze)
        var set = try readSet(edge, start, clock, bronze)
        set.commitsWithoutRows = wentBack || start.isMended
        let beyond = edge.isHeld ? search.clockEnd(edge) : clock.shown(at: edge.high)
        addBeyond(&set, edge, after: beyond, isFirst: low == nil)
        return set
    }

    private func clock(_ moments: SourceMoments) throws(ExtractError) -> WatermarkClock {
        guard plan.isZoned else { return .utc }
        let zone = try inSource { () throws(SourceError) in try moments.serverZone() }
        return WatermarkClock(plan.watermarkZone, zone, now: runStart, zones: world.zones)
    }

    private func checkClock(_ moment: SourceMoment, _ low: Int64) throws(SourceError) {
        guard moment.clock < low, !options.acceptsSource else { return }
        let clock = Timestamp.text(microseconds: moment.clock, fractionDigits: 0)
        throw SourceError(
            .wentBack, operation: "extract", subject: plan.name,
            message: "the server's clock says \(clock), the last watermark is "
                + Timestamp.text(microseconds: low),
            hint: "Was a backup restored, or another server put in its place? After checking, "
                + "run once with --accept-source.")
    }

    private func start(
        _ low: Int64?, _ edge: WindowEdge, _ clock: WatermarkClock, _ bronze: BronzeTable
    ) -> Start {
        guard let low else { return Start() }
        let blind = edge.moment.open == nil ? options.blindMarginMicroseconds : 0
        let lookback = max(plan.lookbackMicroseconds, blind)
        guard clock.isZoned else { return Start(low: low, from: low - lookback) }
        // Before 0.3 bounds were taken in `source.time_zone` and nothing was kept of it.
        let kept = bronze.transaction(TransactionNames(plan).offset)
        let lowOffset =
            (kept ?? plan.typeOptions.timeZone.offset(at: low.dividedFloor(by: 1_000_000)))
            * 1_000_000
        let offset = clock.offset(at: edge.high)
        if clock.isBehind(lowOffset, offset) { return Start(low: low, isMended: true) }
        let reach = lookback + clock.reach(from: lowOffset, to: offset)
        return Start(low: low, from: low + lowOffset - reach)
    }

    private func readSet(
        _ edge: WindowEdge, _ start: Start, _ clock: WatermarkClock, _ bronze: BronzeTable
    ) throws(ExtractError) -> ReadSet {
        let shown = timeValue(clock.shown(at: edge.high))
        var main = ReadPass(
            name: "rows", predicates: [.atMost(column: watermark.name, shown)], mayBeLarge: true)
        if let from = start.from {
            main.predicates.insert(
                .greater(column: watermark.name, than: timeValue(from)), at: 0)
            main.seen = try seen(after: from, bronze)
        } else if start.isMended, plan.table.rowsEstimate <= IncrementalRead.comparableRows {
            main.seen = try bronze.seenRows(key: plan.key) { _ in true }
        }
        let names = TransactionNames(plan)
        var set = ReadSet(
            passes: [main] + (try sweeps(bronze, start)),
            low: start.low.map { Timestamp.text(microseconds: $0) },
            high: Timestamp.text(microseconds: edge.high), lowTag: start.low.map(String.init),
            highTag: String(edge.high), transactions: [(names.watermark, edge.high)],
            guarantee: guarantee(edge, start, clock), grade: edge.moment.grade)
        if clock.isZoned {
            let offset = clock.offset(at: edge.high) / 1_000_000
            set.transactions.append((names.offset, offset))
        }
        if edge.withheld > 0, let since = edge.moment.open?.sinceText {
            let rows = edge.withheld == 1 ? "1 row" : "\(edge.withheld) rows"
            let verb = edge.withheld == 1 ? "waits" : "wait"
            set.notes.append(
                "\(rows) newer than \(set.high ?? "") \(verb) for the next run: a "
                    + "transaction is open since \(since)"
                    + (edge.moment.open?.holder.map { " (\($0))" } ?? ""))
            set.lag = edge.moment.clock - edge.high
        }
        if start.isMended {
            set.notes.append(
                "the last bound was taken in a clock ahead of the one that writes "
                    + "\(watermark.name): everything was read again, to find what was left behind")
        }
        return set
    }

    /// What bronze holds of rows later than `from`: rows read again, and rows that were dated
    /// beyond the clock when they were taken.
    private func seen(after from: Int64, _ bronze: BronzeTable) throws(ExtractError) -> SeenRows {
        let name = bronze.fieldName(watermark.name)
        let least = kept(from)
        return try bronze.seenRows(key: plan.key) {
            $0.mayHold(column: name, greaterThan: least)
        }
    }

    /// No greater than what bronze holds of any column's time after `shown`.
    private func kept(_ shown: Int64) -> Int64 {
        guard plan.isZoned else { return shown }
        var cursor = ZoneCursor(plan.typeOptions.timeZone)
        // A time in a gap stands after the times that follow the gap.
        let gap: Int64 = plan.typeOptions.timeZone.isFixed ? 0 : 86_400_000_000
        return cursor.utc(ofLocal: shown) - gap
    }

    /// Rows whose watermark is null, zero or a placeholder: they are read and compared each run.
    private func sweeps(_ bronze: BronzeTable, _ start: Start) throws(ExtractError) -> [ReadPass] {
        let last = IncrementalRead.placeholders
        var seen: SeenRows?
        if start.low != nil {
            let name = bronze.fieldName(watermark.name)
            // What is read in a zone lies up to a day later.
            let kept = last + 86_400_000_000
            seen = try bronze.seenRows(key: plan.key) {
                $0.mayHoldNull(column: name) || $0.mayHold(column: name, atMost: kept)
            }
        }
        var passes: [ReadPass] = []
        if watermark.isNullable {
            passes.append(
                ReadPass(
                    name: "null \(watermark.name)", predicates: [.isNull(column: watermark.name)],
                    seen: seen, countsFirst: true))
        }
        // Without a lower bound the window has them.
        if start.from != nil {
            passes.append(
                ReadPass(
                    name: "zero \(watermark.name)",
                    predicates: [.less(column: watermark.name, than: timeValue(last))],
                    seen: seen, countsFirst: true))
        }
        return passes
    }

    /// Rows beyond the bound that the clock will not soon bring: all of them, unless an open
    /// transaction holds the bound, then those beyond the clock.
    private func addBeyond(
        _ set: inout ReadSet, _ edge: WindowEdge, after shown: Int64, isFirst: Bool
    ) {
        let rows = edge.isHeld ? edge.beyond : edge.beyond + edge.recent
        guard rows > 0 else { return }
        let limit = options.beyondClockRows
        if !isFirst, rows > limit {
            set.guarantee.add(.beyondClockUnread(rows: rows, limit: limit))
            return
        }
        var pass = ReadPass(
            name: "beyond the clock",
            predicates: [.greater(column: watermark.name, than: timeValue(shown))],
            mayBeLarge: isFirst)
        if !isFirst { pass.seen = set.passes[0].seen }
        set.passes.append(pass)
        if edge.beyond > 0 { set.guarantee.add(.beyondClock(rows: edge.beyond)) }
    }

    private func guarantee(_ edge: WindowEdge, _ start: Start, _ clock: WatermarkClock)
        -> Guarantee
    {
        var guarantee = Guarantee(plan.table, edge.moment)
        guarantee.add(.everyCommittedRow)
        if edge.withheld > 0, let since = edge.moment.open?.sinceText {
            guarantee.add(
                .withheld(rows: edge.withheld, since: since, holder: edge.moment.open?.holder))
        }
        if edge.moment.open == nil {
            guarantee.add(
                .unseenTransactions(minutes: options.blindMarginMicroseconds / 60_000_000))
        }
        if let from = start.from {
            let zone = clock.isZoned ? "" : "Z"
            guarantee.add(
                .belowWindow(
                    column: watermark.name,
                    from: Timestamp.text(microseconds: from, fractionDigits: 0, suffix: zone)))
        }
        guarantee.add(.deletesNotTracked)
        return guarantee
    }
}
