import Delta
import Lake
import Names
import Source
import Storage

/// Tells what became of tables that bronze holds and the source does not show.
///
/// Silver and gold stay as they are in any case: bronze keeps its rows. One that was dropped is
/// told in the run that finds it and in the next; one that the configuration names fails in every
/// run until the configuration follows; one that may no longer be read fails, since it goes stale
/// against everybody's will.
struct MissingTables {
    let runID: String
    let storage: any LakeStorage
    let world: ExtractWorld

    /// Runs in which a dropped table or column is told.
    static let tellings = 2

    /// The results of `tables`, told to the observer; nothing of one that is old news.
    func results(_ tables: [MissingTable]) throws(ExtractError) -> [TableResult] {
        var results: [TableResult] = []
        for table in tables {
            guard let result = try result(table) else { continue }
            world.observer.tableFinished(result)
            results.append(result)
        }
        return results
    }

    private func result(_ table: MissingTable) throws(ExtractError) -> TableResult? {
        var result = TableResult(table: table.name.name, mode: .snapshot)
        result.receipt = .notVerified("the table is gone from the source")
        let stays = "bronze keeps what it holds, silver and gold stay as they are"
        guard table.refusal.code == .missing else {
            result.receipt = .notVerified("the table cannot be read any more")
            var error = ExtractError(table.refusal)
            error.subject = table.name.text
            error.message += "; \(stays)"
            result.error = error
            return result
        }
        if table.isNamed {
            result.error = ExtractError(
                .gone, operation: "extract", subject: table.name.text,
                message: "the table is gone from the source: it was dropped or renamed; \(stays)",
                hint: "Take it out of the configuration, or bring the table back.")
            return result
        }
        guard try isNews(table) else { return nil }
        result.notes = ["the table is gone from the source: it was dropped or renamed; \(stays)"]
        return result
    }

    /// Whether this run is one of those that tell it; then the table notes the run.
    private func isNews(_ missing: MissingTable) throws(ExtractError) -> Bool {
        let table = DeltaTable(storage: storage, path: missing.path)
        return try inLake { () throws(DeltaError) in
            guard let snapshot = try table.snapshot() else { return false }
            let told = snapshot.configuration[BronzeProperty.gone] ?? ""
            let runs = told.split(separator: " ").map(String.init)
            if runs.count >= MissingTables.tellings { return false }
            var transaction = Transaction(table, reading: snapshot)
            transaction.userMetadata = runID
            var properties = snapshot.configuration
            properties[BronzeProperty.gone] = (runs + [runID]).joined(separator: " ")
            try transaction.updateMetadata(configuration: properties)
            // Another writer being first costs one telling more.
            _ = try transaction.commit(operation: "SET TBLPROPERTIES")
            return true
        }
    }
}
