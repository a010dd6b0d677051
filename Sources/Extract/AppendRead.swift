import Delta
import Source

/// Builds the reads of a table in mode `append`: new ids, and the ledger of ids that may still be
/// committed late (P3).
///
/// Ids are handed out when a row is inserted and become visible when its transaction commits, so
/// an id below the highest one seen can appear later. `settled` is the id up to which that cannot
/// happen any more; the ids between it and the high watermark are read again each run and compared
/// with bronze. `pending` becomes `settled` once no transaction is open that began before the
/// moment at which `pending` was seen.
struct AppendRead {
    let plan: TablePlan
    let id: SourceColumn
    let options: ExtractOptions

    /// The reads of this run.
    func prepare(_ moments: SourceMoments, connections: Int, _ bronze: BronzeTable)
        throws(ExtractError) -> ReadSet
    {
        let names = TransactionNames(plan)
        let low = options.isFull ? nil : bronze.transaction(names.watermark)
        let (moment, top, topSeenAt) = try inSource { () throws(SourceError) in
            let moment = try moments.recent(connections)
            let top = try highest(moments.group.main)
            // After the snapshot: whoever holds an id below the top began before this.
            return (moment, top, try moments.group.main.clock())
        }
        try checkRegression(low, top)
        let high = max(top ?? 0, options.acceptsSource ? 0 : low ?? 0)
        let settled = newlySettled(moment, bronze, names)
        // What becomes settled now is read once more: it may have come since the last run.
        let before = bronze.transaction(names.settled)
        let from = low.map { min(before ?? $0, $0) }
        var pass = ReadPass(name: "rows", predicates: [], mayBeLarge: true)
        pass.predicates.append(.atMost(column: id.name, .integer(high)))
        if let from {
            pass.predicates.append(.greater(column: id.name, than: .integer(from)))
            if let low, from < low {
                let name = bronze.fieldName(id.name)
                pass.seen = try bronze.seenRows(key: [id.name], contentIsKey: true) {
                    $0.mayHold(column: name, greaterThan: from)
                }
            }
        }
        var set = ReadSet(
            passes: [pass], low: low.map(String.init), high: String(high),
            lowTag: low.map(String.init), highTag: String(high),
            transactions: [(names.watermark, high)], guarantee: guarantee(moment),
            grade: moment.grade)
        addLedger(&set, topSeenAt, settled, high, names, bronzeSettled: before)
        return set
    }

    private func highest(_ main: any SourceConnection) throws(SourceError) -> Int64? {
        let whole = ReadRequest(table: plan.table, columns: [id])
        switch try main.bounds(of: id, whole)?.high {
        case .integer(let value): return value
        case .unsigned(let value): return Int64(clamping: value)
        default: return nil
        }
    }

    /// The highest settled id, and whether that is news.
    private func newlySettled(
        _ moment: SourceMoment, _ bronze: BronzeTable, _ names: TransactionNames
    ) -> (id: Int64?, isNew: Bool) {
        let settled = bronze.transaction(names.settled)
        guard !options.isFull, let pending = bronze.transaction(names.pending),
            let since = bronze.transaction(names.pendingSince)
        else { return (settled, false) }
        // All was settled; the next ids begin to wait with the commit that brings them.
        if pending == settled { return (settled, true) }
        let isOver: Bool
        if let open = moment.open {
            // An id may be handed out shortly before its transaction shows up in the list.
            let latestStart = since + options.marginMicroseconds
            isOver = min(moment.clock, open.oldestStart ?? .max) > latestStart
        } else {
            isOver = moment.clock - since > options.blindMarginMicroseconds
        }
        return isOver ? (pending, true) : (settled, false)
    }

    private func addLedger(
        _ set: inout ReadSet, _ topSeenAt: Int64, _ settled: (id: Int64?, isNew: Bool),
        _ high: Int64, _ names: TransactionNames, bronzeSettled: Int64?
    ) {
        let isFirst = set.lowTag == nil
        if settled.isNew || isFirst {
            set.transactions.append((names.settled, settled.id ?? Int64.min / 2))
            set.transactions.append((names.pending, high))
            set.transactions.append((names.pendingSince, topSeenAt))
            set.commitsWithoutRows = settled.isNew && settled.id != bronzeSettled
        }
        // Accepted: the ids go on from where this table stands.
        if let last = set.lowTag.flatMap({ Int64($0) }), high < last {
            set.commitsWithoutRows = true
        }
    }

    private func checkRegression(_ low: Int64?, _ top: Int64?) throws(ExtractError) {
        guard let low, low > 0, (top ?? 0) < low, !options.acceptsSource else { return }
        throw ExtractError(
            .identity, operation: "extract", subject: plan.name,
            message: "the highest \(id.name) is \(top.map(String.init) ?? "gone"), the last one "
                + "taken was \(low): the table was emptied, restored or replaced",
            hint: "New rows would reuse ids that bronze holds; after checking, run once with "
                + "--accept-source, or with --full.")
    }

    private func guarantee(_ moment: SourceMoment) -> Guarantee {
        var guarantee = Guarantee(plan.table, moment)
        guarantee.add(.everyCommittedID)
        if moment.open == nil {
            guarantee.add(
                .unseenTransactions(minutes: options.blindMarginMicroseconds / 60_000_000))
        }
        guarantee.add(.updatesNotTracked)
        guarantee.add(.deletesNotTracked)
        return guarantee
    }
}
