import Columnar
import Delta

/// A dimension as a One Big Table joins it: by key the row to take, and the attributes of all rows.
struct JoinedDimension: Sendable {
    let join: JoinSpec
    let version: Int64
    /// By pair of `join.on` what texts are compared by.
    let collations: [Collation?]
    /// The chosen columns as they are named in the One Big Table.
    let fields: [Field]
    private let keys: KeyIndex
    /// The rows of key `k` are `rows[starts[k]..<starts[k + 1]]`, by ascending `valid_from`; one
    /// each unless joined as of the fact's date.
    private let starts: [Int32]
    private let rows: [Int32]
    private let validFrom: [Int64]
    private let validTo: [Int64]
    private let attributes: [Column]

    static let validFromColumn = "valid_from"
    static let validToColumn = "valid_to"

    /// The fields that a join adds. Throws `.configuration` for a column that is not there.
    static func fields(_ join: JoinSpec, _ snapshot: Snapshot) throws(TransformError) -> [Field] {
        var fields: [Field] = []
        for name in join.columns {
            guard let field = snapshot.schema[name] else {
                throw TransformError(
                    .configuration, operation: "plan", subject: join.dimension,
                    message: "the dimension has no column '\(name)'",
                    hint: "Its columns: "
                        + snapshot.schema.fields.map(\.name).joined(separator: ", ") + ".")
            }
            fields.append(
                Field(
                    join.dimension + "_" + name, field.type, isNullable: true,
                    metadata: field.metadata))
        }
        return fields
    }

    /// Reads the dimension's key, validity and chosen columns.
    init(
        _ join: JoinSpec, _ snapshot: Snapshot, by collations: [Collation?]
    ) throws(TransformError) {
        self.join = join
        self.collations = collations
        version = snapshot.version
        fields = try JoinedDimension.fields(join, snapshot)
        let names =
            join.on.map(\.key) + [JoinedDimension.validFromColumn, JoinedDimension.validToColumn]
            + join.columns
        var batches: [RecordBatch] = []
        try inLake { () throws(DeltaError) in
            let scan = try DeltaScan(snapshot, columns: names)
            while let batch = try scan.next() { batches.append(batch) }
        }
        var keys = KeyIndex()
        var hasher = KeyHasher(collations)
        var keyOfRow: [Int] = []
        var from: [Int64] = []
        var to: [Int64] = []
        let keyCount = join.on.count
        for batch in batches {
            let columns = Array(batch.columns.prefix(keyCount))
            for hash in hasher.hashes(columns, count: batch.count) {
                keyOfRow.append(keys.place(hash).index)
            }
            let ends = batch.columns[keyCount + 1]
            from += batch.columns[keyCount].sequenceValues()
            to += ends.sequenceValues().enumerated().map { ends.isNull($0) ? .max : $1 }
        }
        self.keys = keys
        validFrom = from
        validTo = to
        (starts, rows) = JoinedDimension.order(
            keyOfRow, from, keyCount: keys.count, onlyLast: !join.isAsOf)
        var attributes: [Column] = []
        for (index, field) in fields.enumerated() {
            let parts = batches.map { $0.columns[keyCount + 2 + index] }
            attributes.append(Column.joined(parts, type: field.type))
        }
        self.attributes = attributes
    }

    /// Rows by key and time.
    private static func order(
        _ keyOfRow: [Int], _ from: [Int64], keyCount: Int, onlyLast: Bool
    ) -> ([Int32], [Int32]) {
        var starts = [Int32](repeating: 0, count: keyCount + 1)
        if onlyLast {
            var last = [Int32](repeating: -1, count: keyCount)
            for (row, key) in keyOfRow.enumerated()
            where last[key] < 0 || from[row] > from[Int(last[key])] { last[key] = Int32(row) }
            for key in 0...keyCount { starts[key] = Int32(key) }
            return (starts, last)
        }
        let rows = keyOfRow.indices.sorted { left, right in
            (keyOfRow[left], from[left], left) < (keyOfRow[right], from[right], right)
        }
        for key in keyOfRow { starts[key + 1] += 1 }
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
    func lastRow(_ key: Int32) -> Int32 { rows[Int(starts[Int(key) + 1]) - 1] }

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
