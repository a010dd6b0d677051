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

    /// A column as bronze will hold it.
    public struct Column: Sendable {
        /// What its values are, as far as proposing asks.
        public enum Kind: Hashable, Sendable {
            case text
            case number
            case moment
            /// Long texts, documents and bytes: nothing that a wide table repeats.
            case large
            case other
        }

        public var name: String
        public var kind: Kind
        public var isNullable: Bool

        public init(_ name: String, _ kind: Kind, isNullable: Bool = true) {
            self.name = name
            self.kind = kind
            self.isNullable = isNullable
        }
    }

    /// A CHECK constraint.
    public struct Check: Sendable {
        public var name: String
        public var clause: String
        /// Whether the clause is an expression that rules understand and that fits the columns.
        public var isUnderstood: Bool

        public init(name: String, clause: String, isUnderstood: Bool) {
            self.name = name
            self.clause = clause
            self.isUnderstood = isUnderstood
        }
    }

    /// A table with its plan and what the source declares about it.
    public struct Table: Sendable {
        public var name: String
        /// In the source's order.
        public var columns: [Column] = []
        /// What the source calls columns that bronze has to call otherwise, by bronze's names;
        /// everything else here goes by bronze's.
        public var sourceNames: [String: String] = [:]
        /// What a dimension made of the table calls columns that silver has to call otherwise.
        public var silverNames: [String: String] = [:]
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
        public var checks: [Check] = []

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
