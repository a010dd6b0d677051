import Names
import Pipeline
import Spelling

/// What becomes of a row whose sequence is NULL (`null_sequence`).
private enum NullSequence: String, CaseIterable {
    /// It is older than every other row of its key.
    case oldest
    case quarantine
}

/// How keys of texts are compared (`compare`).
private enum Comparison: String, CaseIterable {
    case collation, binary
}

/// What becomes of members that the source deletes (`deletes`).
private enum Deletes: String, CaseIterable {
    case close, ignore
}

/// Which version of a member is joined (`version`).
private enum JoinVersion: String, CaseIterable {
    case latest
    case asOf = "as_of"
}

extension ConfigurationReader {
    /// The `transform` section; the schema of `extract` is what `from` means when it names a table
    /// alone.
    mutating func transform(_ top: Section, _ extract: Configuration.Extract) -> Pipeline {
        var transform = Pipeline()
        let schema = extract.schema
        let keys = ["dimensions", "facts", "one_big_tables", "marts"]
        guard let section = sections.section("transform", of: top, keys: keys) else {
            return transform
        }
        let dimensions = named("dimensions", of: section, keys: dimensionKeys)
        let facts = named("facts", of: section, keys: factKeys)
        let tables = named("one_big_tables", of: section, keys: oneBigTableKeys)
        for (name, section) in dimensions {
            if let dimension = dimension(name, section, schema) {
                transform.dimensions.append(dimension)
            }
        }
        for (name, section) in facts {
            guard let fact = fact(name, section, schema) else { continue }
            checkWholeRows(fact.entity, name, extract)
            transform.facts.append(fact)
        }
        for (name, section) in tables {
            let table = oneBigTable(name, section, facts: Set(facts.map(\.name.text)))
            if let table { transform.oneBigTables.append(table) }
        }
        refuseMarts(section)
        checkNames(dimensions.map(\.name) + facts.map(\.name), "a dimension or fact")
        checkNames(tables.map(\.name), "a One Big Table")
        var references = TransformReferences(
            transform, dimensions: dimensions.map(\.name.text), facts: facts.map(\.name.text))
        references.check(written)
        for problem in references.problems {
            sections.problem(problem.message, at: problem.position, hint: problem.hint)
        }
        transform.orderDimensions()
        return transform
    }

    private var dimensionKeys: [String] {
        [
            "from", "key", "track", "sequence", "null_sequence", "deletes", "max_delete_percent",
            "clean", "rules", "owner", "compare", "max_quarantined", "bloom_filters",
        ]
    }

    private var factKeys: [String] {
        [
            "from", "key", "sequence", "null_sequence", "date", "partition", "clean", "rules",
            "owner", "compare", "max_quarantined", "max_delete_percent", "bloom_filters",
            "duplicates",
        ]
    }

    private var oneBigTableKeys: [String] {
        ["fact", "columns", "join", "date", "partition", "restate"]
    }

    /// The named sections under `key`.
    private mutating func named(
        _ key: String, of parent: Section, keys: [String]
    ) -> [(name: ConfigText, section: Section)] {
        guard let group = sections.section(key, of: parent, keys: nil) else { return [] }
        var found: [(name: ConfigText, section: Section)] = []
        for entry in group.entries {
            let path = group.name(entry.key)
            if let section = sections.section(entry.value, path: path, keys: keys) {
                found.append((ConfigText(entry.key, at: entry.keyPosition), section))
            }
        }
        return found
    }

    private mutating func refuseMarts(_ section: Section) {
        guard let marts = section["marts"], !marts.value.isNull else { return }
        let isEmpty = marts.value.entries?.isEmpty ?? marts.value.elements?.isEmpty ?? false
        if isEmpty { return }
        sections.problem(
            "transform.marts belongs to a later version", at: marts.keyPosition,
            hint: "Write 'marts: {}', or leave it out.")
    }

