import Config
import Names
import Profile

/// The file that `init` writes: what is proposed, with why, and nothing that is the default.
public struct ProposalText {
    /// A file of more lines than this is written more tightly.
    static let lineCountMax = 1_000
    /// How many lines an entry gets.
    private enum Density: CaseIterable {
        /// A line for each key of an entry.
        case roomy
        /// That for facts and One Big Tables alone; tables without rows are named and no more.
        case mixed
        /// A line for an entry, and several tables of the extract in one.
        case tight
    }

    private let proposal: Proposal
    private var density = Density.roomy
    private let wide: WideTables
    /// Tables that ones with rows refer to.
    private let referred: Set<ByteName>
    public var places = AgentPlaces()

    public init(_ proposal: Proposal) {
        self.proposal = proposal
        wide = WideTables(proposal)
        referred = Set(
            (proposal.facts + proposal.dimensions).filter { !$0.table.isEmpty }
                .flatMap(\.references).map { ByteName($0.target) })
    }

    /// A commented agent.conf that our own reader accepts.
    public var text: String {
        var found = ""
        for density in Density.allCases {
            var file = self
            file.density = density
            found = file.whole
            let lines = found.utf8.count { $0 == UInt8(ascii: "\n") }
            if lines <= ProposalText.lineCountMax { break }
        }
        return found
    }

    private var isRoomy: Bool { density == .roomy }

    private var whole: String { head + source + extract + transform }

    private var head: String {
        var text =
            "# agent.conf: proposed by 'sluice init' for the schema "
            + "\(YAMLText.comment(proposal.schema)).\n"
        text += "# \(proposal.summary).\n"
        let points = proposal.points
        if !points.isEmpty {
            text += "# Look at these first:\n"
            for (number, point) in points.enumerated() {
                text += Comment.wrapped(point, first: "#   \(number + 1). ", next: "#      ")
            }
        }
        return text + "# Why a table is what it is here: sluice init --explain TABLE.\n"
            + "# Every key there is: agent.conf.example. Paths count from this file's folder.\n"
    }

    private var source: String {
        let place =
            switch places.address {
            case .host(let host, let port):
                "  host: \(YAMLText.scalar(host))\n  port: \(port)\n"
            case .socket(let path): "  socket: \(YAMLText.scalar(path))\n"
            }
        return """

            source:
            \(place)  user: \(YAMLText.scalar(places.user))
              password: {env: \(YAMLText.scalar(places.passwordVariable))}   # or {file: PATH}
              tls: \(places.tls.rawValue)

            lake: \(YAMLText.scalar(places.lake))
            state: \(YAMLText.scalar(places.state))

            """
    }

    // MARK: Extract

    private var extract: String {
        var text = "\nextract:\n  schema: \(YAMLText.scalar(proposal.schema))\n"
        let excluded = proposal.with(.excluded)
        if !excluded.isEmpty {
            text += "  exclude:   # not copied\n"
            // Of one reason together, in the tables' order.
            for (why, tables) in Dictionary(grouping: excluded, by: \.why)
                .sorted(by: { $0.key < $1.key })
            {
                for table in tables {
                    text +=
                        "    - \(YAMLText.scalar(table.table.name))   # \(YAMLText.comment(why))\n"
                }
            }
        }
        let entries = proposal.tables.compactMap(override)
        let masks = !isRoomy ? [] : proposal.tables.compactMap(personMasks)
        let remark = "# What tells of persons can be hidden (needs extract.mask_salt):"
        if entries.isEmpty {
            if masks.isEmpty { return text }
            return text + "  \(remark)\n  # tables:\n" + masks.map { "  #   \($0)\n" }.joined()
        }
        let note = "   # what differs from the plan that the extract makes itself\n"
        if density == .tight {
            return text + "  tables:" + note + packed(entries.map(\.inline))
        }
        text += "  tables:" + note
        text += entries.map { $0.text(isCompact: !isRoomy) }.joined()
        if !masks.isEmpty { text += "    \(remark)\n" + masks.map { "    # \($0)\n" }.joined() }
        return text
    }

