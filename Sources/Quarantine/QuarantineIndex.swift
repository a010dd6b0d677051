import Columnar
import Delta
import Events
import Keys
import Lake

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
        /// Whether this run sets it aside again.
        var isMatched = false
        /// Its status in the table; nil for rows of this run.
        var stored: QuarantineStatus?
        /// The next entry of the same key, -1 at the end.
        var next: Int32 = -1

        /// Whether the row waits for something: a decision, or the end of a waiver.
        var isPending: Bool { status == .open || status == .waived }

        /// Whether nobody waits for it: a steward decided, or a later row did.
        var isDecided: Bool {
            status == .waived || status == .discarded || status == .superseded
        }

        /// Whether it stands for a row of bronze that is not in silver.
        var isOutside: Bool {
            status != .replayed && status != .blocked && position != .unknown
        }
    }

    private(set) var entries: [Entry] = []
    /// The entry of a place, and the last one of a key.
    private var places = KeyIndex()
    private var atPlace: [Int32] = []
    private var keys = KeyIndex()
    private var lastOfKey: [Int32] = []
    /// Rows of bronze's versions up to this one are found while they are open, waived or discarded,
    /// and by their key only: the run does not meet them again.
    private var consumed: Int64 = .min
    /// Whether the table has rows of versions after it: an earlier attempt left them.
    private var hasNew = false

    /// Room for rows of the run beside those of the table, so that they are not all moved.
    private static let spareCount = 65_536

    init() {}

    /// Reads the columns concerned of all files.
    ///
    /// - Parameters:
    ///   - key: the stored names of the key's columns.
    ///   - consumed: the last version of bronze that the run passes over; nil when it reads all.
    ///   - collations: by column of the key what its texts are compared by.
    init(
        _ snapshot: Snapshot, key: [String], by collations: [Collation?], consumed: Int64?
    ) throws(DeltaError) {
        self.consumed = consumed ?? .min
        // What only rows need that the run meets again: as good as never are there any.
        var more: [String] = []
        if consumed == nil { more = [QuarantineColumn.firstSeen, QuarantineColumn.content] }
        more.removeAll(where: key.contains)
        let columns =
            [QuarantineColumn.status, QuarantineColumn.sequence, QuarantineColumn.position]
            + key + more
        let count = Int(clamping: snapshot.rowCount ?? 0)
        entries.reserveCapacity(count + QuarantineIndex.spareCount)
        if consumed == nil { places = KeyIndex(expectedCount: count) }
        keys = KeyIndex(expectedCount: count)
        for (file, add) in snapshot.files.enumerated() {
            let scan = try DeltaScan(snapshot, files: [add], columns: columns)
            var row: Int64 = 0
            while let batch = try scan.next() {
                take(batch, file: Int32(file), from: row, keyCount: key.count, collations)
                row += Int64(batch.count)
            }
        }
        if consumed != nil, hasNew {
            let consumed = consumed
            self = try QuarantineIndex(snapshot, key: key, by: collations, consumed: nil)
            self.consumed = consumed ?? .min
        }
    }

    private mutating func take(
        _ batch: RecordBatch, file: Int32, from first: Int64, keyCount: Int,
        _ collations: [Collation?]
    ) {
        let columns = batch.columns
        let keys = ValueHashes(
            Array(columns[3..<3 + keyCount]), count: batch.count, by: collations)
        let firstSeen = batch[QuarantineColumn.firstSeen]
        let content = batch[QuarantineColumn.content]
        // Of the few statuses each is looked up by the one before it, most often its own.
        var last: (text: ArraySlice<UInt8>, status: QuarantineStatus) = ([], .open)
        for row in 0..<batch.count {
            if row % KeyIndex.blockCount == 0 {
                let end = min(row + KeyIndex.blockCount, batch.count)
                self.keys.warm(keys.values[row..<end])
            }
            let text = columns[0].isNull(row) ? [] : columns[0].bytes(row) ?? []
            if text != last.text {
                let name = String(decoding: text, as: UTF8.self)
                last = (text, QuarantineStatus(rawValue: name) ?? .open)
            }
            let place = columns[2].isNull(row) ? nil : columns[2].bytes(row)
            var entry = Entry(
                status: last.status,
                firstSeen: firstSeen?.int64(row) ?? 0, sequence: columns[1].int64(row),
                position: place.flatMap { BronzePosition($0) } ?? .unknown,
                content: content?.int64(row), file: file, row: first + Int64(row))
            entry.stored = last.status
            if entry.position.version > consumed { hasNew = true }
            insert(entry, key: keys[row])
        }
    }

    /// Takes a row in; `key` is nil when a part of its key is NULL.
    mutating func insert(_ entry: Entry, key: ValueHash?) {
        var entry = entry
        let number = Int32(entries.count)
        let isOld = entry.position.version <= consumed
        if let key, !isOld || entry.isPending || entry.status == .discarded {
            let (place, isNew) = keys.place(key)
            if isNew {
                lastOfKey.append(number)
            } else {
                entry.next = lastOfKey[place]
                lastOfKey[place] = number
            }
        }
        if entry.position != .unknown, !isOld {
            let (place, isNew) = places.place(entry.position.hash)
            if isNew { atPlace.append(number) } else { atPlace[place] = number }
        }
        entries.append(entry)
    }

    /// The row that came from this place, which the run reads.
    func entry(at position: BronzePosition) -> Int? {
        places.find(position.hash).map { Int(atPlace[$0]) }
    }

    mutating func set(_ status: QuarantineStatus, _ number: Int) {
        entries[number].status = status
    }

    mutating func unplace(_ number: Int) { entries[number].position = .unknown }

    mutating func place(_ number: Int, at position: BronzePosition) {
        entries[number].position = position
    }

    mutating func match(_ number: Int) { entries[number].isMatched = true }

    mutating func meet(_ number: Int) { entries[number].isMet = true }

    /// Whether no row has a whole key.
    var isEmpty: Bool { keys.count == 0 }

    /// See `KeyIndex.warm`; before `rows` is asked for these keys.
    mutating func warm(_ block: ArraySlice<ValueHash>) { keys.warm(block) }

    /// How many keys have rows that `rows` tells.
    var keyCount: Int { lastOfKey.count }

    /// Whether the key of a number has more than one row.
    func hasSeveral(_ number: Int) -> Bool { entries[Int(lastOfKey[number])].next >= 0 }

    /// The rows of a key, but for old ones that were published or overtaken; the last to come
    /// first.
    func rows(_ key: ValueHash) -> [Int] {
        keys.find(key).map { rows(ofKey: $0) } ?? []
    }

    /// The same of the key of a number.
    func rows(ofKey number: Int) -> [Int] {
        var found: [Int] = []
        var next = lastOfKey[number]
        while next >= 0 {
            found.append(Int(next))
            next = entries[Int(next)].next
        }
        return found
    }
}
