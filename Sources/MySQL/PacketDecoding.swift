package import Columnar
import Source

/// Rows decoded from packets that did not come off a connection: the seam through which decoders
/// are tried with bytes that no server sends.
package enum PacketDecoding {
    /// Columns of every decoder, as the catalog and the wire describe them.
    private static let columns: [(type: ColumnType, field: WireField, declared: String)] = [
        (.integer, field(WireType.long), "int"),
        (.long, field(WireType.longLong), "bigint"),
        (.string, field(WireType.varString), "varchar(40)"),
        (.decimal(precision: 12, scale: 2), field(WireType.decimal, digits: 2), "decimal(12,2)"),
        (.timestamp, field(WireType.dateTime, digits: 6), "datetime(6)"),
        (.date, field(WireType.date), "date"),
        (.double, field(WireType.double), "double"),
        (.binary, field(WireType.blob), "blob"),
        (.string, field(WireType.time, digits: 3), "time(3)"),
        (.long, field(WireType.bit), "bit(40)"),
        (.boolean, field(WireType.tiny), "tinyint(1)"),
        (.float, field(WireType.float), "float"),
        (.decimal(precision: 20, scale: 0), field(WireType.longLong, isUnsigned: true), "bigint"),
        (.short, field(WireType.year), "year"),
        (.byte, field(WireType.tiny), "tinyint"),
    ]

    private static func field(
        _ type: UInt32, isUnsigned: Bool = false, digits: Int = 0
    ) -> WireField {
        WireField(name: "c", type: type, isUnsigned: isUnsigned, fractionDigits: digits)
    }

    /// The rows of packets; nil when one is refused. `layout` tells the columns: the number of the
    /// first one, and from the sixteens how many more follow.
    package static func rows(_ packets: [[UInt8]], layout: Int) -> RecordBatch? {
        let chosen = (0...(layout / 16)).map { columns[(layout + $0) % columns.count] }
        let block = PacketBlock(fieldCount: chosen.count)
        guard fill(block, packets) else { return nil }
        let table = SourceTable(schema: "s", name: "t")
        var invalid = InvalidValues()
        var decoded: [Column] = []
        for (index, column) in chosen.enumerated() {
            let source = SourceColumn(
                name: "c\(index)", declaredType: column.declared, typeName: column.declared,
                type: column.type)
            let plan = DecoderPlan(table: table, column: source, options: TypeOptions())
            guard let decoder = try? plan.decoder(for: column.field) else {
                preconditionFailure("\(column.declared) has no decoder")
            }
            guard (try? decoder.decode(block, index, &invalid)) == true else { return nil }
            decoded.append(decoder.take())
        }
        guard block.isExhausted else { return nil }
        let fields = chosen.enumerated().map { Field("c\($0)", $1.type) }
        return RecordBatch(schema: Schema(fields), columns: decoded, count: packets.count)
    }

    private static func fill(_ block: PacketBlock, _ packets: [[UInt8]]) -> Bool {
        block.reserve(packets.count)
        return packets.allSatisfy { block.add($0) == nil }
    }
}
