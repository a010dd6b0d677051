import Columnar
import Delta

/// What becomes of the members that a run touches: all that is known of each is laid out anew, and
/// compared with what the table has.
struct MemberOutcome {
    let name: String
    let layout: DimensionLayout
    var intake: MemberIntake
    private(set) var plan = DimensionPlan()
    /// Events for the journal.
    private(set) var unrecorded: [MemberEvent] = []
    private(set) var report: DimensionReport
    private var violation: (text: String, member: Int32)?
    /// Members from here on were added because a complete snapshot lacks them.
    private var missingFrom = Int32.max

    init(name: String, layout: DimensionLayout, intake: MemberIntake) {
        self.name = name
        self.layout = layout
        self.intake = intake
        report = DimensionReport()
        report.duplicates = intake.ignoredDeletes
    }

    // MARK: Complete snapshots

    /// Finds the open members that the snapshot does not hold; throws `.guarded` when they are too
    /// many (S21, S22).
    mutating func takePresence(
        _ complete: CompleteSnapshot, _ history: MemberHistory?, _ spec: DimensionSpec
    ) throws(TransformError) {
        for batch in complete.others {
            for hash in intake.hasher.hashes(batch, layout.key) { _ = intake.index.place(hash) }
        }
        missingFrom = Int32(intake.index.count)
        guard spec.closesDeleted, let history else { return }
        let found: (missing: Int, open: Int)
        do {
            found = try history.missing(&intake.index, takesClosed: intake.options.isRebuild)
        } catch {
            throw TransformError(
                .lake, operation: error.operation, subject: error.subject,
                message: "dimension \(name): \(error.message)", hint: error.hint)
        }
        let isEmpty = missingFrom == 0 && found.open > 0
        let percent = found.open == 0 ? 0 : 100 * Double(found.missing) / Double(found.open)
        if isEmpty || percent > spec.maxDeletePercent {
            let what =
                isEmpty
                ? "the snapshot is empty"
                : "the snapshot lacks \(found.missing) of \(found.open) open members"
            throw TransformError(
                .guarded, operation: "merge", subject: "dimension \(name)",
                message: what + ", more than max_delete_percent (\(spec.maxDeletePercent)) allows; "
                    + "nothing was closed",
                hint: "See whether the source was read whole. If these members are really gone, "
                    + "raise max_delete_percent for one run.")
        }
        report.missingMembers = found.missing
    }

    // MARK: Decisions

    /// Lays every touched member out.
    mutating func decide(
        _ versions: [MemberVersion], _ known: [MemberEvent], _ batches: [EventBatch],
        _ complete: CompleteSnapshot?
    ) {
        let rules = TimelineRules(
            kind: intake.options.kind, tieBreak: intake.options.tieBreak, loose: intake.loose)
        var timeline = Timeline(rules)
        let memberCount = intake.index.count
        let given = intake.events.grouped(memberCount) { $0.member }
        let noted = known.grouped(memberCount) { $0.member }
        let had = versions.grouped(memberCount) { $0.member }
        var input: [MemberEvent] = []
        for member in 0..<Int32(memberCount) {
            var new = given[member]
            if new.isEmpty, member < missingFrom, noted[member].isEmpty { continue }
            var old = had[member]
            if old.count > 1 { old = old.sorted { $0.interval.from < $1.interval.from }[...] }
            input.removeAll(keepingCapacity: true)
            input.append(contentsOf: noted[member])
            recover(old, member, into: &input)
            if complete != nil { new = withoutDoubles(new, batches) }
            input.append(contentsOf: new)
            timeline.build(input)
            if let complete, present(complete, member, new, timeline, &input) {
                timeline.build(input)
            }
            for event in timeline.conflicts { intake.refuse(event, .sequenceConflict, batches) }
            count(new, timeline)
            if let text = Timeline.violation(timeline.intervals) { violation = (text, member) }
            unrecorded.append(contentsOf: timeline.unrecorded())
            plan.add(member, has: old, wants: timeline)
        }
    }

