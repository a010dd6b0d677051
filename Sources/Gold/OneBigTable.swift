public import Collations
public import Columnar
public import Delta
import JSON
import Keys
public import Lake
public import Pipeline
public import Storage
public import Tables

/// A One Big Table and what it is made of, all as they are now.
public struct OneBigTable: Sendable {
    public let spec: OneBigTableSpec
    public let table: DeltaTable
    /// The table before the run; nil when there is none yet.
    public let snapshot: Snapshot?
    /// The fact's silver table.
    public let fact: Snapshot
    public let layout: OneBigTableLayout
    /// What is joined, in the order of the joins: dimensions and other facts.
    public let members: [Snapshot]
    /// By join and pair of its columns what texts are compared by: that of the member's key.
    public let collations: [[Collation?]]

    /// Says what the table was built from; another text needs a full build.
    static let joinProperty = "sluice.joins"
    /// The periods whose rows show older values of members, a JSON array of first days.
    private static let staleProperty = "sluice.stale_partitions"

    /// The folder of a table of gold.
    public static func path(_ name: String) -> String { "gold/" + name }

    /// Opens the tables. Throws `.configuration` when the fact or a member has no silver table
    /// yet, or a column is not there.
    public init(
        _ spec: OneBigTableSpec, fact factSpec: FactSpec, storage: any LakeStorage,
        collations library: CollationLibrary? = nil
    ) throws(LakeError) {
        let table = DeltaTable(storage: storage, path: TablePath.gold(spec.name))
        self.table = table
        snapshot = try inLake { () throws(DeltaError) in try table.snapshot() }
        let fact = try OneBigTable.silver(spec.fact, spec.name, storage)
        self.fact = fact
        var members: [Snapshot] = []
        for join in spec.joins {
            members.append(try OneBigTable.silver(join.dimension, spec.name, storage))
        }
        self.members = members
        let layout = try OneBigTableLayout(
            spec, factSpec, fact: fact.schema, members: members.map(\.schema))
        self.layout = layout
        self.spec = layout.spec
        let library = library ?? CollationLibrary(storage: storage)
        var collations: [[Collation?]] = []
        for (join, member) in zip(layout.spec.joins, members) {
            collations.append(
                try library.collations(
                    of: member,
                    columns: join.on.map(\.key).map(StoredNames(stored: member.schema).entity),
                    for: spec.name))
        }
        self.collations = collations
    }

    public var schema: Schema { layout.schema }
    public var partition: DatePartition { layout.partition }
    var unitGrain: DatePartition { layout.unitGrain }

    /// The silver tables that it is made of, by their names.
    public var inputs: [(name: String, table: Snapshot)] {
        [(spec.fact, fact)] + zip(spec.joins, members).map { ($0.dimension, $1) }
    }

    /// The period that the rows of a file are of, which is partitioned by `partition`; nil when the
    /// log does not say.
    func unit(_ file: [String: String?], of partition: DatePartition) -> Int32? {
        let grain = unitGrain
        if grain == .whole { return DatePartition.wholeDay }
        return partition.day(of: file).map { grain.start($0) }
    }

    /// The period of a file of the fact.
    public func unit(ofFact values: [String: String?]) -> Int32? {
        unit(values, of: layout.factPartition)
    }

    /// The period of a file of the table.
    public func unit(ofRows values: [String: String?]) -> Int32? { unit(values, of: partition) }

    /// The text of a period.
    public func text(_ unit: Int32) -> String {
        unitGrain == .whole ? OneBigTable.wholeText : DatePartition.text(unit)
    }

    /// Stands for the period of a table that is built as a whole.
    public static let wholeText = "all"

    /// The joins in a text that changes when the content of the table would.
    var joinText: String {
        let joins = zip(spec.joins, collations).map { join, collations in
            let on = join.on.map { "\($0.fact)=\($0.key)" }.joined(separator: ",")
            let version = join.isFact ? "fact" : join.isAsOf ? "as_of" : "latest"
            let names = collations.compactMap { $0?.name }
            let compared = names.isEmpty ? "" : ":" + names.joined(separator: ",")
            return "\(join.dimension)(\(on)):\(join.columns.joined(separator: ",")):\(version)"
                + compared
        }.joined(separator: ";")
        return joins + (spec.date.map { ";date=" + $0 } ?? "")
    }

    /// The first days of the periods that earlier runs left stale.
    var stale: Set<Int32> {
        guard let text = snapshot?.configuration[OneBigTable.staleProperty],
            let value = try? JSONValue(parsing: Array(text.utf8))
        else { return [] }
        return Set(
            (value.array ?? []).compactMap { day in
                guard let text = day.string else { return nil }
                if text == OneBigTable.wholeText { return DatePartition.wholeDay }
                return CivilDate(text).flatMap { Int32(exactly: $0.daysSinceEpoch) }
            })
    }

    /// The table's properties after a run that leaves `stale`.
    public func configuration(
        _ properties: [String: String], stale: [Int32]
    ) -> [String: String] {
        var configuration = snapshot?.configuration ?? properties
        configuration[OneBigTable.joinProperty] = joinText
        let days = stale.map { JSONValue.string(text($0)) }
        configuration[OneBigTable.staleProperty] =
            days.isEmpty ? nil : JSONValue.array(days).description
        return configuration
    }

    /// The transaction that keeps which version of the fact is in the table.
    public var factTransaction: String { OneBigTable.factTransaction(spec) }

    public static func factTransaction(_ spec: OneBigTableSpec) -> String {
        TransactionName.fact(spec.fact, in: spec.name)
    }

    /// The transaction that keeps which commit the version was that `transaction` tells.
    public func mark(_ transaction: String) -> String { transaction + "/commit" }

    /// Whether `source` is not, or no more, the table of which `transaction` tells the version.
    public func isAnother(_ source: Snapshot, _ transaction: String) -> Bool {
        guard let snapshot, let consumed = snapshot.transactions[transaction],
            consumed <= source.version
        else { return true }
        guard let mark = snapshot.transactions[mark(transaction)], mark >= 0,
            let found = source.table.mark(ofVersion: consumed)
        else { return false }
        return mark != found
    }

    /// The transaction that keeps which version of a member is in the table.
    func memberTransaction(_ join: JoinSpec) -> String {
        join.isFact
            ? TransactionName.member(join.dimension, in: spec.name)
            : TransactionName.dimension(join.dimension, in: spec.name)
    }

    private static func silver(
        _ name: String, _ subject: String, _ storage: any LakeStorage
    ) throws(LakeError) -> Snapshot {
        let table = DeltaTable(storage: storage, path: TablePath.silver(name))
        guard let snapshot = try inLake({ () throws(DeltaError) in try table.snapshot() }) else {
            throw LakeError(
                .configuration, operation: "join", subject: subject,
                message: "there is no silver table of '\(name)' yet",
                hint: "Run sluice transform --only \(name) first.")
        }
        return snapshot
    }
}
