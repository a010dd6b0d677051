import Columnar
import Parquet

/// Puts any number of rows in order within bounded memory: runs of rows are sorted, kept as
/// compressed Parquet in memory, and merged.
struct RowSorter {
    let schema: Schema
    let order: RowOrder
    /// A run ends at this many rows…
    var runRows = 1 << 19
    /// …or at about this many bytes of values.
    var runBytes = 96 << 20
    /// Rows of the batches that are merged.
    var mergeRows = 8192

    /// Reads all of `next` and hands the rows over in order. Memory: one run, and the compressed
    /// bytes of all rows.
    func sort(
        _ next: () throws(DeltaError) -> RecordBatch?,
        into output: (RecordBatch) throws(DeltaError) -> Void
    ) throws(DeltaError) {
        var runs: [SortedRun] = []
        var pending: [RecordBatch] = []
        var rows = 0
        var bytes = 0
        while let batch = try next() {
            pending.append(batch)
            rows += batch.count
            bytes += batch.heldBytes
            guard rows >= runRows || bytes >= runBytes else { continue }
            runs.append(try kept(sorted(pending)))
            pending = []
            rows = 0
            bytes = 0
        }
        if runs.isEmpty {
            if !pending.isEmpty { try output(sorted(pending)) }
            return
        }
        if !pending.isEmpty { runs.append(try kept(sorted(pending))) }
        pending = []
        try merge(runs, into: output)
    }

    private func sorted(_ batches: [RecordBatch]) -> RecordBatch {
        let batch = RecordBatch.joined(batches)
        guard let positions = order.keys(batch).sortedPositions() else { return batch }
        return batch.gather(positions)
    }

    private func kept(_ batch: RecordBatch) throws(DeltaError) -> SortedRun {
        let sink = MemorySink()
        do {
            let writer = try FileWriter(
                schema: schema, options: WriterOptions(codec: .zstd, level: 1), sink: sink)
            try writer.write(batch)
            _ = try writer.finish()
            return SortedRun(try FileReader(source: MemorySource(sink.bytes)), order, mergeRows)
        } catch {
            throw DeltaError(error, subject: "rows being sorted")
        }
    }

    /// Takes from every run the rows up to the least of the runs' last rows in hand: no row still
    /// to come orders before them. Of equal rows those of earlier runs come first.
    private func merge(
        _ runs: [SortedRun], into output: (RecordBatch) throws(DeltaError) -> Void
    ) throws(DeltaError) {
        for run in runs { try run.advance() }
        while true {
            let live = runs.filter { !$0.isOver }
            guard var limit = live.first?.keys else { return }
            var least = 0
            for (index, run) in live.enumerated().dropFirst()
            where run.keys.precedes(run.keys.count - 1, limit, limit.count - 1) {
                least = index
                limit = run.keys
            }
            var taken: [RecordBatch] = []
            for (index, run) in live.enumerated() {
                let rows = run.take(upTo: limit.count - 1, of: limit, orEqual: index <= least)
                if let rows { taken.append(rows) }
            }
            for run in live where run.isUsedUp { try run.advance() }
            try output(sorted(taken))
        }
    }
}

/// One sorted run being merged: a batch in hand and how much of it is taken.
private final class SortedRun {
    private let file: FileReader
    private let order: RowOrder
    private let batchRows: Int
    private var group = 0
    private var rows: RowGroupReader?
    private var batch: RecordBatch?
    private var start = 0
    private(set) var keys = RowKeys(prefixes: [], whole: nil)

    init(_ file: FileReader, _ order: RowOrder, _ batchRows: Int) {
        self.file = file
        self.order = order
        self.batchRows = batchRows
    }

    var isOver: Bool { batch == nil }
    var isUsedUp: Bool { start >= batch?.count ?? 0 }

    /// Takes the next batch in hand.
    func advance() throws(DeltaError) {
        do {
            while true {
                if let next = try rows?.next() {
                    batch = next
                    keys = order.keys(next)
                    start = 0
                    return
                }
                guard group < file.rowGroups.count else {
                    batch = nil
                    return
                }
                rows = try file.read(
                    rowGroup: group, columns: file.schema.fields.map(\.name),
                    batchRowCount: batchRows)
                group += 1
            }
        } catch {
            throw DeltaError(error, subject: "rows being sorted")
        }
    }

    /// The rows not yet taken that order before row `limit` of `other`, or are equal to it; nil
    /// when there are none.
    func take(upTo limit: Int, of other: RowKeys, orEqual: Bool) -> RecordBatch? {
        guard let batch else { return nil }
        let count = keys.count(from: start, upTo: limit, of: other, orEqual: orEqual)
        guard count > 0 else { return nil }
        let positions = Array(start..<start + count)
        start += count
        return count == batch.count ? batch : batch.gather(positions)
    }
}
