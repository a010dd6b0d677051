import Columnar
import Delta
import Source

/// Builds the reads of a table in mode `incremental` (P1, P2, P4).
struct IncrementalRead {
    let plan: TablePlan
    let watermark: SourceColumn
    let options: ExtractOptions
    let world: ExtractWorld
    /// The server's clock when the run began: what was committed before must be taken.
    let runStart: Int64

    /// The reads of this run. `bronze` tells the low watermark and the rows to compare with.
    func prepare(_ moments: SourceMoments, connections: Int, _ bronze: BronzeTable)
        throws(ExtractError) -> ReadSet
    {
        let names = TransactionNames(plan)
        var low = options.isFull ? nil : bronze.transaction(names.watermark)
        let known = low
        var (moment, high, newer) = try inSource { () throws(SourceError) in
            let bound = try bound(moments, connections)
            if let known { try checkClock(bound.moment, known) }
            return bound
        }
        let wentBack = low.map { moment.clock < $0 } ?? false
        if wentBack {
            // Accepted: the window goes on from this server's clock.
            low = high
        } else {
            // An open transaction may reach back behind the last bound: then nothing is new yet.
            high = max(high, low ?? high)
        }
        var set = try readSet(moment, low, high, newer, bronze)
        set.commitsWithoutRows = wentBack
        return set
    }

    private var bounds: WindowBound { WindowBound(clockMargin: options.marginMicroseconds) }

    /// A moment, its upper bound, and how many rows lie beyond the bound. Waits out the margin
    /// when rows that were committed before the run are still behind it.
    private func bound(_ moments: SourceMoments, _ connections: Int) throws(SourceError)
        -> (moment: SourceMoment, high: Int64, newer: Int)
    {
        var moment = try moments.recent(connections)
        var high = high(moment)
        var newer = try rowsBeyond(high, moments.group.main)
        let digits = watermark.fractionDigits
        let byClock = bounds.bound(behind: moment.clock, digits)
        let wait = bounds.wait(
            untilCovered: runStart, now: moment.clock, fractionDigits: digits)
        if newer > 0, high == byClock, wait > 0 {
            moments.end()
            world.sleep(wait)
            moment = try moments.fresh(connections)
            high = self.high(moment)
            newer = try rowsBeyond(high, moments.group.main)
        }
        return (moment, high, newer)
    }

    private func high(_ moment: SourceMoment) -> Int64 {
        let digits = watermark.fractionDigits
        guard let open = moment.open else { return bounds.bound(behind: moment.clock, digits) }
        return bounds.high(open, fractionDigits: digits)
    }

    private func rowsBeyond(_ high: Int64, _ main: any SourceConnection) throws(SourceError)
        -> Int
    {
        let value = boundValue(high, watermark, plan.typeOptions)
        return try main.count(plan.request([.greater(column: watermark.name, than: value)]))
    }

    private func checkClock(_ moment: SourceMoment, _ low: Int64) throws(SourceError) {
        guard moment.clock < low, !options.acceptsSource else { return }
        let clock = Timestamp.text(microseconds: moment.clock, fractionDigits: 0)
        throw SourceError(
            .wentBack, operation: "extract", subject: plan.name,
            message: "the server's clock says \(clock), the last watermark is "
                + Timestamp.text(microseconds: low),
            hint: "was a backup restored, or another server put in its place? After checking, "
                + "run once with --accept-source")
    }

    private func readSet(
        _ moment: SourceMoment, _ low: Int64?, _ high: Int64, _ newer: Int,
        _ bronze: BronzeTable
    ) throws(ExtractError) -> ReadSet {
        let reach = lookback(moment)
        let from = low.map { $0 - reach }
        var main = ReadPass(name: "rows", predicates: [atMost(high)], mayBeLarge: true)
        if let from { main.predicates.insert(greater(from), at: 0) }
        if let low, reach > 0 {
            main.seen = try bronze.seenRows(key: plan.key) {
                $0.mayHold(column: bronze.fieldName(watermark.name), greaterThan: low - reach)
            }
        }
        var set = ReadSet(
            passes: [main] + (try sweeps(bronze, isFirst: low == nil)),
            low: low.map(text), high: text(high), lowTag: low.map(String.init),
            highTag: String(high),
            transactions: [(TransactionNames(plan).watermark, high)],
            guarantee: guarantee(moment, newer, from: from), grade: moment.grade)
        if newer > 0, let open = moment.open, let oldest = open.oldestStart, oldest <= moment.clock
        {
            set.notes.append(
                "\(newer) rows newer than \(text(high)) wait for the next run: a transaction is "
                    + "open since " + Timestamp.text(microseconds: oldest, fractionDigits: 0)
                    + (open.holder.map { " (\($0))" } ?? ""))
            set.lag = moment.clock - high
        } else if newer > 0 {
            set.notes.append(
                "\(newer) rows carry a \(watermark.name) after the bound \(text(high)) and come "
                    + "when the clock has passed it")
        }
        return set
    }

    /// Rows whose watermark is null or zero are in no window: they are read and compared each run.
    private func sweeps(_ bronze: BronzeTable, isFirst: Bool) throws(ExtractError) -> [ReadPass] {
        var seen: SeenRows?
        if !isFirst {
            let name = bronze.fieldName(watermark.name)
            seen = try bronze.seenRows(key: plan.key) { $0.mayHoldNull(column: name) }
        }
        var passes: [ReadPass] = []
        if watermark.isNullable {
            passes.append(
                ReadPass(
                    name: "null \(watermark.name)", predicates: [.isNull(column: watermark.name)],
                    seen: seen, countsFirst: true))
        }
        if !isFirst {
            let first = watermark.typeName == "timestamp" ? "1970-01-01 00:00:01" : "0001-01-01"
            passes.append(
                ReadPass(
                    name: "zero \(watermark.name)",
                    predicates: [.less(column: watermark.name, than: .string(first))],
                    seen: seen, countsFirst: true))
        }
        return passes
    }

    private func lookback(_ moment: SourceMoment) -> Int64 {
        let blind = moment.open == nil ? options.blindMarginMicroseconds : 0
        return max(plan.lookbackMicroseconds, blind)
    }

    private func guarantee(_ moment: SourceMoment, _ withheld: Int, from: Int64?) -> Guarantee {
        var guarantee = Guarantee(plan.table, moment)
        guarantee.add(.everyCommittedRow)
        if let open = moment.open, let oldest = open.oldestStart, withheld > 0 {
            let since = Timestamp.text(microseconds: oldest, fractionDigits: 0)
            guarantee.add(.withheld(rows: withheld, since: since, holder: open.holder))
        } else if withheld > 0 {
            guarantee.add(.unproven("\(withheld) rows after the bound not read"))
        }
        if moment.open == nil {
            guarantee.add(
                .unseenTransactions(minutes: options.blindMarginMicroseconds / 60_000_000))
        }
        if let from { guarantee.add(.belowWindow(column: watermark.name, from: text(from))) }
        guarantee.add(.deletesNotTracked)
        return guarantee
    }

    private func text(_ high: Int64) -> String { Timestamp.text(microseconds: high) }

    private func atMost(_ value: Int64) -> RowPredicate {
        .atMost(column: watermark.name, boundValue(value, watermark, plan.typeOptions))
    }

    private func greater(_ value: Int64) -> RowPredicate {
        .greater(column: watermark.name, than: boundValue(value, watermark, plan.typeOptions))
    }
}
