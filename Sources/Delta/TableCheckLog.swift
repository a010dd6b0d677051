import JSON
import Parquet
import Storage

/// Findings about the log's own files.
struct TableCheckLog {
    let table: DeltaTable
    let listing: LogListing
    let remedy: String

    /// Commits without a checkpoint that a reader has to go through at most.
    private static let commitsWithoutCheckpoint = 100

    func findings() throws(DeltaError) -> [TableFinding] {
        guard !listing.isEmpty else { return [] }
        return gaps() + checkpointAge() + times() + (try hint()) + (try encodings())
    }

    private func gaps() -> [TableFinding] {
        guard let newest = listing.newest else { return [] }
        let base = listing.newestCheckpoint
        let first = base.map { $0 + 1 } ?? 0
        var findings: [TableFinding] = []
        let missing = first > newest ? [] : (first...newest).filter { listing.commits[$0] == nil }
        if let version = missing.first {
            findings.append(
                TableFinding(
                    .error, [], "logGap",
                    what: "version \(version) is missing, but the log continues to \(newest)",
                    why: "no reader can tell the table's files without every commit after the "
                        + "newest checkpoint",
                    action: remedy))
        }
        if let base, let start = listing.oldestCommit, start < base {
            let holes = (start...base).filter { listing.commits[$0] == nil }
            if let version = holes.first {
                findings.append(
                    TableFinding(
                        .warning, [.spark], "logHole",
                        what: "version \(version) is missing below the checkpoint of \(base)",
                        why: "versions after it cannot be read by time travel",
                        action: "Nothing, unless older versions are wanted: restore it then."))
            }
            if listing.commits[base] == nil {
                findings.append(
                    TableFinding(
                        .warning, [.spark], "checkpointWithoutCommit",
                        what: "the checkpoint of version \(base) has no commit beside it",
                        why: "some readers take a version's time from its commit",
                        action: "Restore \(LogName.commitName(base)) from a backup."))
            }
        }
        return findings
    }

    private func checkpointAge() -> [TableFinding] {
        guard let newest = listing.newest else { return [] }
        let since = newest - (listing.newestCheckpoint ?? -1)
        guard since > TableCheckLog.commitsWithoutCheckpoint else { return [] }
        return [
            TableFinding(
                .warning, [], "noCheckpoint",
                what: "\(since) commits have no checkpoint after them",
                why: "every reader goes through them one by one each time it opens the table",
                action: "Commit something with sluice, or set delta.checkpointInterval lower.")
        ]
    }

    /// Without in-commit timestamps a version's time is its file's.
    private func times() -> [TableFinding] {
        var last: (version: Int64, time: Int64)?
        for version in listing.commits.keys.sorted() {
            guard let time = listing.commits[version]?.modifiedMilliseconds else { continue }
            if let last, time < last.time {
                return [
                    TableFinding(
                        .note, [.spark, .fabric], "timesGoBack",
                        what: "the commit file of version \(version) is older than that of "
                            + "version \(last.version)",
                        why: "time travel by date goes by the files' times",
                        action: "Keep file times when a lake is copied (cp -p, rsync -t).")
                ]
            }
            last = (version, time)
        }
        return []
    }

    private func hint() throws(DeltaError) -> [TableFinding] {
        let path = table.logFolder + "/" + LogName.lastCheckpoint
        let entry = try storing { () throws(StorageError) in try table.storage.entry(path) }
        guard entry != nil else {
            guard let version = listing.newestCheckpoint else { return [] }
            return [
                TableFinding(
                    .warning, [], "noHint",
                    what: "there is a checkpoint of version \(version) but no _last_checkpoint",
                    why: "readers list the whole log to find it, and some do not look",
                    action: "The next checkpoint that sluice writes puts it back.")
            ]
        }
        let text = try storing { () throws(StorageError) in try table.storage.read(path) }
        guard let value = try? JSONValue(parsing: text), let hint = LastCheckpoint(text) else {
            return [
                TableFinding(
                    .error, [.synapse, .fabric, .powerbi], "damagedHint",
                    what: "_last_checkpoint is not a JSON object with a version",
                    why: "some readers fail on it instead of listing the log",
                    action: "Delete the file: it is a hint, and readers do without.")
            ]
        }
        var findings: [TableFinding] = []
        if value.object?.members.contains(where: { $0.value.isNull }) == true {
            findings.append(
                TableFinding(
                    .error, [.synapse], "nullInHint",
                    what: "_last_checkpoint has members that are null",
                    why: "Synapse serverless fails on them",
                    action: "Delete the file; the next checkpoint that sluice writes puts it back.")
            )
        }
        if listing.sources(hint.version).isEmpty {
            findings.append(
                TableFinding(
                    .error, [.synapse, .fabric, .powerbi], "staleHint",
                    what: "_last_checkpoint names version \(hint.version), which has no checkpoint",
                    why: "some readers fail instead of looking further",
                    action: "Delete the file: it is a hint, and readers do without."))
        }
        return findings
    }

    /// Checkpoints that some readers cannot decode.
    private func encodings() throws(DeltaError) -> [TableFinding] {
        guard let version = listing.checkpoints.keys.max() else { return foreign() }
        var findings = foreign()
        for name in listing.checkpoints[version] ?? [] {
            let path = listing.folder + "/" + name
            let file = try storing { () throws(StorageError) in try table.storage.open(path) }
            let reader: FileReader
            do { reader = try FileReader(source: StorageSource(file)) } catch {
                findings.append(
                    TableFinding(
                        .error, [], "damagedCheckpoint", what: "\(name): \(error.message)",
                        why: "readers begin with it and fail, or read the commits instead",
                        action: "Nothing, where all commits are there: sluice reads these, and its "
                            + "next commit to the table brings another checkpoint. Else: "
                            + remedy))
                continue
            }
            let coded = reader.columnLayouts.filter { $0.traits.contains(.dictionary) }
            if let column = coded.first {
                findings.append(
                    TableFinding(
                        .error, [.fabric], "codedCheckpoint",
                        what: "\(name): \(column.path.joined(separator: ".")) is "
                            + "dictionary-encoded",
                        why: "the SQL endpoint of Fabric cannot read dictionary codes in "
                            + "checkpoints",
                        action: "Let sluice write the next checkpoint: it writes plain values."))
            }
        }
        if (listing.checkpoints[version]?.count ?? 1) > 1 {
            findings.append(
                TableFinding(
                    .note, [], "checkpointInParts",
                    what: "the checkpoint of version \(version) is in several parts",
                    why: "the form is deprecated",
                    action: "Nothing: the next checkpoint of sluice is one file."))
        }
        return findings
    }

    private func foreign() -> [TableFinding] {
        guard let version = listing.secondKind.keys.max() else { return [] }
        return [
            TableFinding(
                .error, [.synapse], "v2Checkpoint",
                what: "version \(version) has a checkpoint of the second kind",
                why: "Synapse serverless reads classic checkpoints only",
                action: "Set delta.checkpointPolicy=classic where it was written."),
            TableFinding(
                .warning, [.fabric, .powerbi], "v2Checkpoint",
                what: "version \(version) has a checkpoint of the second kind",
                why: "whether these readers take it is not documented",
                action: "Set delta.checkpointPolicy=classic where it was written."),
        ]
    }
}
