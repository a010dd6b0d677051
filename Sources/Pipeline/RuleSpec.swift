/// One quality rule (docs/specification/quality.md#kinds-of-rules).
public struct RuleSpec: Hashable, Sendable {
    /// What the rule asks of a row or of the batch.
    public enum Kind: Hashable, Sendable {
        /// A SQL condition; passes on TRUE, and on NULL unless `failsOnNull`.
        case check(ExpressionSpec, failsOnNull: Bool)
        case notNull([String])
        /// No two rows of the table with the same values.
        case unique([String])
        /// The column's text is one of these; NULL passes unless `failsOnNull`.
        case values(column: String, [String], failsOnNull: Bool)
        /// Bounds as SQL literals, inclusive; nil is open.
        case range(column: String, minimum: String?, maximum: String?)
        /// A regular expression that must match somewhere in the text.
        case matches(column: String, pattern: String)
        /// The text has at least and at most so many characters (Unicode scalars, as `length`
        /// counts them); nil is open.
        case length(column: String, minimum: Int?, maximum: Int?)
        /// The member exists among the dimension's valid rows; columns here → there.
        case references(dimension: String, on: [String: String])
        /// The newest value of a time column is at most this old, microseconds.
        case freshness(column: String, maximumAge: Int64)
        /// The number of rows of the batch lies between these.
        case rowCount(minimum: Int?, maximum: Int?)
    }

    public enum Severity: String, Hashable, Sendable, CaseIterable {
        /// Quarantine the row.
        case error
        /// Count the row, keep it.
        case warn
        /// Stop the run, publish nothing.
        case fatal
    }

    /// More failures than this turn the rule fatal.
    public enum Threshold: Hashable, Sendable {
        case count(Int)
        case percent(Double)
    }

    public var id: String
    public var kind: Kind
    public var severity = Severity.error
    /// Rows outside this condition are not evaluated.
    public var condition: ExpressionSpec?
    public var fatalIf: Threshold?
    public var warnIf: Threshold?
    public var owner: String?

    public init(id: String, kind: Kind) {
        self.id = id
        self.kind = kind
    }
}
