public import Delta
public import Lake

/// Rows of a table of silver or gold that another program changed.
///
/// Sluice looks before each of its own commits, so what came after the last of these is all there
/// can be. Commits that only move rows between files (OPTIMIZE) are none.
struct OutsideChange: Sendable {
    /// The first version that changed rows.
    let version: Int64
    /// How many commits did.
    private(set) var count = 1
    /// `UPDATE`, `DELETE`…, as that commit calls itself.
    private let operation: String
    /// The program that did it, as that commit says.
    private let program: String?

    enum Search {
        case none
        case found(OutsideChange)
        /// The log does not reach back to sluice's last commit.
        case unknown
    }

    private init(_ commit: CommitChanges) {
        version = commit.version
        operation = commit.info?.operation ?? "a commit"
        program = commit.info?.engineInfo
    }

    /// Looks through the commits since sluice's last. Cost: most often one commit is read.
    static func search(_ snapshot: Snapshot) throws(LakeError) -> Search {
        var oldest: OutsideChange?
        var version = snapshot.version
        while version >= 0 {
            let commit: CommitChanges?
            do throws(DeltaError) {
                commit = try snapshot.table.changes(from: version - 1, to: version).first
            } catch {
                if error.code != .noSuchVersion {
                    throw LakeError(lake: error)
                }
                return oldest.map(Search.found) ?? .unknown
            }
            guard let commit, !isOurs(commit) else { break }
            if commit.changesData {
                let count = oldest?.count ?? 0
                oldest = OutsideChange(commit)
                oldest?.count = count + 1
            }
            version -= 1
        }
        return oldest.map(Search.found) ?? .none
    }

    /// Whether a commit is one before which sluice had looked. Joining files is done without.
    private static func isOurs(_ commit: CommitChanges) -> Bool {
        let program = commit.info?.engineInfo ?? ""
        return (program == "sluice" || program.hasPrefix("sluice/"))
            && (commit.changesData || !commit.transactions.isEmpty)
    }

    /// What happened, for people.
    var text: String {
        "version \(version) of the table (\(operation)\(program.map { " by \($0)" } ?? ""))"
            + (count > 1 ? " and \(count - 1) more" : "") + " changed its rows, and sluice did not"
    }

    /// What the operator does next.
    static func hint(_ name: String) -> String {
        "Make it anew of what it is built from: sluice transform --rebuild --only \(name)."
    }
}

extension TransformRun {
    /// Throws `.receipt` when another program changed rows of a table: nothing is put on top of
    /// it. A rebuild takes the place of all of it, but not of what it reads.
    func checkOutside(
        _ name: String, _ table: Snapshot?, isInput: Bool = false
    ) throws(LakeError) {
        guard let table, isInput || !options.isRebuild,
            case .found(let change) = try OutsideChange.search(table)
        else { return }
        throw LakeError(
            .receipt, operation: "reconcile", subject: name,
            message: change.text + "; nothing was published", hint: OutsideChange.hint(name))
    }

    /// The table that a rebuild of a full state builds upon: as it was before another program
    /// changed it, by a commit of its own, since bronze does not tell what is older than the state.
    ///
    /// The receipt of the table goes with it. What cannot be undone because files of then are gone
    /// stays as it is, and is noted.
    public func undone(
        _ table: Snapshot, _ result: inout TransformResult
    ) throws(LakeError) -> Snapshot {
        guard case .found(let change) = try OutsideChange.search(table) else { return table }
        var transaction = Transaction(table.table, reading: table)
        transaction.userMetadata = world.runID
        let files = try inLake { () throws(DeltaError) -> [AddFile]? in
            do throws(DeltaError) {
                let before = try table.table.snapshot(atVersion: change.version - 1)
                guard before.schema == table.schema else { return nil }
                let live = Set(table.files.map(\.path))
                for file in before.files where !live.contains(file.path) {
                    _ = try table.table.reader(of: file)
                    transaction.add(file)
                }
                return before.files
            } catch {
                return nil
            }
        }
        guard let files else {
            result.notes.append(
                "\(change.text), and what it was before cannot be read any more: it stays so")
            return table
        }
        let kept = Set(files.map(\.path))
        for file in table.files where !kept.contains(file.path) { transaction.remove(file) }
        try inLake { () throws(DeltaError) in
            _ = try transaction.commit(operation: "RESTORE")
                .committed("commit restore", result.table)
        }
        guard let restored = try silver(result.table) else {
            throw LakeError(
                .conflict, operation: "restore", subject: result.table,
                message: "another run removed the table meanwhile", hint: "Run again.")
        }
        result.notes.append("\(change.text): undone")
        return restored
    }
}
