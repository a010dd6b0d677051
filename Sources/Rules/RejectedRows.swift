public import Events

/// Rows of a batch that are set aside, until the quarantine's index is there to compare them with.
public struct RejectedRows: Sendable {
    public var events: EventBatch
    /// The same before `clean`, nil when it changed nothing.
    public var raw: EventBatch?
    public var rows: [Int]
    /// `QuarantineContent` of every row of the batch as bronze has it.
    public var contents: [Int64]?
    /// By row of `rows` what it violates.
    public var violations: [[RuleViolation]]

    public init(
        events: EventBatch, raw: EventBatch? = nil, rows: [Int], contents: [Int64]? = nil,
        violations: [[RuleViolation]]
    ) {
        self.events = events
        self.raw = raw
        self.rows = rows
        self.contents = contents
        self.violations = violations
    }
}
