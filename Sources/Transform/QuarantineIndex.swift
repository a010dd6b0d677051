import Columnar
import Delta

/// What must be known of every row of a quarantine table to change some of them: about a hundred
/// bytes a row.
struct QuarantineIndex {
    /// One row.
    struct Entry {
        var isOpen: Bool
        var firstSeen: Int64
        /// Orders it among its key's events.
        var sequence: Int64?
        var position: BronzePosition
        /// The place among the snapshot's files; -1 for rows of this run.
        var file: Int32
        var row: Int64
        /// The next entry of the same key, -1 at the end.
        var next: Int32 = -1
    }

    private(set) var entries: [Entry] = []
    private var byID: [ValueHash: Int32] = [:]
    private var byKey: [ValueHash: Int32] = [:]
    /// A bit for each low part of a key's hash that occurs: most keys are told apart by it.
    private var filter = [UInt64](repeating: 0, count: 1024)

    init() {}

    /// Reads the columns concerned of all files.
    init(_ snapshot: Snapshot, key: [String]) throws(DeltaError) {
        let columns =
            [
                QuarantineColumn.id, QuarantineColumn.status, QuarantineColumn.firstSeen,
                QuarantineColumn.sequence, QuarantineColumn.position,
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
            let isOpen = !columns[1].isNull(row) && columns[1].text(row) == "open"
            let position = columns[4].isNull(row) ? nil : BronzePosition(columns[4].text(row))
            let entry = Entry(
                isOpen: isOpen, firstSeen: columns[2].int64(row) ?? 0,
                sequence: columns[3].int64(row),
                position: position ?? BronzePosition(version: 0, file: 0, row: 0), file: file,
                row: first + Int64(row))
            insert(
                entry, id: ValueHashes.bytes(columns[0].textBytes(row)[...]),
                key: isOpen ? keys[row] : nil)
        }
    }

    mutating func insert(_ entry: Entry, id: ValueHash, key: ValueHash?) {
        var entry = entry
        let number = Int32(entries.count)
        if let key {
            entry.next = byKey[key] ?? -1
            byKey[key] = number
            filter[Int(key.low >> 6 & 1023)] |= 1 << (key.low & 63)
        }
        byID[id] = number
        entries.append(entry)
    }

    /// The row of this id.
    func entry(id: ValueHash) -> Int? { byID[id].map { Int($0) } }

    mutating func close(_ number: Int) { entries[number].isOpen = false }

    mutating func place(_ number: Int, file: Int32, row: Int64) {
        entries[number].file = file
        entries[number].row = row
    }

    /// Whether no row of a known key is open.
    var isEmpty: Bool { byKey.isEmpty }

    /// The open rows of a key.
    func open(_ key: ValueHash) -> [Int] {
        guard filter[Int(key.low >> 6 & 1023)] >> (key.low & 63) & 1 == 1 else { return [] }
        var found: [Int] = []
        var next = byKey[key] ?? -1
        while next >= 0 {
            if entries[Int(next)].isOpen { found.append(Int(next)) }
            next = entries[Int(next)].next
        }
        return found
    }
}

extension Column {
    /// The value of a `long` or `timestamp` row, nil when it is NULL.
    func int64(_ row: Int) -> Int64? {
        guard !isNull(row), case .int64(let values) = storage else { return nil }
        return values[row]
    }
}
