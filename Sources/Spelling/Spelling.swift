/// Guesses what a misspelt name was meant to be.
public enum Spelling {
    /// The candidate nearest to `name`, or nil when none is near enough to be worth proposing.
    ///
    /// Near is a third of the letters or fewer changed, added, dropped or swapped with a neighbour
    /// (at least one, at most three); case does not count, and `-` and `_` are alike. Of equally
    /// near candidates the first wins. O(candidates × length²); names past 64 letters get none.
    ///
    /// - Parameter most: at most so many letters, where a guess has consequences.
    public static func nearest(
        to name: String, in candidates: some Sequence<String>, atMost most: Int = 3
    ) -> String? {
        let wanted = letters(name)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        let limit = min(most, 3, max(1, (wanted.count + 1) / 3))
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = letters(candidate)
            guard other.count <= 64, abs(other.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, other)
            // Of a name that shares no letter nothing is told.
            if distance >= max(wanted.count, other.count) { continue }
            if distance <= limit, distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    private static func letters(_ name: String) -> [Character] {
        name.lowercased().map { $0 == "-" ? "_" : $0 }
    }

    /// Optimal string alignment distance: edits and swaps of neighbours.
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for (column, other) in right.enumerated() {
                let substituted = last[column] + (letter == other ? 0 : 1)
                var cost = min(substituted, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
