import Columnar

/// All that is known of the members that a run touches, by their numbers.
struct MemberEvents: Sendable {
    /// Of the events of this run.
    let given: MemberGroups<MemberEvent>
    /// Of the journal.
    let noted: MemberGroups<MemberEvent>
    /// Of the table.
    let had: MemberGroups<MemberVersion>
    /// Members from here on are those that a complete snapshot lacks.
    let missingFrom: Int32
    /// When the complete snapshot was read; nil when the events are none.
    let observedAt: Int64?
}

/// What becomes of some of the members: each by itself, in the order of their numbers.
struct MemberDecisions: Sendable {
    private(set) var plan = DimensionPlan()
    /// Events for the journal.
    private(set) var unrecorded: [MemberEvent] = []
    private(set) var refused: [(event: MemberEvent, rule: RefusedEvent.Rule)] = []
    /// What is wrong with the history of one of them.
    private(set) var violation: String?
    // As in `DimensionReport`.
    private(set) var duplicates = 0
    private(set) var deletes = 0
    private(set) var versions = 0
    private(set) var overwrites = 0

    private let rules: TimelineRules
    private var timeline: Timeline
    private var input: [MemberEvent] = []

    init(_ rules: TimelineRules) {
        self.rules = rules
        timeline = Timeline(rules)
    }

    /// Lays a member out and compares with what the table has.
    mutating func decide(_ member: Int32, _ events: MemberEvents) {
        var new = events.given[member]
        let noted = events.noted[member]
        if new.isEmpty, member < events.missingFrom, noted.isEmpty { return }
        var old = events.had[member]
        if old.count > 1 { old = old.sorted { $0.interval.from < $1.interval.from }[...] }
        input.removeAll(keepingCapacity: true)
        input.append(contentsOf: noted)
        MemberDecisions.recover(old, member, rules.kind, into: &input)
        if events.observedAt != nil { new = withoutDoubles(new) }
        input.append(contentsOf: new)
        timeline.build(input)
        if let time = events.observedAt, addPresence(member, new, at: time, events.missingFrom) {
            timeline.build(input)
        }
        for event in timeline.conflicts { refused.append((event, .sequenceConflict)) }
        count()
        if let text = Timeline.violation(timeline.intervals) { violation = text }
        unrecorded.append(contentsOf: timeline.unrecorded())
        plan.add(member, has: old, wants: timeline)
    }

    /// The events that the versions of a member tell, but for those the journal has.
    static func recover(
        _ versions: ArraySlice<MemberVersion>, _ member: Int32, _ kind: SequenceKind,
        into input: inout [MemberEvent]
    ) {
        let journaled = input.count
        for index in versions.indices {
            let interval = versions[index].interval
            let isNoted = input[..<journaled].contains {
                $0.time == interval.from && !$0.isDelete
            }
            if !isNoted {
                // A number that is not noted is older than any that is.
                let sequence =
                    kind == .number
                    ? Int64.min + Int64(index - versions.startIndex) : interval.from
                input.append(
                    MemberEvent(
                        sequence: sequence, time: interval.from, isKnown: true, member: member,
                        tracked: interval.tracked, untracked: interval.untracked,
                        row: interval.row))
            }
            let next = index + 1 < versions.endIndex ? versions[index + 1].interval.from : nil
            if !interval.isOpen, next != interval.to {
                input.append(
                    MemberEvent(
                        sequence: interval.to, time: interval.to, isDelete: true, isKnown: true,
                        member: member, row: interval.row))
            }
        }
    }

    /// Of a key that a snapshot holds more than once with different values, nothing is taken
    /// (S32).
    private mutating func withoutDoubles(
        _ events: ArraySlice<MemberEvent>
    ) -> ArraySlice<MemberEvent> {
        let upserts = events.filter { !$0.isDelete }
        guard let first = upserts.first, upserts.count > 1 else { return events }
        let isOne = upserts.allSatisfy {
            $0.tracked == first.tracked && $0.untracked == first.untracked
        }
        if isOne {
            // One row read twice: its first copy stands for both.
            let kept = upserts.map(\.sequence).min()
            let same = upserts.filter { $0.sequence == kept }
            duplicates += upserts.count - same.count
            return (same + events.filter(\.isDelete))[...]
        }
        for event in upserts { refused.append((event, .duplicateKey)) }
        return events.filter(\.isDelete)[...]
    }

    /// Adds what the snapshot says of a member: that it is gone, or that it is back although its
    /// sequence did not move (S19, S21). Returns whether there is something to add.
    private mutating func addPresence(
        _ member: Int32, _ new: ArraySlice<MemberEvent>, at time: Int64, _ missingFrom: Int32
    ) -> Bool {
        if member >= missingFrom {
            guard timeline.intervals.last?.isOpen == true else { return false }
            input.append(
                MemberEvent(
                    sequence: time, time: time, isDelete: true, isJournaled: true,
                    member: member, row: timeline.intervals.last?.row ?? .none))
            return true
        }
        guard var back = new.last(where: { !$0.isDelete }), let last = timeline.intervals.last,
            !last.isOpen, last.to < time, timeline.events.last?.isDelete == true,
            rules.kind != .number
        else { return false }
        back.sequence = time
        back.time = time
        back.isKnown = true
        input.append(back)
        return true
    }

    /// The account of the events: each is one thing.
    private mutating func count() {
        duplicates += timeline.duplicates.count
        for event in timeline.events where !event.isKnown && event.row.batch >= 0 {
            if event.isDelete {
                if event.isJournaled { continue }
                deletes += 1
            } else if timeline.intervals.contains(where: { $0.from == event.time }) {
                versions += 1
            } else {
                overwrites += 1
            }
        }
    }
}
