import Columnar
import Delta
import Events
import Keys

/// The events of a batch that have to be compared with others of their key, folded to the latest
/// one a key. Holds the rows of all of them.
struct FactEvents: Sendable {
    /// What is known of an event, and where its row is.
    struct Event: Sendable {
        var sequence: Int64
        var position: BronzePosition
        /// The held batch and the row in it.
        var place: RowReference
        var isDelete: Bool
        /// A row without a sequence: it is the oldest of its key.
        var isUnsequenced = false
        /// Whether it is set aside after all.
        var isTaken = false

        var batch: Int { Int(place.batch) }
        var row: Int { Int(place.row) }

        /// Whether this event overtakes `other`: by sequence; a delete beats an upsert of the same
        /// sequence; then by the position in bronze.
        func overtakes(_ other: Event) -> Bool {
            if sequence != other.sequence { return sequence > other.sequence }
            if isDelete != other.isDelete { return isDelete }
            return position > other.position
        }
    }

    private(set) var index = KeyIndex()
    /// The latest event of each key of `index`.
    private(set) var latest: [Event] = []
    private(set) var batches: [EventBatch] = []
    /// The rows of each batch that are events; nil: all.
    private(set) var chosen: [[Int]?] = []
    /// Events overtaken by another one here.
    private(set) var superseded = 0
    /// Whether `overtaken` is filled.
    var namesOvertaken = false
    /// The places of the superseded events.
    private(set) var overtaken: [BronzePosition] = []
    /// Events that say again what another one here says.
    private(set) var duplicates = 0
    /// Rows without a sequence beside other events of their key, by its number.
    private var unsequenced: [Int: [Unsequenced]] = [:]
    /// Whether there are rows without a sequence.
    private(set) var hasUnsequenced = false

    private struct Unsequenced {
        var position: BronzePosition
        /// Whether a row with a sequence came before it.
        var isLate = false
        /// How it was counted here.
        var isDuplicate = false
    }

    var count: Int { latest.count }

    /// Makes room for the keys of about `count` events.
    mutating func reserve(_ count: Int) {
        if index.count > 0 { return }
        index = KeyIndex(expectedCount: count)
        latest.reserveCapacity(count)
    }

    /// The numbers of keys in `index`, those of no event after those of the events. After the last
    /// `hold`.
    mutating func numbers(of keys: [ValueHash]) -> [Int] { keys.map { index.place($0).index } }

    /// Takes in the rows `chosen` (nil: all) of a batch, whose keys hash to `hashes`. Rows beside
    /// them are held too where they are few: cheaper than a copy of the others.
    mutating func hold(_ events: EventBatch, _ chosen: [Int]?, _ hashes: [ValueHash]) {
        precondition(index.count == latest.count, "an event after keys of no event")
        let count = chosen?.count ?? events.rows.count
        let isGathered = count < events.rows.count / 8 * 7
        let batch = batches.count
        batches.append(isGathered ? chosen.map { events.gather($0) } ?? events : events)
        self.chosen.append(isGathered ? nil : chosen)
        let hasNulls = events.sequence.validity != nil
        for number in 0..<count {
            let row = chosen?[number] ?? number
            if number % KeyIndex.blockCount == 0 {
                index.warm(hashes[row..<min(row + KeyIndex.blockCount, hashes.count)])
            }
            let event = Event(
                sequence: events.sequence(row), position: events.position(row),
                place: RowReference(
                    batch: Int32(batch), row: Int32(isGathered ? number : row)),
                isDelete: events.deletes?[row] ?? false,
                isUnsequenced: hasNulls && events.isUnsequenced(row))
            if event.isUnsequenced { hasUnsequenced = true }
            let (key, isNew) = index.place(hashes[row])
            if isNew { latest.append(event) } else { meet(event, key) }
        }
    }

    /// The column `name` of all events, batch by batch, with the rows of each (nil: all).
    func column(_ name: String) -> [(column: Column, rows: [Int]?)] {
        zip(batches, chosen).compactMap { batch, rows in batch.rows[name].map { ($0, rows) } }
    }

    /// Takes the rows without a sequence out that came behind a version of their key that has one:
    /// here, or in silver, as `later` tells of a key's number. Returns their places.
    mutating func takeLate(_ later: (Int) -> Bool) -> [BronzePosition] {
        var late: [BronzePosition] = []
        for (key, rows) in unsequenced {
            for row in rows where row.isLate || later(key) {
                late.append(row.position)
                if row.isLate { continue }
                if row.isDuplicate { duplicates -= 1 } else { superseded -= 1 }
            }
        }
        for key in latest.indices
        where latest[key].isUnsequenced && latest[key].sequence == .min && later(key) {
            late.append(latest[key].position)
            latest[key].isTaken = true
        }
        unsequenced = [:]
        if namesOvertaken, !late.isEmpty { overtaken.removeAll { late.contains($0) } }
        return late
    }

    /// Of two events of a key of which one at least has no sequence: notes it. Returns whether one
    /// of them is late, so that the other is the latest.
    private mutating func meetUnsequenced(_ event: inout Event, _ key: Int) -> Bool {
        let other = latest[key]
        if event.isUnsequenced, other.isDelete {
            // Made again after the delete, it is as new as when it was seen.
            let seen = batches[event.batch].extractedAt[event.row]
            if seen > other.sequence { event.sequence = seen }
        }
        let (older, newer) = event.position < other.position ? (event, other) : (other, event)
        if newer.isUnsequenced, !older.isUnsequenced, !older.isDelete {
            unsequenced[key, default: []].append(.init(position: newer.position, isLate: true))
            latest[key] = older
            return true
        }
        if older.isUnsequenced {
            unsequenced[key, default: []].append(.init(position: older.position))
        }
        return false
    }

    private mutating func meet(_ event: Event, _ key: Int) {
        var event = event
        if event.isUnsequenced || latest[key].isUnsequenced, meetUnsequenced(&event, key) { return }
        let other = latest[key]
        if event.sequence == other.sequence, event.isDelete == other.isDelete,
            event.isDelete
                || batches[event.batch].rows
                    .holdsSame(event.row, as: batches[other.batch].rows, other.row)
        {
            duplicates += 1
            if let last = unsequenced[key]?.indices.last, event.isUnsequenced {
                unsequenced[key]?[last].isDuplicate = true
            }
        } else {
            superseded += 1
            if namesOvertaken {
                overtaken.append(event.overtakes(other) ? other.position : event.position)
            }
        }
        if event.overtakes(other) { latest[key] = event }
    }
}
