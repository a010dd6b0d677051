public import Delta
public import Lake
import Names
public import Pipeline

/// Rows that somebody else took out of bronze: sluice only ever adds, or moves rows between files.
///
/// They were in silver already, or never will be. Reading them anew from the source
/// (`extract --full`) is what heals it; a rebuild would make silver of what is left.
public struct BronzeRemoval: Hashable, Sendable {
    /// The Delta version that took them out.
    public var version: Int64
    /// `DELETE`, `RESTORE`…, as that commit calls itself.
    public var operation: String
    /// The program that did it, as that commit says.
    public var program: String?

    /// What happened, for people.
    public var text: String {
        if operation == TableHealing.operation {
            return "version \(version) of bronze took damaged files out of it, and the source was "
                + "not read whole since"
        }
        return
            "version \(version) of bronze (\(operation)\(program.map { " by \($0)" } ?? "")) took "
            + "rows out of it"
    }

    /// What the operator does next; `source` is `schema.table`.
    public func hint(_ entity: EntitySpec) -> String {
        if operation == TableHealing.operation { return Remedy(bronze: entity.table).text }
        return
            "Sluice never takes rows out of bronze, so another program did. Read them from the "
            + "source again: sluice extract --full --table \(entity.table.name)."
    }

    /// The last commit of `commits` that took rows out, unless the source was read whole after it.
    public init?(_ commits: [CommitChanges], snapshotTransaction: String) {
        var last: CommitChanges?
        for commit in commits {
            if commit.removes.contains(where: \.dataChange) { last = commit }
            let news = commit.adds.filter(\.dataChange)
            let isState = commit.transactions.contains { $0.appID == snapshotTransaction }
            let isFull = !news.isEmpty && news.allSatisfy { $0.tags[BronzeTag.low] == "" }
            if isState || isFull { last = nil }
        }
        guard let last else { return nil }
        version = last.version
        operation = last.info?.operation ?? "a commit"
        program = last.info?.engineInfo
    }
}

extension BronzeEvents {
    /// Throws `receipt` when rows were taken out of bronze: silver is not made of what is left; nor
    /// of a full state that nobody can tell from those before it.
    public func checkWhole() throws(LakeError) {
        if isTorn, removal == nil {
            throw LakeError(
                .receipt, operation: "read bronze", subject: entity.bronze,
                message: "another program rewrote files of the last full state and dropped what "
                    + "tells its rows from earlier ones (see sluice lake history "
                    + "\(entity.bronze)); nothing was published",
                hint: Remedy(bronze: entity.table).text)
        }
        guard let removal else { return }
        throw LakeError(
            .receipt, operation: "read bronze", subject: entity.bronze,
            message: removal.text + "; nothing was published",
            hint: removal.hint(entity))
    }

    /// The rows that silver has taken in and that others took out of bronze since, in the files
    /// that `commits` removed; nil when the log does not tell.
    public static func withdrawn(
        _ commits: [CommitChanges], _ snapshot: Snapshot, since consumed: Int64
    ) throws(DeltaError) -> Int64? {
        guard commits.contains(where: { $0.removes.contains(where: \.dataChange) }) else {
            return 0
        }
        let before: Snapshot
        do throws(DeltaError) {
            before = try snapshot.table.snapshot(atVersion: consumed)
        } catch {
            if error.code == .noSuchVersion { return nil }
            throw error
        }
        var rows: [String: Int64] = [:]
        for file in before.files { rows[file.path] = file.rowCount }
        var total: Int64 = 0
        for commit in commits {
            for remove in commit.removes {
                guard let count = rows.removeValue(forKey: remove.path) else { continue }
                if remove.dataChange { total += count }
            }
            // Rows that only moved; later ones may have been joined with them.
            for add in commit.adds where !add.dataChange {
                rows[add.path] = add.origin?.rowCount(upTo: consumed) ?? add.rowCount
            }
        }
        return total
    }
}
