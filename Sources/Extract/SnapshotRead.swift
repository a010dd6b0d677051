import Source

/// Builds the read of a table in mode `snapshot`: every row, in one state of the source.
///
/// The order-free digest of the rows tells whether anything changed since the last snapshot; when
/// nothing did, nothing is written.
struct SnapshotRead {
    let plan: TablePlan
    let options: ExtractOptions

    /// The read of this run.
    func prepare(_ moments: SourceMoments, connections: Int, _ bronze: BronzeTable)
        throws(ExtractError) -> ReadSet
    {
        let names = TransactionNames(plan)
        let last = bronze.transaction(names.watermark)
        let moment = try inSource { () throws(SourceError) in try moments.recent(connections) }
        let next = (last ?? 0) + 1
        var set = ReadSet(
            passes: [ReadPass(name: "rows", predicates: [], mayBeLarge: moment.grade.isOneState)],
            low: last.map(String.init), high: String(next), lowTag: last.map(String.init),
            highTag: String(next), transactions: [(names.watermark, next)],
            guarantee: guarantee(moment), grade: plan.table.isSnapshotCapable ? moment.grade : .none
        )
        set.commitsWithoutRows = true
        set.needsOneState = true
        if let last, !options.isFull { set.unchangedDigest = bronze.digest(ofSnapshot: last) }
        return set
    }

    private func guarantee(_ moment: SourceMoment) -> Guarantee {
        var guarantee = Guarantee(plan.table, moment)
        guarantee.add(.wholeTable)
        return guarantee
    }
}

extension SourceTable {
    /// Whether a consistent snapshot covers reads of the table. Of a view the engine is unknown;
    /// it is taken to be over tables with transactions.
    var isSnapshotCapable: Bool { isView || isTransactional }
}
