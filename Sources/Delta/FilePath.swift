/// Paths of data files: a partition value is escaped twice on its way into the log.
///
/// `a:b` → folder `p=a%3Ab` (Hive's escaping, on disk) → `p=a%253Ab` (URI escaping, in `add.path`):
/// `docs/specification/delta.md#partition-values`. Values are read from the log, never from the
/// path.
public enum FilePath {
    /// The folder part for a NULL or empty partition value.
    public static let nullPartition = "__HIVE_DEFAULT_PARTITION__"

    /// The folder of a partition: `a=1/b=x`, empty for an unpartitioned table.
    public static func folder(columns: [String], values: [String: String?]) -> String {
        columns.map { column in
            let value = (values[column] ?? nil) ?? ""
            return hiveEscaped(column) + "=" + (value.isEmpty ? nullPartition : hiveEscaped(value))
        }.joined(separator: "/")
    }

    /// `text` with the characters Hive escapes in folder names as `%XX` of their byte.
    public static func hiveEscaped(_ text: String) -> String {
        escaped(text) { byte in
            byte < 0x20 || byte == 0x7F || hiveSpecial.contains(byte)
        }
    }

    /// A relative path as it stands in `add.path`: every byte that is not plain in a URI path as
    /// `%XX`.
    public static func uriEscaped(_ path: String) -> String {
        escaped(path) { byte in
            switch byte {
            case 48...57, 65...90, 97...122: false
            default: !uriPlain.contains(byte)
            }
        }
    }

    /// The real path behind one of the log, or nil when a `%` is not followed by two hex digits or
    /// the bytes are not UTF-8.
    public static func uriUnescaped(_ path: String) -> String? {
        guard path.utf8.contains(percent) else { return path }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(path.utf8.count)
        var rest = Array(path.utf8)[...]
        while let byte = rest.popFirst() {
            if byte != percent {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexValue),
                let low = rest.popFirst().flatMap(hexValue)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static let percent = UInt8(ascii: "%")
    private static let hiveSpecial = Set("\"#%'*/:=?\\{[]^".utf8)
    private static let uriPlain = Set("-._~!$&'()*+,;=:@/".utf8)
    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    private static func escaped(_ text: String, _ mustEscape: (UInt8) -> Bool) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if mustEscape(byte) {
                bytes += [percent, hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
