import CommandLine

/// The percentages of up to 14 runs as bars, the newest on the right.
struct QuarantineReportTrend {
    private let history: [Double]
    private let unit: String

    /// - Parameter unit: what a bar stands for, a run or a day.
    init(_ history: [Double], unit: String) {
        self.history = history
        self.unit = unit
    }

    private static let height = 26
    private static let step = 7

    /// A picture with the numbers as its text; words where there is a single bar.
    var html: String {
        guard let newest = history.last else { return "" }
        if history.count == 1 { return "<small>one \(unit)</small>" }
        let top = history.max() ?? 0
        var bars = ""
        for (index, value) in history.enumerated() {
            // A run without failures is a line at the foot, not a gap.
            let share = top > 0 ? value / top : 0
            let height = max(1, Int(share * Double(QuarantineReportTrend.height) + 0.5))
            let kind = index == history.count - 1 ? " class=\"now\"" : ""
            bars += "<rect\(kind) x=\"\(index * QuarantineReportTrend.step)\" "
            bars +=
                "y=\"\(QuarantineReportTrend.height - height)\" width=\"5\" height=\"\(height)\"/>"
        }
        let width = history.count * QuarantineReportTrend.step
        func percent(_ value: Double) -> String { Quantity.decimal(value, digits: 2) + " %" }
        let words =
            "\(history.count) \(unit)s, from \(percent(history[0])) to \(percent(newest)), "
            + "highest \(percent(top))"
        return "<svg width=\"\(width)\" height=\"\(QuarantineReportTrend.height)\" role=\"img\" "
            + "aria-label=\"\(words)\"><title>\(words)</title>\(bars)</svg>"
    }
}
