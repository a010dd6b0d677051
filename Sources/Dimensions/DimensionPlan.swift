import Columnar
import Keys

/// A version as it is to stand in the table.
struct PlannedVersion: Sendable {
    var member: Int32
    var interval: MemberInterval
    /// Zero until it is computed.
    var surrogateKey: Int64 = 0
    /// Whether the surrogate key is new to the table.
    var isNew = true
}

/// A row that gets another content.
struct RowChange: Sendable {
    /// Its row in the file.
    var row: Int32
    /// Its new content; nil takes the row out.
    var version: PlannedVersion?
    /// Which cleaned columns change too, not only the end of the version.
    var values = Values.none

    enum Values: Sendable {
        case none
        /// Those that make no versions.
        case untracked
        case all
    }

    /// Of `changes`, ascending by row, those of `count` rows from `first` on.
    static func slice(
        of changes: ArraySlice<RowChange>, from first: Int64, count: Int
    ) -> ArraySlice<RowChange> {
        func start(_ row: Int64) -> Int {
            var (low, high) = (changes.startIndex, changes.endIndex)
            while low < high {
                let middle = (low + high) / 2
                if Int64(changes[middle].row) < row { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return changes[start(first)..<start(first + Int64(count))]
    }
}

/// What has to be done to the table's files.
struct DimensionPlan: Sendable {
    /// By file, ascending by row once `finish` has run.
    private(set) var changes: [Int32: [RowChange]] = [:]
    private(set) var inserts: [PlannedVersion] = []
    private(set) var lostSurrogateKeys: [Int64] = []
    private(set) var closed = 0
    private(set) var updated = 0
    private(set) var removed = 0

    var isEmpty: Bool { changes.isEmpty && inserts.isEmpty }

    /// Compares what one member has, ascending by `from`, with what it should have.
    mutating func add(
        _ member: Int32, has versions: ArraySlice<MemberVersion>, wants timeline: Timeline
    ) {
        var free: [MemberVersion] = []
        var unmet: [MemberInterval] = []
        var next = timeline.intervals[...]
        for version in versions {
            while let interval = next.first, interval.from < version.interval.from {
                unmet.append(interval)
                next.removeFirst()
            }
            if let interval = next.first, interval.from == version.interval.from {
                update(version, to: interval, timeline)
                next.removeFirst()
            } else {
                free.append(version)
            }
        }
        unmet.append(contentsOf: next)
        for version in free {
            lostSurrogateKeys.append(version.surrogateKey)
            // A row that is not wanted makes room for one that is.
            if unmet.isEmpty {
                change(version, RowChange(row: version.row))
                removed += 1
            } else {
                let planned = PlannedVersion(member: member, interval: unmet.removeFirst())
                change(
                    version, RowChange(row: version.row, version: planned, values: .all))
                updated += 1
            }
        }
        inserts.append(contentsOf: unmet.map { PlannedVersion(member: member, interval: $0) })
    }

    private mutating func update(
        _ version: MemberVersion, to interval: MemberInterval, _ timeline: Timeline
    ) {
        let was = version.interval
        let values = timeline.changedValues(was, interval)
        guard values != .none || was.to != interval.to || was.isDeleted != interval.isDeleted else {
            return
        }
        updated += 1
        if was.isOpen, !interval.isOpen { closed += 1 }
        let planned = PlannedVersion(
            member: version.member, interval: interval, surrogateKey: version.surrogateKey,
            isNew: false)
        change(version, RowChange(row: version.row, version: planned, values: values))
    }

    private mutating func change(_ version: MemberVersion, _ change: RowChange) {
        changes[version.file, default: []].append(change)
    }

    /// Takes in the plan of other members.
    mutating func append(_ other: DimensionPlan) {
        for (file, list) in other.changes { changes[file, default: []] += list }
        inserts += other.inserts
        lostSurrogateKeys += other.lostSurrogateKeys
        closed += other.closed
        updated += other.updated
        removed += other.removed
    }

    /// Orders the changes and gives every new version its surrogate key, by `keys`.
    mutating func finish(_ keys: ([RowReference], [Int64]) -> [Int64]) {
        for file in changes.keys {
            changes[file]?.sort { $0.row < $1.row }
        }
        let made = keys(inserts.map(\.interval.row), inserts.map(\.interval.from))
        for index in inserts.indices { inserts[index].surrogateKey = made[index] }
        for (file, list) in changes {
            let moved = list.indices.filter { list[$0].version?.isNew == true }
            if moved.isEmpty { continue }
            let versions = moved.compactMap { list[$0].version }
            let made = keys(versions.map(\.interval.row), versions.map(\.interval.from))
            for (index, key) in zip(moved, made) {
                changes[file]?[index].version?.surrogateKey = key
            }
        }
    }

    /// The surrogate keys that are new to the table, repeats included.
    var newSurrogateKeys: [Int64] {
        var keys = inserts.map(\.surrogateKey)
        for list in changes.values {
            for case let version? in list.map(\.version) where version.isNew {
                keys.append(version.surrogateKey)
            }
        }
        return keys
    }
}

extension Timeline {
    /// Which cleaned values differ between two versions.
    func changedValues(_ left: MemberInterval, _ right: MemberInterval) -> RowChange.Values {
        if left.tracked != right.tracked { return .all }
        if left.untracked != right.untracked { return .untracked }
        for column in 0..<rules.loose.count {
            let one = rules.loose.value(column, left.loose[column])
            let other = rules.loose.value(column, right.loose[column])
            if one != other { return .untracked }
        }
        return .none
    }
}
