/// The weights of a collation's characters: of runs of code points, and of sequences of them that
/// sort as one (contractions, for example the Czech `ch`).
public struct CollationWeights: Sendable {
    /// One run of code points, or one contraction.
    public struct Entry: Hashable, Sendable {
        /// The run's first code point, or the contraction's.
        public var first: UInt32
        /// The run's last code point.
        public var last: UInt32
        /// Whether the weight of the first level grows by one with each code point, as big-endian
        /// bytes; otherwise all of the run have the same.
        public var isStepped: Bool
        /// The code points that follow `first` in a contraction; empty for a run.
        public var following: [UInt32]
        /// By level.
        public var weights: [[UInt8]]

        /// A run, or with `following` a contraction.
        public init(
            first: UInt32, last: UInt32, isStepped: Bool = false, following: [UInt32] = [],
            weights: [[UInt8]]
        ) {
            self.first = first
            self.last = last
            self.isStepped = isStepped
            self.following = following
            self.weights = weights
        }
    }

    /// How many levels of weights are compared, one after the other.
    public let levelCount: Int
    /// Runs ascending, then contractions.
    public let entries: [Entry]
    /// By entry and level: how many bytes there are up to the last that is no space's.
    private let tails: [[Int]]
    /// A space's weight at the first level.
    private let space: [UInt8]
    /// The run of each code point of the first plane, -1 for none.
    private let direct: [Int32]
    /// The runs beyond it, ascending.
    private let beyond: [Int32]
    /// By first code point the contractions, the longest first.
    private let contractions: [UInt32: [Int32]]

    /// - Parameter entries: runs that do not overlap, and contractions, in any order.
    public init(levelCount: Int, entries: [Entry]) {
        self.levelCount = levelCount
        let runs = entries.filter(\.following.isEmpty).sorted { $0.first < $1.first }
        let all = runs + entries.filter { !$0.following.isEmpty }
        self.entries = all
        var direct = [Int32](repeating: -1, count: 0x10000)
        var beyond: [Int32] = []
        for (index, run) in runs.enumerated() {
            if run.first < 0x10000 {
                for point in run.first...min(run.last, 0xFFFF) {
                    direct[Int(point)] = Int32(index)
                }
            }
            if run.last >= 0x10000 { beyond.append(Int32(index)) }
        }
        self.direct = direct
        self.beyond = beyond
        var contractions: [UInt32: [Int32]] = [:]
        for index in runs.count..<max(runs.count, all.count) {
            contractions[all[index].first, default: []].append(Int32(index))
        }
        self.contractions = contractions.mapValues { list in
            list.sorted { all[Int($0)].following.count > all[Int($1)].following.count }
        }
        let spaces = CollationWeights.weights(of: 0x20, in: all, direct)
        space = spaces.first ?? []
        tails = all.map { entry in
            entry.weights.indices.map { level in
                CollationWeights.tail(
                    entry.weights[level], level < spaces.count ? spaces[level] : [])
            }
        }
    }

    /// The weights of a code point of the first plane, empty for one that has none.
    private static func weights(
        of point: UInt32, in entries: [Entry], _ direct: [Int32]
    ) -> [[UInt8]] {
        let run = Int(direct[Int(point)])
        guard run >= 0 else { return [] }
        var weights = entries[run].weights
        if entries[run].isStepped, !weights.isEmpty {
            weights[0] = stepped(weights[0], by: point - entries[run].first)
        }
        return weights
    }

    /// The count of bytes up to the last one that belongs to no whole `unit` at the end.
    private static func tail(_ weight: [UInt8], _ unit: [UInt8]) -> Int {
        var count = weight.count
        guard !unit.isEmpty, count % unit.count == 0 else { return count }
        while count > 0, weight[(count - unit.count)..<count].elementsEqual(unit) {
            count -= unit.count
        }
        return count
    }

    /// The weights of `text`, UTF-8, at one level, as the server's `WEIGHT_STRING()` gives them.
    public func weights(of text: ArraySlice<UInt8>, level: Int) -> [UInt8] {
        var weights: [UInt8] = []
        append(text, level: level, trims: false, to: &weights)
        return weights
    }

    /// Whether a code point has a weight that is not one of a long row of computed ones.
    public func isListed(_ point: UInt32) -> Bool {
        guard let run = entry(point) else { return false }
        return !entries[run].isStepped || entries[run].last - entries[run].first < 256
    }

