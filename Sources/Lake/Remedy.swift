public import Delta
public import Names

/// Which command makes a table of the lake whole again when a file of it is missing or damaged.
public struct Remedy: Sendable {
    /// What the operator does, in whole sentences.
    public let text: String

    private init(text: String) { self.text = text }

    /// What heals a table of bronze.
    public init(bronze table: TableName) {
        self.init(
            text:
                "Restore it from a backup, or read the table from the source again: sluice extract "
                + "--full --schema \(Remedy.word(table.schema)) --table \(Remedy.word(table.name))."
        )
    }

    /// What brings an entity's quarantine back, and what of it.
    public static func quarantine(_ entity: String) -> String {
        Remedy(path: TablePath.quarantine(entity))?.text ?? ""
    }

    /// What heals the table that `path`, of a folder or file under the lake, belongs to; nil when
    /// it is none of ours. A folder of bronze holds what the table's `properties` say, else what it
    /// is called by.
    public init?(path: String, properties: [String: String] = [:]) {
        let parts = path.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard parts.count >= 2 else { return nil }
        // `silver/_scd2/<dimension>`, `bronze/_collations/<name>`: tables beside have one more
        // folder.
        let isBeside = parts[1].hasPrefix("_")
        switch (parts[0], isBeside ? parts[1] : "") {
        case ("bronze", "_collations"):
            self.init(
                text: "Restore it from a backup, or let sluice extract ask the source for the "
                    + "collation again.")
        case ("bronze", _):
            guard parts.count >= 3 else { return nil }
            let named = TableName(schema: parts[1], name: parts[2])
            self.init(bronze: Remedy.source(properties) ?? named)
        case ("quarantine", "_rule_runs"):
            self.init(
                text: "Restore it from a backup, or delete the folder quarantine/_rule_runs: the "
                    + "trend of the rules then begins anew, and nothing else depends on it.")
        case ("quarantine", ""):
            self.init(
                text: Remedy.rebuild(parts[1])
                    + " Rows that break a rule are quarantined again; decisions about rows in "
                    + "lost files (waived, discarded, corrected) come back only from a backup.")
        case ("silver", "_scd2"), ("silver", "_tombstones"):
            guard parts.count >= 3 else { return nil }
            self.init(text: Remedy.rebuild(parts[2]))
        case ("silver", ""), ("gold", ""): self.init(text: Remedy.rebuild(parts[1]))
        default: return nil
        }
    }

    private static func rebuild(_ name: String) -> String {
        "Restore it from a backup, or build the table again: sluice transform --only "
            + "\(word(name)) --rebuild."
    }

    private static func source(_ properties: [String: String]) -> TableName? {
        guard let table = properties[BronzeProperty.table],
            let schema = properties[BronzeProperty.schema], table.begins(with: schema + ".")
        else { return nil }
        let name = table.utf8.dropFirst(schema.utf8.count + 1)
        return TableName(schema: schema, name: String(decoding: name, as: UTF8.self))
    }

    /// A name as a shell takes it for one word.
    private static func word(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 0x2D, 0x2E, 0x5F, 0x80...: true
            default: false
            }
        }
        if isPlain, !name.isEmpty { return name }
        return "'"
            + name.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: #"'\''"#) + "'"
    }
}

extension DeltaError {
    /// The error, with the command that heals the damage as its hint if it reports damage.
    public var remedied: DeltaError { remedied(Remedy(path: subject)) }

    /// The same for a remedy that is known already.
    public func remedied(_ remedy: Remedy?) -> DeltaError {
        guard code == .damagedFile || code == .damagedLog, let remedy else { return self }
        var error = self
        error.hint = remedy.text
        return error
    }
}
