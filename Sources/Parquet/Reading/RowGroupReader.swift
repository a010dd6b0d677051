public import Columnar

/// Reads the chosen columns of one row group as batches of bounded size.
///
/// Holds one window, one page and one dictionary a column. String columns come as
/// `ColumnStorage.dictionary` while their pages are dictionary-coded, all batches sharing one
/// lineage; as bytes from the page on where the writer gave the dictionary up.
public final class RowGroupReader {
    /// The chosen columns, in the order asked for.
    public let schema: Schema
    /// Rows not yet read.
    public private(set) var rowsLeft: Int

    private let plans: [ColumnPlan]
    private var leaves: [LeafReader]
    private let batchRowCount: Int
    /// Rows to pass over before the first batch.
    private var rowsToSkip: Int
    private var failure: ParquetError?

    /// What a batch should take in memory at most, by the sizes in the footer.
    private static let batchBytes = 64 << 20
    /// List elements a batch should have at most, by the counts in the footer.
    private static let batchEntries = 1 << 22

    init(
        _ file: FileReader, group index: Int, rows: Range<Int>, positions: [Int],
        batchRowCount: Int
    ) throws(ParquetError) {
        let group = file.metadata.rowGroups[index]
        let decompressor = try Decompressor()
        schema = Schema(positions.map { file.schema.fields[$0] })
        plans = positions.map { file.plans[$0] }
        rowsLeft = rows.count
        rowsToSkip = rows.lowerBound
        leaves = []
        var size = 0
        var largestCount = 0
        var seen: Set<Int> = []
        for plan in plans.flatMap(\.leaves) where seen.insert(plan.index).inserted {
            let chunk = group.columns[plan.index]
            let name = plan.path.joined(separator: ".")
            let subject = "column \(name) of row group \(index)"
            guard let metaData = chunk.metaData, (chunk.filePath ?? "").isEmpty else {
                throw Damage.unsupported("a column chunk in another file").error("read", subject)
            }
            let range = try decoding("read", subject) { () throws(Damage) in
                // Writers leave the offsets of an empty chunk 0.
                group.rowCount == 0 ? 0..<0 : try metaData.range(footerStart: file.footerStart)
            }
            leaves.append(
                LeafReader(
                    plan, pages: PageStream(file.source, range: range, subject: subject),
                    codec: metaData.codec, entryCount: Int(metaData.valueCount),
                    decompressor: decompressor))
            let metadata = file.rowGroups[index].columns[plan.index]
            size = max(size, size &+ metadata.uncompressedSizeBytes)
            largestCount = max(largestCount, metadata.valueCount)
        }
        let groupRows = max(1, Int(group.rowCount))
        let byBytes = RowGroupReader.batchBytes / max(1, size / groupRows)
        let byEntries = RowGroupReader.batchEntries / max(1, largestCount / groupRows)
        self.batchRowCount = max(1, min(batchRowCount, byBytes, byEntries))
    }

    /// The next rows, at most the batch size; nil after the last. After an error, every further
    /// call throws it again.
    public func next() throws(ParquetError) -> RecordBatch? {
        if let failure { throw failure }
        guard rowsLeft > 0 else { return nil }
        do throws(ParquetError) {
            return try readBatch()
        } catch {
            failure = error
            throw error
        }
    }

    private func readBatch() throws(ParquetError) -> RecordBatch {
        let count = min(batchRowCount, rowsLeft)
        var batches: [Int: LeafBatch] = [:]
        for index in leaves.indices {
            if rowsToSkip > 0 { try leaves[index].skip(rowsToSkip) }
            batches[leaves[index].plan.index] = try leaves[index].read(count)
        }
        rowsToSkip = 0
        let assembly = ColumnAssembly(batches: batches)
        var columns: [Column] = []
        for (field, plan) in zip(schema.fields, plans) {
            let column = try decoding("read", "column \(field.name)") { () throws(Damage) in
                let column = try assembly.column(plan)
                guard column.count == count else {
                    throw Damage("\(column.count) rows where \(count) were wanted")
                }
                return column
            }
            columns.append(column)
        }
        rowsLeft -= count
        return RecordBatch(schema: schema, columns: columns, count: count)
    }
}