    /// Appends the weights of `text` at one level; `trims` leaves those of spaces at the end out.
    func append(
        _ text: ArraySlice<UInt8>, level: Int, trims: Bool, to folded: inout [UInt8]
    ) {
        var kept = folded.count
        var index = text.startIndex
        while index < text.endIndex {
            let (point, end) = CollationWeights.codePoint(text, index)
            guard let point, let run = entry(point) else {
                if level == 0 {
                    // No character of the collation's: it stands for itself alone.
                    folded.append(contentsOf: [0xFF, 0xFF, 0xFF, 0xFE])
                    folded.append(contentsOf: text[index..<end])
                    kept = folded.count
                }
                index = end
                continue
            }
            index = end
            var found = run
            if !contractions.isEmpty, let longer = contraction(point, text, &index) {
                found = longer
            }
            let tail = append(found, point, level, to: &folded)
            if tail > 0 { kept = tail }
        }
        if trims { folded.removeLast(folded.count - kept) }
    }

    /// Appends the weight of an entry's code point. Returns where in `folded` the last weight ends
    /// that is no space's; 0 for none.
    private func append(
        _ index: Int, _ point: UInt32, _ level: Int, to folded: inout [UInt8]
    ) -> Int {
        let start = folded.count
        folded.append(contentsOf: entries[index].weights[level])
        guard level == 0, entries[index].isStepped else {
            let tail = tails[index][level]
            return tail == 0 ? 0 : start + tail
        }
        var carry = UInt64(point - entries[index].first)
        var place = folded.count - 1
        while carry > 0, place >= start {
            carry += UInt64(folded[place])
            folded[place] = UInt8(truncatingIfNeeded: carry)
            carry >>= 8
            place -= 1
        }
        return folded[start...].elementsEqual(space) ? 0 : folded.count
    }

    /// `weight` as a big-endian number, and `count` more.
    static func stepped(_ weight: [UInt8], by count: UInt32) -> [UInt8] {
        var bytes = weight
        var carry = UInt64(count)
        var place = bytes.count - 1
        while carry > 0, place >= 0 {
            carry += UInt64(bytes[place])
            bytes[place] = UInt8(truncatingIfNeeded: carry)
            carry >>= 8
            place -= 1
        }
        return bytes
    }

    private func entry(_ point: UInt32) -> Int? {
        if point < 0x10000 {
            let run = direct[Int(point)]
            return run < 0 ? nil : Int(run)
        }
        var (low, high) = (0, beyond.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[Int(beyond[middle])].last < point { low = middle + 1 } else { high = middle }
        }
        guard low < beyond.count, entries[Int(beyond[low])].first <= point else { return nil }
        return Int(beyond[low])
    }

    /// The contraction that begins with `point`, whose text ends at `index`, which moves behind it.
    private func contraction(
        _ point: UInt32, _ text: ArraySlice<UInt8>, _ index: inout Int
    ) -> Int? {
        guard let list = contractions[point] else { return nil }
        candidates: for candidate in list {
            var next = index
            for wanted in entries[Int(candidate)].following {
                guard next < text.endIndex else { continue candidates }
                let (point, end) = CollationWeights.codePoint(text, next)
                guard point == wanted else { continue candidates }
                next = end
            }
            index = next
            return Int(candidate)
        }
        return nil
    }

    /// The code point at `index` and where the next one begins; nil for a byte that begins none.
    static func codePoint(_ text: ArraySlice<UInt8>, _ index: Int) -> (UInt32?, Int) {
        let first = text[index]
        if first < 0x80 { return (UInt32(first), index + 1) }
        let (count, mask): (Int, UInt8)
        switch first {
        case 0xC2...0xDF: (count, mask) = (1, 0x1F)
        case 0xE0...0xEF: (count, mask) = (2, 0x0F)
        case 0xF0...0xF4: (count, mask) = (3, 0x07)
        default: return (nil, index + 1)
        }
        guard index + count < text.endIndex else { return (nil, index + 1) }
        var point = UInt32(first & mask)
        for offset in 1...count {
            let byte = text[index + offset]
            guard byte & 0xC0 == 0x80 else { return (nil, index + 1) }
            point = point << 6 | UInt32(byte & 0x3F)
        }
        return (point, index + count + 1)
    }
}
