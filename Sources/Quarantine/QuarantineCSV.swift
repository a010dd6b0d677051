import Columnar
public import Lake

/// Comma-separated text (RFC 4180) that keeps NULL and the empty text apart: NULL is nothing at
/// all, the empty text a pair of quotes.
public enum QuarantineCSV {
    /// One line with its end.
    public static func line(_ cells: [String?]) -> String {
        var text: [UInt8] = []
        for (position, cell) in cells.enumerated() {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            if let cell { CSVText.append(cell.utf8, quotesBlanks: true, to: &text) }
        }
        return String(decoding: text, as: UTF8.self) + "\n"
    }

    /// A text that no spreadsheet takes for a formula: an apostrophe before what would begin one.
    /// `unguarded` takes it off again.
    public static func guarded(_ text: String) -> String { beginsFormula(text) ? "'" + text : text }

    /// The text that `guarded` was given.
    public static func unguarded(_ text: String) -> String {
        text.first == "'" && beginsFormula(text) ? String(text.dropFirst()) : text
    }

    /// Whether a formula begins after any number of apostrophes.
    private static func beginsFormula(_ text: String) -> Bool {
        let first = text.utf8.first { $0 != UInt8(ascii: "'") }
        return first.map { [UInt8]("=+-@\t\r".utf8).contains($0) } ?? false
    }

    /// A file taken apart.
    public struct Text: Hashable, Sendable {
        /// A record and the line of the file that it begins on, from 1.
        public struct Line: Hashable, Sendable {
            public var number: Int
            public var cells: [String?]
        }

        /// The lines that hold something, the header first.
        public var lines: [Line] = []
        /// How many lines hold nothing, or blanks and separators alone.
        public var blankLineCount = 0
        /// What separates values: a comma, or the semicolon or tab that spreadsheets write in some
        /// languages, whichever the header has most of.
        public var separator: UInt8 = UInt8(ascii: ",")
    }

    /// Takes a file apart: UTF-8, or UTF-16 that says so in its first bytes.
    ///
    /// Throws `.configuration` naming the line when a quote has no end or stands in the middle, and
    /// when the file is in another encoding: a wrong letter would become part of the data.
    public static func read(_ bytes: [UInt8], subject: String) throws(LakeError) -> Text {
        guard let bytes = unicode(bytes) else {
            throw LakeError(
                .configuration, operation: "read fixes", subject: subject,
                message: "the file is not UTF-8", hint: "Save it as \"CSV UTF-8\".")
        }
        var text = Text(separator: separator(bytes))
        var reader = CSVReader(bytes: bytes, separator: text.separator)
        while true {
            let number = reader.number
            guard let cells = try reader.line(subject) else { return text }
            let isBlank = cells.allSatisfy { cell in (cell ?? "").allSatisfy(\.isWhitespace) }
            // An empty text alone in its line is a value, where the file has a single column.
            if isBlank, cells.count > 1 || cells[0] != "" {
                text.blankLineCount += 1
            } else {
                text.lines.append(Text.Line(number: number, cells: cells))
            }
        }
    }

    /// The bytes as UTF-8 without a byte order mark, nil when they are no Unicode text.
    private static func unicode(_ bytes: [UInt8]) -> [UInt8]? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            guard bytes.count % 2 == 0 else { return nil }
            let low = bytes[0] == 0xFF ? 0 : 1
            let units = stride(from: 2, to: bytes.count, by: 2).map { index in
                UInt16(bytes[index + low]) | UInt16(bytes[index + 1 - low]) << 8
            }
            return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
        }
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// The mark that the first line has most of outside quotes.
    private static func separator(_ bytes: [UInt8]) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes.drop(while: { $0 == 10 || $0 == 13 }) {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 10 || byte == 13 { break }
            counts[byte, default: 0] += 1
        }
        var best = UInt8(ascii: ",")
        for mark in [UInt8(ascii: ";"), 9] where counts[mark, default: 0] > counts[best, default: 0]
        {
            best = mark
        }
        return best
    }
}
