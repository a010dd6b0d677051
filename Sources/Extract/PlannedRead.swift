public import Source

/// What a run would read of one table (`sluice extract --plan`).
public struct PlannedRead: Sendable {
    public var plan: TablePlan
    /// The window's bounds as text.
    public var low: String?
    public var high: String?
    public var guarantee: Guarantee
    public var notes: [String]
    public var passes: [Pass]

    /// One pass over the table: rows of the window, rows without a watermark, …
    public struct Pass: Sendable {
        public var name: String
        /// The bounds of its chunks in words.
        public var chunks: [String]
        /// The index and rows as the source's EXPLAIN says.
        public var explained: ReadPlan
    }
}

extension TableExtract {
    /// Windows, chunks and EXPLAIN of the reads, without reading.
    func preview() throws(ExtractError) -> PlannedRead {
        let bronze = try openBronze()
        let set = try prepare(bronze)
        let reader = passReader(set, bronze)
        var planned = PlannedRead(
            plan: plan, low: set.low, high: set.high, guarantee: set.guarantee, notes: set.notes,
            passes: [])
        for pass in set.passes {
            let chunks = try reader.chunks(pass)
            planned.passes.append(
                PlannedRead.Pass(
                    name: pass.name, chunks: chunks.map(\.text), explained: try explain(pass)))
        }
        return planned
    }

    private func explain(_ pass: ReadPass) throws(ExtractError) -> ReadPlan {
        return try inSource { () throws(SourceError) in
            try moments.group.main.explain(plan.request(pass.predicates))
        }
    }
}
