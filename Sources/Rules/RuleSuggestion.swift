public import Columnar
public import Events
import Lake
public import Pipeline
public import Profile
import Spelling

/// What a source declares about a table, in the words of rules.
public struct SourceDeclaration: Hashable, Sendable {
    /// A foreign key.
    public struct ForeignKey: Hashable, Sendable {
        public var columns: [String]
        /// `schema.table`.
        public var table: String
        public var referencedColumns: [String]

        public init(columns: [String], table: String, referencedColumns: [String]) {
            self.columns = columns
            self.table = table
            self.referencedColumns = referencedColumns
        }
    }

    /// A CHECK constraint.
    public struct Check: Hashable, Sendable {
        public var name: String
        public var clause: String

        public init(name: String, clause: String) {
            self.name = name
            self.clause = clause
        }
    }

    public var notNull: [String] = []
    /// Column → the labels of its ENUM.
    public var labels: [String: [String]] = [:]
    /// Unique keys but the primary one.
    public var uniqueKeys: [[String]] = []
    public var foreignKeys: [ForeignKey] = []
    public var checks: [Check] = []

    public init() {}
}

/// A rule that the source or its data speak for.
public struct RuleSuggestion: Hashable, Sendable {
    public var rule: RuleSpec
    /// What speaks for it.
    public var reason: String
    /// Whether it is for people to judge before it is asked.
    public var isComment = false

    /// A line of agent.conf.
    public var yaml: String { (isComment ? "# " : "") + rule.yaml }
}

/// A column's cleaned value that its rows speak for.
public struct CleanSuggestion: Hashable, Sendable {
    public var column: String
    public var expression: String
    /// The bytes that it takes off both ends.
    public var trimmed: Set<UInt8>
    /// What it mends.
    public var reason: String

    /// A line of agent.conf.
    public var yaml: String { RuleSpec.pair(column, expression) }
}

/// Proposes rules for an entity: what the source declares as errors, what its rows look like as
/// warnings. A rule that asks what a configured one asks already is left out.
public struct RuleSuggestions {
    /// Fewer rows than this prove nothing.
    public static let rowCountMin: Int64 = 1000

    public let entity: EntitySpec
    public let schema: Schema
    public let clean: Clean?
    /// Whether the rows are a fact's, which has measures.
    public let isFact: Bool
    public private(set) var found: [RuleSuggestion] = []
    public var cleaned: [CleanSuggestion] = []
    /// Columns of a few declared labels.
    private(set) var labelled: Set<String> = []
    private var known: Set<String>
    private var ids: Set<String>
    /// Columns that cannot be NULL: those of the key, what orders and dates rows, and those that
    /// a rule asks for already.
    private let present: Set<String>
    private(set) var coverage: RuleCoverage

    /// The suggestions of a table whose rows are not looked at.
    ///
    /// - Parameters:
    ///   - schema: the cleaned rows' columns.
    ///   - dimensions: those configured, for foreign keys.
    ///   - profile: nil leaves out what only the rows say.
    public static func rules(
        for entity: EntitySpec, schema: Schema, declaration: SourceDeclaration,
        dimensions: [DimensionSpec], profile: TableProfile?
    ) -> [RuleSuggestion] {
        var suggestions = RuleSuggestions(entity, schema)
        suggestions.declared(declaration, dimensions)
        if let profile { suggestions.seen(profile) }
        return suggestions.found
    }

    /// - Parameters:
    ///   - clean: what makes the rows' columns; nil for none.
    ///   - implied: columns beside the key that a rule of every table asks for.
    public init(
        _ entity: EntitySpec, _ schema: Schema, clean: Clean? = nil, implied: [String] = [],
        isFact: Bool = false
    ) {
        self.entity = entity
        self.schema = schema
        self.clean = clean
        self.isFact = isFact
        known = Set(entity.rules.map(RuleSuggestions.question))
        ids = Set(entity.rules.map(\.id)).union(RuleSet.reserved)
        var present = Set(entity.key + implied + [entity.sequence].compactMap(\.self))
        for rule in entity.rules where rule.condition == nil {
            if case .notNull(let columns) = rule.kind { present.formUnion(columns) }
        }
        self.present = present
        coverage = RuleCoverage(entity, schema)
    }

    /// What a rule asks, whichever rows it is asked of; conditions without the signs that may be
    /// left out.
    private static func question(_ rule: RuleSpec) -> String {
        var rule = rule
        rule.condition = nil
        if case .check(let expression, let failsOnNull) = rule.kind {
            var text = ""
            var quote: Character?
            for character in expression.text {
                if let open = quote {
                    if character == open { quote = nil }
                } else if character == "'" || character == "\"" {
                    quote = character
                } else if character.isWhitespace || "`()".contains(character) {
                    continue
                }
                text += quote == nil ? character.lowercased() : String(character)
            }
            rule.kind = .check(ExpressionSpec(text: text), failsOnNull: failsOnNull)
        }
        return rule.fingerprint
    }

