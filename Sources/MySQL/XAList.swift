import Source

/// Prepared XA transactions, which hold back what was written after them until somebody ends them.
enum XAList {
    /// Their names as `XA COMMIT` and `XA ROLLBACK` take them, printable whatever bytes they hold:
    /// `X'6162',X'',1`. Nil when this user may not ask.
    static func read(_ handle: Handle) -> [String]? {
        guard let rows = try? handle.query("XA RECOVER") else { return nil }
        return rows.compactMap(name)
    }

    /// A row is format, length of the global part, length of the branch, and both in one.
    private static func name(_ row: [[UInt8]?]) -> String? {
        let text = TextRow(row)
        guard row.count >= 4, let data = row[3] else { return nil }
        let cut = min(Int(text.integer(1)), data.count)
        let parts = [data.prefix(cut), data.dropFirst(cut)]
        let quoted = parts.map { "X'\(SQLText.hexadecimal($0))'" }
        return quoted.joined(separator: ",") + ",\(text.integer(0))"
    }
}
