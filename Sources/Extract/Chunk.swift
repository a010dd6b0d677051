import Source

/// A slice of one read that is fetched, verified and retried as one.
struct Chunk: Hashable, Sendable {
    var index: Int
    /// What selects the slice, the window's own conditions included.
    var predicates: [RowPredicate]
    /// The slice in words.
    var text: String
}

/// Cuts large reads into key ranges.
///
/// Boundaries of integer keys are computed between the server's smallest and largest value; those
/// of other keys are taken from the server in its own order, so collations cannot disagree (P19).
/// The ranges cover every key, whatever lies beyond the bounds when the read begins.
struct Chunker {
    /// Rows a chunk should hold.
    var chunkRows: Int
    /// How many chunks at least, so that every connection has work.
    var connections: Int

    /// Reads of fewer rows than this are not cut: a second stream costs more than it gains.
    static let leastRowsToCut = 400_000

    /// The chunks of `request`, which holds `rows` rows (exactly or nearly).
    func chunks(_ plan: TablePlan, _ request: ReadRequest, rows: Int, on main: any SourceConnection)
        throws(SourceError) -> [Chunk]
    {
        let count = max(connections, (rows + chunkRows - 1) / chunkRows)
        guard rows >= Chunker.leastRowsToCut, count > 1, let column = plan.chunkColumn else {
            return [Chunk(index: 0, predicates: request.predicates, text: "all")]
        }
        let cuts =
            column.isInteger
            ? try integerCuts(column, request, count, main)
            : try orderedCuts(column, request, rows, count, main)
        return ranges(column, cuts, request)
    }

    private func integerCuts(
        _ column: SourceColumn, _ request: ReadRequest, _ count: Int, _ main: any SourceConnection
    ) throws(SourceError) -> [SourceValue] {
        // Of the whole table: under the window's conditions the server would scan for them.
        let whole = ReadRequest(table: request.table, columns: request.columns)
        guard let bounds = try main.bounds(of: column, whole),
            let low = wide(bounds.low), let high = wide(bounds.high), high > low
        else { return [] }
        var cuts: [SourceValue] = []
        var last = low
        for index in 1..<count {
            let cut = low + (high - low) * Int128(index) / Int128(count)
            guard cut > last, cut < high else { continue }
            cuts.append(
                column.isUnsigned
                    ? .unsigned(UInt64(truncatingIfNeeded: cut))
                    : .integer(Int64(truncatingIfNeeded: cut)))
            last = cut
        }
        return cuts
    }

    private func orderedCuts(
        _ column: SourceColumn, _ request: ReadRequest, _ rows: Int, _ count: Int,
        _ main: any SourceConnection
    ) throws(SourceError) -> [SourceValue] {
        var cuts: [SourceValue] = []
        var rest = request
        let step = max(1, rows / count)
        while cuts.count < count - 1,
            let cut = try main.value(of: column, atOffset: step, rest), cut != cuts.last
        {
            cuts.append(cut)
            rest.predicates = request.predicates + [.greater(column: column.name, than: cut)]
        }
        return cuts
    }

    private func ranges(_ column: SourceColumn, _ cuts: [SourceValue], _ request: ReadRequest)
        -> [Chunk]
    {
        (0...cuts.count).map { index in
            var predicates = request.predicates
            var text: [String] = []
            if index > 0 {
                predicates.append(.greater(column: column.name, than: cuts[index - 1]))
                text.append("> \(cuts[index - 1].description)")
            }
            if index < cuts.count {
                predicates.append(.atMost(column: column.name, cuts[index]))
                text.append("<= \(cuts[index].description)")
            }
            let words = text.isEmpty ? "all" : column.name + " " + text.joined(separator: ", ")
            return Chunk(index: index, predicates: predicates, text: words)
        }
    }

    private func wide(_ value: SourceValue) -> Int128? {
        switch value {
        case .integer(let value): Int128(value)
        case .unsigned(let value): Int128(value)
        case .text: nil
        }
    }
}