    /// The events that the versions of a member tell, but for those the journal has.
    func recover(
        _ versions: ArraySlice<MemberVersion>, _ member: Int32, into input: inout [MemberEvent]
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
                    intake.options.kind == .number
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
        _ events: ArraySlice<MemberEvent>, _ batches: [EventBatch]
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
            report.duplicates += upserts.count - same.count
            return (same + events.filter(\.isDelete))[...]
        }
        for event in upserts { intake.refuse(event, .duplicateKey, batches) }
        return events.filter(\.isDelete)[...]
    }

    /// Adds what the snapshot says of a member: that it is gone, or that it is back although its
    /// sequence did not move (S19, S21). Returns whether there is something to add.
    private func present(
        _ complete: CompleteSnapshot, _ member: Int32, _ new: ArraySlice<MemberEvent>,
        _ timeline: Timeline, _ input: inout [MemberEvent]
    ) -> Bool {
        let time = complete.observedAt
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
            intake.options.kind != .number
        else { return false }
        back.sequence = time
        back.time = time
        back.isKnown = true
        input.append(back)
        return true
    }

    /// The account of the events: each is one thing.
    private mutating func count(_ new: ArraySlice<MemberEvent>, _ timeline: Timeline) {
        report.duplicates += timeline.duplicates.count
        for event in timeline.events where !event.isKnown && event.row.batch >= 0 {
            if event.isDelete {
                if event.isJournaled { continue }
                report.deletes += 1
            } else if timeline.intervals.contains(where: { $0.from == event.time }) {
                report.versions += 1
            } else {
                report.overwrites += 1
            }
        }
    }

    // MARK: Checks

    /// Throws `.receipt` when a member's versions would not be a history (S40).
    func check() throws(TransformError) {
        guard let violation else { return }
        throw TransformError(
            .receipt, operation: "merge", subject: "dimension \(name)",
            message: "the versions of a member would not be a history: \(violation.text)",
            hint: "Nothing was published. Build the dimension anew with --rebuild.")
    }

    /// Gives new versions their surrogate keys and completes the report.
    mutating func giveKeys(_ spec: DimensionSpec) {
        let fields = layout.keyFields
        let keys = SurrogateKeys(dimension: name, key: fields)
        let positions = fields.compactMap { layout.cleaned.index(of: $0.name) }
        let store = intake.store
        plan.finish { rows, times in
            let columns = positions.map { store.gather($0, rows) }
            let half = times.count / 2
            let made = concurrentMap([0..<half, half..<times.count], threads: 2) { range in
                range.map { keys.key(columns, row: $0, validFrom: times[$0]) }
            }
            return Array(made.joined())
        }
        report.lostSurrogateKeys = plan.lostSurrogateKeys
        report.refused = intake.refused
        report.rowsInserted = plan.inserts.count
        report.rowsClosed = plan.closed
        report.rowsUpdated = plan.updated
        report.rowsRemoved = plan.removed
    }
}

extension Array {
    /// The elements by member, in the order they have. O(elements + members).
    fileprivate func grouped(
        _ memberCount: Int, by member: (Element) -> Int32
    ) -> MemberGroups<Element> {
        var starts = [Int32](repeating: 0, count: memberCount + 1)
        for element in self { starts[Int(member(element)) + 1] += 1 }
        for index in 0..<memberCount { starts[index + 1] += starts[index] }
        var next = starts
        var order = [Int32](repeating: 0, count: count)
        for (index, element) in enumerated() {
            let group = Int(member(element))
            order[Int(next[group])] = Int32(index)
            next[group] += 1
        }
        return MemberGroups(starts: starts, elements: order.map { self[Int($0)] })
    }
}

private struct MemberGroups<Element> {
    let starts: [Int32]
    let elements: [Element]

    subscript(member: Int32) -> ArraySlice<Element> {
        elements[Int(starts[Int(member)])..<Int(starts[Int(member) + 1])]
    }
}
