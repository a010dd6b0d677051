import Source

/// The upper side of a run's window: the bound, and what the source shows beyond it.
struct WindowEdge {
    var moment: SourceMoment
    /// The bound, microseconds UTC: an instant, whatever clock writes the watermark.
    var high: Int64
    /// Whether an open transaction holds the bound back, not the clock alone.
    var isHeld: Bool
    /// Rows beyond the bound that are not beyond the clock.
    var recent: Int
    /// Rows dated beyond the clock.
    var beyond: Int

    /// Rows that an open transaction keeps from being taken.
    var withheld: Int { isHeld ? recent : 0 }
}

/// Finds the upper side of a window, waiting for the margin where rows committed before the run
/// lie in it (P1, P2).
struct WindowEdgeSearch {
    let plan: TablePlan
    let watermark: SourceColumn
    let clock: WatermarkClock
    let options: ExtractOptions
    let world: ExtractWorld
    let runStart: Int64
    /// The last bound; nil on a first run.
    let low: Int64?

    private var bounds: WindowBound { WindowBound(clockMargin: options.marginMicroseconds) }

    func find(_ moments: SourceMoments, _ connections: Int) throws(SourceError) -> WindowEdge {
        let edge = try edge(try moments.recent(connections), moments.group.main)
        let wait = bounds.wait(
            untilCovered: runStart, now: edge.moment.clock,
            fractionDigits: watermark.fractionDigits)
        guard edge.recent > 0, !edge.isHeld, wait > 0 else { return edge }
        moments.end()
        world.sleep(wait)
        return try self.edge(try moments.fresh(connections), moments.group.main)
    }

    private func edge(_ moment: SourceMoment, _ main: any SourceConnection) throws(SourceError)
        -> WindowEdge
    {
        let digits = watermark.fractionDigits
        let byClock = bounds.bound(behind: moment.clock, digits)
        let safe = moment.open.map { bounds.high($0, fractionDigits: digits) } ?? byClock
        var edge = WindowEdge(
            moment: moment, high: safe, isHeld: safe < byClock, recent: 0, beyond: 0)
        // An open transaction may reach back behind the last bound: then nothing is new yet. A
        // server whose clock went back begins anew from there.
        if let low, moment.clock >= low { edge.high = max(safe, low) }
        let rows = try count(clock.shown(at: edge.high), main)
        guard rows > 0 else { return edge }
        edge.beyond = try count(clockEnd(edge), main)
        edge.recent = rows - edge.beyond
        return edge
    }

    /// The latest time that the clock showed before the snapshot was opened.
    func clockEnd(_ edge: WindowEdge) -> Int64 {
        max(clock.shown(at: edge.high), clock.shown(at: edge.moment.clock))
    }

    private func count(_ shown: Int64, _ main: any SourceConnection) throws(SourceError) -> Int {
        try main.count(
            plan.request([.greater(column: watermark.name, than: timeValue(shown))]))
    }
}
