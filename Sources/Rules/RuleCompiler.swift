public import Columnar
import Events
import Expression
import Keys
public import Lake
public import Pipeline
import Spelling

/// Types rules over the rows of an entity.
public struct RuleCompiler {
    public let entity: EntitySpec
    public let schema: Schema
    public let probes: RuleProbes

    /// The rules nobody has to write.
    func implicit(date: String?) throws(LakeError) -> [CompiledRule] {
        let sequenceRule = RuleSpec(id: "null_sequence", kind: .notNull([]))
        var rules: [CompiledRule] = []
        if !entity.isWholeRow {
            let key = try indices(entity.key, of: "null_key")
            rules.append(
                CompiledRule(
                    spec: RuleSpec(id: "null_key", kind: .notNull(entity.key)), condition: nil,
                    test: .notNull(key), columns: key, message: "the key is null",
                    judgesDeletes: true))
        }
        if entity.quarantinesUnsequenced {
            let sequence = try RowSequence(entity, schema)
            rules.append(
                CompiledRule(
                    spec: sequenceRule, condition: nil, test: .sequencePresent,
                    columns: (sequence?.columns ?? []).compactMap { schema.index(of: $0) },
                    message: "the sequence is null, so the row has no place among its key's "
                        + "events", judgesDeletes: true))
        }
        if let date {
            let columns = try indices([date], of: "null_date")
            rules.append(
                CompiledRule(
                    spec: RuleSpec(id: "null_date", kind: .notNull([date])), condition: nil,
                    test: .notNull(columns), columns: columns,
                    message: "the date is null or none, so the row has no partition"))
        }
        return rules
    }

    /// A configured rule.
    func compile(_ spec: RuleSpec) throws(LakeError) -> CompiledRule {
        var condition: RowExpression?
        if let text = spec.condition { condition = try boolean(text, spec.id) }
        let (test, columns) = try test(spec)
        return CompiledRule(
            spec: spec, condition: condition, test: test, columns: columns,
            message: RuleCompiler.message(spec))
    }

    private func test(_ spec: RuleSpec) throws(LakeError) -> (RuleTest, [Int]) {
        switch spec.kind {
        case .check(let text, let failsOnNull):
            let expression = try boolean(text, spec.id)
            let columns = expression.columns.compactMap { schema.index(of: $0) }
            return (.check(expression, failsOnNull: failsOnNull), columns)
        case .notNull(let names):
            let columns = try indices(names, of: spec.id)
            return (.notNull(columns), columns)
        case .unique(let names):
            let columns = try indices(names, of: spec.id)
            return (.unique(columns, names: names), columns)
        case .values(let name, let texts, let failsOnNull):
            let column = try index(name, of: spec.id)
            let list = try list(texts, column, spec.id)
            return (.values(column, list, failsOnNull: failsOnNull), [column])
        case .range(let name, let minimum, let maximum):
            let column = try index(name, of: spec.id)
            let type = schema.fields[column].type
            guard let range = RuleRange(minimum: minimum, maximum: maximum, type: type) else {
                let bounds = [minimum, maximum].compactMap(\.self).joined(separator: " and ")
                throw errored(spec.id, "\(bounds) cannot bound \(name), a \(type)")
            }
            return (.range(column, range), [column])
        case .matches(let name, let pattern):
            let column = try index(name, of: spec.id)
            return (.matches(column, try self.pattern(pattern, column, spec.id)), [column])
        case .length(let name, let minimum, let maximum):
            let column = try index(name, of: spec.id)
            let type = schema.fields[column].type
            guard type == .string else {
                throw errored(spec.id, "\(name) is a \(type), lengths are for texts")
            }
            let (low, high) = (minimum ?? 0, maximum ?? .max)
            guard low <= high else { throw errored(spec.id, "\(low) is above \(high)") }
            return (.length(column, low...high), [column])
        case .references(let dimension, let on):
            return try references(dimension, on, spec.id)
        case .freshness(let name, let age):
            let column = try index(name, of: spec.id)
            switch schema.fields[column].type {
            case .timestamp, .timestampNtz, .date: break
            default: throw errored(spec.id, "\(name) is a \(schema.fields[column].type), no time")
            }
            return (.freshness(column, maximumAge: age), [column])
        case .rowCount(let minimum, let maximum):
            return (.rowCount(minimum: minimum, maximum: maximum), [])
        }
    }

