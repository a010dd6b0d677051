/// The rows of a data file that are deleted, a bit a row.
///
/// Read from a 64-bit Roaring bitmap in its portable form: the magic number 1681511377, the number
/// of 32-bit bitmaps (8 bytes), for each the high half of its rows (4 bytes) and the bitmap
/// (RoaringFormatSpec); all little-endian. Every count is held to the bytes there are and every row
/// to the rows of the file, so memory is bounded by a bit a row and time by the bytes read.
struct DeletedRows: Sendable {
    /// One bit a row of the file, the lowest first.
    private var words: [UInt64]
    private let rowCount: Int
    /// Rows that are deleted.
    private(set) var count = 0

    /// What is wrong with the bytes.
    struct Damage: Error { let reason: String }

    private static let magic: UInt32 = 1_681_511_377

    init(_ bytes: ArraySlice<UInt8>, rowCount: Int) throws(Damage) {
        self.rowCount = rowCount
        words = [UInt64](repeating: 0, count: (rowCount + 63) / 64)
        var reader = Reader(bytes)
        guard try reader.uint32() == DeletedRows.magic else {
            throw Damage(reason: "the deletion vector does not begin with its magic number")
        }
        let maps = UInt64(try reader.uint32()) | UInt64(try reader.uint32()) << 32
        var last = -1
        for _ in 0..<(try reader.limited(maps, of: 4)) {
            let high = Int(try reader.uint32())
            guard high > last else { throw Damage(reason: "its bitmaps are out of order") }
            last = high
            guard high <= rowCount >> 32 else {
                throw Damage(reason: "it deletes rows beyond the \(rowCount) of the file")
            }
            try bitmap(&reader, base: high << 32)
        }
        guard reader.isAtEnd else { throw Damage(reason: "bytes follow the bitmaps") }
    }

    /// Whether none of the rows of a range of the file is deleted.
    func isEmpty(in rows: Range<Int>) -> Bool { !rows.contains(where: contains) }

    /// The rows of a range of the file that are not deleted, counted from the range's start.
    func kept(of rows: Range<Int>) -> [Int] {
        (0..<rows.count).filter { !contains(rows.lowerBound + $0) }
    }

    private func contains(_ row: Int) -> Bool {
        row < rowCount && words[row >> 6] >> UInt64(row & 63) & 1 != 0
    }

    private mutating func bitmap(_ reader: inout Reader, base: Int) throws(Damage) {
        let cookie = try reader.uint32()
        let containers: Int
        var runs: [UInt8] = []
        if cookie & 0xffff == 12347 {
            containers = Int(cookie >> 16) + 1
            runs = Array(try reader.take((containers + 7) / 8))
        } else if cookie == 12346 {
            containers = try reader.limited(UInt64(try reader.uint32()), of: 4)
        } else {
            throw Damage(reason: "a bitmap has the unknown cookie \(cookie)")
        }
        var heads: [(key: Int, count: Int)] = []
        for _ in 0..<containers {
            let key = Int(try reader.uint16())
            guard key > heads.last?.key ?? -1 else {
                throw Damage(reason: "its containers are out of order")
            }
            heads.append((key, Int(try reader.uint16()) + 1))
        }
        // Where each container begins, which follows from their sizes.
        if runs.isEmpty || containers >= 4 { _ = try reader.take(containers * 4) }
        for (index, head) in heads.enumerated() {
            let start = base + head.key << 16
            if !runs.isEmpty, runs[index >> 3] >> UInt8(index & 7) & 1 != 0 {
                try runContainer(&reader, start)
            } else if head.count > 4096 {
                try bitContainer(&reader, start, count: head.count)
            } else {
                try arrayContainer(&reader, start, count: head.count)
            }
        }
    }

    private mutating func runContainer(_ reader: inout Reader, _ start: Int) throws(Damage) {
        var next = 0
        for _ in 0..<Int(try reader.uint16()) {
            let first = Int(try reader.uint16())
            let last = first + Int(try reader.uint16())
            guard first >= next, last <= 0xffff else {
                throw Damage(reason: "its runs overlap")
            }
            next = last + 1
            guard start + last < rowCount else { throw beyond(start + last) }
            for row in start + first...start + last { set(row) }
        }
    }

    private mutating func bitContainer(
        _ reader: inout Reader, _ start: Int, count: Int
    ) throws(Damage) {
        let bytes = try reader.take(8192)
        let before = self.count
        for (index, byte) in bytes.enumerated() where byte != 0 {
            for bit in 0..<8 where byte >> UInt8(bit) & 1 != 0 {
                let row = start + index * 8 + bit
                guard row < rowCount else { throw beyond(row) }
                set(row)
            }
        }
        guard self.count - before == count else {
            throw Damage(reason: "a container has \(self.count - before) rows, not \(count)")
        }
    }

    private mutating func arrayContainer(
        _ reader: inout Reader, _ start: Int, count: Int
    ) throws(Damage) {
        var last = -1
        for _ in 0..<count {
            let value = Int(try reader.uint16())
            guard value > last else { throw Damage(reason: "its rows are out of order") }
            last = value
            guard start + value < rowCount else { throw beyond(start + value) }
            set(start + value)
        }
    }

    private mutating func set(_ row: Int) {
        words[row >> 6] |= 1 << UInt64(row & 63)
        count += 1
    }

    private func beyond(_ row: Int) -> Damage {
        Damage(reason: "it deletes row \(row) of a file of \(rowCount) rows")
    }

    /// Little-endian numbers of bytes that may end at any place.
    private struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func take(_ count: Int) throws(Damage) -> ArraySlice<UInt8> {
            guard count <= rest.count else { throw Damage(reason: "it is cut off") }
            let part = rest.prefix(count)
            rest = rest.dropFirst(count)
            return part
        }

        mutating func uint16() throws(Damage) -> UInt16 {
            let bytes = try take(2)
            return UInt16(bytes[bytes.startIndex]) | UInt16(bytes[bytes.startIndex + 1]) << 8
        }

        mutating func uint32() throws(Damage) -> UInt32 {
            try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }

        /// A count of things of `size` bytes or more, at most what the bytes left can hold.
        func limited(_ count: UInt64, of size: Int) throws(Damage) -> Int {
            guard count <= UInt64(rest.count / size) else { throw Damage(reason: "it is cut off") }
            return Int(count)
        }
    }
}
