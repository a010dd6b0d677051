import Source

/// Reads a pass: cuts it into chunks and spreads them over the run's connections, a slot and a
/// thread each.
struct PassReader {
    let reader: ChunkReader
    let moments: SourceMoments
    /// Connections this table may use; all have a snapshot open.
    let connections: Int
    let needsOneState: Bool
    /// The chunks of the passes before, so that those of several passes have different numbers.
    private var chunksRead = 0

    init(reader: ChunkReader, moments: SourceMoments, connections: Int, needsOneState: Bool) {
        self.reader = reader
        self.moments = moments
        self.connections = connections
        self.needsOneState = needsOneState
    }

    private var plan: TablePlan { reader.plan }

    /// All chunks of `pass`. `wasSplit` tells that a connection was lost, so that the chunks no
    /// longer belong to one state of the source.
    mutating func read(_ pass: ReadPass) throws(ExtractError) -> (
        outcome: ChunkOutcome, wasSplit: Bool
    ) {
        let chunks = try self.chunks(pass)
        if chunks.isEmpty {
            var nothing = ChunkOutcome()
            nothing.receipt = .verified(rows: 0, chunks: 0)
            return (nothing, false)
        }
        var reader = reader
        if chunks.count > 1 { reader.unchangedDigest = nil }
        let worker = ChunkWorker(
            reader: reader, chunks: chunks, pass: pass, needsOneState: needsOneState,
            firstIndex: chunksRead)
        chunksRead += chunks.count
        concurrently(Array(moments.group.slots.prefix(min(connections, chunks.count)))) { slot in
            worker.work(on: slot)
        }
        let result = try worker.result()
        if result.wasSplit { moments.forget() }
        return result
    }

    /// The chunks of a pass; none when a count proves that there is nothing.
    func chunks(_ pass: ReadPass) throws(ExtractError) -> [Chunk] {
        let request = plan.request(pass.predicates)
        let whole = [Chunk(index: 0, predicates: pass.predicates, text: "all")]
        let main = moments.group.main
        return try inSource { () throws(SourceError) in
            if pass.countsFirst { return try main.count(request) == 0 ? [] : whole }
            guard pass.mayBeLarge, plan.table.rowsEstimate >= Chunker.leastRowsToCut / 2 else {
                return whole
            }
            let rows = Int(try main.explain(request).rowsEstimate)
            let chunker = Chunker(
                chunkRows: reader.options.chunkRows, connections: connections)
            return try chunker.chunks(plan, request, rows: rows, on: main)
        }
    }
}
