public import Columnar
import Events
import Lake
public import Pipeline

/// Something about a rule that its author should know.
public struct RuleFinding: Hashable, Sendable {
    public enum Weight: String, Hashable, Sendable {
        /// The rule cannot run.
        case error
        /// It can, but hardly as it was meant.
        case warning
    }

    public var entity: String
    /// The rule's id, or the cleaned column.
    public var rule: String
    public var weight: Weight
    public var message: String
    public var hint: String?
}

/// Reads the rules of an entity without any data: every problem at once, not only the first.
public struct RuleLint: Sendable {
    private let entity: EntitySpec
    private let date: String?
    private let bronze: Schema
    private let probes: RuleProbes
    private var findings: [RuleFinding] = []

    /// The findings about `entity`.
    ///
    /// - Parameters:
    ///   - date: a fact's date column.
    ///   - bronze: the columns of its source, without the system's.
    ///   - dimensions: the key columns of every dimension, for `references`.
    ///   - now: microseconds UTC.
    public static func findings(
        _ entity: EntitySpec, date: String? = nil, bronze: Schema, dimensions: [String: [Field]],
        now: Int64
    ) -> [RuleFinding] {
        var probes = RuleProbes(now: now)
        for (name, key) in dimensions { probes.members[name] = HashedMembers(key: key) }
        var lint = RuleLint(entity: entity, date: date, bronze: bronze, probes: probes)
        lint.run()
        return lint.findings
    }

    private init(entity: EntitySpec, date: String?, bronze: Schema, probes: RuleProbes) {
        self.entity = entity
        self.date = date
        self.bronze = bronze
        self.probes = probes
    }

    private mutating func run() {
        var cleaned = bronze
        for spec in entity.clean {
            var single = entity
            single.clean = [spec]
            do throws(LakeError) {
                let clean = try Clean(single, bronze: bronze, now: probes.now)
                guard let field = clean.schema[spec.column] else { continue }
                if let index = cleaned.index(of: spec.column) {
                    cleaned.fields[index] = field
                } else {
                    cleaned.fields.append(field)
                }
            } catch {
                note(spec.column, .error, error.message, hint: error.hint)
            }
        }
        let compiler = RuleCompiler(entity: entity, schema: cleaned, probes: probes)
        do throws(LakeError) { _ = try compiler.implicit(date: date) } catch {
            note(
                error.subject.split(separator: ".").last.map(String.init) ?? "", .error,
                error.message, hint: error.hint)
        }
        var seen: [String: String] = [:]
        var ids: Set<String> = []
        for spec in entity.rules {
            if !ids.insert(spec.id).inserted || RuleSet.reserved.contains(spec.id) {
                note(spec.id, .error, "there are two rules of this id")
            }
            if let other = seen.updateValue(spec.id, forKey: spec.fingerprint) {
                note(spec.id, .warning, "asks the same as \(other)")
            }
            do throws(LakeError) { look(at: try compiler.compile(spec), cleaned) } catch {
                note(spec.id, .error, error.message, hint: error.hint)
            }
        }
    }

    /// What can be said about a rule that can run.
    private mutating func look(at rule: CompiledRule, _ schema: Schema) {
        let spec = rule.spec
        switch rule.test {
        case .length(_, let range) where range == 0...Int.max:
            note(spec.id, .warning, "every text has at least 0 characters")
        case .range(_, .empty): note(spec.id, .warning, "no value lies between its bounds")
        case .check(let expression, _) where expression.columns.isEmpty:
            note(spec.id, .warning, "names no column, so it is the same for every row")
        case .notNull(let columns) where Set(columns).isSubset(of: keyIndices(schema)):
            note(spec.id, .warning, "null_key asks that of the key already")
        case .unique(let columns, _) where Set(columns) == keyIndices(schema):
            note(
                spec.id, .warning, "silver has one row a key anyway",
                hint: "Rows of one key are versions, of which the latest stays.")
        case .values(_, let list, _):
            guard case .values(_, let texts, _) = spec.kind else { break }
            if list.count < texts.count { note(spec.id, .warning, "a value stands twice") }
            lookAlike(texts, spec.id)
        default: break
        }
        if rule.condition?.columns.isEmpty == true {
            note(spec.id, .warning, "its where names no column, so it is all rows or none")
        }
        if rule.test.isAboutBatch, spec.severity == .error {
            note(
                spec.id, .warning, "judges the batch, so it quarantines no row",
                hint: "Write severity: warn or fatal.")
        }
        for threshold in [spec.fatalIf, spec.warnIf] {
            if case .percent(let percent) = threshold, percent >= 100 {
                note(spec.id, .warning, "more than \(percent) % can never fail")
            }
        }
    }

    private mutating func lookAlike(_ texts: [String], _ id: String) {
        var known: [String: String] = [:]
        for text in texts {
            let plain = text.lowercased().split(separator: " ").joined(separator: " ")
            if let other = known.updateValue(text, forKey: plain), other != text {
                note(
                    id, .warning, "\"\(other)\" and \"\(text)\" differ in case or blanks only",
                    hint: "Clean the column with upper(trim(…)) and list one.")
            }
        }
    }

    private func keyIndices(_ schema: Schema) -> Set<Int> {
        Set(entity.key.compactMap { schema.index(of: $0) })
    }

    private mutating func note(
        _ rule: String, _ weight: RuleFinding.Weight, _ message: String, hint: String? = nil
    ) {
        findings.append(
            RuleFinding(
                entity: entity.name, rule: rule, weight: weight, message: message, hint: hint))
    }
}
