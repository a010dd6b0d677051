import Lake
import Names
import Source

/// What a run takes of a schema, where each table goes, and what it misses.
struct RunCatalog {
    /// A table to read and its folder under the lake.
    struct Entry {
        var plan: TablePlan
        var path: String
    }

    var entries: [Entry] = []
    /// Tables that the source had and has no more, or does not show any more.
    var missing: [MissingTable] = []
    /// Tables that cannot be taken: each fails alone.
    var failures: [TableResult] = []

    var plans: [TablePlan] { entries.map(\.plan) }
}

/// A table that bronze holds and that is not among what the source shows.
struct MissingTable {
    var name: TableName
    /// Its folder under the lake.
    var path: String
    /// Whether the configuration or the command line names it.
    var isNamed: Bool
    /// What the server says when it is asked for it.
    var refusal: SourceError
}
