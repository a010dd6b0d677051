import Columnar
import Delta

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
        for number in 0..<count {
            let row = chosen?[number] ?? number
            if number % KeyIndex.blockCount == 0 {
                index.warm(hashes[row..<min(row + KeyIndex.blockCount, hashes.count)])
            }
            let event = Event(
                sequence: events.sequence(row), position: events.position(row),
                place: RowReference(
                    batch: Int32(batch), row: Int32(isGathered ? number : row)),
                isDelete: events.deletes?[row] ?? false)
            let (key, isNew) = index.place(hashes[row])
            if isNew { latest.append(event) } else { meet(event, key) }
        }
    }

    /// The column `name` of all events, batch by batch, with the rows of each (nil: all).
    func column(_ name: String) -> [(column: Column, rows: [Int]?)] {
        zip(batches, chosen).compactMap { batch, rows in batch.rows[name].map { ($0, rows) } }
    }

    private mutating func meet(_ event: Event, _ key: Int) {
        let other = latest[key]
        if event.sequence == other.sequence, event.isDelete == other.isDelete,
            event.isDelete
                || batches[event.batch].rows
                    .holdsSame(event.row, as: batches[other.batch].rows, other.row)
        {
            duplicates += 1
        } else {
            superseded += 1
            if namesOvertaken {
                overtaken.append(event.overtakes(other) ? other.position : event.position)
            }
        }
        if event.overtakes(other) { latest[key] = event }
    }
}

extension EventBatch {
    /// What orders the event of a row. A delete that knows no sequence happened when it was seen.
    func sequence(_ row: Int) -> Int64 {
        if sequence.isNull(row) {
            return deletes?[row] == true ? extractedAt[row] : .min
        }
        guard case .int64(let values) = sequence.storage else { return .min }
        return values[row]
    }
}

extension Column {
    /// A whole number, or microseconds of a date or timestamp, as `FileStatistics` compares them;
    /// nil for other types. The row is not null.
    func statisticsValue(_ row: Int) -> Int64? {
        switch (type, storage) {
        case (.date, .int32(let values)): Int64(values[row]) * Timestamp.microsecondsPerDay
        case (.byte, .int32(let values)), (.short, .int32(let values)),
            (.integer, .int32(let values)):
            Int64(values[row])
        case (.long, .int64(let values)), (.timestamp, .int64(let values)): values[row]
        default: nil
        }
    }

    /// As `statisticsValue` for a column that orders events; `Int64.min` where it is NULL.
    func sequenceValues() -> [Int64] {
        (0..<count).map { isNull($0) ? .min : statisticsValue($0) ?? .min }
    }
}
