public import Lake

extension SilverTotals {
    /// Adds what a merge took in.
    public mutating func add(_ report: FactReport) {
        events += Int64(report.events + report.kept)
        superseded += Int64(report.superseded)
        duplicates += Int64(report.duplicates)
        deleted += Int64(report.deleted)
    }
}
