import Columnar
import Events

/// Columns that events do not tell, because the source did not have them when they were read
/// (docs/specification/dimensions.md S28, S29).
public struct UntoldColumns: Sendable {
    /// Those that the newest events do not tell; nil where these are no news, as in a replay.
    private(set) var now: Set<String>?
    /// The time of the latest event that does not tell a column.
    private(set) var until: [String: Int64] = [:]

    /// The same with other names for the columns.
    func renamed(_ name: (String) -> String) -> UntoldColumns {
        var untold = self
        untold.now = now.map { Set($0.map(name)) }
        untold.until = Dictionary(
            until.map { (name($0.key), $0.value) }, uniquingKeysWith: { max($0, $1) })
        return untold
    }

    /// Of the events of a run, in the order of arrival; nil when there are none.
    init?(_ batches: [EventBatch], _ options: DimensionOptions) {
        guard let last = batches.last else { return nil }
        now = options.isReplay ? nil : last.absent
        for batch in batches where !batch.absent.isEmpty {
            var latest = batch.extractedAt.max() ?? .min
            if options.kind == .time {
                let known = (0..<batch.rows.count).compactMap { batch.sequence.int64($0) }
                latest = max(known.max() ?? .min, MemberEvent.beginning)
            }
            for name in batch.absent { until[name] = max(until[name] ?? .min, latest) }
        }
    }
}
