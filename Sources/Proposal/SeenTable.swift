public import Columnar
import Names
public import Profile

/// A column as `init` sees it: what the catalog says, by bronze's name, and what its rows show.
public struct SeenColumn: Sendable {
    /// What bronze calls it.
    public var name: String
    /// What the source calls it.
    public var sourceName: String
    /// What a dimension made of the table calls it.
    public var silverName: String
    public var type: ColumnType
    /// The source's word for the type in lower case, for example `varchar`.
    public var typeName: String
    public var isNullable: Bool
    public var isAutoIncrement = false
    public var isTouchedOnUpdate = false
    /// Nil if its rows were not read.
    public var profile: ColumnProfile?

    public init(_ name: String, _ type: ColumnType, typeName: String, isNullable: Bool = true) {
        self.name = name
        sourceName = name
        silverName = name
        self.type = type
        self.typeName = typeName
        self.isNullable = isNullable
    }

    /// Whether values are too long for a table that repeats them: documents, long texts, bytes. A
    /// TEXT is not where all that were seen are short.
    var isLarge: Bool {
        if type == .binary || ["mediumtext", "longtext", "json"].contains(typeName) { return true }
        if typeName != "text" { return false }
        guard let profile, profile.rows > 0 else { return true }
        return profile.longest > 255
    }

    var isText: Bool { type == .string && !isLarge }

    /// Whether it is a date or a point in time.
    var isMoment: Bool { type == .date || type == .timestamp }

    var isWhole: Bool {
        switch type {
        case .byte, .short, .integer, .long: true
        case .decimal(_, let scale): scale == 0
        default: false
        }
    }

    var isNumber: Bool {
        switch type {
        case .byte, .short, .integer, .long, .decimal, .float, .double: true
        default: false
        }
    }

    /// Whether some of the sampled rows have no value, or one without a typed form.
    var lacksValues: Bool {
        guard let profile else { return false }
        return profile.nulls + profile.invalid > 0
    }
}

/// A table as `init` sees it.
public struct SeenTable: Sendable {
    /// A foreign key, by bronze's names.
    public struct ForeignKey: Sendable {
        public var columns: [String]
        public var table: String
        public var referencedColumns: [String]

        public init(columns: [String], table: String, referencedColumns: [String]) {
            self.columns = columns
            self.table = table
            self.referencedColumns = referencedColumns
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

    /// How the extract would read it if the configuration does not name it.
    public enum Mode: String, Sendable {
        case incremental, append, snapshot
    }

    public var name: String
    public var columns: [SeenColumn] = []
    /// Empty when the source declares none.
    public var key: [String] = []
    /// Unique keys beside the one that is the key.
    public var uniqueKeys: [[String]] = []
    public var foreignKeys: [ForeignKey] = []
    public var enumerations: [(column: String, labels: [String])] = []
    public var checks: [Check] = []
    public var mode = Mode.snapshot
    public var watermark: String?
    /// The catalog's estimate, or the count if all rows were read.
    public var rows: Int64 = 0
    /// Nil when its rows were not looked at.
    public var profile: TableProfile?
    /// Why its rows could not be read.
    public var unread: String?

    public init(name: String) { self.name = name }

    /// The column with exactly the bytes of `name`, or nil.
    public subscript(name: String) -> SeenColumn? {
        columns.first { $0.name.isSame(as: name) }
    }

    /// Whether no row was found.
    var isEmpty: Bool { profile.map { $0.isWhole && $0.rows == 0 } ?? (rows == 0) }

    func isKey(_ column: String) -> Bool { key.holds(column) }
}
