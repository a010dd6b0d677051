import Lake

/// Takes comma-separated text (RFC 4180) apart, record by record.
struct CSVReader {
    let bytes: [UInt8]
    let separator: UInt8
    var position = 0
    /// The line that `position` is on, from 1.
    var number = 1

    /// The next line's cells; nil at the end.
    mutating func line(_ subject: String) throws(LakeError) -> [String?]? {
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

    private mutating func cell(_ subject: String) throws(LakeError) -> String? {
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

    private func damaged(_ subject: String, _ message: String) -> LakeError {
        LakeError(
            .configuration, operation: "read fixes", subject: subject,
            message: "line \(number): \(message)", hint: "Export the rows again and edit that file."
        )
    }
}
