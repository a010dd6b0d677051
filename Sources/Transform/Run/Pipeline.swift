public import Columnar
import Lake
import Names

/// What the transformer makes of a lake: the `transform` section of agent.conf in plain, checked
/// values (agent.conf.example explains every key). Names are as configured; columns are bronze's
/// names.
public struct Pipeline: Hashable, Sendable {
    public var dimensions: [DimensionSpec] = []
    public var facts: [FactSpec] = []
    public var oneBigTables: [OneBigTableSpec] = []

    public init() {}
}

/// What dimensions and facts have in common: where rows come from and what they must hold.
public struct EntitySpec: Hashable, Sendable {
    /// The name of the silver and quarantine table.
    public var name: String
    /// The bronze table's path under the lake, for example `bronze/Atliqsale/customer`: where it
    /// is looked for first.
    public var bronzePath: String
    /// The source's name of it, `schema.table`, by which it is found.
    public var source: String
    /// The schema alone, since its name may hold a dot; nil for what is before the first one.
    public var schema: String?
    /// The columns that name a member or fact. Of whole rows none; the run fills in the cleaned
    /// columns.
    public internal(set) var key: [String]
    /// Set where a fact's key is all its columns (`key: all`): what becomes of equal rows.
    public var equalRows: EqualRows?
    /// Orders a key's events: a column of bronze, or an expression over the cleaned columns; nil
    /// takes the watermark column, else the time of extraction.
    public var sequence: String?
    /// The same with its place in the configuration, for errors.
    public var sequencePlace: ExpressionSpec?
    /// Whether rows without a sequence are set aside. If not, each is the oldest of its key.
    public var quarantinesUnsequenced = false
    /// Column → SQL expression, in the order configured.
    public var clean: [CleanSpec] = []
    public var rules: [RuleSpec] = []
    /// Who is told about quarantined rows.
    public var owner: String?
    /// Refuse a run that would set more of its rows aside than this percentage; nil for no limit.
    public var maxQuarantinedPercent: Double?
    /// Whether keys are equal when their bytes are, whatever the source's collations say.
    public var comparesBytes = false
    /// Whether silver's files get Bloom filters of the key; nil for those of facts whose keys are
    /// in no order, where a merge of few rows gains by them.
    public var hasBloomFilters: Bool?
    /// By column of the key, or of a rule of kind `unique`, what the source compares it by; filled
    /// in from bronze by the run. Columns that compare by their bytes are not among them.
    public internal(set) var collations: [String: Collation] = [:]
    /// Properties that say by what the silver table is built, nil for those to be taken out; the
    /// run fills them in.
    var built: [String: String?] = [:]
    /// What cannot be compared as the source does, and why; for people.
    var uncollated: [String] = []

    /// The ids of the rules that set no row aside.
    var warnings: Set<String> { Set(rules.filter { $0.severity == .warn }.map(\.id)) }

    /// The source's table.
    var table: TableName {
        let schema = self.schema ?? String(decoding: source.utf8.prefix { $0 != 46 }, as: UTF8.self)
        let name = source.utf8.dropFirst(schema.utf8.count + 1)
        return TableName(schema: schema, name: String(decoding: name, as: UTF8.self))
    }

    public init(name: String, bronzePath: String, source: String, key: [String]) {
        self.name = name
        self.bronzePath = bronzePath
        self.source = source
        self.key = key
    }
}

/// What becomes of rows that are equal in every column, where that is all there is to know them by.
public enum EqualRows: String, Hashable, Sendable {
    /// They are one row.
    case drop
    /// Each is a row of its own, told apart by a number.
    case keep
}

/// A column's cleaned value.
public struct CleanSpec: Hashable, Sendable {
    public var column: String
    public var expression: ExpressionSpec

    public init(column: String, expression: ExpressionSpec) {
        self.column = column
        self.expression = expression
    }
}

