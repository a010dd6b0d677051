import CommandLine
import Config
import Delta
import JSON
import Lake
import Storage

extension LakeUpkeepCommand {
    /// `sluice lake check` of tables, or of one Parquet file.
    static func check(_ session: Session) throws(Failure) -> ExitCode {
        let lake = try session.optionalConfiguration()?.lake
        let place = try LakePath(session.invocation.arguments[0], lake: lake)
        if let file = try LakeFile(session, place) { return try file.check() }
        return try LakeUpkeepCommand(session).check()
    }

    /// Looks tables over; exit 1 when there is an error.
    func check() throws(Failure) -> ExitCode {
        var options = TableCheck.Options()
        options.profiles = try profiles()
        options.isDeep = session.invocation[Options.deep]
        options.isStopping = { Interruption.isRequested }
        var results: [(table: DeltaTable, result: TableCheck.Result)] = []
        for table in tables {
            options.remedy = remedy(table)
            let result = try failing(Failure.init) { () throws(DeltaError) in
                try TableCheck(table, options: options).run()
            }
            results.append((table, result))
            if result.wasStopped { break }
        }
        if results.contains(where: { $0.result.wasStopped }) { return code(wasStopped: true) }
        let isFine = !results.contains { $0.result.count(.error) > 0 }
        let code = isFine ? ExitCode.success : .partial
        try session.show(
            [
                "ok": .bool(isFine), "exit_code": JSONValue(code.rawValue),
                "profiles": .array(options.profiles.map(\.rawValue).sorted().map { .string($0) }),
                "tables": .array(results.map { document($0.table, $0.result) }),
            ], text: text(results))
        return code
    }

    /// What makes a table whole again: that depends on what of the lake it is.
    private func remedy(_ table: DeltaTable) -> String {
        var parts = place.storage.systemPath(table.path).split(separator: "/")
        let lake = configuration?.lake.split(separator: "/") ?? []
        if parts.starts(with: lake) { parts.removeFirst(lake.count) }
        let properties = table.lastKnownMetadata()?.configuration ?? [:]
        return Remedy(path: parts.joined(separator: "/"), properties: properties)?.text
            ?? "Restore it from a backup."
    }

    private func profiles() throws(Failure) -> Set<ReaderProfile> {
        let words = session.invocation[Options.profile].flatMap { $0.split(separator: ",") }
        if words.isEmpty { return Set(ReaderProfile.allCases) }
        var profiles: Set<ReaderProfile> = []
        for word in words {
            guard let profile = ReaderProfile(rawValue: String(word)) else {
                let known = ReaderProfile.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage("profile", "there is no profile \"\(word)\"", hint: "Known: \(known).")
            }
            profiles.insert(profile)
        }
        return profiles
    }

    private func document(_ table: DeltaTable, _ result: TableCheck.Result) -> JSONValue {
        [
            "table": .string(table.path),
            "version": result.version.map { JSONValue($0) } ?? .null,
            "errors": JSONValue(result.count(.error)),
            "warnings": JSONValue(result.count(.warning)),
            "files_checked": JSONValue(result.filesChecked),
            "footers_checked": JSONValue(result.footersChecked),
            "row_groups_checked": JSONValue(result.rowGroupsChecked),
            "findings": .array(
                result.findings.map { finding in
                    [
                        "severity": .string(finding.severity.name), "code": .string(finding.code),
                        "readers": .array(
                            finding.readers.map(\.rawValue).sorted().map { .string($0) }),
                        "what": .string(finding.what), "why": .string(finding.why),
                        "action": .string(finding.action),
                    ]
                }),
        ]
    }

    private func text(_ results: [(table: DeltaTable, result: TableCheck.Result)]) -> String {
        var text = ""
        for (table, result) in results {
            let version = result.version.map { "version \($0)" } ?? "not readable"
            text += "\(table.path): \(version), \(Quantity.count(result.filesChecked)) files, "
            text += "\(Quantity.count(result.rowGroupsChecked)) row groups read\n"
            for finding in result.findings {
                text += "  \(mark(finding.severity)) \(finding.readerText): \(finding.what)\n"
                text += "         why: \(finding.why)\n"
                text += "         do:  \(finding.action)\n"
            }
            text += "  \(result.count(.error)) errors, \(result.count(.warning)) warnings\n"
        }
        return text
    }

    private func mark(_ severity: TableFinding.Severity) -> String {
        switch severity {
        case .error: "[FAIL]"
        case .warning: "[warn]"
        case .note: "[note]"
        }
    }
}
