public import Columnar
public import Delta
public import Events
import JSON
public import Lake
public import Pipeline
import Tables

/// A dimension's columns, and which of them make versions: what the table has, what the source
/// gives now, and the guard between the two (S28, S29, S30).
public struct DimensionLayout: Sendable {
    static let validFrom = "valid_from"
    static let validTo = "valid_to"
    public static let isCurrent = "is_current"
    public static let isDeleted = "is_deleted"
    public static let surrogateKey = "surrogate_key"
    public static let systemFields = [
        Field(validFrom, .timestamp), Field(validTo, .timestamp), Field(isCurrent, .boolean),
        Field(isDeleted, .boolean), Field(surrogateKey, .long),
    ]
    private static let trackedProperty = "sluice.tracked"
    private static let knownSinceProperty = "sluice.known_since"
    private static let droppedProperty = "sluice.dropped"
    private static let journalProperty = "sluice.journal"

    /// What the entity's columns are called in the table; all that follows goes by these names.
    public let names: StoredNames
    /// The cleaned columns of the table: those it has, dropped ones included, then new ones.
    public let cleaned: Schema
    public let key: [String]
    /// By column of the key what its texts are compared by; others compare by their bytes.
    public let collations: [String: Collation]
    /// Tracked and untracked columns that every event tells.
    public let tracked: [String]
    let untracked: [String]
    /// Columns that some events do not tell, with whether they are tracked.
    let loose: [(name: String, isTracked: Bool)]
    /// Loose columns that the source does not have: no event tells them now.
    public let dropped: Set<String>
    /// Columns of the table that the events do not have at all.
    let lacking: Set<String>
    /// Loose columns that came later: a NULL of a version or event up to this time is not told.
    let knownSince: [String: Int64]
    /// Whether columns are wider than the table has them, so that its files must be written anew.
    public let isWidened: Bool
    /// What orders the events, by the entity's names; nil where that is no column.
    public let sequence: RowSequence?
    /// The table's properties.
    public private(set) var configuration: [String: String]

    /// Which generation of the journal belongs to the table: each rebuild begins another.
    var generation: Int {
        get { configuration[DimensionLayout.journalProperty].flatMap { Int($0) } ?? 0 }
        set {
            configuration[DimensionLayout.journalProperty] = newValue == 0 ? nil : "\(newValue)"
        }
    }

    /// The whole table's columns.
    public var schema: Schema { Schema(cleaned.fields + DimensionLayout.systemFields) }
    var keyFields: [Field] { key.compactMap { cleaned[$0] } }
    /// The key's columns in which unlike texts may be one key.
    var spelled: [String] { key.filter { collations[$0] != nil } }

