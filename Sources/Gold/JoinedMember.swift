import Columnar
import Delta
import Keys
import Lake
import Pipeline
import Tables

/// A dimension, or another fact, as a One Big Table joins it: by key the row to take, and the
/// attributes of all rows.
struct JoinedMember: Sendable {
    let join: JoinSpec
    let version: Int64
    /// By pair of `join.on` what texts are compared by.
    let collations: [Collation?]
    /// The chosen columns as they are named in the One Big Table.
    let fields: [Field]
    private let keys: KeyIndex
    /// As of a date the rows of key `k` are `rows[starts[k]..<starts[k + 1]]`, by ascending
    /// `valid_from`; else there is one each, `rows[k]`.
    private let starts: [Int32]
    private let rows: [Int32]
    private let validFrom: [Int64]
    private let validTo: [Int64]
    private let attributes: [Column]

    /// Reads the member's key, its history where it has one, and its chosen columns.
    ///
    /// Memory: about 50 bytes a row beside its columns, as they come out of the files; for a moment
    /// one of the columns twice.
    init(
        _ join: JoinSpec, _ snapshot: Snapshot, by collations: [Collation?]
    ) throws(LakeError) {
        self.join = join
        self.collations = collations
        version = snapshot.version
        let fields = try join.fields(of: snapshot.schema)
        self.fields = fields
        let keyCount = join.on.count
        let history = join.historyColumns
        var keys = KeyIndex()
        var hasher = KeyHasher(collations)
        var keyOfRow: [Int32] = []
        var from: [Int64] = []
        var to: [Int64] = []
        var parts: [[Column]] = fields.map { _ in [] }
        try inLake { () throws(DeltaError) in
            let scan = try DeltaScan(
                snapshot, columns: join.on.map(\.key) + history + join.columns)
            while let batch = try scan.next() {
                let columns = Array(batch.columns.prefix(keyCount))
                for hash in hasher.hashes(columns, count: batch.count) {
                    keyOfRow.append(Int32(keys.place(hash).index))
                }
                if !history.isEmpty { from += batch.columns[keyCount].sequenceValues() }
                if history.count > 1 {
                    let ends = batch.columns[keyCount + 1]
                    to += ends.sequenceValues().enumerated().map {
                        ends.isNull($0) ? .max : $1
                    }
                }
                for index in fields.indices {
                    parts[index].append(batch.columns[keyCount + history.count + index])
                }
            }
        }
        self.keys = keys
        (starts, rows) = JoinedMember.order(
            keyOfRow, from, keyCount: keys.count, onlyLast: !join.isAsOf)
        validFrom = join.isAsOf ? from : []
        validTo = to
        var attributes: [Column] = []
        for (index, field) in fields.enumerated() {
            attributes.append(Column.joined(parts[index], type: field.type))
            parts[index] = []
        }
        self.attributes = attributes
    }

    /// Rows by key and time; `from` is empty where a key has no history.
    private static func order(
        _ keyOfRow: [Int32], _ from: [Int64], keyCount: Int, onlyLast: Bool
    ) -> ([Int32], [Int32]) {
        if onlyLast {
            var last = [Int32](repeating: -1, count: keyCount)
            for (row, key) in keyOfRow.enumerated() {
                let other = Int(last[Int(key)])
                if other < 0 || from.isEmpty || from[row] > from[other] {
                    last[Int(key)] = Int32(row)
                }
            }
            return ([], last)
        }
        var starts = [Int32](repeating: 0, count: keyCount + 1)
        let rows = keyOfRow.indices.sorted { left, right in
            (keyOfRow[left], from[left], left) < (keyOfRow[right], from[right], right)
        }
        for key in keyOfRow { starts[Int(key) + 1] += 1 }
        for key in 0..<keyCount { starts[key + 1] += starts[key] }
        return (starts, rows.map { Int32($0) })
    }

    /// The number of a key, -1 when the dimension does not have it.
    func key(_ hash: ValueHash) -> Int32 { keys.find(hash).map { Int32($0) } ?? -1 }

    /// What was found of a key at a time.
    enum Found {
        case row(Int32)
        /// The key's first version began later, which is taken (S36).
        case early(Int32)
        /// The key was deleted at that time.
        case gap
    }

    /// The last version of a key.
    func lastRow(_ key: Int32) -> Int32 {
        starts.isEmpty ? rows[Int(key)] : rows[Int(starts[Int(key) + 1]) - 1]
    }

    /// The version of a key that was valid at `time` (microseconds).
    func find(_ key: Int32, at time: Int64) -> Found {
        let range = Int(starts[Int(key)])..<Int(starts[Int(key) + 1])
        var index = range.upperBound - 1
        while index >= range.lowerBound {
            let row = rows[index]
            if validFrom[Int(row)] <= time {
                return time < validTo[Int(row)] ? .row(row) : .gap
            }
            index -= 1
        }
        return .early(rows[range.lowerBound])
    }

    /// One of the chosen columns for the rows found.
    func column(_ index: Int, _ rows: JoinedRows) -> Column {
        attributes[index].gather(rows.places, rows.present)
    }
}

extension JoinSpec {
    /// The columns that tell which of a key's rows is joined: none where there is one alone.
    var historyColumns: [String] {
        isFact ? [] : isAsOf ? ["valid_from", "valid_to"] : ["valid_from"]
    }
}
