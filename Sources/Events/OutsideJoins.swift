import Delta
import Lake
import Storage

/// Files of bronze that another program joined, which dropped the tag that tells where rows came
/// from, and then perhaps deleted (an OPTIMIZE and a VACUUM of others).
///
/// The files that came are read as long as they are there: they tell the order of arrival. When one
/// is gone, its rows are in the joined ones, in whatever order.
struct OutsideJoins {
    /// The live files that others joined.
    private let joined: [AddFile]
    /// The paths of files whose rows these hold.
    private let originals: Set<String>
    private let snapshot: Snapshot

    init(_ snapshot: Snapshot, _ commits: [CommitChanges]) {
        var sources: [String: Set<String>] = [:]
        for commit in commits where !commit.changesData && !commit.adds.isEmpty {
            var all: Set<String> = []
            for remove in commit.removes { all.formUnion(sources[remove.path] ?? [remove.path]) }
            for add in commit.adds { sources[add.path] = all }
        }
        joined = snapshot.files.filter { $0.origin == nil && sources[$0.path] != nil }
        originals = joined.reduce(into: []) { $0.formUnion(sources[$1.path] ?? []) }
        self.snapshot = snapshot
    }

    /// `arrived` with the joined files in the place of those they hold, where one of these is gone.
    ///
    /// Throws `.unsupported` where they also hold rows that were consumed: nothing tells which.
    /// - Parameter entity: its name, for the hint.
    /// Cost: a look at each file that was joined.
    func standIn(
        for arrived: [BronzeEvents.File], of entity: String
    ) throws(DeltaError) -> [BronzeEvents.File] {
        let places = arrived.indices.filter { originals.contains(arrived[$0].add.path) }
        var first: Int?
        for index in places where first == nil {
            if try !isThere(arrived[index].add) { first = index }
        }
        guard let gone = first else { return arrived }
        guard places.count == originals.count else {
            throw DeltaError(
                .unsupported, operation: "read bronze", subject: snapshot.table.path,
                message: "another program joined files that silver has taken in with "
                    + "\(arrived[gone].add.path), which it has not, and deleted them: nothing "
                    + "tells these rows apart",
                hint: "Build silver from all that bronze holds: sluice transform --only \(entity) "
                    + "--rebuild.")
        }
        var files = arrived
        var left = joined[...]
        for index in places {
            guard let add = left.popFirst() else { break }
            files[index].add = add
        }
        let taken = Set(joined.map(\.path))
        let rest = left.enumerated().map { number, add in
            BronzeEvents.File(
                add: add, version: arrived[gone].version, index: .max - Int32(clamping: number))
        }
        return files.filter {
            !originals.contains($0.add.path) || taken.contains($0.add.path)
        } + rest
    }

    private func isThere(_ file: AddFile) throws(DeltaError) -> Bool {
        let path = try snapshot.table.dataFile(file.path)
        do throws(StorageError) { return try snapshot.table.storage.entry(path) != nil } catch {
            throw DeltaError(error)
        }
    }
}
