/// Where the tables of silver, gold and quarantine are, as paths under the lake
/// (docs/specification/lake.md). Of bronze `BronzeFolders` tells.
public enum TablePath {
    /// A dimension or a fact.
    public static func silver(_ entity: String) -> String { "silver/" + entity }

    /// A One Big Table.
    public static func gold(_ name: String) -> String { "gold/" + name }

    /// The rows of an entity that its rules keep out of silver.
    public static func quarantine(_ entity: String) -> String { "quarantine/" + entity }

    /// A dimension's events whose versions may change when older events come.
    public static func journal(_ dimension: String) -> String { "silver/_scd2/" + dimension }

    /// A fact's deleted keys.
    public static func tombstones(_ fact: String) -> String { "silver/_tombstones/" + fact }

    /// What the rules of all entities found, run by run.
    public static let ruleRuns = "quarantine/_rule_runs"
}
