import Columnar

/// Which tables this reader and this writer may touch:
/// `docs/specification/delta.md#protocol-versions`.
enum ProtocolSupport {
    private static let readable: Set<String> = [
        "timestampNtz", "vacuumProtocolCheck", "deletionVectors", "columnMapping", "v2Checkpoint",
        "typeWidening", "typeWidening-preview",
    ]

    /// Features a writer must respect only while the table makes use of them.
    private static let writable: Set<String> = [
        "appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns",
        "identityColumns", "columnMapping", "timestampNtz", "domainMetadata", "deletionVectors",
        "inCommitTimestamp", "vacuumProtocolCheck",
    ]

    /// Throws `.unsupported` unless a table of this protocol can be read here.
    static func checkReading(
        _ tableProtocol: TableProtocol, subject: String
    ) throws(DeltaError) {
        switch tableProtocol.minReaderVersion {
        case ...2: return
        case 3:
            for feature in tableProtocol.readerFeatures ?? []
            where !readable.contains(feature) {
                throw refused("read table", subject, "the reader feature \(feature)")
            }
        case let version:
            throw refused("read table", subject, "reader version \(version)")
        }
    }

    /// Throws `.unsupported` unless this writer keeps every promise the table makes.
    static func checkWriting(_ snapshot: Snapshot) throws(DeltaError) {
        let subject = snapshot.table.path
        let tableProtocol = snapshot.tableProtocol
        guard tableProtocol.minWriterVersion <= 7 else {
            throw refused(
                "commit", subject, "writer version \(tableProtocol.minWriterVersion)")
        }
        if tableProtocol.minWriterVersion == 7 {
            for feature in tableProtocol.writerFeatures ?? [] where !writable.contains(feature) {
                throw refused("commit", subject, "the writer feature \(feature)")
            }
        }
        if let mode = ColumnMapping.mode(snapshot.configuration) {
            throw refused("commit", subject, "column mapping by \(mode) (columnMapping)")
        }
        if snapshot.files.contains(where: { $0.deletionVector != nil }) {
            throw refused("commit", subject, "deletion vectors (deletionVectors)")
        }
        if let promise = activePromise(snapshot.configuration, snapshot.metadata.schemaString) {
            throw refused("commit", subject, promise)
        }
    }

    /// Whether rows may only be added to the table.
    static func isAppendOnly(_ configuration: [String: String]) -> Bool {
        configuration["delta.appendOnly"]?.lowercased() == "true"
    }

    /// What the table asks of a writer that this one does not do, in words; nil when nothing.
    private static func activePromise(
        _ configuration: [String: String], _ schemaString: String
    ) -> String? {
        func isOn(_ key: String) -> Bool { configuration[key]?.lowercased() == "true" }
        if isOn("delta.enableChangeDataFeed") { return "the change data feed" }
        if isOn("delta.enableInCommitTimestamps") { return "in-commit timestamps" }
        if isOn("delta.enableRowTracking") { return "row tracking" }
        if configuration.keys.contains(where: { $0.hasPrefix("delta.constraints.") }) {
            return "CHECK constraints"
        }
        let inSchema = [
            ("delta.invariants", "column invariants"),
            ("delta.generationExpression", "generated columns"),
            ("delta.identity.", "identity columns"),
        ]
        // The names occur in the schema only as keys of field metadata.
        return inSchema.first { schemaString.contains("\"" + $0.0) }?.1
    }

    private static func refused(_ operation: String, _ subject: String, _ what: String)
        -> DeltaError
    {
        DeltaError(
            .unsupported, operation: operation, subject: subject,
            message: operation == "commit"
                ? "the table uses \(what), which sluice does not write"
                : "the table uses \(what), which is not known here",
            hint: "Use Spark or another engine that knows it, or turn the feature off there.")
    }
}
