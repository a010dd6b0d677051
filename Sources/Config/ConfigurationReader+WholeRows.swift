import Names
import Pipeline

/// `key: all` of a fact, for tables without a key, and `duplicates`, which goes with it.
extension ConfigurationReader {
    /// What becomes of equal rows where the key is all columns; nil where it names columns. A list
    /// of one column that is called `all` names that column.
    mutating func equalRows(_ section: Section) -> EqualRows? {
        let duplicates = sections.word("duplicates", of: section, as: EqualRows.self)
        guard let key = section["key"], key.value.text == "all" else {
            if let entry = section["duplicates"] {
                sections.problem(
                    "\(section.name("duplicates")) goes with 'key: all' alone",
                    at: entry.keyPosition,
                    hint: "Of a named key only the latest row stays. Remove it, or write "
                        + "'key: all'.")
            }
            return nil
        }
        for name in ["sequence", "null_sequence", "bloom_filters"] {
            guard let entry = section[name] else { continue }
            sections.problem(
                "\(section.name(name)) has no meaning where the key is 'all'",
                at: entry.keyPosition,
                hint: "Remove it: rows have no versions to order, and no key to look for.")
        }
        return duplicates ?? .drop
    }

    /// A dimension needs a key by which its versions are one member.
    mutating func refuseWholeRows(_ section: Section) {
        guard let key = section["key"], key.value.text == "all" else { return }
        sections.problem(
            "\(section.name("key")): all is for facts alone", at: key.value.position,
            hint: "A dimension's versions are one member by its key: name its columns "
                + "('key: [all]' is a column called all).")
    }

    /// What has only changes of a table cannot tell which whole rows are gone.
    mutating func checkWholeRows(
        _ entity: EntitySpec, _ name: ConfigText, _ extract: Configuration.Extract
    ) {
        guard entity.equalRows != nil, let schema = extract.schema,
            entity.schema?.isSame(as: schema) ?? false,
            let table = extract.tables.first(where: {
                entity.source.isSame(as: schema + "." + $0.name)
            }),
            table.mode == .incremental || table.mode == .append
        else { return }
        sections.problem(
            "transform.facts.\(name.text) has 'key: all', for which the whole table must be "
                + "read each time, and extract.tables.\(table.name).mode is "
                + table.mode.rawValue,
            at: name.position,
            hint: "Name the key's columns, or write 'mode: snapshot' for the table.")
    }
}
