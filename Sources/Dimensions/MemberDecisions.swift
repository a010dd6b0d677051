import Columnar
import Keys

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
    /// Whether the complete snapshot was taken in before, and is laid out anew.
    var isRebuild = false
    /// Whether there are upserts without a sequence.
    var hasUnsequenced = false
    /// Members of which the complete snapshot holds rows that were set aside.
    var contested: Set<Int32> = []
    /// Members whose open version is taken back, because the rules of now reject it.
    var failing: Set<Int32> = []
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
        var noted = events.noted[member]
        let isFailing = events.failing.contains(member)
        if new.isEmpty, member < events.missingFrom, noted.isEmpty, !isFailing { return }
        var old = events.had[member]
        if old.count > 1 { old = old.sorted { $0.interval.from < $1.interval.from }[...] }
        var kept = old
        if isFailing { MemberDecisions.takeBack(&kept, &noted) }
        input.removeAll(keepingCapacity: true)
        input.append(contentsOf: noted)
        MemberDecisions.recover(kept, member, rules.kind, into: &input)
        if events.observedAt != nil {
            new = withoutDoubles(new, isContested: events.contested.contains(member))
        }
        if events.observedAt != nil || events.hasUnsequenced { new = placed(new, events) }
        input.append(contentsOf: new)
        timeline.build(input)
        if let time = events.observedAt, member >= events.missingFrom, addAbsence(member, at: time)
        {
            timeline.build(input)
        }
        for event in timeline.conflicts { refused.append((event, .sequenceConflict)) }
        count()
        if let text = Timeline.violation(timeline.intervals) { violation = text }
        unrecorded.append(contentsOf: timeline.unrecorded())
        plan.add(member, has: old, wants: timeline)
    }

    /// Takes the open version out, and what is noted since it began; the one that it ended goes on.
    private static func takeBack(
        _ versions: inout ArraySlice<MemberVersion>, _ noted: inout ArraySlice<MemberEvent>
    ) {
        guard let open = versions.last?.interval, open.isOpen else { return }
        versions.removeLast()
        noted = noted.filter { $0.time < open.from }[...]
        if let last = versions.indices.last, versions[last].interval.to == open.from {
            versions[last].interval.to = MemberInterval.open
        }
    }

    /// The events that the versions of a member tell, but for those the journal has.
    static func recover(
        _ versions: ArraySlice<MemberVersion>, _ member: Int32, _ kind: SequenceKind,
        into input: inout [MemberEvent]
    ) {
        let journaled = input.count
        for index in versions.indices {
            let interval = versions[index].interval
            // The first version alone can be of a row without a sequence that began it all.
            let isOldest =
                kind == .time && index == versions.startIndex && versions[index].isUnsequenced
                && interval.from <= MemberEvent.beginning
            let isNoted = input[..<journaled].contains {
                !$0.isDelete
                    && ($0.time == interval.from || isOldest && $0.sequence == MemberEvent.oldest)
            }
            if !isNoted {
                // A number that is not noted is older than any that is.
                let sequence =
                    kind == .number
                    ? MemberEvent.oldest + 1 + Int64(index - versions.startIndex)
                    : isOldest ? MemberEvent.oldest : interval.from
                input.append(
                    MemberEvent(
                        sequence: sequence, time: interval.from, isKnown: true,
                        isUnsequenced: versions[index].isUnsequenced, member: member,
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
    /// (S32); one of them may have been set aside by a rule.
    private mutating func withoutDoubles(
        _ events: ArraySlice<MemberEvent>, isContested: Bool
    ) -> ArraySlice<MemberEvent> {
        let upserts = events.filter { !$0.isDelete }
        guard let first = upserts.first, upserts.count > 1 || isContested else { return events }
        let isOne =
            !isContested
            && upserts.allSatisfy {
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

    /// Gives those events their place that their own sequence does not tell, in the order of
    /// arrival:
    /// - A row without a sequence is the member's oldest; behind a version with a sequence it has
    ///   no place and is refused.
    /// - A row that is there although its member was deleted after the row's sequence, or has a
    ///   newer version, or that has none, was made again: it holds from when it was seen (S19).
    private mutating func placed(
        _ new: ArraySlice<MemberEvent>, _ events: MemberEvents
    ) -> ArraySlice<MemberEvent> {
        let isState = events.observedAt != nil
        var deleted = input.reduce(Int64.min) { $1.isDelete ? max($0, $1.time) : $0 }
        // The newest upsert with a sequence of its own.
        var sequenced = input.reduce(Int64.min) {
            $1.isDelete || $1.isUnsequenced ? $0 : max($0, $1.time)
        }
        guard rules.kind != .extraction,
            new.contains(where: { event in
                event.isUnsequenced
                    || isState && (event.sequence <= deleted || event.sequence < sequenced)
            })
        else { return new }
        var kept: [MemberEvent] = []
        for var event in new {
            if event.isDelete {
                deleted = max(deleted, event.time)
            } else if event.isUnsequenced {
                if sequenced > deleted || sequenced != .min && event.time <= deleted {
                    refused.append((event, .nullSequence))
                    continue
                }
                let isAgain = deleted != .min && event.time > deleted && rules.kind == .time
                if isAgain, isState, !observe(&event, events) { continue }
                if !isAgain { event.sequence = MemberEvent.oldest }
                if !isAgain, rules.kind == .time { event.time = MemberEvent.beginning }
            } else if isState, rules.kind == .time,
                event.sequence <= deleted || event.sequence < sequenced
            {
                if !observe(&event, events) { continue }
            } else {
                sequenced = max(sequenced, event.time)
            }
            kept.append(event)
        }
        return kept[...]
    }

    /// Places a row of a complete snapshot at the time of it. Returns false where the open version
    /// says the same: it is the row already.
    private mutating func observe(_ event: inout MemberEvent, _ events: MemberEvents) -> Bool {
        timeline.build(input)
        let open = timeline.intervals.last.flatMap { $0.isOpen ? $0 : nil }
        if let open, timeline.isSame(open, event) {
            duplicates += 1
            return false
        }
        // What is only cleaned otherwise now began when it began.
        let time = events.isRebuild ? open?.from : nil
        event.sequence = time ?? events.observedAt ?? event.time
        event.time = event.sequence
        return true
    }

    /// Adds that a member is gone, as the snapshot says that lacks it (S21). Returns whether there
    /// is something to add.
    private mutating func addAbsence(_ member: Int32, at time: Int64) -> Bool {
        guard timeline.intervals.last?.isOpen == true else { return false }
        input.append(
            MemberEvent(
                sequence: time, time: time, isDelete: true, isJournaled: true,
                member: member, row: timeline.intervals.last?.row ?? .none))
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
