import Columnar
import Delta

/// What must be known of every row of a quarantine table to change some of them: about a hundred
/// bytes a row.
struct QuarantineIndex {
    /// One row.
    struct Entry {
        var status: QuarantineStatus
        var firstSeen: Int64
        /// Orders it among its key's events.
        var sequence: Int64?
        var position: BronzePosition
        /// `QuarantineContent` of the row as bronze has it; nil where it was not kept.
        var content: Int64?
        /// The place among the snapshot's files; negative for rows of this run.
        var file: Int32
        var row: Int64
        /// Whether this run met the row.
        var isMet = false
        /// The next entry of the same key, -1 at the end.
        var next: Int32 = -1

        /// Whether the row waits for something: a decision, or the end of a waiver.
        var isPending: Bool { status == .open || status == .waived }

        /// Whether it stands for a row of bronze that is not in silver.
        var isOutside: Bool { status != .replayed && position != .unknown }
    }

    private(set) var entries: [Entry] = []
    private var byPosition: [BronzePosition: Int32] = [:]
    private var byKey: [ValueHash: Int32] = [:]
    /// A bit for each low part of a key's hash that occurs: most keys are told apart by it.
    private var filter = [UInt64](repeating: 0, count: 1024)

    init() {}

    /// Reads the columns concerned of all files. `key` are the stored names of the key's columns.
    init(_ snapshot: Snapshot, key: [String]) throws(DeltaError) {
        let columns =
            [
                QuarantineColumn.status, QuarantineColumn.firstSeen, QuarantineColumn.sequence,
                QuarantineColumn.position, QuarantineColumn.content,
            ] + key
        for (file, add) in snapshot.files.enumerated() {
            let scan = try DeltaScan(snapshot, files: [add], columns: columns)
            var row: Int64 = 0
            while let batch = try scan.next() {
                take(batch, file: Int32(file), from: row)
                row += Int64(batch.count)
            }
        }
    }

    private mutating func take(_ batch: RecordBatch, file: Int32, from first: Int64) {
        let columns = batch.columns
        let keys = ValueHashes(Array(columns[5...]), count: batch.count)
        for row in 0..<batch.count {
            let status = columns[0].isNull(row) ? "" : columns[0].text(row)
            let position = columns[3].isNull(row) ? nil : BronzePosition(columns[3].text(row))
            let entry = Entry(
                status: QuarantineStatus(rawValue: status) ?? .open,
                firstSeen: columns[1].int64(row) ?? 0, sequence: columns[2].int64(row),
                position: position ?? .unknown, content: columns[4].int64(row), file: file,
                row: first + Int64(row))
            insert(entry, key: keys[row])
        }
    }

    /// Takes a row in; `key` is nil when a part of its key is NULL.
    mutating func insert(_ entry: Entry, key: ValueHash?) {
        var entry = entry
        let number = Int32(entries.count)
        if let key {
            entry.next = byKey[key] ?? -1
            byKey[key] = number
            filter[Int(key.low >> 6 & 1023)] |= 1 << (key.low & 63)
        }
        if entry.position != .unknown { byPosition[entry.position] = number }
        entries.append(entry)
    }

    /// The row that came from this place.
    func entry(at position: BronzePosition) -> Int? { byPosition[position].map { Int($0) } }

    mutating func set(_ status: QuarantineStatus, _ number: Int) {
        entries[number].status = status
    }

    mutating func unplace(_ number: Int) { entries[number].position = .unknown }

    mutating func meet(_ number: Int) { entries[number].isMet = true }

    /// Whether no row has a whole key.
    var isEmpty: Bool { byKey.isEmpty }

    /// The rows of a key, whatever became of them; the last to come first.
    func rows(_ key: ValueHash) -> [Int] {
        guard filter[Int(key.low >> 6 & 1023)] >> (key.low & 63) & 1 == 1 else { return [] }
        var found: [Int] = []
        var next = byKey[key] ?? -1
        while next >= 0 {
            found.append(Int(next))
            next = entries[Int(next)].next
        }
        return found
    }
}

extension BronzePosition {
    /// Of a row that does not tell where it came from.
    static let unknown = BronzePosition(version: -1, file: 0, row: 0)
}

extension Column {
    /// The value of a `long` or `timestamp` row, nil when it is NULL.
    func int64(_ row: Int) -> Int64? {
        guard !isNull(row), case .int64(let values) = storage else { return nil }
        return values[row]
    }
}
