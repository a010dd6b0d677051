import Source
import Synchronization

/// Does a list of jobs over several connections of its own, each on a thread that takes the next
/// job when it has done one.
struct ConnectionCrew {
    let world: ExtractWorld
    /// Connections at most; the server may give fewer.
    let connections: Int
    /// After how many seconds the server ends a statement.
    let statementSeconds: Int

    private struct Progress<Outcome: Sendable>: Sendable {
        var next = 0
        var outcomes: [Outcome?]
        var failure: ExtractError?
    }

    /// What `job` makes of each of `items`, in their order. Throws what a job throws, when no
    /// connection can be made, and `interrupted` when a signal asks for the end.
    func run<Item: Sendable, Outcome: Sendable>(
        _ items: [Item],
        _ job: @escaping @Sendable (Item, any SourceConnection) throws(ExtractError) -> Outcome
    ) throws(ExtractError) -> [Outcome] {
        if items.isEmpty { return [] }
        let crew = try connect(min(connections, items.count))
        defer { for connection in crew { connection.close() } }
        let progress = Shared(
            Progress<Outcome>(outcomes: [Outcome?](repeating: nil, count: items.count)))
        let isStopping = world.isStopping
        concurrently(crew) { connection in
            while let index = progress.state.withLock({ state -> Int? in
                guard state.failure == nil, state.next < items.count else { return nil }
                defer { state.next += 1 }
                return state.next
            }) {
                do throws(ExtractError) {
                    if isStopping() { throw .stopped }
                    let outcome = try job(items[index], connection)
                    progress.state.withLock { $0.outcomes[index] = outcome }
                } catch {
                    progress.state.withLock { $0.failure = $0.failure ?? error }
                }
            }
        }
        let end = progress.state.withLock { $0 }
        if let failure = end.failure { throw failure }
        return end.outcomes.compactMap(\.self)
    }

    /// At least one connection. Later ones may be refused: a user is often allowed few at a time.
    private func connect(_ count: Int) throws(ExtractError) -> [any SourceConnection] {
        var crew: [any SourceConnection] = []
        while crew.count < max(1, count) {
            do throws(SourceError) {
                let connection = try world.connect()
                crew.append(connection)
                try connection.limitStatements(seconds: statementSeconds)
            } catch {
                if !crew.isEmpty, error.code == .unreachable || error.code == .refused { break }
                for connection in crew { connection.close() }
                throw ExtractError(error)
            }
        }
        return crew
    }

    private final class Shared<State: Sendable>: Sendable {
        let state: Mutex<State>

        init(_ state: State) { self.state = Mutex(state) }
    }
}

extension ExtractError {
    /// A signal asked for the end of a look at the source.
    static let stopped = ExtractError(
        .interrupted, operation: "look at", subject: "the source", message: "stopped by a signal",
        hint: "Run again.")
}