/// An expression's text and where it stands, for errors that name file, line and column.
public struct ExpressionSpec: Hashable, Sendable {
    public var text: String
    public var file: String
    /// 1-based.
    public var line: Int
    public var column: Int

    public init(text: String, file: String = "", line: Int = 0, column: Int = 0) {
        self.text = text
        self.file = file
        self.line = line
        self.column = column
    }
}

/// A dimension: every version of a member, with the time it was valid
/// (docs/specification/dimensions.md).
public struct DimensionSpec: Hashable, Sendable {
    public var entity: EntitySpec
    /// Columns whose change makes a new version; nil means every non-key column but the sequence.
    public var tracked: [String]?
    /// Whether deletes close a member's last version.
    public var closesDeleted = true
    /// Refuse a snapshot that would close more than this share of the open members (S22).
    public var maxDeletePercent = 20.0

    public init(entity: EntitySpec) { self.entity = entity }
}

/// How coarse the partitions of a fact or One Big Table are.
public enum PartitionGrain: String, Hashable, Sendable, CaseIterable {
    case day
    case month
    case year
}

/// A fact: the latest good version of each key, partitioned by its date if it has one.
public struct FactSpec: Hashable, Sendable {
    public var entity: EntitySpec
    /// A DATE or TIMESTAMP column; nil where the fact has none, which makes it one partition.
    public var date: String?
    public var grain = PartitionGrain.day
    /// Refuse a full state of the source that lacks more than this share of the fact's keys.
    public var maxDeletePercent = 20.0

    public init(entity: EntitySpec, date: String?) {
        self.entity = entity
        self.date = date
    }
}

/// A fact joined with attributes of dimensions and of other facts.
public struct OneBigTableSpec: Hashable, Sendable {
    public var name: String
    public var fact: String
    /// Which of the fact's columns are taken over.
    public var columns = ColumnChoice.all
    public var joins: [JoinSpec] = []
    /// The column that the table is partitioned by: one of the fact, or one that is joined; nil
    /// takes the fact's date, and one partition where it has none.
    public var date: String?
    public var grain = PartitionGrain.day
    public var restate = Restate.touched

    public init(name: String, fact: String) {
        self.name = name
        self.fact = fact
    }

    /// Which old partitions follow a changed dimension.
    public enum Restate: Hashable, Sendable {
        case touched
        case window(days: Int)
        case all
        case never
    }
}

/// Which columns are taken.
public enum ColumnChoice: Hashable, Sendable {
    case all
    case only([String])
    case allBut([String])

    /// The columns that are named.
    var names: [String] {
        switch self {
        case .all: []
        case .only(let names), .allBut(let names): names
        }
    }

    func takes(_ name: String) -> Bool {
        switch self {
        case .all: true
        case .only(let names): names.holds(name)
        case .allBut(let names): !names.holds(name)
        }
    }

    func map(_ name: (String) -> String) -> ColumnChoice {
        switch self {
        case .all: .all
        case .only(let names): .only(names.map(name))
        case .allBut(let names): .allBut(names.map(name))
        }
    }
}

/// The attributes that one dimension, or another fact, gives to a One Big Table.
public struct JoinSpec: Hashable, Sendable {
    /// Its name.
    public var dimension: String
    /// Whether it is a fact: it has one row a key, and no history.
    public var isFact = false
    /// Column of the fact, or of an earlier join by its name here → key column there.
    public var on: [(fact: String, key: String)] = []
    public var columns: [String] = []
    /// Join the version that was valid at the fact's date instead of the latest.
    public var isAsOf = false

    public init(dimension: String) { self.dimension = dimension }

    public static func == (left: JoinSpec, right: JoinSpec) -> Bool {
        left.dimension == right.dimension && left.columns == right.columns
            && left.isAsOf == right.isAsOf && left.isFact == right.isFact
            && left.on.elementsEqual(right.on, by: ==)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(dimension)
        hasher.combine(columns)
        for pair in on { hasher.combine(pair.fact + "=" + pair.key) }
    }
}
