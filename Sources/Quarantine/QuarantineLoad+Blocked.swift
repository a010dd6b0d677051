import Columnar
public import Events
public import Keys
public import Lake

extension QuarantineLoad {
    /// Whether a steward gave this row up, or left it aside, so that it stops no table.
    public func isDecided(
        _ position: BronzePosition, _ key: ValueHash, _ content: Int64
    ) throws(LakeError) -> Bool {
        try open()
        func isDecided(_ number: Int) -> Bool {
            let status = index.entries[number].status
            return status == .waived || status == .discarded
        }
        if let number = index.entry(at: position), isDecided(number) { return true }
        guard isFullState else { return false }
        if entity.isWholeRow { return try decidedCount(content) > 0 }
        return index.rows(key).contains {
            isDecided($0) && index.entries[$0].content == content
        }
    }

    /// How many whole rows of these values a steward let wait or discarded.
    public func decidedCount(_ content: Int64) throws(LakeError) -> Int {
        try open()
        return index.rows(QuarantineLoad.key(ofWholeRow: content)).count { number in
            let status = index.entries[number].status
            return status == .waived || status == .discarded
        }
    }

    /// Whether a row is to be told anew that was blocked, then, or superseded by a run that did not
    /// come to its end, or had lost its place.
    func isRenewed(_ entry: QuarantineIndex.Entry) -> Bool {
        entry.status == .blocked
            || !isFullState
                && (scope != .everything || entry.position == .unknown)
    }

    /// Rows for which a fatal rule stopped the table before, and that this run did not set aside:
    /// they pass, were followed by another version, or are gone.
    func endBlocked() {
        let edit = edits.count
        edits.append(QuarantineBlock.ended(runID))
        for (number, entry) in index.entries.enumerated() where entry.status == .blocked {
            index.unplace(number)
            mark(number, .superseded, edit)
        }
    }
}
