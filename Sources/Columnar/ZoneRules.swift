/// A time zone: which offset from UTC its clocks show at which instant.
///
/// Times are seconds since 1970-01-01, of UTC or as a local clock shows them. What a file of
/// zones says is exact to its last entry; from there the rule in its footer holds, of which 400
/// years are kept: the calendar repeats after them.
public struct ZoneRules: Hashable, Sendable {
    /// As it was asked for: an IANA name or an offset.
    public let name: String
    /// The instants at which the offset changes, ascending.
    let instants: [Int64]
    /// Seconds east of UTC before the first instant and after each.
    let offsets: [Int64]
    /// The local times from which each following offset is used: the end of a fold or gap.
    let locals: [Int64]
    /// Whether the last 400 years repeat.
    let repeats: Bool

    /// 400 years of the Gregorian calendar, seconds.
    static let cycle: Int64 = 146_097 * 86_400

    /// UTC.
    public static let utc = ZoneRules(name: "UTC", offsetSeconds: 0)

    /// A zone without changes, `offsetSeconds` east of UTC.
    public init(name: String, offsetSeconds: Int64) {
        self.init(name: name, instants: [], offsets: [offsetSeconds], repeats: false)
    }

    /// `offsets` has one entry more than `instants`.
    package init(name: String, instants: [Int64], offsets: [Int64], repeats: Bool) {
        self.name = name
        self.instants = instants
        self.offsets = offsets
        self.repeats = repeats && !instants.isEmpty
        var locals: [Int64] = []
        for (index, instant) in instants.enumerated() {
            let local = instant + max(offsets[index], offsets[index + 1])
            locals.append(max(local, locals.last ?? local))
        }
        self.locals = locals
    }

    /// Whether one offset holds for ever.
    public var isFixed: Bool { instants.isEmpty }

    /// Seconds east of UTC at `instant` (seconds UTC). Cost: a binary search.
    public func offset(at instant: Int64) -> Int64 {
        offsets[count(in: instants, upTo: instant - shift(instant, instants))]
    }

    /// The widest step, seconds, by which clocks are set back within a year of `instant`.
    public func stepBack(near instant: Int64) -> Int64 {
        let near = instant - shift(instant, instants)
        let year: Int64 = 366 * 86_400
        var widest: Int64 = 0
        for (index, change) in instants.enumerated() where abs(change - near) <= year {
            widest = max(widest, offsets[index] - offsets[index + 1])
        }
        return widest
    }

    /// The smallest offset of the year before `instant`.
    public func leastOffset(before instant: Int64) -> Int64 {
        let near = instant - shift(instant, instants)
        var least = offset(at: instant)
        for (index, change) in instants.enumerated()
        where change <= near && near - change <= 366 * 86_400 {
            least = min(least, offsets[index], offsets[index + 1])
        }
        return least
    }

    /// Local times (seconds) that are read alike.
    struct Span {
        var low: Int64
        var high: Int64
        /// Seconds east of UTC.
        var offset: Int64
        /// Whether clocks show these times twice, or skip them.
        var isUnclear = false
    }

    /// The local times around `local` (seconds) that share an offset.
    func span(ofLocal local: Int64) -> Span {
        let shift = shift(local, locals)
        let index = count(in: locals, upTo: local - shift)
        let low = index == 0 ? Int64.min : locals[index - 1] + shift
        var span = Span(low: low, high: .max, offset: offsets[index])
        if index == locals.count { return span }
        span.high = locals[index] + shift
        let unclear = instants[index] + min(offsets[index], offsets[index + 1]) + shift
        if local < unclear {
            span.high = min(span.high, unclear)
        } else {
            span.low = max(low, unclear)
            span.isUnclear = true
        }
        return span
    }

    /// How far `time` lies beyond what is kept, in whole cycles.
    private func shift(_ time: Int64, _ changes: [Int64]) -> Int64 {
        guard repeats, let last = changes.last, time >= last else { return 0 }
        return ((time - last) / ZoneRules.cycle + 1) * ZoneRules.cycle
    }

    /// How many of the ascending `changes` are not after `time`.
    private func count(in changes: [Int64], upTo time: Int64) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Turns local times into UTC, one after the other, remembering the offset that held last.
public struct ZoneCursor {
    private let rules: ZoneRules
    @usableFromInline var low: Int64 = .max
    @usableFromInline var high: Int64 = .min
    @usableFromInline var offset: Int64 = 0
    @usableFromInline var unclear = 0
    @usableFromInline var total = 0

    /// A cursor that has seen no time yet.
    public init(_ rules: ZoneRules) { self.rules = rules }

    /// How many of the times so far come twice or are skipped when clocks change.
    public var unclearCount: Int { total }

    /// The instant, microseconds UTC, at which clocks show `local` (microseconds). A time that
    /// comes twice is the first of the two, one that is left out is shifted forward.
    @inlinable
    public mutating func utc(ofLocal local: Int64) -> Int64 {
        if local < low || local >= high { seek(local) }
        total &+= unclear
        return local - offset
    }

    @usableFromInline
    mutating func seek(_ local: Int64) {
        let span = rules.span(ofLocal: local.dividedFloor(by: 1_000_000))
        low = span.low == .min ? .min : span.low * 1_000_000
        high = span.high == .max ? .max : span.high * 1_000_000
        offset = span.offset * 1_000_000
        unclear = span.isUnclear ? 1 : 0
    }
}
