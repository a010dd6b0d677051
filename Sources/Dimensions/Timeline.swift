import Keys

//! The history of one dimension member as a function of the set of its events
//! (docs/specification/dimensions.md#the-table): whatever the order in which they arrive, and in
//! however many batches.
//!
//! - Events are ordered by sequence. At one sequence a delete wins (S11); equal upserts are one
//!   (S09); different ones are a conflict (S10).
//! - Upserts of equal tracked values without a delete between them are one run: an interval from
//!   the first of them, with the untracked values of the last (S04, S05, S07).
//! - A delete ends the run; what follows opens another (S16, S17, S19).

/// Which of several different upserts at one sequence holds.
public enum TieBreak: Hashable, Sendable {
    /// None of the new ones: they are refused (S10).
    case refuse
    /// The last one by bronze position.
    case lastArrived
}

/// Something known of a member.
struct MemberEvent: Hashable, Sendable {
    /// The sequence of an upsert whose own is NULL: it is older than every other.
    static let oldest = Int64.min
    /// When such an upsert began to hold, where the sequence tells times: 1970-01-01.
    static let beginning: Int64 = 0

    var sequence: Int64
    /// Microseconds UTC.
    var time: Int64
    var isDelete = false
    /// Whether it was known before this run.
    var isKnown = false
    /// Whether the journal has it.
    var isJournaled = false
    /// Whether the journal has to have it whatever the rows tell: it replaced another one.
    var mustRecord = false
    /// Whether the row itself has no sequence: `sequence` is `oldest`, or when it was seen.
    var isUnsequenced = false
    /// The member's number in this run.
    var member: Int32 = 0
    /// Arrival among the events of this run.
    var ordinal: Int32 = 0
    var tracked = ValueHash.zero
    var untracked = ValueHash.zero
    var row = RowReference.none
}

/// One version of a member: `[from, to)`.
struct MemberInterval: Hashable, Sendable {
    static let open = Int64.max

    var from: Int64
    /// `open` while it holds.
    var to: Int64
    /// The member's last event was a delete, and this is the version that it ended.
    var isDeleted = false
    var tracked: ValueHash
    var untracked: ValueHash
    /// The newest event's row.
    var row: RowReference
    /// For every loose column the row whose value holds; empty when there are none.
    var loose: [RowReference] = []

    var isOpen: Bool { to == MemberInterval.open }
}

/// Columns that some events do not tell: added to the source, or dropped from it, since. What an
/// event does not tell is equal to everything (S28, S29).
struct LooseColumns: Sendable {
    /// For every loose column whether it is tracked.
    var isTracked: [Bool] = []
    /// By loose column, then batch of the store, then row: the value's hash, nil when not told.
    var values: [[[ValueHash?]]] = []

    var count: Int { isTracked.count }
    var isEmpty: Bool { isTracked.isEmpty }

    func value(_ column: Int, _ row: RowReference) -> ValueHash? {
        row.batch < 0 ? nil : values[column][Int(row.batch)][Int(row.row)]
    }
}

/// How events become intervals.
struct TimelineRules: Sendable {
    var kind: SequenceKind
    var tieBreak: TieBreak
    var loose = LooseColumns()
}

/// The events of one member resolved and laid out. Reused from member to member, so that no
/// memory is taken for each.
struct Timeline: Sendable {
    let rules: TimelineRules
    /// One event a sequence, ascending.
    private(set) var events: [MemberEvent] = []
    private(set) var intervals: [MemberInterval] = []
    /// New events that repeat one, or that a delete at their sequence overrules.
    private(set) var duplicates: [MemberEvent] = []
    /// New events refused.
    private(set) var conflicts: [MemberEvent] = []
    private var sorted: [MemberEvent] = []

    init(_ rules: TimelineRules) { self.rules = rules }

    /// Lays out `input`, events of one member in any order.
    mutating func build(_ input: [MemberEvent]) {
        events.removeAll(keepingCapacity: true)
        intervals.removeAll(keepingCapacity: true)
        duplicates.removeAll(keepingCapacity: true)
        conflicts.removeAll(keepingCapacity: true)
        sorted.removeAll(keepingCapacity: true)
        sorted.append(contentsOf: input)
        if rules.kind == .number {
            buildNumbered()
        } else {
            resolveAll()
            layOut(events)
        }
    }

