import CMariaDB

/// The rows of an executed statement by the client library's public way, as the packets they came
/// in: values are bound in the form that the wire has, and put together again.
///
/// For libraries of another series than the one compiled for (`ClientLibrary`); each value is
/// copied twice more and the client takes two to three times the CPU.
@safe final class BoundRow {
    private let statement: UnsafeMutablePointer<MYSQL_STMT>
    private let fields: [WireField]
    private let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let lengths: UnsafeMutablePointer<UInt>
    private let nulls: UnsafeMutablePointer<my_bool>
    /// Numbers and times, `slotSize` bytes a column.
    private let slots: UnsafeMutableRawPointer
    private var packet: [UInt8] = []

    private static let slotSize = 64

    /// Binds the columns; nil when the library refuses.
    init?(_ statement: UnsafeMutablePointer<MYSQL_STMT>, _ fields: [WireField]) {
        unsafe self.statement = unsafe statement
        self.fields = fields
        let count = max(1, fields.count)
        unsafe binds = .allocate(capacity: count)
        unsafe binds.initialize(repeating: unsafe MYSQL_BIND(), count: count)
        unsafe lengths = .allocate(capacity: count)
        unsafe lengths.initialize(repeating: 0, count: count)
        unsafe nulls = .allocate(capacity: count)
        unsafe nulls.initialize(repeating: 0, count: count)
        unsafe slots = .allocate(byteCount: count * BoundRow.slotSize, alignment: 16)
        for (column, field) in fields.enumerated() {
            let isText = BoundRow.isText(field)
            unsafe binds[column].buffer_type =
                isText ? MYSQL_TYPE_BLOB : enum_field_types(rawValue: field.type)
            unsafe binds[column].is_unsigned = field.isUnsigned ? 1 : 0
            unsafe binds[column].buffer = unsafe slots + column * BoundRow.slotSize
            // The length of a text comes first, its bytes when there is room for them.
            unsafe binds[column].buffer_length = isText ? 0 : UInt(BoundRow.slotSize)
            unsafe binds[column].length = unsafe lengths + column
            unsafe binds[column].is_null = unsafe nulls + column
        }
        guard unsafe mysql_stmt_bind_result(statement, binds) == 0 else { return nil }
    }

    deinit {
        unsafe binds.deallocate()
        unsafe lengths.deallocate()
        unsafe nulls.deallocate()
        unsafe slots.deallocate()
    }

    /// Fetches rows until a limit or the end.
    func fill(_ block: PacketBlock, rowLimit: Int, byteLimit: Int) -> PacketBlock.Outcome {
        block.reserve(rowLimit)
        while block.count < rowLimit, block.byteCount < byteLimit {
            switch unsafe mysql_stmt_fetch(statement) {
            case 0, MYSQL_DATA_TRUNCATED: break
            case MYSQL_NO_DATA: return .end
            default: return .failed
            }
            guard makePacket() else { return .failed }
            if let outcome = block.add(packet) { return outcome }
        }
        return .more
    }

    /// Whether the wire has a length and bytes.
    private static func isText(_ field: WireField) -> Bool {
        WireType.strings.contains(field.type) || field.type == WireType.decimal
            || field.type == WireType.bit || field.type == MYSQL_TYPE_NULL.rawValue
    }

    /// Makes the current row's packet. Returns false when the library does not give a text.
    private func makePacket() -> Bool {
        let bitmapCount = (fields.count + 9) / 8
        packet.removeAll(keepingCapacity: true)
        packet.append(contentsOf: repeatElement(0, count: 1 + bitmapCount))
        for (column, field) in fields.enumerated() {
            if unsafe nulls[column] != 0 {
                packet[1 + (column + 2) / 8] |= 1 << UInt8((column + 2) & 7)
                continue
            }
            if BoundRow.isText(field) {
                guard appendText(column) else { return false }
            } else {
                appendFixed(column, field)
            }
        }
        return true
    }