    /// Several entries a line, as one mapping in flow style.
    private func packed(_ entries: [String]) -> String {
        var lines: [String] = []
        for (number, entry) in entries.enumerated() {
            let piece = (number == 0 ? "{" : "") + entry + (number + 1 < entries.count ? "," : "}")
            if let last = lines.last, last.utf8.count + piece.utf8.count < 96 {
                lines[lines.count - 1] = last + " " + piece
            } else {
                lines.append("    " + piece)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The masks of a table in flow style, as they would be with those of persons among them.
    private func personMasks(_ table: ProposedTable) -> String? {
        let persons = table.persons.filter { !table.table.isKey($0) }
        if table.role == .excluded || persons.isEmpty { return nil }
        let masks = secretMasks(table) + persons.map { "\(source($0, table)): sha256" }
        return "\(YAMLText.scalar(YAMLText.comment(table.table.name))): {mask: {"
            + YAMLText.comment(masks.joined(separator: ", ")) + "}}"
    }

    private func secretMasks(_ table: ProposedTable) -> [String] {
        table.secrets.map { "\(source($0, table)): \"null\"" }
    }

    /// What the source calls a column, as YAML.
    private func source(_ name: String, _ table: ProposedTable) -> String {
        YAMLText.scalar(table.table[name]?.sourceName ?? name)
    }

    private func override(_ table: ProposedTable) -> ConfEntry? {
        if table.role == .excluded { return nil }
        var entry = ConfEntry(name: table.table.name)
        if let mode = table.reading.mode {
            entry.add("mode", mode.rawValue)
            entry.note = table.reading.reason
        }
        if !table.secrets.isEmpty {
            entry.add("mask", "{" + secretMasks(table).joined(separator: ", ") + "}")
        }
        return entry.pairs.isEmpty ? nil : entry
    }

    // MARK: Transform

    private var transform: String {
        let dimensions = proposal.dimensions.filter(isShown)
        let facts = proposal.facts.filter(isShown)
        var text = "\ntransform:\n"
        text += section("dimensions", dimensions.map(entity), isCompact: !isRoomy)
        text += section("facts", facts.map(entity), isCompact: density == .tight)
        text += section("one_big_tables", wide.entries, isCompact: density == .tight)
        return text + leftOut
    }

    /// In a file of many tables those without rows are named at the end and no more, but for those
    /// that tables with rows refer to.
    private func isShown(_ table: ProposedTable) -> Bool {
        isRoomy || !table.table.isEmpty || referred.contains(ByteName(table.table.name))
    }

    private func section(
        _ name: String, _ entries: [ConfEntry], isCompact: Bool
    ) -> String {
        entries.isEmpty
            ? "  \(name): {}\n"
            : "  \(name):\n" + entries.map { $0.text(isCompact: isCompact) }.joined()
    }

    private func entity(_ table: ProposedTable) -> ConfEntry {
        var entry = ConfEntry(name: table.name)
        entry.note = note(table)
        entry.add("from", YAMLText.scalar(proposal.schema + "." + table.table.name))
        if table.isAllKey {
            let repeated = table.table.profile?.repeatedRows ?? 0
            let count =
                repeated > 0 ? "\(ProfileWords.count(repeated)) repeated rows were seen; " : ""
            entry.add("key", "all", note: "the source declares none")
            entry.add("duplicates", "drop", note: count + "keep counts equal rows apart")
        } else {
            let isGuess = table.table.key.isEmpty
            entry.add(
                "key", YAMLText.list(table.key),
                note: isGuess ? "not declared; another value in every row" : nil)
        }
        if let sequence = table.reading.sequence {
            entry.add("sequence", ConfEntry.plain(sequence))
        }
        if let date = table.date {
            entry.add("date", YAMLText.scalar(date.column))
            if table.grain != "day" { entry.add("partition", table.grain) }
        } else if let near = table.nearDate, near.choice.unixUnit == nil {
            let note =
                "\(ProfileWords.part(near.missing, of: near.rows)) rows have none: "
                + "they would be quarantined"
            entry.pairs.append(
                .init(
                    key: "date", value: YAMLText.scalar(near.choice.column), note: note,
                    isComment: true))
        }
        if !table.clean.isEmpty {
            let flow = table.clean.map {
                "\(YAMLText.scalar($0.column)): \(YAMLText.quoted($0.expression))"
            }.joined(separator: ", ")
            let lines = table.clean.map {
                "\(YAMLText.scalar($0.column)): \(ConfEntry.plain($0.expression))   # "
                    + YAMLText.comment($0.note)
            }
            entry.pairs.append(.init(key: "clean", value: "{\(flow)}", lines: lines))
        }
        let members = proposal.members(of: table).filter { reference in
            proposal[reference.target].map(isShown) ?? false
        }
        entry.rules = RuleLines(table, proposal, members: members).rules
        return entry
    }

    private func note(_ table: ProposedTable) -> String {
        let rows =
            table.table.isEmpty
            ? "no rows"
            : (isCounted(table.table) ? "" : "about ")
                + ProfileWords.rows(proposal.rows(of: table.table))
        return [rows, table.why].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private func isCounted(_ table: SeenTable) -> Bool {
        table.profile?.isWhole == true || proposal.figures[Figure(of: table)] != nil
    }

    private var leftOut: String {
        var lines: [String] = []
        for table in proposal.with(.bridge) + proposal.with(.leftOut) {
            lines.append("\(table.table.name): \(table.why)")
        }
        let empty = (proposal.dimensions + proposal.facts).filter { !isShown($0) }
        var text = ""
        if !wide.without.isEmpty {
            text += Comment.wrapped(
                "Facts without a One Big Table, since they refer to no fact or dimension or have "
                    + "few rows: " + wide.without.map(\.name).joined(separator: ", "),
                first: "\n# ", next: "#   ")
        }
        if !lines.isEmpty {
            text += "\n# Left out of silver and gold (bronze has them):\n"
            text += lines.map { "#   \(YAMLText.comment($0))\n" }.joined()
        }
        if !empty.isEmpty {
            text += Comment.wrapped(
                "Without rows, so that nothing is proposed for them: "
                    + empty.map(\.table.name).joined(separator: ", "),
                first: "# ", next: "#   ")
        }
        return text
    }
}