    public mutating func declared(_ source: SourceDeclaration, _ dimensions: [DimensionSpec]) {
        labelled.formUnion(source.labels.keys)
        for column in source.notNull where !isPresent(column) {
            add(column + "_present", .notNull([column]), "declared NOT NULL")
        }
        for (column, labels) in source.labels.sorted(by: { $0.key < $1.key })
        where !coverage.refusesStrange(column) {
            // What the rows hold is what `clean` makes of a label.
            let labels = clean.map { $0.labels(labels, of: column) } ?? labels
            guard let labels else { continue }
            // An ENUM holds the empty text where a wrong value was forced into it.
            add(
                column + "_known", .values(column: column, labels, failsOnNull: false),
                "declared ENUM")
        }
        let unique = entity.rules.compactMap { rule -> Set<String>? in
            if case .unique(let columns) = rule.kind { Set(columns) } else { nil }
        }
        for columns in source.uniqueKeys
        where (entity.key.isEmpty || !Set(entity.key).isSubset(of: columns))
            && !unique.contains(where: { $0.isSubset(of: columns) })
        {
            add(columns.joined(separator: "_") + "_unique", .unique(columns), "a unique key")
        }
        for key in source.foreignKeys {
            guard let dimension = dimensions.first(where: { $0.entity.source == key.table }),
                Set(dimension.entity.key) == Set(key.referencedColumns)
            else { continue }
            let on = Dictionary(
                zip(key.columns, key.referencedColumns), uniquingKeysWith: { first, _ in first })
            add(
                "known_" + dimension.entity.name,
                .references(dimension: dimension.entity.name, on: on),
                "a foreign key to \(key.table)")
        }
        for check in source.checks {
            let text = RuleSuggestions.plain(check.clause)
            add(
                check.name, .check(ExpressionSpec(text: text), failsOnNull: false),
                "the constraint \(check.name)")
        }
    }

    func isPresent(_ column: String) -> Bool {
        present.contains(column) || coverage.refusesNull(column)
    }

    /// What was declared was judged by the cleaned rows: of `failed` (by rule) rows. A declaration
    /// holds for what the source has; where `clean` made another value of it that fails, it is no
    /// rule for what silver has.
    public mutating func judge(_ failed: [String: Int64], of rowCount: Int64) {
        found = found.compactMap { suggestion in
            guard let count = failed[suggestion.rule.id], count > 0 else { return suggestion }
            let columns = suggestion.rule.columns(in: schema)
            if clean?.computes(columns) == true { return nil }
            var suggestion = suggestion
            suggestion.reason += ", broken by \(count) of \(rowCount) rows"
            return suggestion
        }
    }

    /// Adds a rule that can run here, asks something new and gets a free id.
    public mutating func add(
        _ id: String, _ kind: RuleSpec.Kind, _ reason: String,
        _ severity: RuleSpec.Severity = .error, where condition: ExpressionSpec? = nil,
        isComment: Bool = false
    ) {
        var rule = RuleSpec(id: id, kind: kind)
        rule.severity = severity
        rule.condition = condition
        guard known.insert(RuleSuggestions.question(rule)).inserted, canRun(rule) else { return }
        if found.contains(where: { $0.rule.id == id }) { return }
        var number = 2
        while ids.contains(rule.id) {
            rule.id = "\(id)_\(number)"
            number += 1
        }
        ids.insert(rule.id)
        if !isComment { coverage.add(rule) }
        found.append(RuleSuggestion(rule: rule, reason: reason, isComment: isComment))
    }

    private func canRun(_ rule: RuleSpec) -> Bool {
        var single = rule
        if case .references(_, let on) = rule.kind { single.kind = .notNull(on.keys.sorted()) }
        let compiler = RuleCompiler(entity: entity, schema: schema, probes: RuleProbes(now: 0))
        do throws(LakeError) {
            _ = try compiler.compile(single)
            return true
        } catch {
            return false
        }
    }

    /// A clause as the source's catalog spells it, without the marks of character sets and the
    /// brackets around the whole.
    public static func plain(_ clause: String) -> String {
        var text = clause
        for mark in ["_utf8mb4", "_utf8mb3", "_utf8", "_latin1"] {
            for (escaped, quote) in [("\\'", "'"), ("'", "'")] {
                text = text.split(separator: mark + escaped, omittingEmptySubsequences: false)
                    .joined(separator: quote)
            }
        }
        text = text.split(separator: "\\'", omittingEmptySubsequences: false)
            .joined(separator: "'")
        while text.hasPrefix("("), text.hasSuffix(")"), RuleSuggestions.isBracketed(text) {
            text = String(text.dropFirst().dropLast())
        }
        return text
    }

    private static func isBracketed(_ text: String) -> Bool {
        var depth = 0
        for (index, character) in text.enumerated() {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth == 0, index < text.count - 1 { return false }
        }
        return true
    }
}
