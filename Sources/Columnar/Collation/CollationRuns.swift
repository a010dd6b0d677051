/// Gathers the weights of code points, ascending, into runs.
public struct CollationRuns: Sendable {
    /// The runs so far, ascending.
    public private(set) var entries: [CollationWeights.Entry] = []

    /// No runs.
    public init() {}

    /// Takes the weights of one code point in, by level.
    public mutating func add(_ point: UInt32, _ weights: [[UInt8]]) {
        add(point...point, isStepped: false, weights)
    }

    /// Takes a run in that begins with `weights`.
    public mutating func add(
        _ points: ClosedRange<UInt32>, isStepped: Bool, _ weights: [[UInt8]]
    ) {
        let new = CollationWeights.Entry(
            first: points.lowerBound, last: points.upperBound,
            isStepped: isStepped && points.count > 1, weights: weights)
        if let last = entries.last, let joined = CollationRuns.joined(last, new) {
            entries[entries.count - 1] = joined
        } else {
            entries.append(new)
        }
    }

    /// Whether the weights of `next`, `count` code points after those of `first`, are the same
    /// (false), or grown by as much (true); nil for neither.
    public static func isStepped(
        _ first: [[UInt8]], _ next: [[UInt8]], by count: UInt32
    ) -> Bool? {
        if first == next { return false }
        guard let one = first.first, let other = next.first, one.count == other.count,
            one.count >= 2, first.dropFirst() == next.dropFirst(),
            CollationWeights.stepped(one, by: count) == other
        else { return nil }
        return true
    }

    private static func joined(
        _ last: CollationWeights.Entry, _ new: CollationWeights.Entry
    ) -> CollationWeights.Entry? {
        guard last.last + 1 == new.first else { return nil }
        let isLone = last.first == last.last
        let isStepped: Bool
        switch CollationRuns.isStepped(last.weights, new.weights, by: new.first - last.first) {
        case nil: return nil
        case .some(let step): isStepped = step
        }
        // Both have to go on in the same way.
        guard isLone || last.isStepped == isStepped,
            new.first == new.last || new.isStepped == isStepped
        else { return nil }
        var joined = last
        joined.last = new.last
        joined.isStepped = isStepped
        return joined
    }
}
