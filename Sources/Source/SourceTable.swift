public import Columnar
import Names

/// How values of types with more than one honest mapping are read.
public struct TypeOptions: Hashable, Sendable {
    /// TINYINT(1) becomes boolean; a value outside 0/1 then fails the table.
    public var tinyint1IsBoolean = false
    /// BIT(1) becomes boolean.
    public var bit1IsBoolean = false
    /// TIME becomes a long of microseconds instead of the server's text.
    public var timeIsMicroseconds = false
    /// The zone in which DATETIME values are read.
    public var timeZone = ZoneRules.utc

    /// Everything as the server has it, in UTC.
    public init() {}
}

/// A column as the source's catalog describes it, and the column it becomes.
public struct SourceColumn: Hashable, Sendable {
    /// The catalog's spelling, byte by byte.
    public var name: String
    /// The full declared type, for example `decimal(12,2) unsigned`.
    public var declaredType: String
    /// The declared type's name alone, lower case, for example `decimal`.
    public var typeName: String
    /// What the column becomes in bronze (docs/specification/lake.md#types).
    public var type: ColumnType
    /// What stored texts are encoded in; nil when the type holds no text.
    public var characterSet: String?
    /// What texts are compared by; nil when the type holds no text.
    public var collation: String?
    /// Whether NULL may be stored.
    public var isNullable = true
    /// Whether the server computes it from other columns.
    public var isGenerated = false
    /// Whether `SELECT *` leaves it out.
    public var isInvisible = false
    /// Whether the server numbers new rows in it.
    public var isAutoIncrement = false
    /// Declared `ON UPDATE CURRENT_TIMESTAMP`.
    public var isTouchedOnUpdate = false
    /// Fraction digits of a time type.
    public var fractionDigits = 0
    /// The labels of an ENUM or SET, in order.
    public var labels: [String] = []
    /// The declared comment; empty when there is none.
    public var comment = ""

    /// A nullable column without further properties.
    public init(name: String, declaredType: String, typeName: String, type: ColumnType) {
        self.name = name
        self.declaredType = declaredType
        self.typeName = typeName
        self.type = type
    }

    /// Whether values are whole numbers, so that key ranges can be computed.
    public var isInteger: Bool {
        ["tinyint", "smallint", "mediumint", "int", "bigint"].contains(typeName)
    }

    /// Whether values are points in time that can serve as a watermark.
    public var isPointInTime: Bool { typeName == "timestamp" || typeName == "datetime" }

    /// Whether the declared type says `unsigned`.
    public var isUnsigned: Bool { declaredType.contains("unsigned") }
}

/// An index: its columns in order.
public struct SourceIndex: Hashable, Sendable {
    /// The catalog's name; `PRIMARY` is the primary key.
    public var name: String
    /// Whether no two rows may have the same values.
    public var isUnique: Bool
    /// The indexed columns, the leading one first.
    public var columns: [String]

    /// An index over columns in their order.
    public init(name: String, isUnique: Bool, columns: [String]) {
        self.name = name
        self.isUnique = isUnique
        self.columns = columns
    }
}

/// A foreign key of a table.
public struct SourceForeignKey: Hashable, Sendable {
    /// The constraint's name.
    public var name: String
    /// The referring columns, in the order of `referencedColumns`.
    public var columns: [String]
    /// The schema of the table referred to.
    public var referencedSchema: String
    /// The table referred to.
    public var referencedTable: String
    /// The columns referred to, one a referring column.
    public var referencedColumns: [String]

    /// A reference of `columns` to as many `referencedColumns`.
    public init(
        name: String, columns: [String], referencedSchema: String, referencedTable: String,
        referencedColumns: [String]
    ) {
        self.name = name
        self.columns = columns
        self.referencedSchema = referencedSchema
        self.referencedTable = referencedTable
        self.referencedColumns = referencedColumns
    }
}

/// A CHECK constraint: its name and SQL text.
public struct SourceCheck: Hashable, Sendable {
    /// The constraint's name.
    public var name: String
    /// The condition as the server prints it.
    public var clause: String

    /// A condition under its name.
    public init(name: String, clause: String) {
        self.name = name
        self.clause = clause
    }
}

/// A table or view as the source's catalog describes it.
public struct SourceTable: Hashable, Sendable {
    /// The schema, which MySQL calls a database.
    public var schema: String
    /// The name without its schema.
    public var name: String
    /// Whether it is a view, which has neither keys nor an estimate.
    public var isView = false
    /// `InnoDB`, `MyISAM`, …; nil for a view.
    public var engine: String?
    /// In ordinal order, generated and invisible ones included.
    public var columns: [SourceColumn] = []
    /// Empty when there is none.
    public var primaryKey: [String] = []
    /// Every index, the primary key included.
    public var indexes: [SourceIndex] = []
    /// References to other tables.
    public var foreignKeys: [SourceForeignKey] = []
    /// Conditions that each row meets.
    public var checks: [SourceCheck] = []
    /// The catalog's guess; never trusted for correctness.
    public var rowsEstimate: Int64 = 0
    /// Bytes of data by the catalog's guess.
    public var dataByteCount: Int64 = 0
    /// When the table was created, as the server prints it; part of the table's identity. Rebuilds
    /// (ALTER, OPTIMIZE) change it too.
    public var createdAt: String?
    /// The number that the next row gets from AUTO_INCREMENT; nil without such a column.
    public var nextNumber: Int64?

    /// A table without columns, to be filled in.
    public init(schema: String, name: String) {
        self.schema = schema
        self.name = name
    }

    /// The column with exactly the bytes of `name`, or nil.
    public subscript(column name: String) -> SourceColumn? {
        columns.first { $0.name.isSame(as: name) }
    }

    /// Whether reads of the table see one state under a consistent snapshot.
    public var isTransactional: Bool { engine?.lowercased() == "innodb" }

    /// The primary key, else the columns of the first unique index without nullable columns.
    public var key: [String] {
        if !primaryKey.isEmpty { return primaryKey }
        let unique = indexes.first { index in
            index.isUnique
                && index.columns.allSatisfy { self[column: $0]?.isNullable == false }
        }
        return unique?.columns ?? []
    }
}
