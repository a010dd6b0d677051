import Columnar
import Delta
import Events
import Gold
public import Lake
import Pipeline
import Quarantine
import Rules

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
    ) throws(LakeError) -> [Reconciliation] {
        let failed = Set((results ?? []).filter { $0.error != nil }.map(\.table))
        let untouched = Set(
            (results ?? []).filter { $0.version == nil && $0.error == nil }.map(\.table))
        try checkNames()
        var receipts: [Reconciliation] = []
        for spec in pipeline.dimensions where options.includes(spec.entity.name) {
            let hasFailed = failed.contains(spec.entity.name)
            if let receipt = try receipt(spec.entity, hasFailed: hasFailed) {
                receipts.append(receipt)
            }
        }
        for spec in pipeline.facts where options.includes(spec.entity.name) {
            let hasFailed = failed.contains(spec.entity.name)
            guard var receipt = try receipt(spec.entity, hasFailed: hasFailed) else { continue }
            for table in pipeline.oneBigTables
            where table.fact == spec.entity.name && !failed.contains(table.name) {
                let isUntouched = untouched.isSuperset(of: [table.name, spec.entity.name])
                // What cannot be read is told already.
                guard receipt.isBalanced else { continue }
                try compare(&receipt, table, spec, sums: !isUntouched)
            }
            receipts.append(receipt)
        }
        return receipts
    }

    /// The receipt of a dimension or fact; nil when it is not in silver yet. A table that cannot be
    /// read has one that does not balance, unless this run has told of it (`hasFailed`).
    private func receipt(
        _ entity: EntitySpec, hasFailed: Bool
    ) throws(LakeError) -> Reconciliation? {
        do throws(LakeError) {
            guard let silver = try silver(entity.name) else {
                guard isPublished(entity.name) else { return nil }
                throw LakeError(
                    .lake, operation: "reconcile", subject: TablePath.silver(entity.name),
                    message: "the table is gone, and runs before have published it",
                    hint: "Build it again from bronze: sluice transform --only \(entity.name).")
            }
            return try receipt(entity, silver, hasFailed: hasFailed)
        } catch {
            guard error.code == .lake || error.code == .drift else { throw error }
            if hasFailed { return nil }
            var receipt = Reconciliation(
                table: entity.name, bronze: 0, silver: 0, quarantined: 0, superseded: 0,
                duplicates: 0, deleted: 0)
            let told = "\(entity.name): \(error.subject): \(error.message)"
            let parts = [told, error.hint].compactMap(\.self)
            receipt.differences.append(parts.joined(separator: ". "))
            return receipt
        }
    }

    private func receipt(
        _ entity: EntitySpec, _ silver: Snapshot, hasFailed: Bool
    ) throws(LakeError) -> Reconciliation? {
        let name = BronzeEvents.transactionName(entity: entity.name)
        guard let consumed = silver.transactions[name] else { return nil }
        let quarantined = try quarantined(entity, upTo: consumed)
        let totals = SilverTotals(fact: entity.name, transactions: silver.transactions)
        let events = try BronzeEvents(
            entity, storage: world.storage, consumed: consumed, mark: mark(entity.name, silver))
        if !hasFailed { try checkFiles(entity, silver, events) }
        let told = try events.takenIn(consumed, withdrawn: totals.withdrawn)
        let bronze = told ?? totals.bronze
        var receipt = Reconciliation(
            table: entity.name, bronze: bronze, silver: silver.rowCount ?? -1, totals,
            quarantined: quarantined.waiting, overtaken: quarantined.overtaken)
        if let difference = receipt.differences.popLast() {
            receipt.differences.append(
                "\(difference). Build the table again: sluice transform --only \(entity.name) "
                    + "--rebuild.")
        }
        if told == nil, bronze != nil, totals.uncounted > 0 {
            receipt.notProven.append(
                "\(entity.name): \(totals.uncounted) rows were taken in when nobody counted them "
                    + "(before sluice 0.3); a rebuild counts anew")
        }
        if let missing = try missingQuarantine(entity, totals) {
            receipt.differences.append(
                "\(entity.name): \(missing). \(Remedy.quarantine(entity.name))")
        }
        try noteOutside(entity.name, silver, &receipt)
        if let removal = events.removal {
            receipt.differences.append(
                "\(entity.name): \(removal.text): \(removal.hint(entity))")
        }
        return receipt
    }

    /// Throws `.lake` when a file of the entity's tables is missing or of another size: what the
    /// log counts is then not there.
    private func checkFiles(
        _ entity: EntitySpec, _ silver: Snapshot, _ events: BronzeEvents
    ) throws(LakeError) {
        do throws(DeltaError) { try events.snapshot.checkFilesAreThere() } catch {
            throw LakeError(error, bronze: events.entity)
        }
        try inLake { () throws(DeltaError) in
            try silver.checkFilesAreThere()
            for path in ["quarantine/", "silver/_scd2/", "silver/_tombstones/"] {
                try DeltaTable(storage: world.storage, path: path + entity.name).snapshot()?
                    .checkFilesAreThere()
            }
        }
    }

    /// Whether a run has published the silver table of an entity: the history of the rules tells.
    public func isPublished(_ name: String) -> Bool {
        let history = try? RuleHistory(storage: world.storage).table.snapshot()
        return history?.transactions[RuleHistory.transactionName(name)] != nil
    }

    /// Says that another program changed rows of a table, which counts alone may not show.
    private func noteOutside(
        _ name: String, _ table: Snapshot, _ receipt: inout Reconciliation
    ) throws(LakeError) {
        switch try OutsideChange.search(table) {
        case .none: return
        case .found(let change):
            receipt.differences.append("\(name): \(change.text). \(OutsideChange.hint(name))")
        case .unknown:
            receipt.notes.append(
                "\(name): not proven that no other program changed it: its log was cleaned up")
        }
    }

    /// Throws when a table's receipt would not balance with what is about to be published: then it
    /// was damaged before, and nothing is put on top of it.
    func checkBalance(
        _ events: BronzeEvents, silver: Int64, _ totals: SilverTotals,
        _ load: QuarantineCounts
    ) throws(LakeError) {
        let receipt = Reconciliation(
            table: events.entity.name, bronze: totals.bronze, silver: silver, totals,
            quarantined: load.outside - load.overtaken, overtaken: load.overtaken)
        if receipt.isBalanced { return }
        throw broken(events.entity, receipt.differences.joined(separator: "; "))
    }

    private func broken(_ entity: EntitySpec, _ message: String) -> LakeError {
        LakeError(
            .receipt, operation: "reconcile", subject: entity.name, message: message,
            hint: "Nothing was published; see what happened to the tables (sluice lake history), "
                + "then run `sluice transform --only \(entity.name) --rebuild`.")
    }

    /// Throws `.receipt` when the quarantine is not the one that silver was published beside.
    func checkQuarantine(_ entity: EntitySpec, _ silver: Snapshot?) throws(LakeError) {
        guard let silver else { return }
        let totals = SilverTotals(fact: entity.name, transactions: silver.transactions)
        guard let missing = try missingQuarantine(entity, totals) else { return }
        throw LakeError(
            .receipt, operation: "open quarantine", subject: TablePath.quarantine(entity.name),
            message: missing + "; nothing was published", hint: Remedy.quarantine(entity.name))
    }

    /// What is wrong when the quarantine's table is gone, or is another than it was; nil when
    /// nothing is.
    private func missingQuarantine(
        _ entity: EntitySpec, _ totals: SilverTotals
    ) throws(LakeError) -> String? {
        guard let wanted = totals.quarantineVersion else { return nil }
        let table = QuarantineTable(entity.name, storage: world.storage)
        guard let found = try table.snapshot() else {
            return "\(table.table.path) is gone, which was there at version \(wanted)"
        }
        if found.version >= wanted { return nil }
        return "\(table.table.path) is at version \(found.version) and was at \(wanted): it is "
            + "another table, or an older state of it"
    }

    /// Rows of a quarantine that are not in silver, of those that bronze had at version `consumed`:
    /// a run that died may have set later ones aside before silver took what came with them.
    private func quarantined(
        _ entity: EntitySpec, upTo consumed: Int64
    ) throws(LakeError) -> (waiting: Int64, overtaken: Int64) {
        let table = QuarantineTable(entity.name, storage: world.storage)
        guard let snapshot = try table.snapshot() else { return (0, 0) }
        let outstanding = try table.outstanding(snapshot)
        let statuses: [QuarantineStatus] = [.replayed, .blocked]
        let elsewhere = statuses.map { Array($0.rawValue.utf8) }
        let superseded = Array(QuarantineStatus.superseded.rawValue.utf8)
        var columns = [QuarantineColumn.status, QuarantineColumn.position]
        if outstanding != nil { columns.append(QuarantineColumn.replay) }
        return try inLake { () throws(DeltaError) in
            var (waiting, overtaken): (Int64, Int64) = (0, 0)
            let scan = try DeltaScan(snapshot, columns: columns)
            while let batch = try scan.next() {
                let status = batch.columns[0]
                for row in 0..<batch.count where !elsewhere.contains(status.textBytes(row)) {
                    guard let place = batch.text(QuarantineColumn.position, row),
                        let position = BronzePosition(place), position.version <= consumed
                    else { continue }
                    if let outstanding, QuarantineTable.edit(batch, row, outstanding) == 0 {
                        continue
                    }
                    if status.textBytes(row) == superseded {
                        overtaken += 1
                    } else {
                        waiting += 1
                    }
                }
            }
            return (waiting, overtaken)
        }
    }

    private func compare(
        _ receipt: inout Reconciliation, _ spec: OneBigTableSpec, _ fact: FactSpec, sums: Bool
    ) throws(LakeError) {
        let table = DeltaTable(storage: world.storage, path: TablePath.gold(spec.name))
        let gold: Snapshot
        do throws(DeltaError) {
            guard let found = try table.snapshot() else {
                return receipt.notes.append(
                    "\(spec.name): there is no table; sluice transform --only \(spec.name) makes it"
                )
            }
            try found.checkFilesAreThere()
            gold = found
        } catch {
            let error = LakeError(lake: error)
            return receipt.differences.append(
                "\(spec.name): \(error.subject): \(error.message). \(error.hint ?? "")")
        }
        guard let silver = try silver(fact.entity.name) else { return }
        try noteOutside(spec.name, gold, &receipt)
        let name = OneBigTable.factTransaction(spec)
        guard let shown = gold.transactions[name], shown < silver.version else {
            return try receipt.compare(
                fact: silver, gold: gold, spec, sums: sums)
        }
        // The run that brought the fact further did not get to it; what it shows must be whole.
        receipt.notes.append(
            "\(spec.name): behind \(spec.fact), made of its version \(shown) of \(silver.version)")
        do throws(LakeError) {
            let old = try inLake { () throws(DeltaError) in
                try silver.table.snapshot(atVersion: shown)
            }
            try receipt.compare(fact: old, gold: gold, spec, sums: sums)
        } catch {
            receipt.gold = gold.rowCount
            receipt.notes.append("\(spec.name): not compared: \(error.message)")
        }
    }
}

extension BronzeEvents {
    /// All rows of bronze that are taken in with `version`, with those that were taken out since;
    /// nil where it holds full states, of which only the last of each run is taken in, or where the
    /// log does not say how many.
    func takenIn(_ version: Int64, withdrawn: Int64 = 0) throws(LakeError) -> Int64? {
        if holdsFullStates { return nil }
        if version == snapshot.version { return snapshot.rowCount.map { $0 + withdrawn } }
        do throws(DeltaError) {
            return try snapshot.table.snapshot(atVersion: version).rowCount.map { $0 + withdrawn }
        } catch {
            guard error.code == .noSuchVersion else {
                throw LakeError(error, bronze: entity)
            }
        }
        // The log was cleaned up; the files say when they came.
        var count = withdrawn
        for file in snapshot.files {
            guard let origin = file.origin else { return nil }
            count += origin.rowCount(upTo: version)
        }
        return count
    }
}
