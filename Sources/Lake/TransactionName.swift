/// The application ids of Delta's `txn` under which the tables of the lake keep how far they are.
public enum TransactionName {
    /// What one of ours begins with.
    public static let prefix = "sluice/"

    /// Bronze: how far a table of the source was read, by the column that is followed or by
    /// `BronzeTag.snapshotMode`; what else is kept of it has a name below this one.
    public static func watermark(of source: String, _ column: String) -> String {
        "sluice/\(source)/\(column)"
    }

    /// Silver: the last version of bronze that an entity holds.
    public static func bronze(_ entity: String) -> String { "sluice/\(entity)/bronze" }
    /// Silver: which commit of bronze that version was.
    public static func bronzeCommit(_ entity: String) -> String { "sluice/\(entity)/bronze/commit" }
    /// Silver: a running total of an entity's rows.
    public static func total(_ entity: String, _ what: String) -> String {
        "sluice/\(entity)/total/\(what)"
    }
    /// Silver: the version of a fact's tombstones that it was merged with.
    public static func tombstones(_ fact: String) -> String { "sluice/\(fact)/tombstones" }
    /// Silver: the version of a dimension's journal that it was merged with.
    public static func journal(_ dimension: String) -> String { "sluice/\(dimension)/journal" }
    /// Quarantine and silver: the last replay of rows that is in the table.
    public static func replay(_ entity: String) -> String { "sluice/\(entity)/replay" }
    /// The rules' history: the last version of silver whose figures it has.
    public static func ruleRuns(_ entity: String) -> String { "sluice/\(entity)/rule_runs" }
    /// Gold: the version of its fact that a One Big Table holds.
    public static func fact(_ fact: String, in table: String) -> String {
        "sluice/\(table)/fact/\(fact)"
    }
    /// Gold: the version of a joined dimension.
    public static func dimension(_ dimension: String, in table: String) -> String {
        "sluice/\(table)/dimension/\(dimension)"
    }
    /// Gold: the version of a joined fact.
    public static func member(_ fact: String, in table: String) -> String {
        "sluice/\(table)/member/\(fact)"
    }
}
