public import Columnar

/// What dimensions and facts have in common: where rows come from and what they must hold.
public struct EntitySpec: Hashable, Sendable {
    /// The name of the silver and quarantine table.
    public var name: String
    /// The bronze table's path under the lake, for example `bronze/Atliqsale/customer`: where it
    /// is looked for first; nil for where the source's name puts it.
    public var bronzePath: String?
    /// The source's name of it, `schema.table`, by which it is found.
    public var source: String
    /// The schema alone, since its name may hold a dot; nil for what is before the first one.
    public var schema: String?
    /// The columns that name a member or fact. Of whole rows none; the run fills in the cleaned
    /// columns.
    public package(set) var key: [String]
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
    public package(set) var collations: [String: Collation] = [:]
    /// Properties that say by what the silver table is built, nil for those to be taken out; the
    /// run fills them in.
    package var built: [String: String?] = [:]
    /// What cannot be compared as the source does, and why; for people.
    package var uncollated: [String] = []

    /// The ids of the rules that set no row aside.
    public var warnings: Set<String> { Set(rules.filter { $0.severity == .warn }.map(\.id)) }

    public init(name: String, bronzePath: String? = nil, source: String, key: [String]) {
        self.name = name
        self.bronzePath = bronzePath
        self.source = source
        self.key = key
    }
}
