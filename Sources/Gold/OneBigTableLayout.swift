public import Columnar
public import Lake
public import Pipeline
import Spelling
public import Tables

/// The columns and partitions of a One Big Table, as they follow from what is configured and from
/// the columns of the tables it is made of: the fact's columns, then each member's chosen columns
/// as `<member>_<column>`, partitioned by the fact's date or another one if there is one.
public struct OneBigTableLayout: Sendable {
    /// By the names that the silver tables have.
    public let spec: OneBigTableSpec
    /// How the fact is partitioned.
    let factPartition: DatePartition
    public let partition: DatePartition
    /// The columns of the fact that are taken over.
    let factFields: [Field]
    public let schema: Schema
    /// The column whose date decides which version `as_of` joins: the fact's date where it has one.
    let asOfDate: String?

    /// - Parameter members: the columns of what is joined, in the order of the joins.
    /// Throws `.configuration` when they do not fit together.
    public init(
        _ configured: OneBigTableSpec, _ factSpec: FactSpec, fact: Schema, members: [Schema]
    ) throws(LakeError) {
        let spec = OneBigTableLayout.stored(configured, fact, members)
        self.spec = spec
        factPartition = try OneBigTableLayout.factPartition(spec, factSpec, fact)
        let chosen = try OneBigTableLayout.chosen(spec, factPartition, fact)
        var joined: [[Field]] = []
        for (join, member) in zip(spec.joins, members) {
            try OneBigTableLayout.check(
                join, Schema(fact.fields + joined.joined()), member, spec)
            joined.append(try join.fields(of: member))
        }
        let date = spec.date ?? factSpec.date
        partition = try OneBigTableLayout.partition(spec, date, fact, chosen, joined)
        asOfDate = factSpec.date ?? partition.date
        try OneBigTableLayout.checkAsOf(spec, asOfDate, fact, joined)
        let column = partition.column
        let own = factPartition.derivedColumn
        factFields = fact.fields.filter { field in
            field.name == own ? own == column : spec.columns.takes(field.name)
        }
        var fields = factFields
        let isOfFact = partition.date.map { date in chosen.contains { $0.name == date } } ?? false
        let derived = partition.derivedColumn.map { Field($0, .date) }
        if isOfFact, let derived, factPartition.column != column { fields.append(derived) }
        fields += joined.joined()
        if !isOfFact, let derived { fields.append(derived) }
        schema = Schema(fields)
        try checkNames()
    }

    /// The columns of the data files.
    var fileSchema: Schema { Schema(schema.fields.filter { $0.name != partition.column }) }

    /// The grain of the periods that are built as a whole: no row of one is in two of either table.
    /// Where the two are not partitioned by one date, the whole table is one period.
    var unitGrain: DatePartition {
        if partition.date != factPartition.date { return .whole }
        let order: [PartitionGrain] = [.day, .month, .year]
        let isCoarser =
            (order.firstIndex(of: partition.grain) ?? 0)
            > (order.firstIndex(of: factPartition.grain) ?? 0)
        return isCoarser ? partition : factPartition
    }

    /// What is configured names a member's key and the fact's columns as the source does; below it
    /// goes by silver's names.
    private static func stored(
        _ spec: OneBigTableSpec, _ fact: Schema, _ members: [Schema]
    ) -> OneBigTableSpec {
        var spec = spec
        for (index, member) in members.enumerated() {
            let names = StoredNames(stored: member)
            spec.joins[index].on = spec.joins[index].on.map {
                .init(fact: $0.fact, key: names.stored($0.key))
            }
        }
        let names = StoredNames(stored: fact)
        spec.columns = spec.columns.map { names.stored($0) }
        return spec
    }

    private static func factPartition(
        _ spec: OneBigTableSpec, _ factSpec: FactSpec, _ fact: Schema
    ) throws(LakeError) -> DatePartition {
        guard let name = factSpec.date else { return .whole }
        guard let date = fact[name] else {
            throw unknown(name, in: spec.fact, spec, fact.fields)
        }
        return DatePartition(date: date.name, type: date.type, grain: factSpec.grain)
    }

    /// The fact's columns that are wanted, without a partition column that only its own folders
    /// need.
    private static func chosen(
        _ spec: OneBigTableSpec, _ own: DatePartition, _ fact: Schema
    ) throws(LakeError) -> [Field] {
        let fields = fact.fields.filter { $0.name != own.derivedColumn }
        for name in spec.columns.names where !fields.contains(where: { $0.name == name }) {
            throw unknown(name, in: spec.fact, spec, fields)
        }
        return fields.filter { spec.columns.takes($0.name) }
    }

