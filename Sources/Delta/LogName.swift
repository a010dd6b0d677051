/// What a file of `_delta_log` is, told by its name.
///
/// Commits are `<20-digit version>.json`; checkpoints `<version>.checkpoint.parquet`, in parts
/// `<version>.checkpoint.<10-digit part>.<10-digit parts>.parquet`, or of the second kind
/// `<version>.checkpoint.<uuid>.parquet|json`.
enum LogName: Hashable {
    case commit(Int64)
    /// Part 1…`parts` of a classic checkpoint.
    case checkpoint(Int64, part: Int, parts: Int)
    /// A checkpoint of the second kind, whose files are in sidecars.
    case checkpointV2(Int64)
    case checksum(Int64)
    /// Commits `from`…`to` in one file.
    case compacted(from: Int64, to: Int64)
    case other

    static let folder = "_delta_log"
    static let lastCheckpoint = "_last_checkpoint"

    static func commitName(_ version: Int64) -> String { digits(version) + ".json" }
    static func checkpointName(_ version: Int64) -> String {
        digits(version) + ".checkpoint.parquet"
    }

    /// The name prefix of everything that belongs to `version`.
    static func digits(_ version: Int64) -> String {
        let text = String(max(0, version))
        return String(repeating: "0", count: max(0, 20 - text.count)) + text
    }

    init(_ name: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 2, let version = LogName.number(parts[0], digits: 20) else {
            self = .other
            return
        }
        self = LogName.kind(version, parts)
    }

    /// The version the file belongs to; of compacted commits the last.
    var version: Int64? {
        switch self {
        case .commit(let version), .checkpoint(let version, _, _), .checkpointV2(let version),
            .checksum(let version), .compacted(_, let version):
            version
        case .other: nil
        }
    }

    private static func kind(_ version: Int64, _ parts: [Substring]) -> LogName {
        switch (parts.count, parts[1], parts.last) {
        case (2, "json", _): return .commit(version)
        case (2, "crc", _): return .checksum(version)
        case (3, "checkpoint", "parquet"): return .checkpoint(version, part: 1, parts: 1)
        case (4, "checkpoint", "parquet"), (4, "checkpoint", "json"):
            return .checkpointV2(version)
        case (5, "checkpoint", "parquet"):
            guard let part = number(parts[2], digits: 10), let count = number(parts[3], digits: 10),
                count >= 1, (1...count).contains(part)
            else { return .other }
            return .checkpoint(version, part: Int(part), parts: Int(count))
        case (4, _, "json") where parts[2] == "compacted":
            guard let to = number(parts[1], digits: 20) else { return .other }
            return .compacted(from: version, to: to)
        default: return .other
        }
    }

    private static func number(_ text: Substring, digits: Int) -> Int64? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }
}
