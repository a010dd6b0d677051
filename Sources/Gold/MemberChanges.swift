import Columnar
import Delta
import Keys
import Lake
import Pipeline
import Work

/// The members of dimensions and of other facts that changed since a One Big Table was built, in a
/// way that it shows.
///
/// Of the files that came to and left a member's table, the rows are summed up by key: what only
/// moved from one file to another cancels out. Memory: about 50 bytes a key of those files.
struct MemberChanges: Sendable {
    /// Some table's log no longer reaches back: any member may have changed.
    private(set) var isUnknown = false
    /// By join; the changed keys.
    private var changed: [KeyIndex] = []

    /// Whether no member changed.
    var isEmpty: Bool { !isUnknown && changed.allSatisfy { $0.count == 0 } }

    init(_ table: OneBigTable) throws(LakeError) {
        for (number, join) in table.spec.joins.enumerated() {
            let member = table.members[number]
            let name = table.memberTransaction(join)
            let consumed = table.snapshot?.transactions[name] ?? -1
            do throws(DeltaError) {
                changed.append(
                    try MemberChanges.changed(
                        join, member, table.collations[number], since: consumed))
            } catch {
                // The log or the old files are gone: nothing can be excluded.
                guard error.code == .noSuchVersion || error.code == .damagedFile else {
                    throw LakeError(lake: error)
                }
                isUnknown = true
                changed.append(KeyIndex())
            }
        }
    }

    private static func changed(
        _ join: JoinSpec, _ member: Snapshot, _ collations: [Collation?],
        since consumed: Int64
    ) throws(DeltaError) -> KeyIndex {
        var added: [String: AddFile] = [:]
        var removed: [AddFile] = []
        var isAdded: Set<String> = []
        let changes = try member.table.changes(from: consumed, to: member.version)
        if !changes.contains(where: \.changesData) { return KeyIndex() }
        for commit in changes {
            for file in commit.removes {
                // A file that came and went in between was never seen.
                if added.removeValue(forKey: file.path) != nil || isAdded.contains(file.path) {
                    continue
                }
                guard file.partitionValues != nil || member.partitionColumns.isEmpty else {
                    throw DeltaError(
                        .damagedFile, operation: "read changes", subject: file.path,
                        message: "the log does not say which partition it was of")
                }
                removed.append(
                    AddFile(
                        path: file.path, partitionValues: file.partitionValues ?? [:],
                        sizeBytes: file.sizeBytes ?? 0, modificationTime: 0))
            }
            for file in commit.adds {
                added[file.path] = file
                isAdded.insert(file.path)
            }
        }
        var sums = MemberSums(collations: collations)
        try sums.add(join, member, removed, sign: -1)
        try sums.add(join, member, added.values.sorted { $0.path < $1.path }, sign: 1)
        return sums.changed
    }

    /// The periods, besides those given, in which the fact holds a changed member's key.
    func units(
        _ table: OneBigTable, besides known: Set<Int32>, threads: Int
    ) throws(LakeError) -> Set<Int32> {
        let numbers = table.spec.joins.indices.filter { changed[$0].count > 0 }
        // What is found by another join's columns could be anywhere.
        let isFound = numbers.allSatisfy { number in
            table.spec.joins[number].on.allSatisfy { table.fact.schema[$0.fact] != nil }
        }
        if !isFound {
            return Set(table.fact.files.compactMap { table.unit(ofFact: $0.partitionValues) })
                .subtracting(known)
        }
        let joins = numbers.map {
            (
                columns: table.spec.joins[$0].on.map(\.fact), keys: changed[$0],
                collations: table.collations[$0]
            )
        }
        var files: [Int32: [AddFile]] = [:]
        for file in table.fact.files {
            guard let unit = table.unit(ofFact: file.partitionValues), !known.contains(unit)
            else { continue }
            files[unit, default: []].append(file)
        }
        let fact = table.fact
        let found = try concurrentMap(files.sorted { $0.key < $1.key }, threads: threads) {
            (unit, files) throws(LakeError) -> (Int32, Bool) in
            for join in joins {
                let holds = try inLake { () throws(DeltaError) in
                    try MemberChanges.holds(
                        fact, files, join.columns, join.keys, join.collations)
                }
                if holds { return (unit, true) }
            }
            return (unit, false)
        }
        return Set(found.filter(\.1).map(\.0))
    }

    /// Whether a file holds one of the keys. A dictionary page is looked at instead of its rows;
    /// rows are only hashed where the file has none.
    private static func holds(
        _ fact: Snapshot, _ files: [AddFile], _ columns: [String], _ keys: KeyIndex,
        _ collations: [Collation?]
    ) throws(DeltaError) -> Bool {
        let scan = try DeltaScan(fact, files: files, columns: columns)
        var hasher = KeyHasher(collations)
        let collation = collations.first ?? nil
        var lineage = Lineage.none
        var count = 0
        while let batch = try scan.next() {
            guard columns.count == 1,
                case .dictionary(_, let dictionary) = batch.columns[0].storage,
                dictionary.lineage != .none
            else {
                let hashes = hasher.hashes(batch.columns, count: batch.count)
                if hashes.contains(where: { keys.find($0) != nil }) { return true }
                continue
            }
            if !dictionary.lineage.isShared(with: lineage) { count = 0 }
            lineage = dictionary.lineage
            while count < dictionary.values.count {
                let value = dictionary.values[count]
                let hash =
                    collation.map { ValueHash.single($0.folded(value)[...]) }
                    ?? ValueHash.single(value)
                if keys.find(hash) != nil { return true }
                count += 1
            }
        }
        return false
    }
}

/// By key the sum of the hashes of its rows, those that left taken off.
private struct MemberSums {
    let collations: [Collation?]
    private var keys = KeyIndex()
    private var sums: [UInt64] = []

    init(collations: [Collation?]) { self.collations = collations }

    mutating func add(
        _ join: JoinSpec, _ member: Snapshot, _ files: [AddFile], sign: Int
    ) throws(DeltaError) {
        if files.isEmpty { return }
        let shown = join.historyColumns + join.columns
        let scan = try DeltaScan(member, files: files, columns: join.on.map(\.key) + shown)
        var keyHasher = KeyHasher(collations)
        var rowHasher = KeyHasher()
        while let batch = try scan.next() {
            let key = Array(batch.columns.prefix(join.on.count))
            let rest = Array(batch.columns.dropFirst(join.on.count))
            let hashes = rowHasher.hashes(rest, count: batch.count)
            for (row, hash) in keyHasher.hashes(key, count: batch.count).enumerated() {
                let (place, isNew) = keys.place(hash)
                if isNew { sums.append(0) }
                let value = hashes[row].low ^ hashes[row].high
                sums[place] = sign > 0 ? sums[place] &+ value : sums[place] &- value
            }
        }
    }

    var changed: KeyIndex {
        var changed = KeyIndex()
        for (place, hash) in keys.hashes.enumerated() where sums[place] != 0 {
            _ = changed.place(hash)
        }
        return changed
    }
}
