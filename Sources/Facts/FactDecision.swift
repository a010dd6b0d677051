import Columnar
import Delta
import Events
import Keys
import Lake

/// What becomes of each held event and of the row of its key in silver.
struct FactDecision {
    private(set) var report: FactReport
    /// Rows that leave each file of the snapshot, with the event that takes their place.
    private(set) var leaving: [[RowReplacement]]
    /// Rows of each held batch that go into silver, but for those that take a row's place.
    private(set) var written: [[Int]]
    /// Keys that were deleted, by the held batch of their event.
    private(set) var tombstones: [[Int]]

    private let hasSequence: Bool
    private let consumed: Int64
    /// Whether the events tell what the table is to hold, whatever it holds.
    private let isTruth: Bool
    private let isRecheck: Bool
    private let replay: FactOptions.Replay?
    private let batches: [EventBatch]

    /// Decides, by what silver and the deleted hold of the keys of `events`; nil when the table is
    /// built anew.
    init(
        _ fact: FactTable, _ events: FactEvents, _ known: FactKnown?, options: FactOptions,
        report: FactReport
    ) throws(LakeError) {
        self.report = report
        self.report.superseded += events.superseded
        self.report.duplicates += events.duplicates
        leaving = Array(repeating: [], count: fact.snapshot?.files.count ?? 0)
        written = Array(repeating: [], count: events.batches.count)
        self.tombstones = written
        isRecheck = options.mode == .recheck
        // A full state is the truth: a row that went back in time there goes back here.
        isTruth = options.mode == .fullState || isRecheck
        hasSequence = fact.sequence != nil && !isTruth
        consumed = options.consumed
        replay = options.replay
        batches = events.batches
        self.report.overtaken = events.overtaken
        guard let known else {
            decideAnew(events)
            return
        }
        let (existing, deletedAt) = (known.existing, known.deletedAt)
        let ties = (0..<events.count).filter { key in
            let event = events.latest[key]
            guard let place = existing.places[key], !event.isDelete, !event.isTaken else {
                return false
            }
            return !hasSequence || place.sequence == events.latest[key].sequence
        }
        let same = try existing.unchanged(
            ties, fact, events, threads: max(1, options.threads + 1))
        for key in 0..<events.count where !events.latest[key].isTaken {
            decide(
                key, events.latest[key], existing.places[key],
                isTruth ? .min : deletedAt[key], isSame: same.contains(key))
        }
        for (file, rows) in existing.others.enumerated() where !rows.isEmpty {
            leaving[file] += rows.map { RowReplacement(row: $0, by: .none) }
            self.report.removed += rows.count
            self.report.missing += rows.count
            if !isRecheck { self.report.superseded += rows.count }
        }
        if isRecheck {
            let found = existing.places.count { $0 != nil }
            let others = existing.others.reduce(0) { $0 + $1.count }
            self.report.kept = Int(fact.snapshot?.rowCount ?? 0) - found - others
        }
    }

    private mutating func decideAnew(_ events: FactEvents) {
        for key in 0..<events.count where !events.latest[key].isTaken {
            decide(key, events.latest[key], nil, .min, isSame: false)
        }
    }

    private mutating func decide(
        _ key: Int, _ event: FactEvents.Event, _ place: FactExisting.Place?, _ deletedAt: Int64,
        isSame: Bool
    ) {
        var event = event
        if event.isUnsequenced, place == nil, deletedAt != .min {
            // Made again after the delete, it is as new as when it was seen.
            event.sequence = max(event.sequence, seen(event))
        }
        if deletedAt != .min, deletedAt >= event.sequence, place == nil {
            // A delete beats an upsert of its own sequence.
            if event.isDelete, deletedAt == event.sequence {
                report.duplicates += 1
            } else {
                overtake(event)
            }
            return
        }
        guard let place else {
            if event.isDelete {
                delete(key, event)
            } else {
                report.inserted += 1
                written[event.batch].append(event.row)
            }
            return
        }
        if event.isDelete {
            if isTruth || place.sequence <= event.sequence {
                drop(place, .none)
                report.removed += 1
                delete(key, event)
            } else {
                overtake(event)
            }
        } else if isSame {
            // The event's own row, when all events are counted anew.
            if !isRecheck { report.duplicates += 1 }
        } else if isNewer(event, place) {
            drop(place, event.place)
            report.updated += 1
        } else {
            overtake(event)
        }
    }

    private func seen(_ event: FactEvents.Event) -> Int64 {
        batches[event.batch].extractedAt[event.row]
    }

    private mutating func overtake(_ event: FactEvents.Event) {
        report.superseded += 1
        if replay != nil { report.overtaken.append(event.position) }
    }

    private func isNewer(_ event: FactEvents.Event, _ place: FactExisting.Place) -> Bool {
        if hasSequence, place.sequence != event.sequence { return place.sequence < event.sequence }
        if let replay { return !replay.yielding.contains(event.position) }
        // A full state is the truth, whenever it was read.
        return isTruth || event.position.version > consumed
    }

    private mutating func drop(_ place: FactExisting.Place, _ event: RowReference) {
        leaving[place.file].append(RowReplacement(row: place.row, by: event))
        if !isRecheck { report.superseded += 1 }
    }

    private mutating func delete(_ key: Int, _ event: FactEvents.Event) {
        report.deleted += 1
        tombstones[event.batch].append(key)
    }
}
