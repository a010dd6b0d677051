import Source

/// Counts rows of tables that are small enough to be counted, for figures in a proposal.
public struct RowCounter: Sendable {
    /// Rows of a table that satisfy a condition.
    public struct Question: Sendable {
        public var plan: TablePlan
        /// SQL of the source's dialect, with the source's names of columns.
        public var condition: String

        public init(_ plan: TablePlan, where condition: String) {
            self.plan = plan
            self.condition = condition
        }
    }

    /// Connections at most, all of the counter's own.
    public var connections = 2
    /// After how many seconds the server ends a count.
    public var statementSeconds = 5
    /// Tables that the catalog takes for larger are not counted.
    public var rowMax: Int64 = 200_000
    private let world: ExtractWorld

    public init(_ world: ExtractWorld) { self.world = world }

    /// The exact counts, in the questions' order; nil of a large table, or where the source does
    /// not answer in time or does not understand. Throws when the source is lost, and `interrupted`
    /// when a signal asks for the end.
    public func countAll(_ questions: [Question]) throws(ExtractError) -> [Int?] {
        let crew = ConnectionCrew(
            world: world, connections: connections, statementSeconds: statementSeconds)
        let rowMax = rowMax
        return try crew.run(questions) { (question, connection) throws(ExtractError) -> Int? in
            guard question.plan.table.rowsEstimate <= rowMax else { return nil }
            var request = question.plan.request()
            let own = request.condition.map { "(\($0)\n) AND " } ?? ""
            request.condition = own + "(\(question.condition)\n)"
            do throws(SourceError) {
                return try connection.count(request)
            } catch {
                let error = ExtractError(error)
                if error.endsRun { throw error }
                return nil
            }
        }
    }
}
