import Columnar
public import Profile
import Source

/// Whether the values of a column may be those of another table's column.
public struct ReferenceQuestion: Sendable {
    /// What was seen of the column that may refer.
    public var child: ColumnProfile
    public var parent: TablePlan
    /// The parent's column by bronze's name.
    public var parentColumn: String
    /// What was seen of the parent, which may answer without the source.
    public var parentProfile: TableProfile?

    public init(
        child: ColumnProfile, parent: TablePlan, parentColumn: String, parentProfile: TableProfile?
    ) {
        self.child = child
        self.parent = parent
        self.parentColumn = parentColumn
        self.parentProfile = parentProfile
    }
}

/// How many of the rows that were looked at have a value that the parent has. NULL is in no count,
/// nor are values of which the sample kept none.
public struct ReferenceShare: Hashable, Sendable {
    /// Rows with a value other than 0 and ''.
    public var askedRows = 0
    /// Of these: rows whose value is in the parent, as the source compares.
    public var foundRows = 0
    /// Rows with the number 0.
    public var zeroRows = 0
    /// Rows with a text of no bytes.
    public var emptyRows = 0
    /// Whether the parent has no row.
    public var parentIsEmpty = false
    /// Some values that are not in the parent, those of most rows first.
    public var missing: [SampledValue] = []

    public init() {}

    /// The found rows' part of the asked ones, nil when nothing was asked.
    public var share: Double? {
        askedRows == 0 ? nil : Double(foundRows) / Double(askedRows)
    }
}

/// Finds out which guessed references hold in the rows that were looked at.
public struct ReferenceProbe: Sendable {
    /// Connections at most, all of the probe's own.
    public var connections = 2
    /// After how many seconds the server ends a question.
    public var statementSeconds = 5
    private let world: ExtractWorld

    public init(_ world: ExtractWorld) { self.world = world }

    /// The answers, in the questions' order; nil where types cannot be compared, no index leads to
    /// the values of a large parent, or the source does not answer in time. Throws when the source
    /// is lost, and `interrupted` when a signal asks for the end.
    public func probeAll(_ questions: [ReferenceQuestion]) throws(ExtractError)
        -> [ReferenceShare?]
    {
        let crew = ConnectionCrew(
            world: world, connections: connections, statementSeconds: statementSeconds)
        return try crew.run(questions) {
            (question, connection) throws(ExtractError) -> ReferenceShare? in
            do throws(SourceError) {
                return try ReferenceSearch(question)?.share(connection)
            } catch {
                let error = ExtractError(error)
                if error.endsRun { throw error }
                return nil
            }
        }
    }
}
