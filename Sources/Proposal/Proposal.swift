import Names

/// What `init` proposes for a schema: for each table what it is, and the pipeline it gets. Made of
/// the catalog and, where rows were looked at, of what they show; pure, in no order but the
/// tables'.
public struct Proposal: Sendable {
    public let schema: String
    /// In the order of the tables given.
    public let tables: [ProposedTable]
    /// References that were considered and do not hold.
    public let rejected: [Reference]
    /// Counts of whole tables, where they were made.
    public var figures: [Figure: Int] = [:]

    /// Each after those that it refers to, where no circle forbids it.
    public let dimensions: [ProposedTable]
    /// By its name the place of each dimension in `dimensions`.
    private let places: [ByteName: Int]
    private let byName: [ByteName: ProposedTable]

    /// - Parameters:
    ///   - references: of `ReferenceFinder`, with the evidence of whoever asked the rows.
    ///   - smallTableRows: as the extract has it.
    public init(
        schema: String, tables: [SeenTable], references: [Reference],
        smallTableRows: Int64 = 100_000
    ) {
        self.schema = schema
        let roles = Roles(tables, references)
        let names = EntityNames(tables.map(\.name))
        self.tables = tables.map { table in
            ProposedTable(
                table, roles, name: names[table.name], smallTableRows: smallTableRows)
        }
        rejected = references.filter { !$0.isConfirmed }
        byName = Dictionary(
            self.tables.map { (ByteName($0.table.name), $0) },
            uniquingKeysWith: { first, _ in first })
        dimensions = Proposal.ordered(self.tables.filter { $0.role == .dimension })
        places = Dictionary(
            dimensions.enumerated().map { (ByteName($1.table.name), $0) },
            uniquingKeysWith: { first, _ in first })
    }

    func with(_ role: TableRole) -> [ProposedTable] { tables.filter { $0.role == role } }

    public var facts: [ProposedTable] { with(.fact) }

    private static func ordered(_ dimensions: [ProposedTable]) -> [ProposedTable] {
        var done: [ProposedTable] = []
        var begun: Set<ByteName> = []
        let byName = Dictionary(
            dimensions.map { (ByteName($0.table.name), $0) },
            uniquingKeysWith: { first, _ in first })
        func take(_ table: ProposedTable) {
            guard begun.insert(ByteName(table.table.name)).inserted else { return }
            for reference in table.references {
                if let other = byName[ByteName(reference.target)] { take(other) }
            }
            done.append(table)
        }
        for table in dimensions { take(table) }
        return done
    }

    /// The table of this name, or nil.
    public subscript(table: String) -> ProposedTable? { byName[ByteName(table)] }

    /// The references of a fact or dimension that lead to the whole key of a dimension; those of a
    /// dimension to one that is there before it.
    func members(of table: ProposedTable) -> [Reference] {
        table.references.filter { reference in
            guard let place = places[ByteName(reference.target)],
                let target = self[reference.target],
                Set(target.key.map { ByteName($0) })
                    == Set(reference.targetColumns.map { ByteName($0) })
            else { return false }
            guard table.role == .dimension else { return true }
            return place < places[ByteName(table.table.name)] ?? 0
        }
    }
}
