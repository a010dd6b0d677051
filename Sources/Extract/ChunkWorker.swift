import Source
import Synchronization

/// Takes the chunks of a pass one after the other, on as many threads as it is given slots.
///
/// Everything shared is here, behind one lock; a connection never is: `work` owns the slot it gets.
final class ChunkWorker: Sendable {
    private struct Progress {
        var next = 0
        var outcomes: [ChunkOutcome] = []
        var failure: ExtractError?
        var wasReplaced = false
    }

    private let progress = Mutex(Progress())
    private let reader: ChunkReader
    private let chunks: [Chunk]
    private let pass: ReadPass
    /// Whether a chunk must not be read again by itself: its table begins anew instead.
    private let needsOneState: Bool
    /// The number of the first chunk, so that the chunks of several passes have different ones.
    private let firstIndex: Int

    private var table: String { reader.plan.table.name }
    private var observer: any ExtractObserver { reader.world.observer }

    init(
        reader: ChunkReader, chunks: [Chunk], pass: ReadPass, needsOneState: Bool, firstIndex: Int
    ) {
        self.reader = reader
        self.chunks = chunks
        self.pass = pass
        self.needsOneState = needsOneState
        self.firstIndex = firstIndex
    }

    /// Reads chunks over the slot's connection until none is left or one has failed.
    func work(on slot: ConnectionSlot) {
        while let chunk = next() {
            do throws(ExtractError) {
                let (outcome, wasReplaced) = try read(chunk, on: slot)
                let rows = outcome.rowsRead
                let taken = Handover(value: outcome)
                progress.withLock {
                    $0.outcomes.append(taken.value)
                    $0.wasReplaced = $0.wasReplaced || wasReplaced
                }
                observer.chunkFinished(table: table, chunk: firstIndex + chunk.index, rows: rows)
            } catch {
                progress.withLock { $0.failure = $0.failure ?? error }
            }
        }
    }

    /// Everything that was read, once all threads have ended; a failure leaves no file. `wasSplit`
    /// tells that a connection was replaced, so that the chunks belong to more than one state.
    func result() throws(ExtractError) -> (outcome: ChunkOutcome, wasSplit: Bool) {
        let end = progress.withLock { Handover(value: $0) }.value
        if let failure = end.failure {
            for outcome in end.outcomes { outcome.discard() }
            throw failure
        }
        var total = end.outcomes.first ?? ChunkOutcome()
        for outcome in end.outcomes.dropFirst() { total.add(outcome) }
        return (total, end.wasReplaced)
    }

    private func next() -> Chunk? {
        progress.withLock { progress in
            guard progress.failure == nil, progress.next < chunks.count else { return nil }
            progress.next += 1
            return chunks[progress.next - 1]
        }
    }

    private func read(_ chunk: Chunk, on slot: ConnectionSlot) throws(ExtractError)
        -> (outcome: ChunkOutcome, wasReplaced: Bool)
    {
        if needsOneState { return (try attempt(chunk, on: slot), false) }
        let policy = RetryPolicy(attempts: reader.options.attempts)
        let what = "chunk \(chunk.text)"
        return try policy.repeating(what, of: table, in: reader.world) {
            (number) throws(ExtractError) in
            if number > 1 { try inSource { () throws(SourceError) in try slot.replace() } }
            return (try attempt(chunk, on: slot), number > 1)
        }
    }

    private func attempt(_ chunk: Chunk, on slot: ConnectionSlot) throws(ExtractError)
        -> ChunkOutcome
    {
        observer.chunkStarted(
            table: table, chunk: firstIndex + chunk.index, bounds: chunk.text)
        return try reader.read(chunk, seen: pass.seen, on: slot.connection)
    }
}