    /// Names become folders of the lake.
    private mutating func checkNames(_ names: [ConfigText], _ what: String) {
        var lines: [String: Int] = [:]
        for name in names {
            let isPlain = name.text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || scalar.properties.generalCategory == .nonspacingMark
                    || "_-.".unicodeScalars.contains(scalar)
            }
            let first = name.text.first
            if !isPlain || first == nil || first == "." || first == "_" {
                sections.problem(
                    "'\(name.text)' cannot name \(what): it becomes a folder of the lake",
                    at: name.position,
                    hint: "Use letters, digits, '-', '.' and '_', beginning with none of the "
                        + "last two.")
            }
            if let line = lines[name.text.lowercased()] {
                sections.problem(
                    "the name '\(name.text)' is taken", at: name.position,
                    hint: "Line \(line) has it; letter case does not distinguish names.")
            }
            lines[name.text.lowercased()] = name.position.line
        }
    }

    // MARK: Entities

    private mutating func entity(
        _ name: ConfigText, _ section: Section, _ schema: String?
    ) -> EntitySpec? {
        require(["from", "key"], of: section)
        let from = located("from", of: section)
        let equalRows = equalRows(section)
        let key = equalRows == nil ? columns("key", of: section) : nil
        let sequence = located("sequence", of: section)
        let nullSequence = sections.word("null_sequence", of: section, as: NullSequence.self)
        let clean = clean(section)
        let rules = rules(section)
        let owner = sections.text("owner", of: section)
        let maxQuarantined = percent("max_quarantined", of: section)
        let comparison = sections.word("compare", of: section, as: Comparison.self)
        let hasBloomFilters = sections.boolean("bloom_filters", of: section)
        guard let from, let (schema, table) = source(from, section, schema) else { return nil }
        var entity = EntitySpec(
            name: name.text, source: schema + "." + table, key: key?.map(\.text) ?? [])
        entity.schema = schema
        entity.equalRows = equalRows
        entity.sequence = sequence?.text
        entity.sequencePlace = sequence.map(expression)
        entity.quarantinesUnsequenced = nullSequence == .quarantine
        entity.clean = clean
        entity.rules = rules
        entity.owner = owner
        entity.maxQuarantinedPercent = maxQuarantined
        entity.comparesBytes = comparison == .binary
        entity.hasBloomFilters = hasBloomFilters
        return entity
    }

    /// `schema.table`. A schema with a dot in its name is known by `extract.schema`.
    private mutating func source(
        _ from: ConfigText, _ section: Section, _ schema: String?
    ) -> (schema: String, table: String)? {
        if let schema, from.text.utf8.starts(with: (schema + ".").utf8) {
            let table = from.text.utf8.dropFirst(schema.utf8.count + 1)
            if !table.isEmpty { return (schema, String(decoding: table, as: UTF8.self)) }
        }
        // Of bytes: a dot and a combining mark behind it are one character.
        let parts = from.text.utf8.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty {
            return (
                String(decoding: parts[0], as: UTF8.self),
                String(decoding: parts[1], as: UTF8.self)
            )
        }
        if parts.count == 1, let schema { return (schema, from.text) }
        sections.problem(
            "\(section.name("from")) must be <schema>.<table>, not '\(from.text)'",
            at: from.position, hint: "For example 'from: Atliqsale.customer'.")
        return nil
    }

    private mutating func clean(_ section: Section) -> [CleanSpec] {
        guard let clean = sections.section("clean", of: section, keys: nil) else { return [] }
        var found: [CleanSpec] = []
        for entry in clean.entries {
            guard let expression = expression(entry.key, of: clean) else { continue }
            found.append(CleanSpec(column: entry.key, expression: expression))
        }
        return found
    }

    private mutating func dimension(
        _ name: ConfigText, _ section: Section, _ schema: String?
    ) -> DimensionSpec? {
        refuseWholeRows(section)
        let entity = entity(name, section, schema)
        let track = columns("track", of: section)
        let deletes = sections.word("deletes", of: section, as: Deletes.self)
        let percent = percent("max_delete_percent", of: section)
        guard let entity else { return nil }
        var dimension = DimensionSpec(entity: entity)
        dimension.tracked = track?.map(\.text)
        dimension.closesDeleted = deletes != .ignore
        dimension.maxDeletePercent = percent ?? dimension.maxDeletePercent
        for column in track ?? [] where entity.key.contains(column.text) {
            sections.problem(
                "\(section.name("track")) holds '\(column.text)', which is part of the key",
                at: column.position, hint: "A key never changes; leave it out.")
        }
        return dimension
    }

    /// A number from 0 to 100, a `%` behind it or not.
    private mutating func percent(_ key: String, of section: Section) -> Double? {
        guard let entry = section[key] else { return nil }
        if let text = entry.value.text, let number = Units.percent(text) { return number }
        sections.wrongType(entry, of: section, wanted: "a percentage between 0 and 100")
        return nil
    }

    private mutating func fact(
        _ name: ConfigText, _ section: Section, _ schema: String?
    ) -> FactSpec? {
        let entity = entity(name, section, schema)
        let date = sections.text("date", of: section)
        let partition = sections.word("partition", of: section, as: PartitionGrain.self)
        let percent = percent("max_delete_percent", of: section)
        if let entry = section["partition"], section["date"] == nil {
            sections.problem(
                "\(section.name("partition")) needs a date", at: entry.keyPosition,
                hint: "Name a DATE or TIMESTAMP column under 'date', or leave 'partition' out: a "
                    + "fact without a date is one partition.")
        }
        guard let entity else { return nil }
        var fact = FactSpec(entity: entity, date: date)
        fact.grain = partition ?? fact.grain
        fact.maxDeletePercent = percent ?? fact.maxDeletePercent
        return fact
    }

    // MARK: One Big Tables

    private mutating func oneBigTable(
        _ name: ConfigText, _ section: Section, facts: Set<String>
    ) -> OneBigTableSpec? {
        require(["fact"], of: section)
        let fact = located("fact", of: section)
        let date = sections.text("date", of: section)
        let partition = sections.word("partition", of: section, as: PartitionGrain.self)
        let restate = restate(section)
        var joins: [JoinSpec] = []
        var writtenJoins: [WrittenJoin] = []
        for (member, section) in named("join", of: section, keys: ["on", "columns", "version"]) {
            require(["on", "columns"], of: section)
            let pairs = matches("on", of: section)
            var join = JoinSpec(dimension: member.text)
            join.isFact = facts.contains(member.text)
            join.on = pairs.map { .init(fact: $0.column.text, key: $0.other.text) }
            join.columns = columns("columns", of: section)?.map(\.text) ?? []
            join.isAsOf = sections.word("version", of: section, as: JoinVersion.self) == .asOf
            joins.append(join)
            writtenJoins.append(WrittenJoin(member: member, pairs: pairs, isAsOf: join.isAsOf))
        }
        guard let fact else { return nil }
        var table = OneBigTableSpec(name: name.text, fact: fact.text)
        table.columns = chosenColumns(section)
        table.joins = joins
        table.date = date
        table.grain = partition ?? table.grain
        table.restate = restate ?? table.restate
        written.tables.append(
            WrittenTable(
                spec: table, name: name, fact: fact,
                partition: section["partition"]?.keyPosition, joins: writtenJoins))
        return table
    }

    private mutating func chosenColumns(_ section: Section) -> ColumnChoice {
        guard
            let columns = sections.section("columns", of: section, keys: ["include", "exclude"])
        else { return .all }
        let included = self.columns("include", of: columns)
        let excluded = self.columns("exclude", of: columns)
        if let entry = columns["exclude"], columns["include"] != nil {
            sections.problem(
                "\(columns.path) has both include and exclude", at: entry.keyPosition,
                hint: "Name the columns to take, or those to leave out.")
        }
        if let included { return .only(included.map(\.text)) }
        return excluded.map { .allBut($0.map(\.text)) } ?? .all
    }

    private mutating func restate(_ section: Section) -> OneBigTableSpec.Restate? {
        guard let text = located("restate", of: section) else { return nil }
        switch text.text {
        case "touched": return .touched
        case "all": return .all
        case "never": return .never
        default: break
        }
        if text.text.hasPrefix("window("), text.text.hasSuffix("d)"),
            let days = Int(text.text.dropFirst(7).dropLast(2)), (1...36_525).contains(days)
        {
            return .window(days: days)
        }
        let words = ["touched", "window(30d)", "all", "never"]
        sections.problem(
            "\(section.name("restate")) must be touched, window(<days>d), all or never, not "
                + "'\(text.text)'", at: text.position,
            hint: Spelling.nearest(to: text.text, in: words).map { "Did you mean '\($0)'?" })
        return nil
    }
}
