import Delta
import Lake
import Names
import Source

extension TableExtract {
    /// Before the whole table is read again: what of bronze cannot be read leaves it. Returns what
    /// was done, for the operator.
    ///
    /// Killed before the rows come, the table is none, or a commit tells that rows were taken out:
    /// transformations then refuse to go on until it is read whole.
    func heal() throws(ExtractError) -> [String] {
        try inLake { () throws(DeltaError) in
            let healing = TableHealing(DeltaTable(storage: storage, path: path))
            let (snapshot, failure) = try healing.readable()
            if let failure {
                return [
                    "the log of \(path) could not be read (\(failure.message)) and was moved "
                        + "away: the table starts again with what the source holds now"
                ]
            }
            guard let snapshot else { return [] }
            try snapshot.checkWritable()
            let loss = try TableHealing.drop(
                from: snapshot, userMetadata: runID, isStopping: world.isStopping)
            guard let loss else { return [] }
            return [
                loss.text + "; what the source holds now is read again, older states of these rows "
                    + "are in silver alone"
            ]
        }
    }
}

extension SourceTable {
    /// The table's name as the lake knows it.
    var named: TableName { TableName(schema: schema, name: name) }
}
