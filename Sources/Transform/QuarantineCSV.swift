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

    /// The lines of a file, the header included. Throws `.configuration` naming the line when a
    /// quote has no end or stands in the middle.
    public static func parse(_ bytes: [UInt8], subject: String) throws(TransformError)
        -> [[String?]]
    {
        var reader = CSVReader(bytes: bytes)
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
    var position = 0
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
            if end == UInt8(ascii: ",") { continue }
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
        byte == UInt8(ascii: ",") || byte == 10 || byte == 13
    }

    private func damaged(_ subject: String, _ message: String) -> TransformError {
        TransformError(
            .configuration, operation: "read fixes", subject: subject,
            message: "line \(number): \(message)", hint: "export the rows again and edit that file")
    }
}
