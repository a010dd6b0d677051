import Columnar
import Source

/// Text of SQL: quoted identifiers and literals.
enum SQLText {
    /// An identifier in backticks, backticks in it doubled.
    static func identifier(_ name: String) -> String {
        "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``")
            + "`"
    }

    static func table(_ table: SourceTable) -> String {
        identifier(table.schema) + "." + identifier(table.name)
    }

    /// A string literal for sessions with an empty sql_mode: quotes doubled, backslashes escaped.
    static func literal(_ text: String) -> String {
        var quoted = "'"
        for character in text.unicodeScalars {
            switch character {
            case "'": quoted += "''"
            case "\\": quoted += "\\\\"
            case "\0": quoted += "\\0"
            default: quoted.unicodeScalars.append(character)
            }
        }
        return quoted + "'"
    }

    /// A value as a literal, for EXPLAIN, which not every server prepares.
    static func literal(_ value: SourceValue, isBinary: Bool) -> String {
        switch value {
        case .integer(let number): return String(number)
        case .unsigned(let number): return String(number)
        case .text(let bytes):
            return isBinary
                ? "X'" + hexadecimal(bytes) + "'" : literal(String(decoding: bytes, as: UTF8.self))
        }
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
