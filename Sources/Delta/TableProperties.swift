/// The table properties that steer upkeep, with the protocol's defaults.
struct TableProperties {
    /// Commits from one checkpoint to the next.
    let checkpointInterval: Int64
    /// How long commits are kept, milliseconds.
    let logRetentionMilliseconds: Int64
    /// How long removed files are remembered, milliseconds.
    let tombstoneRetentionMilliseconds: Int64
    /// Whether old commits may be deleted at all.
    let cleansLog: Bool

    private static let dayMilliseconds: Int64 = 86_400_000

    init(_ configuration: [String: String]) {
        let interval = configuration["delta.checkpointInterval"].flatMap { Int64($0) } ?? 10
        checkpointInterval = max(1, interval)
        logRetentionMilliseconds =
            configuration["delta.logRetentionDuration"].flatMap(TableProperties.milliseconds)
            ?? 30 * TableProperties.dayMilliseconds
        tombstoneRetentionMilliseconds =
            configuration["delta.deletedFileRetentionDuration"]
            .flatMap(TableProperties.milliseconds) ?? 7 * TableProperties.dayMilliseconds
        cleansLog = configuration["delta.enableExpiredLogCleanup"]?.lowercased() != "false"
    }

    /// An interval as Spark spells it, `interval 1 week 2 days`, in milliseconds; nil when it is
    /// not one or has no fixed length (months).
    static func milliseconds(_ text: String) -> Int64? {
        var words = text.lowercased().split(separator: " ")[...]
        if words.first == "interval" { words.removeFirst() }
        guard !words.isEmpty, words.count % 2 == 0 else { return nil }
        var total: Int64 = 0
        while let word = words.popFirst(), let unit = words.popFirst() {
            let singular = unit.hasSuffix("s") ? unit.dropLast() : unit
            guard let count = Int64(word), count >= 0, let length = units[String(singular)] else {
                return nil
            }
            let (part, tooLong) = count.multipliedReportingOverflow(by: length)
            let (sum, overflow) = total.addingReportingOverflow(part)
            if tooLong || overflow { return nil }
            total = sum
        }
        return total
    }

    private static let units: [String: Int64] = [
        "millisecond": 1, "second": 1000, "minute": 60_000, "hour": 3_600_000,
        "day": dayMilliseconds, "week": 7 * dayMilliseconds,
    ]
}
