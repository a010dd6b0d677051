import Columnar
import Digest

/// Names a quarantined row for good: the hash of the entity, the key and the place in bronze, so
/// that the same row gets the same name in every run.
enum QuarantineID {
    /// 32 hexadecimal digits.
    static func text(
        entity: String, key: [Column], row: Int, position: BronzePosition
    ) -> String {
        var bytes = Array(entity.utf8) + [0]
        for column in key {
            if column.isNull(row) {
                bytes.append(0)
            } else {
                let value = column.textBytes(row)
                bytes.append(1)
                for shift in stride(from: 0, to: 32, by: 8) {
                    bytes.append(UInt8(truncatingIfNeeded: value.count >> shift))
                }
                bytes += value
            }
        }
        bytes += Array(position.text.utf8)
        return Hexadecimal.text(Array(SHA256.digest(of: bytes)[..<16]))
    }
}

extension BronzePosition {
    /// Reads `version.file.row`.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let version = Int64(parts[0]), let file = Int32(parts[1]),
            let row = Int64(parts[2])
        else { return nil }
        self.init(version: version, file: file, row: row)
    }
}