    private static func partition(
        _ spec: OneBigTableSpec, _ date: String?, _ fact: Schema, _ chosen: [Field],
        _ joined: [[Field]]
    ) throws(LakeError) -> DatePartition {
        guard let date else { return .whole }
        let fields = chosen + joined.joined()
        guard let field = fields.first(where: { $0.name == date }) else {
            guard fact[date] != nil else {
                throw unknown(date, in: "the table", spec, fields)
            }
            throw LakeError(
                .configuration, operation: "join", subject: spec.name,
                message: "the table is partitioned by '\(date)', which its columns leave out",
                hint: "Take it in again, or give another 'date'.")
        }
        guard field.type == .date || field.type == .timestamp else {
            throw LakeError(
                .configuration, operation: "join", subject: spec.name,
                message: "'\(date)' is a \(field.type): tables are partitioned by a date or a "
                    + "timestamp", hint: "Clean it with to_date(…) where it comes from.")
        }
        return DatePartition(date: date, type: field.type, grain: spec.grain)
    }

    /// A version at a date needs one, and one that is there before it is looked for.
    private static func checkAsOf(
        _ spec: OneBigTableSpec, _ date: String?, _ fact: Schema, _ joined: [[Field]]
    ) throws(LakeError) {
        guard let first = spec.joins.firstIndex(where: \.isAsOf) else { return }
        let known = fact.fields + joined.prefix(first).joined()
        if let date, known.contains(where: { $0.name == date }) { return }
        let member = spec.joins[first].dimension
        throw LakeError(
            .configuration, operation: "join", subject: spec.name,
            message: date.map {
                "the version of \(member) as of '\($0)' is asked for before '\($0)' is joined"
            } ?? "the version of \(member) as of a date is asked for, and there is none",
            hint: date == nil
                ? "Give the table a 'date', or join the latest version."
                : "Write the join that gives the date first.")
    }

    private static func check(
        _ join: JoinSpec, _ known: Schema, _ member: Schema, _ spec: OneBigTableSpec
    ) throws(LakeError) {
        for pair in join.on {
            guard let left = known[pair.fact] else {
                throw unknown(pair.fact, in: spec.fact, spec, known.fields)
            }
            guard let right = member[pair.key] else {
                throw unknown(pair.key, in: join.dimension, spec, member.fields)
            }
            if (left.type == .string) != (right.type == .string) {
                throw LakeError(
                    .configuration, operation: "join", subject: spec.name,
                    message: "'\(pair.fact)' of \(spec.fact) is a \(left.type), '\(pair.key)' of "
                        + "\(join.dimension) a \(right.type): they are never equal",
                    hint: "Cast one of them in clean.")
            }
        }
        if join.on.isEmpty {
            throw LakeError(
                .configuration, operation: "join", subject: spec.name,
                message: "the join with \(join.dimension) has no columns to join on")
        }
    }

    private func checkNames() throws(LakeError) {
        var seen: Set<String> = []
        for field in schema.fields where !seen.insert(field.name.lowercased()).inserted {
            throw LakeError(
                .configuration, operation: "join", subject: spec.name,
                message: "two columns would be named '\(field.name)'",
                hint: "Rename the fact's column in clean, or leave one of them out.")
        }
    }

    private static func unknown(
        _ column: String, in table: String, _ spec: OneBigTableSpec, _ known: [Field]
    ) -> LakeError {
        LakeError(
            .configuration, operation: "join", subject: spec.name,
            message: "\(table) has no column '\(column)'",
            hint: Spelling.nearest(to: column, in: known.map(\.name))
                .map { "Did you mean '\($0)'?" })
    }
}

extension JoinSpec {
    /// The fields that the join adds. Throws `.configuration` for a column that is not there.
    func fields(of member: Schema) throws(LakeError) -> [Field] {
        var fields: [Field] = []
        for name in columns {
            guard let field = member[name] else {
                throw LakeError(
                    .configuration, operation: "plan", subject: dimension,
                    message: "the \(isFact ? "fact" : "dimension") has no column '\(name)'",
                    hint: "Its columns: " + member.fields.map(\.name).joined(separator: ", ") + ".")
            }
            fields.append(
                Field(
                    dimension + "_" + name, field.type, isNullable: true, metadata: field.metadata))
        }
        return fields
    }
}
