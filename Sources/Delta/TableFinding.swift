/// A program, or a family of them, that reads Delta tables in its own way.
public enum ReaderProfile: String, Hashable, Sendable, CaseIterable {
    /// Azure Synapse serverless SQL.
    case synapse
    /// The SQL endpoint of Microsoft Fabric.
    case fabric
    /// Power BI: Direct Lake and `DeltaLake.Table`.
    case powerbi
    /// Spark and Databricks.
    case spark
}

/// Something that `TableCheck` found, for people: what it is, why it matters, what to do.
public struct TableFinding: Hashable, Sendable {
    public enum Severity: Int, Hashable, Sendable, Comparable {
        /// A reader fails, or reads other rows.
        case error
        /// A reader may fail, or reads slowly.
        case warning
        /// Good to know.
        case note

        public static func < (left: Severity, right: Severity) -> Bool {
            left.rawValue < right.rawValue
        }

        public var name: String {
            switch self {
            case .error: "error"
            case .warning: "warning"
            case .note: "note"
            }
        }
    }

    public var severity: Severity
    /// Who is concerned; empty for every reader.
    public var readers: Set<ReaderProfile>
    /// A word to switch on, for example `nullPartition`.
    public var code: String
    /// What is there, with the column, file or version.
    public var what: String
    public var why: String
    /// What to do about it.
    public var action: String

    public init(
        _ severity: Severity, _ readers: Set<ReaderProfile> = [], _ code: String, what: String,
        why: String, action: String
    ) {
        self.severity = severity
        self.readers = readers
        self.code = code
        self.what = what
        self.why = why
        self.action = action
    }

    /// `synapse, spark`, or `all`.
    public var readerText: String {
        if readers.isEmpty { return "all" }
        return readers.map(\.rawValue).sorted().joined(separator: ", ")
    }
}
