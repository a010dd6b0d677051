import CommandLine
import Config
import Delta
import JSON
import Lake
import Storage

extension LakeUpkeepCommand {
    /// Joins small files.
    func optimize() throws(Failure) -> ExitCode {
        let options = try optimizeOptions()
        let isPlan = session.invocation[Options.dryRun]
        return try locked { lock throws(Failure) in
            var results: [(table: DeltaTable, result: Optimize.Result)] = []
            for table in tables {
                let work = Optimize(table, options: options)
                let result = try failing(Failure.init) { () throws(DeltaError) in
                    isPlan ? try work.plan() : try work.run(holding: lock)
                }
                results.append((table, result))
                if let failure = result.upkeepFailure {
                    session.logger.warning("\(table.path): \(failure.upkeepNote)")
                }
                if result.wasStopped { break }
            }
            try session.show(
                ["tables": .array(results.map { document($0.table, $0.result) })],
                text: text(results, isPlan: isPlan))
            return code(wasStopped: results.contains { $0.result.wasStopped })
        }
    }

    private func optimizeOptions() throws(Failure) -> Optimize.Options {
        var options = Optimize.Options()
        options.writer = writer
        options.order = { snapshot throws(DeltaError) in try BronzeOrder(snapshot) }
        options.isStopping = { Interruption.isRequested }
        options.sortColumns = session.invocation[Options.sortBy]
        if let text = session.invocation[Options.targetSize] {
            guard let bytes = Units.size(text), bytes > 0 else {
                throw .usage(
                    "target-size", "\"\(text)\" is not a size", hint: "For example: 128MiB.")
            }
            options.targetBytes = Int64(bytes)
        }
        return options
    }

    private func document(_ table: DeltaTable, _ result: Optimize.Result) -> JSONValue {
        [
            "table": .string(table.path), "files_removed": JSONValue(result.filesRemoved),
            "files_added": JSONValue(result.filesAdded),
            "bytes_removed": JSONValue(result.bytesRemoved),
            "bytes_added": JSONValue(result.bytesAdded), "rows": JSONValue(result.rows),
            "versions": .array(result.versions.map { JSONValue($0) }),
            "conflicts": JSONValue(result.conflicts), "stopped": .bool(result.wasStopped),
        ]
    }

    private func text(
        _ results: [(table: DeltaTable, result: Optimize.Result)], isPlan: Bool
    ) -> String {
        var table = TextTable([
            .init("table"), .init(isPlan ? "files to join" : "files joined", .right),
            .init("into", .right), .init("bytes before", .right), .init("after", .right),
            .init("rows", .right),
        ])
        for (place, result) in results {
            let isUnknown = isPlan && result.filesRemoved > 0
            table.append([
                place.path, Quantity.count(result.filesRemoved),
                isUnknown ? "?" : Quantity.count(result.filesAdded),
                Quantity.bytes(result.bytesRemoved),
                isUnknown ? "?" : Quantity.bytes(result.bytesAdded), Quantity.count(result.rows),
            ])
        }
        return table.text(width: session.width)
    }
}
