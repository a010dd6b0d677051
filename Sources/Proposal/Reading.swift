import Columnar
import Names
import Profile

/// How the extract should read a table where that differs from what it would do by itself, and
/// what orders a row's versions.
struct Reading {
    /// Nil leaves it to the extract.
    var mode: SeenTable.Mode?
    /// Why the mode is set, or what is to be known of it.
    var reason: String?
    /// `sequence:` of the dimension or fact; nil takes the default.
    var sequence: String?

    init(_ table: SeenTable, smallTableRows: Int64) {
        guard table.mode == .incremental, let name = table.watermark, let column = table[name]
        else { return }
        let profile = column.profile
        let created = Reading.created(table, besides: name)
        if let profile, profile.future > 0 {
            mode = .snapshot
            reason = "\(name) lies in the future in \(profile.future) of \(profile.rows) rows"
        } else if !column.isTouchedOnUpdate, table.rows <= smallTableRows {
            mode = .snapshot
            reason = "small, and the server does not keep \(name): read whole"
        } else if !column.isTouchedOnUpdate, let profile, column.lacksValues {
            mode = .snapshot
            reason =
                "\(name) has no value in \(profile.nulls + profile.invalid) of "
                + "\(profile.rows) rows"
        } else if !column.isTouchedOnUpdate, let created,
            let order = table.profile?.order(of: name, to: created), order.greater == 0
        {
            mode = .snapshot
            reason = "\(name) is never later than \(created): nothing tells that it follows changes"
        }
        if mode == .snapshot { return }
        if column.isNullable, let created, table[created]?.isNullable == false,
            !(name + created).contains("`")
        {
            sequence = "coalesce(\(Spelt.column(name)), \(Spelt.column(created)))"
        }
    }

    /// The column that tells when a row was made.
    private static func created(_ table: SeenTable, besides watermark: String) -> String? {
        table.columns.first { column in
            let name = column.name.lowercased()
            return column.type == .timestamp && !column.name.isSame(as: watermark)
                && ["creat", "insert", "added", "regist"].contains { name.contains($0) }
        }?.name
    }
}
