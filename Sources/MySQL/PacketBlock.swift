import CMariaDB

/// Some row packets of the binary protocol, copied one after the other, and how far the decoders
/// have come in each.
///
/// A row packet is: one byte 0, a null bitmap of (columns + 9) / 8 bytes whose first two bits are
/// unused, then the values of the columns that are not null (MySQL Internals, "Binary Protocol
/// Resultset Row"). Columns are decoded one after the other over a block small enough to stay in
/// the processor's cache.
@safe final class PacketBlock {
    enum Outcome { case more, end, failed, malformed }

    /// The number of packets held.
    private(set) var count = 0
    /// The bytes held.
    private(set) var byteCount = 0
    private let headerByteCount: Int
    private var bytes: UnsafeMutableRawPointer
    private var capacity: Int
    /// Packet `i` is `bytes[starts[i]..<starts[i + 1]]`.
    private var starts: UnsafeMutablePointer<Int>
    private var cursors: UnsafeMutablePointer<Int>
    private var rowCapacity: Int
    /// Room for a text of each row.
    let soughtTexts = SoughtTexts()

    /// Loads of eight bytes may begin at a packet's last byte.
    private static let slack = 32
    private static let ordinaryCapacity = 128 << 10

    init(fieldCount: Int) {
        headerByteCount = 1 + (fieldCount + 9) / 8
        capacity = PacketBlock.ordinaryCapacity
        rowCapacity = 512
        unsafe bytes = .allocate(byteCount: capacity + PacketBlock.slack, alignment: 16)
        unsafe starts = .allocate(capacity: rowCapacity + 1)
        unsafe cursors = .allocate(capacity: rowCapacity)
        unsafe starts[0] = 0
        unsafe bytes.initializeMemory(
            as: UInt8.self, repeating: 0, count: capacity + PacketBlock.slack)
    }

    deinit {
        unsafe bytes.deallocate()
        unsafe starts.deallocate()
        unsafe cursors.deallocate()
    }

    /// Forgets the packets; a buffer grown for huge rows is given back.
    func clear() {
        count = 0
        byteCount = 0
        if capacity > 8 * PacketBlock.ordinaryCapacity {
            resize(to: PacketBlock.ordinaryCapacity)
        }
    }

    /// Reads packets off the connection until a limit or the end.
    func fill(_ mysql: UnsafeMutablePointer<MYSQL>, rowLimit: Int, byteLimit: Int) -> Outcome {
        reserve(rowLimit)
        while count < rowLimit, byteCount < byteLimit {
            let length = unsafe Int(mysql_net_read_packet(mysql))
            // `packet_error`: an error packet or a broken connection; the library has the reason.
            guard length != 0xFFFF_FFFF else { return .failed }
            guard length > 0, let packet = unsafe mysql.pointee.net.read_pos else {
                return .malformed
            }
            if let outcome = unsafe add(UnsafeRawPointer(packet), byteCount: length) {
                return outcome
            }
        }
        return .more
    }

    /// Copies a packet of at least one byte; there must be room for one more row. Returns what ends
    /// the reading, nil when it goes on.
    @inline(__always)
    func add(_ packet: UnsafeRawPointer, byteCount length: Int) -> Outcome? {
        let first = unsafe packet.load(as: UInt8.self)
        if first != 0 { return first == 0xFE && length < 9 ? .end : .malformed }
        guard length >= headerByteCount else { return .malformed }
        if byteCount + length > capacity { resize(to: max(2 * capacity, byteCount + length)) }
        unsafe (bytes + byteCount).copyMemory(from: packet, byteCount: length)
        unsafe cursors[count] = byteCount + headerByteCount
        byteCount += length
        count += 1
        unsafe starts[count] = byteCount
        return nil
    }

    /// The same of a packet that is held already; an empty one is malformed.
    func add(_ packet: [UInt8]) -> Outcome? {
        unsafe packet.withUnsafeBytes { bytes in
            guard bytes.count > 0, let base = bytes.baseAddress else { return .malformed }
            return unsafe add(base, byteCount: bytes.count)
        }
    }

    /// Goes over the values of one column; columns must be taken in order.
    ///
    /// `body` gets the row within the block, where its value starts and how many bytes the packet
    /// still has, and returns how many of them the value took, or -1 when it does not fit. Rows
    /// without a value are only noted in `validity`. Returns false when a value did not fit.
    @inline(__always)
    func scan(
        _ column: Int, _ validity: inout ValidityBuilder,
        _ body: (_ row: Int, _ value: UnsafeRawPointer, _ available: Int) -> Int
    ) -> Bool {
        let nullByte = 1 + (column + 2) >> 3
        let nullBit: UInt8 = 1 << UInt8((column + 2) & 7)
        let base = unsafe UnsafeRawPointer(bytes)
        let starts = unsafe self.starts
        let cursors = unsafe self.cursors
        let count = self.count
        var row = 0
        while row < count {
            let first = row
            let end = min(row + 64, count)
            var word: UInt64 = 0
            while row < end {
                let start = unsafe starts[row]
                let flags = unsafe base.load(fromByteOffset: start &+ nullByte, as: UInt8.self)
                if flags & nullBit == 0 {
                    let cursor = unsafe cursors[row]
                    let available = unsafe starts[row &+ 1] &- cursor
                    let taken = unsafe body(row, base + cursor, available)
                    if taken < 0 || taken > available { return false }
                    unsafe cursors[row] = cursor &+ taken
                    word |= 1 << UInt64(truncatingIfNeeded: row &- first)
                }
                row &+= 1
            }
            validity.append(word, count: end - first)
        }
        return true
    }

    /// Whether every packet was taken to its last byte.
    var isExhausted: Bool {
        for row in 0..<count where unsafe cursors[row] != starts[row + 1] { return false }
        return true
    }

    private func resize(to newCapacity: Int) {
        let grown = UnsafeMutableRawPointer.allocate(
            byteCount: newCapacity + PacketBlock.slack, alignment: 16)
        unsafe grown.copyMemory(from: bytes, byteCount: min(byteCount, newCapacity))
        unsafe (grown + newCapacity).initializeMemory(
            as: UInt8.self, repeating: 0, count: PacketBlock.slack)
        unsafe bytes.deallocate()
        unsafe bytes = unsafe grown
        capacity = newCapacity
    }

    /// Makes room for as many rows.
    func reserve(_ rowLimit: Int) {
        soughtTexts.reserve(rowLimit)
        guard rowLimit > rowCapacity else { return }
        let grownStarts = UnsafeMutablePointer<Int>.allocate(capacity: rowLimit + 1)
        let grownCursors = UnsafeMutablePointer<Int>.allocate(capacity: rowLimit)
        unsafe grownStarts.initialize(from: starts, count: count + 1)
        unsafe grownCursors.initialize(from: cursors, count: count)
        unsafe starts.deallocate()
        unsafe cursors.deallocate()
        unsafe starts = unsafe grownStarts
        unsafe cursors = unsafe grownCursors
        rowCapacity = rowLimit
    }
}
