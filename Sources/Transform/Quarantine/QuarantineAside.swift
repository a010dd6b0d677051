/// Rows of a batch that are set aside, until the quarantine's index is there to compare them with.
struct QuarantineAside {
    var events: EventBatch
    /// The same before `clean`, nil when it changed nothing.
    var raw: EventBatch?
    var rows: [Int]
    /// `QuarantineContent` of every row of the batch as bronze has it.
    var contents: [Int64]?
    /// By row of `rows` what it violates.
    var violations: [[RuleViolation]]
}
