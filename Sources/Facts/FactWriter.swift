import Columnar
import Delta
import Events
import Keys
import Lake
import Pipeline
import Tables

/// Writes rows of a fact into its partitions. Nothing is visible before a commit names the files.
struct FactWriter {
    let fact: FactTable
    let partitions: PartitionedWriter

    init(_ fact: FactTable, _ options: FactOptions, sharesDictionaries: Bool) {
        self.fact = fact
        var layout = PartitionLayout(
            table: fact.table, schema: fact.fileSchema, partitionColumn: fact.partition.column)
        let key = fact.spec.entity.isWholeRow ? [] : fact.spec.entity.key
        layout.alwaysIndexed = Set(key + (fact.sequence?.columns ?? []))
        layout.configuration = fact.spec.entity.keeping(
            fact.snapshot?.configuration ?? options.configuration)
        layout.options = options.writer
        layout.memoryBytes = options.memoryBytes
        layout.sharesDictionaries = sharesDictionaries
        partitions = PartitionedWriter(layout, threads: options.threads)
    }

    /// Writes the rows `chosen` of a batch of the fact's row columns. Throws `.guarded` for one
    /// without a date.
    func write(_ rows: RecordBatch, _ chosen: [Int]) throws(LakeError) {
        if chosen.isEmpty { return }
        if let date = fact.partition.date, let validity = rows[date]?.validity,
            let row = chosen.first(where: { !validity[$0] })
        {
            throw LakeError(
                .guarded, operation: "merge", subject: fact.spec.entity.name,
                message: "the \(row + 1)th row of a batch has no \(date): it has no partition to "
                    + "be in",
                hint: "The rule null_date keeps such rows in quarantine; is it switched off?")
        }
        try partitions.write(
            fact.fileColumns(rows), rows: chosen.count == rows.count ? nil : chosen,
            days: fact.partition.days(of: rows))
    }
}
