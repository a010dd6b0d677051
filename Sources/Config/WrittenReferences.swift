import Pipeline

/// What the `transform` section says of its own parts, with the places where it says so: noted
/// while it is read, checked when all of it is.
struct WrittenReferences {
    var references: [WrittenReference] = []
    var tables: [WrittenTable] = []
}

/// A rule that asks for the members of a dimension.
struct WrittenReference {
    /// The rule's id.
    var rule: String
    var dimension: ConfigText
    var pairs: [WrittenPair]
}

/// A column here that must equal a column there.
struct WrittenPair {
    var column: ConfigText
    var other: ConfigText
}

/// A One Big Table.
struct WrittenTable {
    var spec: OneBigTableSpec
    var name: ConfigText
    var fact: ConfigText
    /// Where `partition` is written; nil where it is not.
    var partition: ConfigPosition?
    var joins: [WrittenJoin]
}

/// A join of a One Big Table with a dimension or another fact.
struct WrittenJoin {
    var member: ConfigText
    var pairs: [WrittenPair]
    var isAsOf: Bool
}
