import CommandLine

/// Which tables of a report have lines of their own. Those without findings are folded into a line
/// that counts them, where they are more than a glance takes in; failed ones come last.
struct ReportFold<Result> {
    let shown: [Result]
    let folded: [Result]

    /// - Parameters:
    ///   - hasFinding: whether a table's line tells more than that all went well.
    ///   - hasFailed: whether its line belongs to the end.
    init(
        _ results: [Result], hasFinding: (Result) -> Bool, hasFailed: (Result) -> Bool
    ) {
        let clean = results.filter { !hasFinding($0) }
        let folds = clean.count > ReportFrame.unfoldedCount
        folded = folds ? clean : []
        let rest = folds ? results.filter(hasFinding) : results
        shown = rest.filter { !hasFailed($0) } + rest.filter(hasFailed)
    }

    /// The lines of `shown` by `table`, then `summary` of the folded ones.
    func text(_ table: TextTable, width: Int?, _ summary: [String]) -> String {
        let lines = summary.map { TextTable.wrapped($0, to: width) }.joined()
        return (shown.isEmpty ? "" : table.text(width: width))
            + (shown.isEmpty || folded.isEmpty ? "" : "\n") + lines
    }
}
