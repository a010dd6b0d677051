import Columnar
import Delta

extension TransformRun {
    /// The receipts of what is published, end to end: every row of bronze that was taken in is
    /// somewhere, a One Big Table has a row for every fact, and the sums of its measures are the
    /// fact's. Cost: a column of each quarantine, the measures of silver and gold.
    ///
    /// - Parameter results: what this run did. Sums of a One Big Table are then only added up
    ///   when it or its fact was published: the run that published them proved them. One that
    ///   failed is behind its fact and is not compared; its own error says why. Nil for all.
    public func reconcile(
        after results: [TransformResult]? = nil
    ) throws(TransformError) -> [Reconciliation] {
        let failed = Set((results ?? []).filter { $0.error != nil }.map(\.table))
        let untouched = Set(
            (results ?? []).filter { $0.version == nil && $0.error == nil }.map(\.table))
        try checkNames()
        var receipts: [Reconciliation] = []
        for spec in pipeline.dimensions where options.includes(spec.entity.name) {
            if let receipt = try receipt(spec.entity) { receipts.append(receipt) }
        }
        for spec in pipeline.facts where options.includes(spec.entity.name) {
            guard var receipt = try receipt(spec.entity) else { continue }
            for table in pipeline.oneBigTables
            where table.fact == spec.entity.name && !failed.contains(table.name) {
                let isUntouched = untouched.isSuperset(of: [table.name, spec.entity.name])
                try compare(&receipt, table, spec, sums: !isUntouched)
            }
            receipts.append(receipt)
        }
        return receipts
    }

    /// The receipt of a dimension or fact; nil when it is not in silver yet.
    private func receipt(_ entity: EntitySpec) throws(TransformError) -> Reconciliation? {
        guard let silver = try silver(entity.name) else { return nil }
        let name = BronzeEvents.transactionName(entity: entity.name)
        guard let consumed = silver.transactions[name] else { return nil }
        let quarantined = try quarantined(entity)
        let totals = FactTotals(fact: entity.name, transactions: silver.transactions)
        let events = try BronzeEvents(entity, storage: world.storage, consumed: nil)
        let bronze: Int64
        if events.isFullState {
            // Of full states only the last of each run is taken in; the totals tell which.
            bronze = totals.events + quarantined
        } else {
            let counted = try inLake { () throws(DeltaError) in
                try events.snapshot.table.snapshot(atVersion: consumed).rowCount
            }
            bronze = counted ?? -1
        }
        return Reconciliation(
            fact: entity.name, bronze: bronze, quarantined: quarantined, snapshot: silver)
    }

    /// Rows of a quarantine that never reached silver.
    private func quarantined(_ entity: EntitySpec) throws(TransformError) -> Int64 {
        let table = QuarantineTable(entity.name, storage: world.storage)
        guard let snapshot = try table.snapshot() else { return 0 }
        let replayed = Array(QuarantineStatus.replayed.rawValue.utf8)
        return try inLake { () throws(DeltaError) in
            var count: Int64 = 0
            let scan = try DeltaScan(snapshot, columns: [QuarantineColumn.status])
            while let batch = try scan.next() {
                let status = batch.columns[0]
                for row in 0..<batch.count where status.textBytes(row) != replayed { count += 1 }
            }
            return count
        }
    }

    private func compare(
        _ receipt: inout Reconciliation, _ spec: OneBigTableSpec, _ fact: FactSpec, sums: Bool
    ) throws(TransformError) {
        let table = DeltaTable(storage: world.storage, path: OneBigTable.path(spec.name))
        guard let gold = try inLake({ () throws(DeltaError) in try table.snapshot() }),
            let silver = try silver(fact.entity.name)
        else { return }
        try receipt.compare(fact: silver, gold: gold, name: spec.name, sums: sums)
    }
}
