import Columnar
import Source

/// Chooses how a column is decoded from its catalog type and what the statement's metadata says is
/// on the wire. Where the two disagree the table was altered in between.
struct DecoderPlan {
    let table: SourceTable
    let column: SourceColumn
    let options: TypeOptions

    func decoder(for field: WireField) throws(SourceError) -> any ColumnDecoder {
        guard let decoder = choose(field) else {
            throw SourceError(
                .statement, operation: "read", subject: subject,
                message: "the column is \(column.declaredType) in the catalog but of type number "
                    + "\(field.type) on the wire",
                hint: "The table was altered during the read; the next run plans it anew.")
        }
        return decoder
    }

    private var subject: String { "\(table.schema).\(table.name).\(column.name)" }

    private func choose(_ field: WireField) -> (any ColumnDecoder)? {
        switch column.type {
        case .boolean: boolean(field)
        case .byte, .short, .integer: integer(field)
        case .long: long(field)
        case .float: field.type == WireType.float ? FloatDecoder() : nil
        case .double: field.type == WireType.double ? DoubleDecoder() : nil
        case .decimal(let precision, let scale): decimal(field, precision, scale)
        case .date: field.type == WireType.date ? DateDecoder() : nil
        case .timestamp: timestamp(field)
        case .string: string(field)
        case .binary: WireType.strings.contains(field.type) ? BytesDecoder() : nil
        default: nil
        }
    }

    private func boolean(_ field: WireField) -> (any ColumnDecoder)? {
        switch field.type {
        case WireType.tiny: BooleanDecoder(subject: subject, isBit: false)
        case WireType.bit: BooleanDecoder(subject: subject, isBit: true)
        default: nil
        }
    }

    /// The wire's width must be one that always fits the column's.
    private func integer(_ field: WireField) -> (any ColumnDecoder)? {
        let isUnsigned = field.isUnsigned
        switch (field.type, column.type) {
        case (WireType.tiny, .byte) where !isUnsigned: return Int32Decoder(column.type, .int8)
        case (WireType.tiny, .short) where isUnsigned: return Int32Decoder(column.type, .uint8)
        case (WireType.short, .short) where !isUnsigned: return Int32Decoder(column.type, .int16)
        case (WireType.year, .short): return Int32Decoder(column.type, .uint16)
        case (WireType.short, .integer) where isUnsigned:
            return Int32Decoder(column.type, .uint16)
        case (WireType.int24, .integer): return Int32Decoder(column.type, .int32)
        case (WireType.long, .integer) where !isUnsigned: return Int32Decoder(column.type, .int32)
        default: return nil
        }
    }

    private func long(_ field: WireField) -> (any ColumnDecoder)? {
        switch field.type {
        case WireType.longLong: field.isUnsigned ? nil : Int64Decoder(.int64)
        case WireType.long: field.isUnsigned ? Int64Decoder(.uint32) : nil
        case WireType.bit: Int64Decoder(.bits)
        case WireType.time: TimeDecoder(fractionDigits: column.fractionDigits, isText: false)
        default: nil
        }
    }

    private func decimal(_ field: WireField, _ precision: Int, _ scale: Int)
        -> (any ColumnDecoder)?
    {
        switch field.type {
        case WireType.decimal:
            field.fractionDigits == scale
                ? DecimalDecoder(precision: precision, scale: scale) : nil
        case WireType.longLong where field.isUnsigned: UnsignedDecoder(.uint64)
        case WireType.bit: UnsignedDecoder(.bits)
        default: nil
        }
    }

    private func timestamp(_ field: WireField) -> (any ColumnDecoder)? {
        guard field.type == WireType.dateTime || field.type == WireType.timestamp else {
            return nil
        }
        let isZoned = column.typeName == "timestamp"
        return TimestampDecoder(
            zone: isZoned ? .utc : options.timeZone,
            fractionDigits: column.fractionDigits)
    }

    private func string(_ field: WireField) -> (any ColumnDecoder)? {
        if field.type == WireType.time {
            return TimeDecoder(fractionDigits: column.fractionDigits, isText: true)
        }
        let isText = WireType.strings.contains(field.type) || field.type == WireType.decimal
        return isText ? TextDecoder(isGuarded: TextGuard.isNeeded(column)) : nil
    }
}
