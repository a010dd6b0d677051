import Columnar
import Source

/// Finds the upper bound of the window `low < w <= high` that a run takes (P1, P2), from the
/// server's clock and its open transactions.
struct WindowBound {
    /// How far behind the clock the bound stays when the column is fine-grained: covers the time
    /// between a statement's `NOW()` and its showing up in the server's lists.
    var clockMargin: Int64 = 1_000_000
    /// Least margin when the column counts whole seconds, which are a margin of their own.
    static let leastMargin: Int64 = 200_000

    /// The smallest step of a column with `fractionDigits`, microseconds.
    static func unit(fractionDigits: Int) -> Int64 {
        var unit: Int64 = 1_000_000
        for _ in 0..<min(6, fractionDigits) { unit /= 10 }
        return unit
    }

    /// The bound that is safe given `open`, which was listed before the snapshot was opened.
    func high(_ open: OpenTransactions, fractionDigits: Int) -> Int64 {
        let byClock = bound(behind: open.serverClock, fractionDigits)
        guard let oldest = open.oldestStart else { return byClock }
        // The list gives whole seconds, cut off; a statement's NOW() may lie just before its
        // transaction's start.
        let unit = WindowBound.unit(fractionDigits: fractionDigits)
        return min(byClock, (oldest - 1_000_000).dividedFloor(by: unit) * unit - unit)
    }

    /// The bound behind the clock alone.
    func bound(behind clock: Int64, _ fractionDigits: Int) -> Int64 {
        let unit = WindowBound.unit(fractionDigits: fractionDigits)
        let margin = max(clockMargin - unit, min(clockMargin, WindowBound.leastMargin))
        return (clock - margin).dividedFloor(by: unit) * unit - unit
    }

    /// How long to wait until everything committed before `clock` is behind the bound.
    func wait(untilCovered start: Int64, now: Int64, fractionDigits: Int) -> Int64 {
        let unit = WindowBound.unit(fractionDigits: fractionDigits)
        let goal = start.dividedFloor(by: unit) * unit
        let margin = max(clockMargin - unit, min(clockMargin, WindowBound.leastMargin))
        return max(0, goal + unit + margin - now)
    }
}

/// A time, microseconds as the clock of the column shows it, as the source compares it.
func timeValue(_ shown: Int64) -> SourceValue {
    .string(Timestamp.text(microseconds: shown, separator: " ", suffix: ""))
}
