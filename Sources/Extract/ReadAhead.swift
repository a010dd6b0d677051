import Columnar
import Dispatch
import Source
import Synchronization

/// Lets a value cross to the one other thread that will own it.
///
/// The compiler cannot see that a connection or stream has a single owner at a time; this file
/// upholds it: the value is handed over before the thread starts and taken back after it ended.
struct Handover<Value>: @unchecked Sendable {
    let value: Value
}

/// Fetches a stream on a thread of its own, at most `depth` batches ahead of the consumer, so
/// that fetching and encoding overlap in bounded memory.
final class ReadAhead: Sendable {
    private struct State {
        var batches: [RecordBatch] = []
        var failure: SourceError?
        var isFinished = false
        var isCancelled = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let free = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts fetching `stream`, which belongs to the reader until `finish`.
    init(_ stream: any RowStream, depth: Int = 2) {
        // Counted up from zero: a semaphore that ends below its first value is a crash, and a
        // reader that stops early leaves places taken.
        for _ in 0..<depth { free.signal() }
        let handover = Handover(value: stream)
        // A queue of its own always gets a thread; the shared pool may have none left.
        DispatchQueue(label: "sluice.fetch").async { [self] in fetch(handover.value) }
    }

    /// The next batch, or nil at the end of the data; throws what the stream threw.
    func next() throws(SourceError) -> RecordBatch? {
        filled.wait()
        let (batch, failure) = state.withLock { state -> (RecordBatch?, SourceError?) in
            if !state.batches.isEmpty { return (state.batches.removeFirst(), nil) }
            return (nil, state.failure)
        }
        if let failure { throw failure }
        if batch != nil { free.signal() } else { filled.signal() }
        return batch
    }

    /// Stops fetching and waits until the stream is free again. Safe to call at any point, once.
    func finish() {
        state.withLock { $0.isCancelled = true }
        free.signal()
        ended.wait()
    }

    private func fetch(_ stream: any RowStream) {
        while true {
            free.wait()
            if state.withLock({ $0.isCancelled }) { break }
            do throws(SourceError) {
                guard let batch = try stream.next() else { break }
                state.withLock { $0.batches.append(batch) }
                filled.signal()
            } catch {
                state.withLock { $0.failure = error }
                break
            }
        }
        if state.withLock({ $0.isCancelled }) { stream.cancel() }
        state.withLock { $0.isFinished = true }
        filled.signal()
        ended.signal()
    }
}

/// Runs one job an item, each on a thread of its own, and waits for all of them. An item belongs to
/// its thread alone until then; what the job itself holds is shared and has to be `Sendable`.
func concurrently<Item>(_ items: [Item], _ job: @escaping @Sendable (Item) -> Void) {
    if items.count == 1 { return job(items[0]) }
    let group = DispatchGroup()
    for (index, item) in items.enumerated() {
        let handover = Handover(value: item)
        DispatchQueue(label: "sluice.worker.\(index)").async(group: group) { job(handover.value) }
    }
    group.wait()
}
