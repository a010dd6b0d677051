import Source
import Synchronization

/// Reads a pass: cuts it into chunks and spreads them over the run's connections.
struct PassReader {
    let reader: ChunkReader
    let moments: SourceMoments
    /// Connections this table may use; all have a snapshot open.
    let connections: Int
    let needsOneState: Bool
    /// The number of the first chunk, so that the chunks of several passes have different ones.
    var firstIndex = 0

    private var plan: TablePlan { reader.plan }
    private var world: ExtractWorld { reader.world }

    /// What the workers share.
    private struct Progress {
        var next = 0
        var outcomes: [ChunkOutcome] = []
        var failure: ExtractError?
        var wasReplaced = false
    }

    /// All chunks of `pass`. `wasSplit` tells that a connection was lost, so that the chunks no
    /// longer belong to one state of the source.
    func read(_ pass: ReadPass) throws(ExtractError) -> (outcome: ChunkOutcome, wasSplit: Bool) {
        let chunks = try self.chunks(pass)
        if chunks.isEmpty {
            var nothing = ChunkOutcome()
            nothing.receipt = .verified(rows: 0, chunks: 0)
            return (nothing, false)
        }
        let progress = Mutex(Progress())
        concurrently(min(connections, chunks.count)) { worker in
            work(worker, chunks, pass, progress)
        }
        let end = progress.withLock { Handover(value: $0) }.value
        if let failure = end.failure {
            for outcome in end.outcomes { outcome.discard() }
            throw failure
        }
        var total = end.outcomes.first ?? ChunkOutcome()
        for outcome in end.outcomes.dropFirst() { total.add(outcome) }
        return (total, end.wasReplaced)
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

    private func work(
        _ worker: Int, _ chunks: [Chunk], _ pass: ReadPass, _ progress: borrowing Mutex<Progress>
    ) {
        while true {
            let chunk = progress.withLock { progress -> Chunk? in
                guard progress.failure == nil, progress.next < chunks.count else { return nil }
                progress.next += 1
                return chunks[progress.next - 1]
            }
            guard let chunk else { return }
            do throws(ExtractError) {
                let (outcome, wasReplaced) = try retrying(chunk, pass, worker)
                let taken = Handover(value: outcome)
                progress.withLock {
                    $0.outcomes.append(taken.value)
                    $0.wasReplaced = $0.wasReplaced || wasReplaced
                }
                world.observer.chunkFinished(
                    table: plan.table.name, chunk: firstIndex + chunk.index,
                    rows: taken.value.rowsRead)
            } catch {
                progress.withLock { $0.failure = $0.failure ?? error }
            }
        }
    }

    private func retrying(_ chunk: Chunk, _ pass: ReadPass, _ worker: Int)
        throws(ExtractError) -> (ChunkOutcome, wasReplaced: Bool)
    {
        let policy = RetryPolicy(attempts: reader.options.attempts)
        var attempt = 1
        while true {
            world.observer.chunkStarted(
                table: plan.table.name, chunk: firstIndex + chunk.index, bounds: chunk.text)
            do throws(ExtractError) {
                if attempt > 1 { try replace(worker) }
                let connection = moments.group.connections[worker]
                return (try reader.read(chunk, seen: pass.seen, on: connection), attempt > 1)
            } catch {
                attempt += 1
                let jitter = Double(world.now() & 1023) / 1023
                guard !needsOneState, !world.isStopping(),
                    let pause = policy.pause(before: attempt, after: error, jitter: jitter)
                else { throw error }
                world.observer.note(
                    table: plan.table.name,
                    "\(error.message); chunk \(chunk.text) is read again (attempt \(attempt))")
                world.sleep(pause)
            }
        }
    }

    private func replace(_ worker: Int) throws(ExtractError) {
        try inSource { () throws(SourceError) in try moments.group.replace(worker) }
    }
}