    private func appendText(_ column: Int) -> Bool {
        let length = unsafe Int(lengths[column])
        appendLength(length)
        if length == 0 { return true }
        let start = packet.count
        packet.append(contentsOf: repeatElement(0, count: length))
        return unsafe packet.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            var bind = unsafe MYSQL_BIND()
            var fetched: UInt = 0
            var isNull: my_bool = 0
            var isCut: my_bool = 0
            unsafe bind.buffer_type = MYSQL_TYPE_BLOB
            unsafe bind.buffer = unsafe base + start
            unsafe bind.buffer_length = UInt(length)
            return unsafe withUnsafeMutablePointer(to: &fetched) { fetched in
                unsafe withUnsafeMutablePointer(to: &isNull) { isNull in
                    unsafe withUnsafeMutablePointer(to: &isCut) { isCut in
                        unsafe bind.length = unsafe fetched
                        unsafe bind.is_null = unsafe isNull
                        unsafe bind.error = unsafe isCut
                        let status = unsafe mysql_stmt_fetch_column(
                            statement, &bind, UInt32(column), 0)
                        return unsafe status == 0 && fetched.pointee == UInt(length)
                    }
                }
            }
        }
    }

    private func appendFixed(_ column: Int, _ field: WireField) {
        let slot = unsafe slots + column * BoundRow.slotSize
        let width: Int
        switch field.type {
        case WireType.tiny: width = 1
        case WireType.short, WireType.year: width = 2
        case WireType.long, WireType.int24, WireType.float: width = 4
        case WireType.longLong, WireType.double: width = 8
        case WireType.time:
            appendTime(unsafe slot.load(as: MYSQL_TIME.self))
            return
        default:
            appendDate(unsafe slot.load(as: MYSQL_TIME.self), hasTime: field.type != WireType.date)
            return
        }
        unsafe packet.append(contentsOf: UnsafeRawBufferPointer(start: slot, count: width))
    }

    private func appendDate(_ time: MYSQL_TIME, hasTime: Bool) {
        let hasClock = hasTime && (time.hour | time.minute | time.second) != 0
        let hasFraction = hasTime && time.second_part != 0
        if (time.year | time.month | time.day) == 0, !hasClock, !hasFraction {
            packet.append(0)
            return
        }
        packet.append(hasFraction ? 11 : hasClock ? 7 : 4)
        append(UInt64(time.year), 2)
        append(UInt64(time.month), 1)
        append(UInt64(time.day), 1)
        if hasClock || hasFraction { appendClock(time, hour: UInt64(time.hour)) }
        if hasFraction { append(UInt64(time.second_part), 4) }
    }

    private func appendTime(_ time: MYSQL_TIME) {
        let hours = UInt64(time.day) * 24 + UInt64(time.hour)
        if hours == 0, (time.minute | time.second) == 0, time.second_part == 0 {
            packet.append(0)
            return
        }
        packet.append(time.second_part != 0 ? 12 : 8)
        append(time.neg != 0 ? 1 : 0, 1)
        append(hours / 24, 4)
        appendClock(time, hour: hours % 24)
        if time.second_part != 0 { append(UInt64(time.second_part), 4) }
    }

    private func appendClock(_ time: MYSQL_TIME, hour: UInt64) {
        append(hour, 1)
        append(UInt64(time.minute), 1)
        append(UInt64(time.second), 1)
    }

    private func appendLength(_ length: Int) {
        switch length {
        case ..<251: append(UInt64(length), 1)
        case ..<(1 << 16):
            packet.append(252)
            append(UInt64(length), 2)
        case ..<(1 << 24):
            packet.append(253)
            append(UInt64(length), 3)
        default:
            packet.append(254)
            append(UInt64(length), 8)
        }
    }

    private func append(_ number: UInt64, _ byteCount: Int) {
        for index in 0..<byteCount {
            packet.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index)))
        }
    }
}
