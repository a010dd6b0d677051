import Columnar
import Keys
import Pipeline

/// For each of some facts the row of a member that it is joined with.
struct JoinedRows: Sendable {
    /// The rows; 0 where there is none.
    let places: [Int32]
    /// Which facts have one; nil when all do.
    let present: Bitmap?

    /// - Parameter rows: negative where there is none.
    init(_ rows: [Int32]) {
        guard let low = rows.min(), low < 0 else {
            places = rows
            present = nil
            return
        }
        places = rows.map { max(0, $0) }
        present = Bitmap(rows.lazy.map { $0 >= 0 })
    }
}

/// Finds a member's rows for batches of facts; keeps what codes of the current dictionary mean.
struct JoinCursor: Sendable {
    let member: JoinedMember
    /// Facts whose key the member's table does not have, or had deleted at the fact's date.
    private(set) var missing = 0
    /// Facts older than the first version of their member, which they were given.
    private(set) var early = 0
    private var hasher: KeyHasher
    private var lineage = Lineage.none
    /// What `target` gives for each code of the dictionary of this lineage.
    private var targets: [Int32] = []

    init(_ member: JoinedMember) {
        self.member = member
        hasher = KeyHasher(member.collations)
    }

    /// The member's row for each fact, negative where there is none. `dates` are needed only
    /// for a join as of the fact's date.
    mutating func rows(_ keys: [Column], dates: Column?, count: Int) -> [Int32] {
        var rows = targets(keys, count: count)
        if member.join.isAsOf, let dates {
            for index in rows.indices where rows[index] >= 0 {
                // A fact without a date has no place in a history.
                let time = dates.isNull(index) ? nil : dates.statisticsValue(index)
                rows[index] = time.map { version(rows[index], at: $0) } ?? -1
            }
        }
        for row in rows where row < 0 { missing += 1 }
        return rows
    }

    private mutating func version(_ key: Int32, at time: Int64) -> Int32 {
        switch member.find(key, at: time) {
        case .row(let row): return row
        case .early(let row):
            early += 1
            return row
        case .gap: return -1
        }
    }

    /// For a key the last row; the key's number where the row depends on the fact's date.
    private func target(_ hash: ValueHash) -> Int32 {
        let key = member.key(hash)
        return key < 0 || member.join.isAsOf ? key : member.lastRow(key)
    }

    private mutating func targets(_ columns: [Column], count: Int) -> [Int32] {
        guard columns.count == 1, case .dictionary(let codes, let dictionary) = columns[0].storage
        else {
            var found = hasher.hashes(columns, count: count).map { target($0) }
            // NULL equals nothing, not even the NULL of a member.
            for column in columns where column.validity != nil {
                for row in found.indices where column.isNull(row) { found[row] = -1 }
            }
            return found
        }
        if !dictionary.lineage.isShared(with: lineage) {
            lineage = dictionary.lineage
            targets = []
        }
        let values = dictionary.values
        let collation = columns[0].type == .string ? member.collations.first ?? nil : nil
        while targets.count < values.count {
            let value = values[targets.count]
            let hash = collation.map { ValueHash.single($0.folded(value)[...]) }
            targets.append(target(hash ?? ValueHash.single(value)))
        }
        guard let validity = columns[0].validity else { return codes.map { targets[Int($0)] } }
        return codes.indices.map { validity[$0] ? targets[Int(codes[$0])] : -1 }
    }
}
