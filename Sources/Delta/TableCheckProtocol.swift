import JSON
import Storage

/// What the commits say about protocol and metadata, read without judging whether it is supported.
struct RawLog {
    private(set) var tableProtocol: JSONValue?
    private(set) var configuration: [String: String] = [:]
    /// Whether a file still in the log has a deletion vector.
    private(set) var hasDeletionVectors = false

    /// Reads every commit there is. Lines that are damaged are passed over: the snapshot tells.
    init(_ table: DeltaTable, _ listing: LogListing) throws(DeltaError) {
        for version in listing.commits.keys.sorted() {
            let path = listing.folder + "/" + LogName.commitName(version)
            let text = try storing { () throws(StorageError) in try table.storage.read(path) }
            for line in text.split(separator: 10) {
                guard let value = try? JSONValue(parsing: line) else { continue }
                take(value)
            }
        }
        if tableProtocol == nil, let snapshot = try? table.snapshot() {
            tableProtocol = RawLog.json(snapshot.tableProtocol)
            configuration = snapshot.configuration
        }
    }

    private mutating func take(_ value: JSONValue) {
        if let found = value["protocol"], found.object != nil { tableProtocol = found }
        if let members = value["metaData"]?["configuration"]?.object?.members {
            configuration = [:]
            for member in members { configuration[member.key] = member.value.string ?? "" }
        }
        if let vector = value["add"]?["deletionVector"], !vector.isNull {
            hasDeletionVectors = true
        }
    }

    private static func json(_ value: TableProtocol) -> JSONValue {
        var object: JSONObject = [
            "minReaderVersion": JSONValue(value.minReaderVersion),
            "minWriterVersion": JSONValue(value.minWriterVersion),
        ]
        if let names = value.readerFeatures {
            object["readerFeatures"] = .array(names.map { .string($0) })
        }
        if let names = value.writerFeatures {
            object["writerFeatures"] = .array(names.map { .string($0) })
        }
        return .object(object)
    }
}

/// Findings about reader and writer versions, features and properties.
struct TableCheckProtocol {
    let raw: RawLog

    private var readerVersion: Int { raw.tableProtocol?["minReaderVersion"]?.int ?? 1 }
    private var writerVersion: Int { raw.tableProtocol?["minWriterVersion"]?.int ?? 2 }
    private var features: [String] {
        raw.tableProtocol?["readerFeatures"]?.array?.compactMap(\.string) ?? []
    }

    func findings() -> [TableFinding] {
        guard raw.tableProtocol != nil else { return [] }
        var findings = versions() + lists()
        var named = Set(features)
        let mapping = raw.configuration["delta.columnMapping.mode"] ?? "none"
        if mapping != "none" {
            named.insert("columnMapping")
        } else {
            named.remove("columnMapping")
        }
        if raw.hasDeletionVectors { named.insert("deletionVectors") }
        for name in named.sorted() { findings += feature(name) }
        return findings + properties()
    }

    private func versions() -> [TableFinding] {
        guard readerVersion > 1 else { return [] }
        return [
            TableFinding(
                readerVersion > 2 ? .error : .warning, [.synapse], "readerVersion",
                what: "the table asks for reader version \(readerVersion)",
                why: "Synapse serverless reads what Delta 1.0 wrote: reader version 1",
                action: "Write the table anew with reader version 1; sluice writes no other.")
        ]
    }

    /// Lists of features below the versions that have them.
    private func lists() -> [TableFinding] {
        let reader = raw.tableProtocol?["readerFeatures"].map { !$0.isNull } ?? false
        let writer = raw.tableProtocol?["writerFeatures"].map { !$0.isNull } ?? false
        guard reader && readerVersion < 3 || writer && writerVersion < 7 else { return [] }
        return [
            TableFinding(
                .error, [.spark], "featureLists",
                what: "the protocol lists features at reader \(readerVersion), writer "
                    + "\(writerVersion)",
                why: "Spark and Trino refuse such lists, even empty ones, below reader 3 and "
                    + "writer 7",
                action: "Commit a protocol action without the lists.")
        ]
    }

    private struct Verdict {
        var errors: Set<ReaderProfile>
        var warnings: Set<ReaderProfile>
        var action: String
    }

    private static let verdicts: [String: Verdict] = [
        "columnMapping": Verdict(
            errors: [.synapse], warnings: [.powerbi],
            action: "Rewrite the table with plain column names and delta.columnMapping.mode=none."),
        "deletionVectors": Verdict(
            errors: [.synapse], warnings: [.powerbi],
            action: "Set delta.enableDeletionVectors=false and run REORG TABLE … APPLY (PURGE)."),
        "timestampNtz": Verdict(
            errors: [.synapse, .fabric, .powerbi], warnings: [],
            action: "Write the columns as timestamp, or as text."),
        "v2Checkpoint": Verdict(
            errors: [.synapse], warnings: [.fabric, .powerbi],
            action: "Set delta.checkpointPolicy=classic and drop the feature."),
    ]

    private func feature(_ name: String) -> [TableFinding] {
        // Concerns writers alone.
        if name == "vacuumProtocolCheck" { return [] }
        let verdict =
            TableCheckProtocol.verdicts[name]
            ?? Verdict(
                errors: [.synapse], warnings: [.fabric, .powerbi],
                action: "Drop the feature where the table is written.")
        var findings: [TableFinding] = []
        if !verdict.errors.isEmpty {
            findings.append(
                TableFinding(
                    .error, verdict.errors, name, what: "the table uses \(name)",
                    why: "these readers do not know it", action: verdict.action))
        }
        if !verdict.warnings.isEmpty {
            findings.append(
                TableFinding(
                    .warning, verdict.warnings, name, what: "the table uses \(name)",
                    why: "not every way in of these readers knows it", action: verdict.action))
        }
        return findings
    }

    private func properties() -> [TableFinding] {
        var findings: [TableFinding] = []
        let key = "delta.setTransactionRetentionDuration"
        if raw.configuration[key] != nil {
            findings.append(
                TableFinding(
                    .warning, [], "watermarksExpire", what: "the table sets \(key)",
                    why: "the watermarks that sluice keeps in the log would be forgotten, and rows "
                        + "be read again",
                    action: "Unset the property."))
        }
        for key in ["delta.logRetentionDuration", "delta.deletedFileRetentionDuration"] {
            guard let text = raw.configuration[key], TableProperties.milliseconds(text) == nil
            else { continue }
            findings.append(
                TableFinding(
                    .warning, [.spark], "badInterval", what: "\(key) is \"\(text)\"",
                    why: "it is not an interval of fixed length; the default is used",
                    action: "Write it as: interval 30 days."))
        }
        return findings
    }
}
