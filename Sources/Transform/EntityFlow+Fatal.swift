import Columnar
import Events
import Keys
import Lake
import Pipeline
import Quarantine
import Rules

extension EntityFlow {
    /// Tells what the rules came to; throws when one of them stops the run. Samples of the rows
    /// for which it does then stand in quarantine as `blocked`, and nothing else of the table
    /// changes.
    ///
    /// Cost: only when a rule would stop the run another pass over bronze, for what follows the
    /// rows that fail.
    func judge(_ result: inout TransformResult) throws(LakeError) {
        var (found, stop) = tally.finish()
        if stop != nil {
            try forgive()
            (found, stop) = tally.finish(held: watch.counts)
        }
        if stop != nil { explain(&found, &stop, try quarantine.share(of: readCount).waits) }
        result.rules = found
        result.rowCounts = rowCounts.counts
        guard let stop else { return }
        let fatal = Set(found.filter { $0.status == .fatal }.map(\.rule))
        try block(watch.samples(of: fatal))
        throw stop
    }

    /// Says of rules that stop the run which rows fail them for want of members that are in
    /// quarantine themselves: those are to be mended first.
    private func explain(
        _ counts: inout [RuleCount], _ stop: inout LakeError?, _ waits: MemberWaits
    ) {
        for index in counts.indices where counts[index].status == .fatal {
            let rule = counts[index].rule
            guard let wait = waits[rule] else { continue }
            let cause = "; " + wait.text(of: spec.name)
            counts[index].message? += cause
            if stop?.subject == "\(spec.name).\(rule)" { stop?.message += cause }
        }
    }

    /// Leaves out failing rows that the source went on from, or about which was decided.
    private func forgive() throws(LakeError) {
        if !watch.hasKeys { return }
        if !spec.isWholeRow { try followed() }
        var decided: [Int64: Int] = [:]
        try watch.remove { (key, failing) throws(LakeError) in
            guard spec.equalRows == .keep else {
                return try quarantine.isDecided(failing.order.position, key, failing.content)
            }
            // Of equal rows as many as were decided about.
            decided[failing.content, default: 0] += 1
            return try quarantine.decidedCount(failing.content)
                >= decided[failing.content, default: 0]
        }
    }

    /// Leaves out failing rows of which the source has a later version.
    private func followed() throws(LakeError) {
        let corrections = corrections.forOnePass()
        let reader = try events.reader()
        while let raw = try reader.next() {
            try world.checkStopping(spec.name)
            for part in try corrections.apply(raw) {
                let batch = try clean.apply(part.events)
                let keys = ValueHashes(
                    spec.key.compactMap { batch.rows[$0] }, count: batch.rows.count,
                    by: spec.keyCollations)
                for row in 0..<batch.rows.count {
                    if let key = keys[row] { watch.follow(key, FatalWatch.Order(batch, row)) }
                }
            }
        }
    }

    private func block(_ samples: [RejectedRows]) throws(LakeError) {
        let table = QuarantineTable(spec.name, storage: world.storage)
        try QuarantineBlock(
            table: table, entity: spec, runID: world.runID, now: world.startedAt,
            isFullState: events.isFullState, consumed: events.consumed
        ).commit(samples)
    }
}
