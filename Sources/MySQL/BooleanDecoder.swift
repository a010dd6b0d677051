import Columnar
import Source

/// `boolean` from TINYINT(1) or BIT(1), by configuration only: any value but 0 and 1 fails the
/// read (P14).
final class BooleanDecoder: ColumnDecoder {
    private let subject: String
    private let isBit: Bool
    private var values = FixedValues<UInt8>(zero: 0)
    private var validity = ValidityBuilder()

    /// `subject` names the column in the error.
    init(subject: String, isBit: Bool) {
        self.subject = subject
        self.isBit = isBit
    }

    func decode(
        _ block: PacketBlock, _ column: Int, _ invalid: inout InvalidValues
    ) throws(SourceError) -> Bool {
        var other: Int64?
        let fits = unsafe values.extend(by: block.count) { slots in
            unsafe block.scan(column, &validity) { row, at, available in
                var value: Int64
                var taken = 1
                if isBit {
                    guard let field = unsafe BitField.read(at, available) else { return -1 }
                    value = Int64(truncatingIfNeeded: field.bits)
                    taken = field.taken
                } else {
                    guard available >= 1 else { return -1 }
                    value = Int64(unsafe at.load(as: Int8.self))
                }
                if value != 0 && value != 1 { other = value }
                unsafe slots[row] = UInt8(truncatingIfNeeded: value)
                return taken
            }
        }
        guard let other else { return fits }
        throw SourceError(
            .value, operation: "read", subject: subject,
            message: "the value \(other) is neither 0 nor 1 and the column is read as boolean",
            hint: "Take `boolean` for this type out of the configuration; it stays a number.")
    }

    func take() -> Column {
        Column(.boolean, storage: .bool(values.take()), validity: validity.take())
    }
}
