import CommandLine
import Config
import Delta
import JSON
import Storage

extension LakeUpkeepCommand {
    /// Deletes files that nobody needs.
    func vacuum() throws(Failure) -> ExitCode {
        let options = try vacuumOptions()
        let isPlan = session.invocation[Options.dryRun]
        return try locked { lock throws(Failure) in
            var results: [(table: DeltaTable, result: Vacuum.Result)] = []
            for table in tables {
                let work = Vacuum(table, options: options)
                let result = try failing(Failure.init) { () throws(DeltaError) in
                    isPlan ? try work.plan() : try work.run(holding: lock)
                }
                results.append((table, result))
                if result.wasStopped { break }
            }
            try session.show(
                [
                    "dry_run": .bool(isPlan),
                    "tables": .array(results.map { document($0.table, $0.result) }),
                ], text: text(results, isPlan: isPlan))
            return code(wasStopped: results.contains { $0.result.wasStopped })
        }
    }

    private func vacuumOptions() throws(Failure) -> Vacuum.Options {
        var options = Vacuum.Options()
        options.isForced = session.invocation[Options.force]
        options.isStopping = { Interruption.isRequested }
        guard let text = session.invocation[Options.retention] else { return options }
        guard let duration = Units.duration(text) else {
            throw .usage("retention", "\"\(text)\" is not a time", hint: "For example: 7d, 200h.")
        }
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        options.retentionMilliseconds = milliseconds
        if milliseconds < Vacuum.safeRetentionMilliseconds, !options.isForced {
            throw .usage(
                "retention",
                "less than seven days may delete files that a reader still reads or a writer is "
                    + "about to commit",
                hint: "Keep 7d, or add --force when nothing else uses the tables.")
        }
        return options
    }

    private func document(_ table: DeltaTable, _ result: Vacuum.Result) -> JSONValue {
        [
            "table": .string(table.path), "found_files": JSONValue(result.garbage.count),
            "found_bytes": JSONValue(result.garbageBytes),
            "deleted_files": JSONValue(result.deletedFiles),
            "deleted_bytes": JSONValue(result.deletedBytes),
            "kept_files": JSONValue(result.keptFiles), "stopped": .bool(result.wasStopped),
            "files": .array(
                result.garbage.map {
                    [
                        "path": .string($0.path), "bytes": JSONValue($0.sizeBytes),
                        "orphan": .bool($0.isOrphan),
                    ]
                }),
        ]
    }

    private func text(
        _ results: [(table: DeltaTable, result: Vacuum.Result)], isPlan: Bool
    ) -> String {
        var text = ""
        if isPlan {
            for (table, result) in results {
                for file in result.garbage {
                    let kind = file.isOrphan ? "  (orphan)" : ""
                    text += "\(table.path)/\(file.path)  \(Quantity.bytes(file.sizeBytes))\(kind)\n"
                }
            }
        }
        var table = TextTable([
            .init("table"), .init(isPlan ? "files to delete" : "files deleted", .right),
            .init("bytes", .right), .init("of them orphans", .right),
            .init("kept for now", .right),
        ])
        for (place, result) in results {
            table.append([
                place.path,
                Quantity.count(isPlan ? result.garbage.count : result.deletedFiles),
                Quantity.bytes(isPlan ? result.garbageBytes : result.deletedBytes),
                Quantity.count(result.garbage.count { $0.isOrphan }),
                Quantity.count(result.keptFiles),
            ])
        }
        return text + table.text(width: session.width)
    }
}
