import Columnar
import Delta
import Parquet
import Source

/// What reading one chunk gave: finished, still invisible files and the proof of their rows.
struct ChunkOutcome {
    var files: [DataFileWriter] = []
    var rowsRead = 0
    var rowsWritten = 0
    var byteCount = 0
    var digests = ContentDigests()
    var receipt = Receipt.notVerified("verify is off")
    var invalidCounts: [String: Int] = [:]
    var unclearCounts: [String: Int] = [:]

    /// Removes the files.
    func discard() {
        for file in files { file.abort() }
    }

    mutating func add(_ other: ChunkOutcome) {
        files += other.files
        rowsRead += other.rowsRead
        rowsWritten += other.rowsWritten
        byteCount += other.byteCount
        digests.add(other.digests)
        receipt = receipt.joined(with: other.receipt)
        invalidCounts.merge(other.invalidCounts, uniquingKeysWith: +)
        unclearCounts.merge(other.unclearCounts, uniquingKeysWith: +)
    }
}

/// Reads one chunk over one connection into data files, and counts it in the same snapshot. Shared
/// by the workers of a read.
struct ChunkReader: Sendable {
    let plan: TablePlan
    let files: BronzeFiles
    let shaper: BatchShaper
    let options: ExtractOptions
    let world: ExtractWorld
    /// The digests that rows are hashed for, without rows.
    let digests: ContentDigests
    /// What the digest of the whole read is when nothing changed; nil for a chunk of several.
    /// Rows that fit one batch are then encoded only when they differ.
    var unchangedDigest: String?

    /// Reads `chunk`; on any error nothing of it is left.
    func read(_ chunk: Chunk, seen: SeenRows?, on connection: any SourceConnection)
        throws(ExtractError) -> ChunkOutcome
    {
        var outcome = ChunkOutcome()
        outcome.digests = digests
        let rolling = RollingFiles(limit: Int64(options.fileByteCount), publishesAtOnce: false) {
            () throws(DeltaError) in try newFile()
        }
        do throws(ExtractError) {
            try fetch(chunk, seen, connection, to: rolling, &outcome)
            outcome.receipt = try verify(chunk, outcome, connection)
            try inLake { () throws(DeltaError) in _ = try rolling.finish() }
            take(rolling, &outcome)
        } catch {
            rolling.abort()
            outcome.discard()
            throw error
        }
        return outcome
    }

    private func fetch(
        _ chunk: Chunk, _ seen: SeenRows?, _ connection: any SourceConnection,
        to rolling: RollingFiles, _ outcome: inout ChunkOutcome
    ) throws(ExtractError) {
        let stream = try inSource { () throws(SourceError) in
            try connection.stream(plan.request(chunk.predicates))
        }
        let ahead = ReadAhead(stream)
        defer {
            ahead.finish()
            outcome.invalidCounts = stream.invalidCounts
            outcome.unclearCounts = stream.unclearCounts
        }
        var held: RecordBatch?
        while let batch = try next(ahead) {
            if world.isStopping() { throw ExtractError.interrupted(plan) }
            let content = try content(batch, seen, &outcome)
            if unchangedDigest != nil, outcome.rowsRead == batch.count {
                held = content
                continue
            }
            if let first = held.take() { try write(first, to: rolling, &outcome) }
            try write(content, to: rolling, &outcome)
        }
        guard let held, let unchangedDigest, !outcome.digests.isEqual(to: unchangedDigest) else {
            return
        }
        try write(held, to: rolling, &outcome)
    }

    private func next(_ ahead: ReadAhead) throws(ExtractError) -> RecordBatch? {
        return try inSource { () throws(SourceError) in try ahead.next() }
    }

    /// The rows of `batch` that bronze does not hold, as it will hold them; counted and hashed.
    private func content(_ batch: RecordBatch, _ seen: SeenRows?, _ outcome: inout ChunkOutcome)
        throws(ExtractError) -> RecordBatch
    {
        outcome.rowsRead += batch.count
        world.observer.rowsRead(table: plan.table.name, rows: batch.count)
        let content = shaper.content(batch)
        outcome.digests.add { shaper.hashes(content, $0) }
        guard let seen, !seen.isEmpty else { return content }
        let fresh = seen.unseen(content)
        return fresh.count < content.count ? content.gather(fresh) : content
    }

    private func write(
        _ content: RecordBatch, to rolling: RollingFiles, _ outcome: inout ChunkOutcome
    ) throws(ExtractError) {
        if content.count == 0 { return }
        try inLake { () throws(DeltaError) in try rolling.write(shaper.file(content)) }
        take(rolling, &outcome)
        outcome.rowsWritten += content.count
    }

    private func newFile() throws(DeltaError) -> DataFileWriter {
        let day = Int(shaper.extractedAt.dividedFloor(by: Timestamp.microsecondsPerDay))
        return try files.begin(shaper.fileSchema, day: day, writer: options.writer)
    }

    /// Takes files that have ended: their bytes are on disk, their footers were read back, their
    /// rows were recounted.
    private func take(_ rolling: RollingFiles, _ outcome: inout ChunkOutcome) {
        for file in rolling.takeEnded() {
            let bytes = Int(file.summary?.bytes ?? 0)
            outcome.files.append(file)
            outcome.byteCount += bytes
            world.observer.bytesWritten(table: plan.table.name, bytes: bytes)
        }
    }

    /// Compares the source's count of the chunk with the rows read (P8, P19).
    private func verify(
        _ chunk: Chunk, _ outcome: ChunkOutcome, _ connection: any SourceConnection
    ) throws(ExtractError) -> Receipt {
        guard options.verification == .count else { return outcome.receipt }
        let counted = try inSource { () throws(SourceError) in
            try connection.count(plan.request(chunk.predicates))
        }
        if counted == outcome.rowsRead { return .verified(rows: counted, chunks: 1) }
        let difference =
            "the source counts \(counted) rows in \(chunk.text), "
            + "\(outcome.rowsRead) were read"
        if !plan.table.isSnapshotCapable {
            return .notVerified(difference + ": the engine knows no snapshot")
        }
        throw ExtractError(
            .receipt, operation: "verify", subject: plan.name, message: difference,
            hint: "Nothing of this table was published; run again, and if it stays, report it "
                + "with the table's definition.")
    }
}

extension ExtractError {
    /// A signal asked for the end while `plan` was being read.
    static func interrupted(_ plan: TablePlan) -> ExtractError {
        ExtractError(
            .interrupted, operation: "extract", subject: plan.name,
            message: "stopped by a signal; nothing of this table was published",
            hint: "Run again: tables already committed are not read again.")
    }
}
