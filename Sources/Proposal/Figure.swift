public import Names
import Profile

/// A count that a proposal wants to show: how many rows of a table satisfy a condition.
public struct Figure: Hashable, Sendable {
    /// The source's table.
    public var table: ByteName
    /// In the source's dialect, by the source's names.
    public var condition: String

    /// Rows whose columns name nothing in the table referred to.
    init?(
        _ reference: Reference, from table: SeenTable, to target: SeenTable, schema: String
    ) {
        guard reference.columns.count == 1, let column = table[reference.columns[0]],
            let key = target[reference.targetColumns[0]]
        else { return nil }
        self.table = ByteName(table.name)
        func place(_ table: SeenTable) -> String {
            "\(Figure.quoted(schema)).\(Figure.quoted(table.name))"
        }
        let own = "\(place(table)).\(Figure.quoted(column.sourceName))"
        var condition = "\(own) IS NOT NULL"
        if let evidence = reference.evidence {
            if evidence.zeroRows > 0 { condition += " AND \(own) <> 0" }
            if evidence.emptyRows > 0 { condition += " AND \(own) <> ''" }
        }
        self.condition =
            condition + " AND NOT EXISTS (SELECT 1 FROM \(place(target)) AS _parent "
            + "WHERE _parent.\(Figure.quoted(key.sourceName)) = \(own))"
    }

    /// Rows in which a number is zero or less.
    init(notPositive column: SeenColumn, of table: SeenTable) {
        self.table = ByteName(table.name)
        condition = "\(Figure.quoted(column.sourceName)) <= 0"
    }

    /// All rows.
    init(of table: SeenTable) {
        self.table = ByteName(table.name)
        condition = "TRUE"
    }

    private static func quoted(_ name: String) -> String {
        "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``")
            + "`"
    }
}

extension Proposal {
    /// Rows that the questions of one proposal may make the source read, all in all.
    static let askedRowsMax: Int64 = 5_000_000

    /// What would be worth counting over whole tables, of tables of at most `rows` rows: that
    /// reads them.
    public func questions(upTo rows: Int64) -> [Figure] {
        var found: [Figure] = []
        var budget = Proposal.askedRowsMax
        for table in facts + dimensions
        where table.table.profile?.isWhole == false && table.table.rows <= rows {
            var own = members(of: table).filter { !$0.isDeclared }.compactMap(figure)
            own += table.notPositive.map { Figure(notPositive: $0, of: table.table) }
            budget -= table.table.rows * Int64(own.count + 1)
            if own.isEmpty || budget < 0 { continue }
            found += own + [Figure(of: table.table)]
        }
        return found
    }

    private func figure(_ reference: Reference) -> Figure? {
        guard let table = self[reference.table]?.table, let target = self[reference.target]?.table
        else { return nil }
        return Figure(reference, from: table, to: target, schema: schema)
    }

    /// References with what was counted of them.
    public func counted(
        _ references: [Reference], _ figures: [Figure: Int]
    ) -> [Reference] {
        references.map { reference in
            guard let figure = figure(reference), let missing = figures[figure],
                let table = self[reference.table]?.table, let rows = figures[Figure(of: table)]
            else { return reference }
            var reference = reference
            reference.evidence?.counted = (missing, rows)
            return reference
        }
    }

    /// The rows of a table: counted, otherwise the catalog's estimate.
    func rows(of table: SeenTable) -> Int64 {
        figures[Figure(of: table)].map(Int64.init) ?? table.rows
    }
}
