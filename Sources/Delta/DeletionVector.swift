/// Where the rows that were deleted from a data file without rewriting it are told: in the action
/// itself or in a file beside the data (PROTOCOL.md, "Deletion Vectors").
public struct DeletionVector: Hashable, Sendable {
    /// How `pathOrInline` is meant.
    public enum Place: String, Hashable, Sendable {
        /// The vector itself, in base 85.
        case inline = "i"
        /// A prefix and a UUID in base 85, which make a path below the table.
        case relative = "u"
        /// An absolute path.
        case absolute = "p"
    }

    public var place: Place
    public var pathOrInline: String
    /// Where the vector begins in its file; nil when it is inline.
    public var offset: Int64?
    /// Bytes of the vector.
    public var sizeBytes: Int64
    /// Rows that are deleted.
    public var cardinality: Int64

    /// What tells this vector from another of the same data file.
    var uniqueID: String {
        place.rawValue + pathOrInline + (offset.map { "@\($0)" } ?? "")
    }

    /// The vector's file relative to the table, or as an absolute path; nil when it is inline or
    /// the text is not a UUID.
    var file: String? {
        switch place {
        case .inline: return nil
        case .absolute: return pathOrInline
        case .relative:
            let prefix = pathOrInline.dropLast(20)
            guard pathOrInline.utf8.count >= 20,
                let bytes = Base85.decode(pathOrInline.dropFirst(prefix.count)), bytes.count == 16
            else { return nil }
            let name = "deletion_vector_" + DeletionVector.uuid(bytes) + ".bin"
            return prefix.isEmpty ? name : prefix + "/" + name
        }
    }

    private static func uuid(_ bytes: [UInt8]) -> String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}

/// Base 85 in ZeroMQ's alphabet (Z85): five characters are four bytes, the first the highest.
enum Base85 {
    private static let alphabet = Array(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
            .utf8)
    private static let values: [UInt8: UInt64] = Dictionary(
        uniqueKeysWithValues: alphabet.enumerated().map { ($1, UInt64($0)) })

    /// The bytes; nil when the text is not base 85 of whole groups.
    static func decode(_ text: Substring) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 5 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 5 * 4)
        for start in stride(from: 0, to: characters.count, by: 5) {
            var group: UInt64 = 0
            for character in characters[start..<start + 5] {
                guard let value = values[character] else { return nil }
                group = group * 85 + value
            }
            guard let group = UInt32(exactly: group) else { return nil }
            for shift in [24, 16, 8, 0] as [UInt32] {
                bytes.append(UInt8(truncatingIfNeeded: group >> shift))
            }
        }
        return bytes
    }
}
