import Columnar
import Delta
import Events
import Keys
import Parquet
import Pipeline

/// Looks for the keys of a batch in one file of silver: the key's columns are read where the bounds
/// of row groups and pages let a key be, the sequence only around the rows that were found.
struct FactLookup {
    /// A key of the batch and its row in silver.
    struct Hit: Sendable {
        var key: Int
        var place: FactExisting.Place
    }

    /// In the order of the rows.
    private(set) var hits: [Hit] = []
    /// Rows of all other keys, when they were asked for.
    private(set) var others: [Int] = []

    private let fact: FactTable
    private let snapshot: Snapshot
    private let number: Int
    private var index: KeyIndex
    private let keys: FactKeyValues?
    private let present: KeyIndex?
    private var hasher: KeyHasher

    /// - Parameters:
    ///   - number: the file's among those of the snapshot.
    ///   - keys: the values of the first key column; nil when nothing can be told by them.
    ///   - present: asks for the rows of all other keys too, but for these.
    init(
        _ fact: FactTable, _ snapshot: Snapshot, _ number: Int, _ index: KeyIndex,
        _ keys: FactKeyValues?, othersBut present: KeyIndex?
    ) {
        self.fact = fact
        hasher = KeyHasher(fact.spec.entity.keyCollations)
        self.snapshot = snapshot
        self.number = number
        self.index = index
        self.keys = keys
        self.present = present
    }

    mutating func run() throws(DeltaError) {
        let file = snapshot.files[number]
        let reader = try snapshot.table.reader(of: file)
        var start = 0
        for group in reader.rowGroups.indices {
            let all = 0..<reader.rowGroups[group].rowCount
            var ranges = [all]
            if present == nil, let keys {
                do throws(ParquetError) {
                    ranges = try keys.rows(of: reader, rowGroup: group)
                } catch {
                    throw DeltaError(reading: error, try snapshot.table.dataFile(file.path))
                }
            }
            for rows in ranges {
                let before = hits.count
                try search(rows, of: group, reader, start)
                try readSequences(hits[before...], of: group, reader, start)
            }
            start += all.count
        }
    }

    /// - Parameter start: the number of the row group's first row in the file.
    private mutating func search(
        _ rows: Range<Int>, of group: Int, _ reader: FileReader, _ start: Int
    ) throws(DeltaError) {
        let scan = try DeltaScan(
            snapshot, snapshot.files[number], reader: reader, rowGroup: group, rows: rows,
            columns: fact.keyNames(in: snapshot))
        var first = start + rows.lowerBound
        while let batch = try scan.next() {
            let columns = fact.keyColumns(batch)
            if let rows = candidates(batch) {
                let found = columns.map { $0.gather(rows) }
                meet(hasher.hashes(found, count: rows.count)) { first + rows[$0] }
            } else {
                meet(hasher.hashes(columns, count: batch.count)) { first + $0 }
            }
            first += batch.count
        }
    }

    /// The rows that are worth a hash, where they are few.
    private func candidates(_ batch: RecordBatch) -> [Int]? {
        guard present == nil, let rows = keys?.rows(of: batch.columns[0]) else { return nil }
        return rows.count < batch.count / 2 ? rows : nil
    }

    private mutating func meet(_ hashes: [ValueHash], _ row: (Int) -> Int) {
        for (place, hash) in hashes.enumerated() {
            if place % KeyIndex.blockCount == 0 {
                index.warm(hashes[place..<min(place + KeyIndex.blockCount, hashes.count)])
            }
            if let key = index.find(hash) {
                hits.append(
                    Hit(key: key, place: .init(file: number, row: row(place), sequence: .min)))
            } else if let present, present.find(hash) == nil {
                others.append(row(place))
            }
        }
    }

    private mutating func readSequences(
        _ found: ArraySlice<Hit>, of group: Int, _ reader: FileReader, _ start: Int
    ) throws(DeltaError) {
        guard let order = fact.sequence, let low = found.first?.place.row,
            let high = found.last?.place.row
        else { return }
        let scan = try DeltaScan(
            snapshot, snapshot.files[number], reader: reader, rowGroup: group,
            rows: low - start..<high - start + 1, columns: order.columns)
        var first = low
        var next = found.startIndex
        while let batch = try scan.next() {
            let sequence = try order.stored(batch)
            while next < found.endIndex, hits[next].place.row < first + batch.count {
                let row = hits[next].place.row - first
                hits[next].place.sequence = sequence.int64(row) ?? .min
                next += 1
            }
            first += batch.count
        }
    }
}
