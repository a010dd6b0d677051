import Columnar
import Digest
import Events

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
