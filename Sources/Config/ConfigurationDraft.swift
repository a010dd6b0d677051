/// What `init` found at the source, for writing an agent.conf from it. Plain values: whoever reads
/// the catalog fills them in.
public struct ConfigurationDraft: Sendable {
    public var address: Configuration.Source.Address = .host("127.0.0.1", port: 3306)
    public var user = "sluice"
    /// The environment variable that holds the password.
    public var passwordVariable = "SLUICE_SOURCE_PASSWORD"
    public var tls: Configuration.Source.TLS = .preferred
    /// As in `source.time_zone`.
    public var timeZone = "+00:00"
    public var lake = "./lake"
    public var state = "./state.sqlite"
    public var schema: String
    public var tables: [Table] = []

    public init(schema: String) { self.schema = schema }

    /// A table with its plan and what the source declares about it.
    public struct Table: Sendable {
        public var name: String
        public var mode: Configuration.Table.Mode = .auto
        public var watermark: String?
        public var key: [String] = []
        /// Why the plan is what it is, and what it would miss.
        public var reason = ""
        public var rowsEstimate: Int64 = 0
        /// Columns that hold dates or times, best first for partitioning; the watermark not among
        /// them.
        public var dates: [String] = []
        /// Unique keys beside the primary one.
        public var uniqueKeys: [[String]] = []
        public var foreignKeys: [ForeignKey] = []
        /// Columns that allow a list of values only, and the values.
        public var enumerations: [(column: String, labels: [String])] = []
        /// CHECK constraints: names and SQL.
        public var checks: [(name: String, clause: String)] = []

        public init(name: String) { self.name = name }
    }

    /// A reference from a table's columns to another's.
    public struct ForeignKey: Sendable {
        public var columns: [String]
        public var referencedTable: String
        public var referencedColumns: [String]

        public init(columns: [String], referencedTable: String, referencedColumns: [String]) {
            self.columns = columns
            self.referencedTable = referencedTable
            self.referencedColumns = referencedColumns
        }
    }
}