    /// Puts the events of `sorted` in order, and makes those of one sequence one.
    private mutating func resolveAll() {
        if sorted.count > 1 { sorted.sort(by: Timeline.precedes) }
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end].sequence == sorted[start].sequence { end += 1 }
            if end == start + 1 { events.append(sorted[start]) } else { resolve(start..<end) }
            start = end
        }
        guard rules.kind == .time, events.count > 1, events[0].sequence == MemberEvent.oldest,
            events[0].time >= events[1].time
        else { return }
        // Even before what was before 1970.
        events[0].time = events[1].time - 1
    }

    private static func precedes(_ left: MemberEvent, _ right: MemberEvent) -> Bool {
        if left.sequence != right.sequence { return left.sequence < right.sequence }
        if left.isKnown != right.isKnown { return left.isKnown }
        if left.isJournaled != right.isJournaled { return left.isJournaled }
        return left.ordinal < right.ordinal
    }

    // MARK: One sequence

    private mutating func resolve(_ range: Range<Int>) {
        if let delete = range.first(where: { sorted[$0].isDelete }) {
            for index in range where index != delete { repeated(sorted[index]) }
            keep(sorted[delete], range) { $0.isDelete }
            return
        }
        let first = sorted[range.lowerBound]
        let agrees = range.allSatisfy { isSame(first, sorted[$0]) }
        if agrees {
            keep(first, range) { _ in true }
            for index in range.dropFirst() { repeatedOrTold(sorted[index]) }
            return
        }
        // Of rows without a sequence the last one holds: nothing else tells them apart.
        switch first.sequence == MemberEvent.oldest ? .lastArrived : rules.tieBreak {
        case .lastArrived:
            var last = sorted[range.upperBound - 1]
            last.mustRecord = first.isKnown && !last.isKnown
            if first.sequence == MemberEvent.oldest {
                last.time = range.reduce(last.time) { min($0, sorted[$1].time) }
            }
            events.append(last)
            for index in range.dropLast() { repeated(sorted[index]) }
        case .refuse:
            if first.isKnown { events.append(first) }
            for index in range where !sorted[index].isKnown {
                if first.isKnown, isSame(first, sorted[index]) {
                    repeatedOrTold(sorted[index])
                } else {
                    conflicts.append(sorted[index])
                }
            }
        }
    }

    /// Keeps one event for its like, at the earliest time any of them was seen.
    private mutating func keep(
        _ event: MemberEvent, _ range: Range<Int>, _ isLike: (MemberEvent) -> Bool
    ) {
        var kept = event
        for index in range where isLike(sorted[index]) && sorted[index].time < kept.time {
            kept.time = sorted[index].time
            kept.isJournaled = sorted[index].isJournaled
        }
        events.append(kept)
    }

    private mutating func repeated(_ event: MemberEvent) {
        if !event.isKnown { duplicates.append(event) }
    }

    /// A repetition may tell a loose column that the first did not.
    private mutating func repeatedOrTold(_ event: MemberEvent) {
        if rules.loose.isEmpty {
            repeated(event)
            return
        }
        let tellsMore = (0..<rules.loose.count).contains { column in
            rules.loose.value(column, event.row) != nil
                && !events.reversed().prefix { $0.sequence == event.sequence }
                    .contains { rules.loose.value(column, $0.row) != nil }
        }
        if tellsMore { events.append(event) } else { repeated(event) }
    }

    private func isSame(_ left: MemberEvent, _ right: MemberEvent) -> Bool {
        guard left.tracked == right.tracked, left.untracked == right.untracked,
            left.isDelete == right.isDelete
        else { return false }
        for column in 0..<rules.loose.count {
            if let one = rules.loose.value(column, left.row),
                let other = rules.loose.value(column, right.row), one != other
            {
                return false
            }
        }
        return true
    }

    /// Whether an event says what a version shows.
    func isSame(_ interval: MemberInterval, _ event: MemberEvent) -> Bool {
        guard interval.untracked == event.untracked else { return false }
        for column in 0..<rules.loose.count where !rules.loose.isTracked[column] {
            if let was = rules.loose.value(column, interval.loose[column]),
                let now = rules.loose.value(column, event.row), was != now
            {
                return false
            }
        }
        return continues(interval, event)
    }

    // MARK: Intervals

    private mutating func layOut(_ shown: [MemberEvent]) {
        for event in shown { lay(event) }
        if let last = events.last, last.isDelete, !intervals.isEmpty {
            intervals[intervals.count - 1].isDeleted = true
        }
    }

    /// Where numbers give the order of upserts, the time of extraction gives the validity. An
    /// upsert cannot have held longer than until its successor was first seen, so one that is seen
    /// later than its successor never shows. Deletes have a time alone: each ends what was seen up
    /// to it, and what is seen after it begins anew, whatever its number.
    private mutating func buildNumbered() {
        let deletes = sorted.filter(\.isDelete).sorted { $0.time < $1.time }
        let upserts = sorted.filter { !$0.isDelete }
        var (seen, shown): ([MemberEvent], [MemberEvent]) = ([], [])
        var lower = Int64.min
        for upper in deletes.map(\.time) + [.max] {
            sorted = upserts.filter { $0.time <= upper && ($0.time > lower || lower == .min) }
            lower = upper
            resolveAll()
            seen += events
            var earliest = Int64.max
            for event in events.reversed() where event.time < earliest {
                earliest = event.time
                shown.append(event)
            }
            events.removeAll(keepingCapacity: true)
        }
        sorted = deletes
        resolveAll()
        let order = { (left: MemberEvent, right: MemberEvent) in
            (left.time, left.isDelete ? 1 : 0) < (right.time, right.isDelete ? 1 : 0)
        }
        let resolved = events
        events = (seen + resolved).sorted(by: order)
        layOut((shown + resolved).sorted(by: order))
    }

    private mutating func lay(_ event: MemberEvent) {
        let last = intervals.count - 1
        let isOpen = last >= 0 && intervals[last].isOpen
        if event.isDelete {
            if isOpen { end(last, at: event.time) }
            return
        }
        if isOpen, continues(intervals[last], event) {
            intervals[last].row = event.row
            intervals[last].tracked = event.tracked
            intervals[last].untracked = event.untracked
            for column in 0..<rules.loose.count where rules.loose.value(column, event.row) != nil {
                intervals[last].loose[column] = event.row
            }
            return
        }
        if isOpen { end(last, at: event.time) }
        var interval = MemberInterval(
            from: event.time, to: MemberInterval.open, tracked: event.tracked,
            untracked: event.untracked, row: event.row)
        if !rules.loose.isEmpty {
            interval.loose = [RowReference](repeating: event.row, count: rules.loose.count)
        }
        intervals.append(interval)
    }

    /// Ends the open version; one that nobody saw goes altogether.
    private mutating func end(_ index: Int, at time: Int64) {
        intervals[index].to = time
        if intervals[index].from >= time { intervals.remove(at: index) }
    }

    /// Whether the event belongs to the run: its tracked values are those of the interval.
    private func continues(_ interval: MemberInterval, _ event: MemberEvent) -> Bool {
        guard interval.tracked == event.tracked else { return false }
        for column in 0..<rules.loose.count where rules.loose.isTracked[column] {
            if let was = rules.loose.value(column, interval.loose[column]),
                let now = rules.loose.value(column, event.row), was != now
            {
                return false
            }
        }
        return true
    }

    // MARK: What rows alone do not tell

    /// The events that cannot be told from the intervals and that the journal does not have: those
    /// inside a run, the first of a run that a later one overwrote, deletes that end nothing.
    func unrecorded() -> [MemberEvent] {
        switch rules.kind {
        case .extraction: []
        case .number: events.filter { !$0.isJournaled }
        case .time: events.filter { !$0.isJournaled && ($0.mustRecord || !isToldByRows($0)) }
        }
    }

    private func isToldByRows(_ event: MemberEvent) -> Bool {
        if event.isDelete {
            guard let ended = intervals.firstIndex(where: { $0.to == event.time }) else {
                return false
            }
            return ended + 1 == intervals.count || intervals[ended + 1].from != event.time
        }
        guard let interval = intervals.first(where: { $0.from == event.time }) else {
            return false
        }
        guard interval.tracked == event.tracked, interval.untracked == event.untracked else {
            return false
        }
        for column in 0..<rules.loose.count {
            if let told = rules.loose.value(column, event.row),
                rules.loose.value(column, interval.loose[column]) != told
            {
                return false
            }
        }
        return true
    }

    /// What is wrong with intervals of one member, or nil: they must be in order and apart, end
    /// after they begin, and only the last may be open (S40).
    static func violation(_ intervals: [MemberInterval]) -> String? {
        for (index, interval) in intervals.enumerated() {
            if interval.from >= interval.to {
                return "a version ends at or before its beginning, \(interval.from)"
            }
            if index > 0, intervals[index - 1].to > interval.from {
                return intervals[index - 1].isOpen
                    ? "a version before another one is open" : "two versions overlap"
            }
        }
        return nil
    }
}
