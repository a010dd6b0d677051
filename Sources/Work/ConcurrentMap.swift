import Dispatch
import Synchronization

/// Runs `job` for every item on `threads` threads and returns the results in the items' order;
/// after a failure no further item is begun and the first failure is thrown.
public func concurrentMap<Item: Sendable, Result: Sendable, Failure: Error>(
    _ items: [Item], threads: Int, _ job: @escaping @Sendable (Item) throws(Failure) -> Result
) throws(Failure) -> [Result] {
    let progress = Mutex(
        WorkerProgress<Result, Failure>(results: Array(repeating: nil, count: items.count)))
    if items.isEmpty { return [] }
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, items.count))) { _ in
        while true {
            let index = progress.withLock { state -> Int? in
                guard state.failure == nil, state.next < items.count else { return nil }
                state.next += 1
                return state.next - 1
            }
            guard let index else { return }
            do throws(Failure) {
                let result = try job(items[index])
                progress.withLock { $0.results[index] = result }
            } catch {
                progress.withLock { $0.failure = $0.failure ?? error }
            }
        }
    }
    let (results, failure) = progress.withLock { ($0.results, $0.failure) }
    if let failure { throw failure }
    return results.compactMap(\.self)
}

/// How far the items of a `concurrentMap` are.
private struct WorkerProgress<Result: Sendable, Failure: Error>: Sendable {
    var next = 0
    var results: [Result?]
    var failure: Failure?
}

/// A value that another thread makes meanwhile.
public final class Background<Value: Sendable, Failure: Error>: Sendable {
    private let outcome = Mutex<Result<Value, Failure>?>(nil)
    private let done = DispatchGroup()

    /// Begins to make it.
    public init(_ make: @escaping @Sendable () throws(Failure) -> Value) {
        DispatchQueue(label: "sluice.background").async(group: done) { [self] in
            let made: Result<Value, Failure>
            do throws(Failure) { made = .success(try make()) } catch { made = .failure(error) }
            outcome.withLock { $0 = made }
        }
    }

    /// The value, or why there is none, once it is known.
    public func value() throws(Failure) -> Value {
        done.wait()
        guard let made = outcome.withLock(\.self) else { preconditionFailure("it has ended") }
        return try made.get()
    }

    /// Whether it is known.
    public var isDone: Bool { outcome.withLock { $0 != nil } }

    /// Waits until it is known.
    public func wait() { done.wait() }

    /// As `value`, which is then the caller's alone; once.
    public func take() throws(Failure) -> Value {
        done.wait()
        let made = outcome.withLock { outcome in
            defer { outcome = nil }
            return outcome
        }
        guard let made else { preconditionFailure("taken twice") }
        return try made.get()
    }
}
