/// Comma-separated text (RFC 4180) that keeps NULL and the empty text apart: NULL is nothing at
/// all, the empty text a pair of quotes.
public enum QuarantineCSV {
    /// One line with its end.
    public static func line(_ cells: [String?]) -> String {
        cells.map { cell in
            guard let cell else { return "" }
            let isPlain = cell.utf8.allSatisfy { byte in
                byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != 10 && byte != 13
            }
            if isPlain, !cell.isEmpty, cell.first != " ", cell.last != " " { return cell }
            return "\""
                + cell.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"") + "\""
        }.joined(separator: ",") + "\n"
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

    /// The lines of a file, the header included. Values are separated by commas, or by the
    /// semicolons or tabs that spreadsheets write in some languages: whichever the header has.
    ///
    /// Throws `.configuration` naming the line when a quote has no end or stands in the middle, and
    /// when the file is not UTF-8: a wrong letter would become part of the data.
    public static func parse(_ bytes: [UInt8], subject: String) throws(TransformError)
        -> [[String?]]
    {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw TransformError(
                .configuration, operation: "read fixes", subject: subject,
                message: "the file is not UTF-8", hint: "save it as \"CSV UTF-8\"")
        }
        let header = bytes.prefix { $0 != 10 && $0 != 13 }
        let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), 9]
        let counts = separators.map { mark in header.count { $0 == mark } }
        let most = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        var reader = CSVReader(bytes: bytes, separator: separators[most])
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        var lines: [[String?]] = []
        while let line = try reader.line(subject) {
            if line.count > 1 || line[0] != nil { lines.append(line) }
        }
        return lines
    }
}

private struct CSVReader {
    let bytes: [UInt8]
    let separator: UInt8
    var position = 0
    /// The line that `position` is on, from 1.
    var number = 1

    /// The next line's cells; nil at the end.
    mutating func line(_ subject: String) throws(TransformError) -> [String?]? {
        guard position < bytes.count else { return nil }
        var cells: [String?] = []
        while true {
            cells.append(try cell(subject))
            guard position < bytes.count else { return cells }
            let end = bytes[position]
            position += 1
            if end == separator { continue }
            if end == 13, position < bytes.count, bytes[position] == 10 { position += 1 }
            number += 1
            return cells
        }
    }

    private mutating func cell(_ subject: String) throws(TransformError) -> String? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
            if start == position { return nil }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        var text: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == 10 { number += 1 }
            guard byte == UInt8(ascii: "\"") else {
                text.append(byte)
                continue
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                text.append(byte)
                position += 1
                continue
            }
            guard position >= bytes.count || isEnd(bytes[position]) else {
                throw damaged(subject, "a quote stands in the middle of a value")
            }
            return String(decoding: text, as: UTF8.self)
        }
        throw damaged(subject, "a quote has no end")
    }

    private func isEnd(_ byte: UInt8) -> Bool {
        byte == separator || byte == 10 || byte == 13
    }

    private func damaged(_ subject: String, _ message: String) -> TransformError {
        TransformError(
            .configuration, operation: "read fixes", subject: subject,
            message: "line \(number): \(message)", hint: "export the rows again and edit that file")
    }
}
