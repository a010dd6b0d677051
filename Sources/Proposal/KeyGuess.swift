import Names
import Profile

/// The key of a table that declares none.
enum KeyGuess {
    /// A column that looks like a key and has a different value in every row; all rows were read.
    static func column(of table: SeenTable) -> String? {
        guard table.key.isEmpty, let profile = table.profile, profile.isWhole, profile.rows > 1
        else { return nil }
        return table.columns.prefix(2).first { column in
            guard let seen = column.profile, seen.hasAllValues, seen.nulls + seen.invalid == 0,
                seen.empties == 0, seen.distinct == profile.rows
            else { return false }
            return (column.isWhole || column.isText)
                && (ReferenceFinder.generic.contains(Words(column.name).head)
                    || ["id", "code", "no"].contains { Words(column.name).joined.hasSuffix($0) })
        }?.name
    }
}
