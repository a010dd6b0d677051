import Columnar
import MySQL

/// Rows as a server sends them.
enum PacketTarget {
    /// The first byte chooses the columns, the rest are packets, each behind its length of one
    /// byte: decoded to as many rows, or refused.
    static func packets(_ input: [UInt8]) {
        guard let choice = input.first else { return }
        var packets: [[UInt8]] = []
        var rest = input.dropFirst()
        while let length = rest.popFirst(), packets.count < 200 {
            packets.append(Array(rest.prefix(Int(length))))
            rest = rest.dropFirst(Int(length))
        }
        guard let batch = PacketDecoding.rows(packets, layout: Int(choice)) else { return }
        for column in batch.columns where column.count != packets.count {
            violated("not a value a packet")
        }
    }
}