    /// - Parameters:
    ///   - spec: with the entity's names, as configured.
    ///   - entityColumns: the cleaned columns of the events, by the entity's names.
    ///   - snapshot: the table, or nil when there is none yet.
    ///   - known: the table whose place this one takes; names of columns stay.
    ///   - told: what the events do not tell of these columns; nil where there are no events.
    ///   - acceptsTracking: a changed tracked set holds from now on.
    public init(
        _ spec: DimensionSpec, given entityColumns: Schema, untold told: UntoldColumns? = nil,
        snapshot: Snapshot?, replacing known: Snapshot? = nil, acceptsTracking: Bool
    ) throws(LakeError) {
        let subject = "dimension \(spec.entity.name)"
        let system = Set(DimensionLayout.systemFields.map(\.name))
        let names = DimensionLayout.storedNames(entityColumns, over: known ?? snapshot)
        self.names = names
        let configured = spec.entity
        var spec = spec
        spec.entity.key = configured.key.map { names.stored($0) }
        spec.tracked = spec.tracked.map { $0.map { names.stored($0) } }
        let given = names.stored(entityColumns)
        let untold = told?.renamed { names.stored($0) }
        let old = (snapshot?.schema.fields ?? []).filter { !system.contains($0.name) }
        let cleaned = try DimensionLayout.merged(old, given, subject)
        self.cleaned = cleaned
        isWidened = old.contains { cleaned[$0.name]?.type != $0.type }
        key = spec.entity.key
        collations = Dictionary(
            configured.collations.filter { configured.key.contains($0.key) }
                .map { (names.stored($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
        try DimensionLayout.checkKey(configured, entityColumns, subject)
        if let snapshot { try configured.checkKey(of: snapshot) }
        let stored = snapshot?.configuration ?? [:]
        sequence = try RowSequence(configured, names.entity(cleaned))
        let ordering = sequence?.columns.map { names.stored($0) } ?? []
        let wanted = try DimensionLayout.wanted(spec, cleaned, ordering, subject)
        let before = DimensionLayout.names(stored[DimensionLayout.trackedProperty])
        if let before, !acceptsTracking {
            try DimensionLayout.guardTracking(before, wanted, old, given, subject)
        }
        lacking = Set(old.map(\.name)).subtracting(given.fields.map(\.name))
        let wasGone = Set(DimensionLayout.names(stored[DimensionLayout.droppedProperty]) ?? [])
        // Without events nothing is known of a change.
        let here = wasGone.filter { given[$0] != nil }
        let gone = lacking.union(untold?.now ?? here).subtracting(spec.entity.key)
        var since = DimensionLayout.times(stored[DimensionLayout.knownSinceProperty])
        if let snapshot {
            let newest = DimensionLayout.newestVersion(snapshot)
            for field in given.fields
            where !gone.contains(field.name)
                && (snapshot.schema[field.name] == nil || wasGone.contains(field.name))
            {
                since[field.name] = newest
            }
        }
        for (name, time) in untold?.until ?? [:] where !spec.entity.key.contains(name) {
            since[name] = max(since[name] ?? .min, time)
        }
        dropped = gone
        knownSince = since
        let isLoose = { (name: String) in gone.contains(name) || since[name] != nil }
        let others = cleaned.fields.map(\.name).filter { !spec.entity.key.contains($0) }
        tracked = others.filter { wanted.contains($0) && !isLoose($0) }
        untracked = others.filter { !wanted.contains($0) && !isLoose($0) }
        loose = others.filter(isLoose).map { ($0, wanted.contains($0)) }
        var properties = configured.keeping(stored)
        properties["sluice.dimension"] = configured.name
        properties[DimensionLayout.trackedProperty] = DimensionLayout.text(wanted)
        let goneText = gone.isEmpty ? nil : DimensionLayout.text(gone.sorted())
        properties[DimensionLayout.droppedProperty] = goneText
        if !since.isEmpty {
            var object = JSONObject()
            for (name, time) in since.sorted(by: { $0.key < $1.key }) {
                object[name] = JSONValue(time)
            }
            properties[DimensionLayout.knownSinceProperty] = JSONValue.object(object).description
        }
        configuration = properties
    }

    // MARK: Columns

    /// What cleaned columns are called in the table.
    public static func storedNames(_ cleaned: Schema, over snapshot: Snapshot?) -> StoredNames {
        StoredNames(cleaned, own: systemFields.map(\.name), known: snapshot?.schema)
    }

    private static func checkKey(
        _ entity: EntitySpec, _ columns: Schema, _ subject: String
    ) throws(LakeError) {
        guard let missing = entity.key.first(where: { columns[$0] == nil }) else { return }
        throw LakeError(
            .configuration, operation: "merge", subject: subject,
            message: "the key column \(missing) is not among the columns of the source",
            hint: "Columns: " + columns.fields.map(\.name).joined(separator: ", ") + ".")
    }

    private static func merged(
        _ old: [Field], _ given: Schema, _ subject: String
    ) throws(LakeError) -> Schema {
        try Schema(old).merged(with: given, takesMetadata: true) {
            (known, new) throws(LakeError) in
            // A column of either width holds the values of both.
            if new.type.widens(to: known.type) { return known.type }
            throw LakeError(
                .drift, operation: "merge", subject: subject,
                message: "the column \(known.name) was \(known.type) and is now \(new.type)",
                hint: "Build the dimension anew: sluice transform --rebuild --only NAME.")
        }
    }

    /// The columns that are to make versions, in the table's order.
    private static func wanted(
        _ spec: DimensionSpec, _ cleaned: Schema, _ sequence: [String], _ subject: String
    ) throws(LakeError) -> [String] {
        let names = cleaned.fields.map(\.name)
        guard let tracked = spec.tracked else {
            return names.filter { !spec.entity.key.contains($0) && !sequence.contains($0) }
        }
        if let missing = tracked.first(where: { !names.contains($0) }) {
            throw LakeError(
                .configuration, operation: "merge", subject: subject,
                message: "the tracked column \(missing) does not exist",
                hint: "Columns: " + names.joined(separator: ", ") + ".")
        }
        return names.filter { tracked.contains($0) && !spec.entity.key.contains($0) }
    }

    /// Columns may join the tracked set when the source adds them; any other change of the set is
    /// one of the configuration and asks for a decision.
    private static func guardTracking(
        _ before: [String], _ wanted: [String], _ old: [Field], _ given: Schema, _ subject: String
    ) throws(LakeError) {
        let added = wanted.filter { name in
            !before.contains(name) && old.contains { $0.name == name }
        }
        let removed = before.filter { !wanted.contains($0) }
        guard !added.isEmpty || !removed.isEmpty else { return }
        var changes: [String] = []
        if !added.isEmpty { changes.append("now tracked: " + added.joined(separator: ", ")) }
        if !removed.isEmpty {
            changes.append("no longer tracked: " + removed.joined(separator: ", "))
        }
        throw LakeError(
            .drift, operation: "merge", subject: subject,
            message: "the tracked columns changed (" + changes.joined(separator: "; ")
                + "); versions made so far follow the old set",
            hint: "Take the change from now on with --accept-tracking-from-now, or build the "
                + "history anew with --rebuild.")
    }

    /// The latest `valid_from` the log knows of; without one nothing is older than a new column.
    private static func newestVersion(_ snapshot: Snapshot) -> Int64 {
        snapshot.files.map { $0.statistics?.maximum(column: validFrom) ?? .max }.max() ?? .min
    }

    /// The columns that the source does not have any more, as a table tells; by the entity's names.
    public static func dropped(of snapshot: Snapshot) -> Set<String> {
        let stored = StoredNames(stored: snapshot.schema)
        return Set((names(snapshot.configuration[droppedProperty]) ?? []).map(stored.entity))
    }

    /// Which rows of the table, or of its journal, have a sequence; nil where all have one.
    func sequenced(_ rows: RecordBatch) throws(DeltaError) -> Bitmap? {
        try sequence?.presence(names.entity(rows))
    }

    // MARK: Properties

    private static func text(_ names: [String]) -> String {
        JSONValue.array(names.map { .string($0) }).description
    }

    private static func names(_ text: String?) -> [String]? {
        guard let text, let value = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        return value.array?.compactMap(\.string)
    }

    private static func times(_ text: String?) -> [String: Int64] {
        guard let text, let value = try? JSONValue(parsing: Array(text.utf8)),
            let object = value.object
        else { return [:] }
        var times: [String: Int64] = [:]
        for member in object.members { times[member.key] = member.value.int64 }
        return times
    }
}
