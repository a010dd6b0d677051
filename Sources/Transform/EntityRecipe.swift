import Delta
import Digest
import Dimensions
import Events
import Expression
import JSON
import Pipeline
import Rules

/// What of an entity's configuration decides which of bronze's rows are where in silver and
/// quarantine, and what they hold. A silver table says by which it was built
/// (`sluice.recipe`), so that a change is noticed; it is the same however the configuration is
/// formatted.
struct EntityRecipe: Hashable, Sendable {
    /// By column, a hash of its `clean`.
    private var clean: [String: String] = [:]
    /// By id, a hash of what a rule asks that sets rows aside or stops the run.
    private var rules: [String: String] = [:]
    /// As configured; nil where the default is taken.
    private var sequence: String?
    /// What orders the events, configured or not.
    private var order: String
    /// Of a dimension, what becomes of deleted members.
    private var deletes: String?

    private static let recipeProperty = "sluice.recipe"
    private static let outdatedProperty = "sluice.outdated"

    init(_ entity: EntitySpec, _ events: BronzeEvents, closesDeleted: Bool?) {
        for spec in entity.clean {
            clean[spec.column] = EntityRecipe.hash(EntityRecipe.canonical(spec.expression.text))
        }
        for rule in entity.rules where rule.severity != .warn && rule.concernsRows {
            rules[rule.id] = EntityRecipe.hash(EntityRecipe.canonical(rule))
        }
        if entity.quarantinesUnsequenced { rules[RefusedEvent.Rule.nullSequence.rawValue] = "" }
        sequence = entity.sequence.map(EntityRecipe.canonical)
        switch events.sequence {
        case .column(let name): order = EntityRecipe.canonical(name)
        case .expression(let text, _): order = EntityRecipe.canonical(text)
        case .extraction: order = "extraction"
        }
        deletes = closesDeleted.map { $0 ? "close" : "ignore" }
    }

    /// The expression however it is written; a text that is none stands for itself.
    private static func canonical(_ text: String) -> String {
        (try? ParsedExpression(parsing: text).canonical) ?? text
    }

    private static func canonical(_ rule: RuleSpec) -> String {
        var rule = rule
        if case .check(var expression, let failsOnNull) = rule.kind {
            expression.text = canonical(expression.text)
            rule.kind = .check(expression, failsOnNull: failsOnNull)
        }
        let condition = rule.condition.map { canonical($0.text) } ?? ""
        return "\(rule.severity.rawValue) \(rule.fingerprint) \(condition)"
    }

    private static func hash(_ text: String) -> String {
        String(Hexadecimal.text(SHA256.digest(of: Array(text.utf8))).prefix(16))
    }

    // MARK: In a table's properties

    /// The recipe of a table; nil where it does not tell.
    private init?(_ configuration: [String: String]) {
        guard let text = configuration[EntityRecipe.recipeProperty],
            let object = (try? JSONValue(parsing: Array(text.utf8)))?.object,
            let order = object["order"]?.string
        else { return nil }
        clean = EntityRecipe.texts(object["clean"])
        rules = EntityRecipe.texts(object["rules"])
        sequence = object["sequence"]?.string
        self.order = order
        deletes = object["deletes"]?.string
    }

    private static func texts(_ value: JSONValue?) -> [String: String] {
        var texts: [String: String] = [:]
        for member in value?.object?.members ?? [] { texts[member.key] = member.value.string }
        return texts
    }

    private var text: String {
        func object(_ texts: [String: String]) -> JSONValue {
            .object(JSONObject(texts.sorted { $0.key < $1.key }.map { ($0, .string($1)) }))
        }
        var recipe = JSONObject([("clean", object(clean)), ("rules", object(rules))])
        recipe["sequence"] = sequence.map { .string($0) }
        recipe["order"] = .string(order)
        recipe["deletes"] = deletes.map { .string($0) }
        return JSONValue.object(recipe).description
    }

    // MARK: Against a table

    /// How a table's rows were built, compared with what is configured now.
    struct Verdict: Sendable {
        /// What is to be noted in the table with the next commit.
        var properties: [String: String?]
        /// What orders or keeps history otherwise now; nil when nothing does.
        var drift: String?
        /// Rows that other rules let in, at most.
        var outdatedRows: Int64 = 0
        /// What was changed since, in words.
        var changes: [String] = []
        /// Whether the table tells how it was built.
        var isKnown = true
    }

    func compared(with table: Snapshot) -> Verdict {
        let configuration = table.configuration
        guard let built = EntityRecipe(configuration) else {
            var verdict = Verdict(properties: fresh)
            verdict.isKnown = false
            return verdict
        }
        var verdict = Verdict(properties: [EntityRecipe.recipeProperty: text])
        if let object = configuration[EntityRecipe.outdatedProperty]
            .flatMap({ try? JSONValue(parsing: Array($0.utf8)) })?.object
        {
            verdict.outdatedRows = object["rows"]?.int64 ?? 0
            verdict.changes = object["changed"]?.array?.compactMap(\.string) ?? []
        }
        if built.sequence != sequence, built.order != order {
            verdict.drift = "events are now ordered by \(order), they were by \(built.order)"
        } else if let was = built.deletes, let deletes, was != deletes {
            verdict.drift = "'deletes' is now \(deletes), it was \(was)"
        }
        let changed =
            EntityRecipe.changed(built.clean, clean).map { "clean of '\($0)'" }
            + EntityRecipe.changed(built.rules, rules).map { "rule '\($0)'" }
        if !changed.isEmpty {
            verdict.outdatedRows = table.rowCount ?? 1
            verdict.changes += changed.filter { !verdict.changes.contains($0) }
        }
        if verdict.outdatedRows > 0 {
            let changes = JSONValue.array(verdict.changes.map { .string($0) })
            let outdated = JSONObject([
                ("rows", JSONValue(verdict.outdatedRows)), ("changed", changes),
            ])
            verdict.properties[EntityRecipe.outdatedProperty] =
                JSONValue.object(outdated).description
        }
        return verdict
    }

    /// The properties of a table all of whose rows are built by this.
    var fresh: [String: String?] {
        [EntityRecipe.recipeProperty: text, EntityRecipe.outdatedProperty: nil]
    }

    private static func changed(_ old: [String: String], _ new: [String: String]) -> [String] {
        Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }
}

extension RuleSpec {
    /// Whether the rule judges rows, not the table as a whole.
    fileprivate var concernsRows: Bool {
        switch kind {
        case .freshness, .rowCount: false
        default: true
        }
    }
}
