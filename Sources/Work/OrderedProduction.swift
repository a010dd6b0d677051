import Dispatch
import Synchronization

/// Makes values of items on threads of its own and hands them to the caller in the items' order,
/// and within an item in the order in which they were made.
///
/// Values that wait to be taken are bounded whatever the items hold: a thread that is ahead waits,
/// but for the item whose turn it is one value always has room, so that the work goes on.
public final class OrderedProduction<Item: Sendable, Value: Sendable, Failure: Error>: Sendable {
    /// What makes the values of an item; it hands them over one by one and ends early when it is
    /// told false.
    public typealias Produce =
        @Sendable (Item, _ give: (Value) -> Bool) throws(Failure) -> Void

    private let next: @Sendable () throws(Failure) -> Item?
    private let produce: Produce
    private let size: @Sendable (Value) -> Int
    private let limit: Int
    private let state = Mutex(State())
    private let group = DispatchGroup()
    /// Counted up from zero: a semaphore that ends below its first value is a crash.
    private let made = DispatchSemaphore(value: 0)
    /// One a thread: a signal meant for one must not wake another.
    private let rooms: [DispatchSemaphore]

    fileprivate struct State: Sendable {
        /// Items begun, and the one whose values are handed out.
        var begun = 0
        var turn = 0
        var isAtEnd = false
        var isStopped = false
        public var waiting: [Int: [Value]] = [:]
        var waitingSize = 0
        /// Items whose last value was made, with what went wrong.
        public var ended: [Int: Failure?] = [:]
        /// Threads that wait for room, and whether the caller waits for a value.
        var idleThreads: [Int] = []
        var isCallerIdle = false
    }

    /// What becomes of a value that is given.
    private enum Answer {
        case taken(wakesCaller: Bool)
        case full
        case stopped
    }

    /// What the caller finds.
    private enum Step {
        case value(Value)
        case failed(Failure)
        case again
        case wait
        case end
    }

    /// - Parameters:
    ///   - threads: how many there are.
    ///   - limit: what values that wait may come to, by their `size`, about.
    ///   - next: the next item, nil after the last; asked by one thread at a time.
    public init(
        threads: Int, limit: Int, size: @escaping @Sendable (Value) -> Int,
        next: @escaping @Sendable () throws(Failure) -> Item?, produce: @escaping Produce
    ) {
        rooms = (0..<max(1, threads)).map { _ in DispatchSemaphore(value: 0) }
        self.limit = limit
        self.size = size
        self.next = next
        self.produce = produce
    }

    /// Runs, once; `take` is called in the caller's thread. When a value cannot be made,
    /// its error is thrown after the values before it were taken. No thread is left behind.
    public func run(_ take: (Value) throws(Failure) -> Void) throws(Failure) {
        for thread in rooms.indices {
            let queue = DispatchQueue(label: "sluice.production.\(thread)")
            queue.async(group: group) { self.work(thread) }
        }
        defer { stop() }
        while let value = try nextValue() { try take(value) }
    }

    // MARK: Threads

    private func work(_ thread: Int) {
        while let (number, item) = begin() {
            var failure: Failure?
            do throws(Failure) {
                try produce(item) { give($0, of: number, thread) }
            } catch {
                failure = error
            }
            wakeCaller(
                state.withLock { state in
                    state.ended.updateValue(failure, forKey: number)
                    return state.wakesCaller()
                })
        }
    }

    private func begin() -> (Int, Item)? {
        let (found, wakes) = state.withLock { state -> ((Int, Item)?, Bool) in
            if state.isStopped || state.isAtEnd { return (nil, false) }
            let number = state.begun
            do throws(Failure) {
                if let item = try next() {
                    state.begun += 1
                    return ((number, item), false)
                }
            } catch {
                state.begun += 1
                state.ended.updateValue(error, forKey: number)
            }
            state.isAtEnd = true
            return (nil, state.wakesCaller())
        }
        wakeCaller(wakes)
        return found
    }

    /// Returns whether more is wanted.
    private func give(_ value: Value, of number: Int, _ thread: Int) -> Bool {
        while true {
            let answer = state.withLock { state -> Answer in
                if state.isStopped { return .stopped }
                let isFirst = number == state.turn && (state.waiting[number] ?? []).isEmpty
                guard isFirst || state.waitingSize < limit else {
                    state.idleThreads.append(thread)
                    return .full
                }
                state.waiting[number, default: []].append(value)
                state.waitingSize += size(value)
                return .taken(wakesCaller: number == state.turn && state.wakesCaller())
            }
            switch answer {
            case .taken(let wakes):
                wakeCaller(wakes)
                return true
            case .full: rooms[thread].wait()
            case .stopped: return false
            }
        }
    }

    private func wakeCaller(_ wakes: Bool) {
        if wakes { made.signal() }
    }

    // MARK: Caller

    private func nextValue() throws(Failure) -> Value? {
        while true {
            let (step, idle) = state.withLock { state -> (Step, [Int]) in
                if let value = state.takeFirst() {
                    state.waitingSize -= size(value)
                    return (.value(value), state.wakeThreads())
                }
                if let failure = state.ended.removeValue(forKey: state.turn) {
                    state.turn += 1
                    return (failure.map { .failed($0) } ?? .again, state.wakeThreads())
                }
                if state.isAtEnd, state.turn == state.begun { return (.end, []) }
                state.isCallerIdle = true
                return (.wait, [])
            }
            for thread in idle { rooms[thread].signal() }
            switch step {
            case .value(let value): return value
            case .failed(let failure): throw failure
            case .again: continue
            case .wait: made.wait()
            case .end: return nil
            }
        }
    }

    private func stop() {
        let idle = state.withLock { state in
            state.isStopped = true
            state.waiting = [:]
            return state.wakeThreads()
        }
        for thread in idle { rooms[thread].signal() }
        group.wait()
    }
}

extension OrderedProduction.State {
    fileprivate mutating func takeFirst() -> Value? {
        guard var values = waiting.removeValue(forKey: turn), !values.isEmpty else { return nil }
        let first = values.removeFirst()
        waiting[turn] = values
        return first
    }

    /// The threads to wake.
    fileprivate mutating func wakeThreads() -> [Int] {
        defer { idleThreads = [] }
        return idleThreads
    }

    /// Whether the caller is to be woken.
    fileprivate mutating func wakesCaller() -> Bool {
        defer { isCallerIdle = false }
        return isCallerIdle
    }
}