    /// The list's texts as values of the column: each is a value, never a name or an expression.
    private func list(
        _ texts: [String], _ column: Int, _ id: String
    ) throws(LakeError) -> Set<ValueHash> {
        let field = schema.fields[column]
        for text in texts where RuleLiteral.column(field.type, [text]) == nil {
            throw errored(id, "\"\(text)\" cannot be a value of \(field.name), a \(field.type)")
        }
        guard let values = RuleLiteral.column(field.type, texts) else {
            throw errored(id, "\(field.name) is a \(field.type), which has no list of values")
        }
        return Set(ValueHashes([values], count: values.count).values)
    }

    /// `$` is the end of the text, not the place before a last line feed.
    private func pattern(
        _ pattern: String, _ column: Int, _ id: String
    ) throws(LakeError) -> RowExpression {
        let field = schema.fields[column]
        guard field.type == .string else {
            throw errored(id, "\(field.name) is a \(field.type), patterns are for texts")
        }
        return try RowExpression(
            column: field.name, matching: pattern, schema: schema, now: probes.now,
            subject: "\(entity.name).\(id)")
    }

    private func references(
        _ dimension: String, _ on: [String: String], _ id: String
    ) throws(LakeError) -> (RuleTest, [Int]) {
        guard let members = probes.members[dimension] else {
            let near = Spelling.nearest(to: dimension, in: probes.members.keys.sorted())
            throw errored(
                id, "there is no dimension \(dimension)", hint: near.map { "Is it \($0)?" })
        }
        let here = Dictionary(on.map { ($0.value, $0.key) }, uniquingKeysWith: { $1 })
        guard Set(here.keys) == Set(members.key.map(\.name)), here.count == on.count else {
            let names = members.key.map(\.name).joined(separator: ", ")
            throw errored(id, "'on' must name every key column of \(dimension) once: \(names)")
        }
        var columns: [Int] = []
        for field in members.key {
            let column = try index(here[field.name] ?? "", of: id)
            guard RuleCompiler.areComparable(schema.fields[column].type, field.type) else {
                throw errored(
                    id,
                    "\(schema.fields[column].name) is a \(schema.fields[column].type), "
                        + "\(dimension).\(field.name) a \(field.type)")
            }
            columns.append(column)
        }
        return (.references(columns, members), columns)
    }

    /// Whether equal values of the two types have equal hashes.
    public static func areComparable(_ left: ColumnType, _ right: ColumnType) -> Bool {
        func isExact(_ type: ColumnType) -> Bool {
            switch type {
            case .byte, .short, .integer, .long, .decimal: true
            default: false
            }
        }
        func isReal(_ type: ColumnType) -> Bool { type == .float || type == .double }
        return left == right || isExact(left) && isExact(right) || isReal(left) && isReal(right)
    }

    private func boolean(
        _ text: ExpressionSpec, _ id: String
    ) throws(LakeError) -> RowExpression {
        try RowExpression(
            text, schema: schema, now: probes.now, isCondition: true,
            subject: "\(entity.name).\(id)")
    }

    public func indices(_ names: [String], of id: String) throws(LakeError) -> [Int] {
        guard !names.isEmpty else { throw errored(id, "it names no column") }
        var indices: [Int] = []
        for name in names { indices.append(try index(name, of: id)) }
        return indices
    }

    private func index(_ name: String, of id: String) throws(LakeError) -> Int {
        if let index = schema.index(of: name) { return index }
        let near = Spelling.nearest(to: name, in: schema.fields.map(\.name))
        throw errored(id, "there is no column \"\(name)\"", hint: near.map { "Is it \($0)?" })
    }

    /// The rule cannot run; that is not the same as failing.
    func errored(_ id: String, _ message: String, hint: String? = nil) -> LakeError {
        LakeError(
            .configuration, operation: "prepare rule", subject: "\(entity.name).\(id)",
            message: message, hint: hint)
    }
}
