import Config
import Names
import Profile

/// The rules proposed for a dimension or fact, each with a name of its own.
struct RuleLines {
    private(set) var rules: [ConfEntry.Rule] = []
    private var taken: Set<String> = [
        "null_key", "null_date", "null_sequence", "sequence_conflict", "duplicate_key",
    ]
    private let proposal: Proposal
    private let table: ProposedTable

    /// - Parameter members: the references that lead to dimensions.
    init(_ table: ProposedTable, _ proposal: Proposal, members: [Reference]) {
        self.table = table
        self.proposal = proposal
        for reference in members { add(reference) }
        for columns in table.table.uniqueKeys where isFree(columns) {
            add("unique_" + columns.joined(separator: "_"), "unique: \(YAMLText.list(columns))")
        }
        for (column, labels) in table.table.enumerations where isFree([column]) {
            // The empty text is what MySQL keeps of a value that is no label.
            let empties = table.table[column]?.profile?.empties ?? 0
            let isBroken = empties > 0 && !labels.contains { $0.isEmpty }
            add(
                column + "_known",
                "values: {column: \(YAMLText.scalar(column)), in: \(YAMLText.list(labels))}"
                    + (isBroken ? ", severity: warn" : ""),
                note: isBroken ? "'' in \(ProfileWords.count(empties)) sampled rows" : nil)
        }
        for check in table.table.checks {
            add(
                check.name, "check: \(YAMLText.quoted(check.clause))",
                isComment: !check.isUnderstood)
        }
        for column in table.notPositive { add(notPositive: column) }
    }

    /// Whether silver can answer a rule about the columns: not for masked
    /// columns, and not what the key implies already.
    private func isFree(_ columns: [String]) -> Bool {
        if columns.contains(where: table.secrets.holds) { return false }
        return table.key.isEmpty || columns.count < table.key.count
            || !table.key.allSatisfy { columns.holds($0) }
    }

    private mutating func add(_ reference: Reference) {
        guard let target = proposal[reference.target] else { return }
        let on = ConfEntry.mapping(Array(zip(reference.columns, reference.targetColumns)))
        var body = "references: \(YAMLText.scalar(target.name)), \"on\": \(on)"
        if !reference.isDeclared { body += ", severity: warn" }
        let column = Spelt.column(reference.columns[0])
        if let evidence = reference.evidence, !reference.isDeclared {
            if evidence.zeroRows > 0 { body += ", where: \(YAMLText.quoted("\(column) <> 0"))" }
            if evidence.emptyRows > 0 { body += ", where: \(YAMLText.quoted("\(column) <> ''"))" }
        }
        add(
            isTaken("known_" + target.name)
                ? "known_" + reference.columns.joined(separator: "_") : "known_" + target.name,
            body,
            note: reference.isDeclared
                ? nil
                : "guessed: "
                    + (reference.evidence?.text(reference.target) ?? "no row was looked at"))
    }

    private mutating func add(notPositive column: SeenColumn) {
        guard let profile = column.profile, table.table.profile?.rows ?? 0 > 0 else { return }
        let counted = proposal.figures[Figure(notPositive: column, of: table.table)]
        let count = counted ?? profile.zeros + profile.negatives
        let rows = counted == nil ? profile.rows : Int(proposal.rows(of: table.table))
        let sampled = counted == nil && table.table.profile?.isWhole == false ? "sampled " : ""
        add(
            column.name + "_positive",
            "check: \(YAMLText.quoted("\(Spelt.column(column.name)) > 0"))", isComment: true,
            note:
                "\(ProfileWords.part(count, of: rows)) \(sampled)rows are not "
                + "(\(ProfileWords.percent(Int64(count), of: Int64(rows))))")
    }

    private mutating func add(
        _ name: String, _ body: String, isComment: Bool = false, note: String? = nil
    ) {
        let id = YAMLText.scalar(unique(name))
        rules.append(
            ConfEntry.Rule(text: "{id: \(id), \(body)}", note: note, isComment: isComment))
    }

    private static func plain(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }).lowercased()
    }

    private func isTaken(_ name: String) -> Bool { taken.contains(RuleLines.plain(name)) }

    private mutating func unique(_ name: String) -> String {
        let id = freeName(RuleLines.plain(name)) { taken.contains($0) }
        taken.insert(id)
        return id
    }
}
