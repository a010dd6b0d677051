import Columnar
import Source

/// Keeps text whose character set does not translate to UTF-8 as a whole from becoming question
/// marks (P17).
///
/// The server turns what it cannot translate into `?` without a word: unassigned bytes of cp1251,
/// broken sequences of sjis. For character sets where that can happen the read asks for the
/// translation only when it leads back to the stored bytes, and else for these bytes themselves
/// behind a byte that no UTF-8 text has.
enum TextGuard {
    /// Character sets in which every stored text has its UTF-8 form, or which are UTF-8.
    private static let whole: Set<String> = [
        "utf8mb4", "utf8mb3", "utf8", "latin1", "ascii", "binary", "ucs2", "utf16", "utf16le",
        "utf32",
    ]

    static func isNeeded(_ column: SourceColumn) -> Bool {
        guard column.type == .string, let characterSet = column.characterSet else { return false }
        return !whole.contains(characterSet)
    }

    /// The select list's expression for the column.
    static func expression(_ column: SourceColumn) -> String {
        let name = SQLText.identifier(column.name)
        guard isNeeded(column), let characterSet = column.characterSet else { return name }
        let translated = "CONVERT(\(name) USING utf8mb4)"
        let back = "CONVERT(\(translated) USING \(SQLText.identifier(characterSet)))"
        // CAST and CONCAT give NULL for values above max_allowed_packet, CONVERT does not. Bytes
        // too many to be marked come unmarked: they are no UTF-8 either, and kept as such.
        let bytes = binary(name)
        return "IF(\(binary(back)) <=> \(bytes), \(binary(translated)),"
            + " COALESCE(CONCAT(X'FF', \(bytes)), \(bytes)))"
    }

    private static func binary(_ expression: String) -> String {
        "CONVERT(\(expression) USING binary)"
    }
}
