/// Reads a file of compiled time zone rules, TZif (RFC 8536).
///
///     header   "TZif", version, 15 unused bytes, six counts of 4 bytes, big endian
///     data     transition times, type of each, types (offset 4, is DST 1, name 1), names, leap
///              seconds, indicators; version 1 with times of 4 bytes
///     header, data   again with times of 8 bytes (version 2 and later)
///     footer   newline, a POSIX TZ string for all later times, newline
enum ZoneFile {
    /// Seconds before and after 1970 that still count as microseconds: some 278,000 years. Files
    /// of some systems begin with a change at the Big Bang, which is further away.
    private static let farthest: Int64 = 1 << 43

    /// The rules, or nil when the bytes are none, of version 1, or count leap seconds.
    static func read(_ bytes: [UInt8], name: String) -> ZoneRules? {
        guard let first = Header(bytes, at: 0), first.version >= 0x32 else { return nil }
        let start = first.end(timeSize: 4)
        guard let header = Header(bytes, at: start), header.leapCount == 0, header.typeCount > 0
        else { return nil }
        let end = header.end(timeSize: 8)
        guard end <= bytes.count else { return nil }
        var instants: [Int64] = []
        var offsets = [header.offset(ofType: 0, bytes)]
        var last = Int64.min
        for index in 0..<header.timeCount {
            let type = Int(bytes[header.types + index])
            guard type < header.typeCount else { return nil }
            let instant = integer(bytes, header.start + 8 * index, 8)
            guard instant > last, instant <= farthest else { return nil }
            last = instant
            if instant < -farthest {
                offsets = [header.offset(ofType: type, bytes)]
            } else {
                instants.append(instant)
                offsets.append(header.offset(ofType: type, bytes))
            }
        }
        let newline = UInt8(ascii: "\n")
        guard end + 2 <= bytes.count, bytes[end] == newline, bytes.last == newline else {
            return nil
        }
        let footer = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        guard !footer.isEmpty else {
            return ZoneRules(name: name, instants: instants, offsets: offsets, repeats: false)
        }
        guard let rule = ZoneFooter(Array(footer)) else { return nil }
        let repeats = rule.extend(&instants, &offsets)
        return ZoneRules(name: name, instants: instants, offsets: offsets, repeats: repeats)
    }

    /// A big-endian signed number.
    private static func integer(_ bytes: [UInt8], _ at: Int, _ size: Int) -> Int64 {
        var value: UInt64 = bytes[at] & 0x80 == 0 ? 0 : .max
        for byte in bytes[at..<(at + size)] { value = value << 8 | UInt64(byte) }
        return Int64(bitPattern: value)
    }

    /// One of the two headers and where its data lie.
    private struct Header {
        var version: UInt8
        var start: Int
        var timeCount: Int
        var typeCount: Int
        var leapCount: Int
        private var nameSize: Int
        private var indicators: Int

        init?(_ bytes: [UInt8], at place: Int) {
            guard place >= 0, place + 44 <= bytes.count,
                Array(bytes[place..<(place + 4)]) == Array("TZif".utf8)
            else { return nil }
            version = bytes[place + 4]
            let counts = (0..<6).map { Int(integer(bytes, place + 20 + 4 * $0, 4)) }
            guard counts.allSatisfy({ (0...100_000).contains($0) }) else { return nil }
            start = place + 44
            indicators = counts[0] + counts[1]
            leapCount = counts[2]
            timeCount = counts[3]
            typeCount = counts[4]
            nameSize = counts[5]
        }

        /// Where the types of the transitions stand, of times of 8 bytes.
        var types: Int { start + 8 * timeCount }

        func end(timeSize: Int) -> Int {
            start + (timeSize + 1) * timeCount + 6 * typeCount + nameSize
                + (timeSize + 4) * leapCount + indicators
        }

        func offset(ofType type: Int, _ bytes: [UInt8]) -> Int64 {
            let place = types + timeCount + 6 * type
            return place + 4 <= bytes.count ? integer(bytes, place, 4) : 0
        }
    }
}

extension ZoneRules {
    /// The rules in a TZif file of version 2 or later; nil when `bytes` are not such a file or
    /// count leap seconds.
    public init?(name: String, file bytes: [UInt8]) {
        guard let rules = ZoneFile.read(bytes, name: name) else { return nil }
        self = rules
    }

    /// Whether `name` has the form of a zone's name: letters, digits, `_`, `+`, `-` in parts
    /// between slashes, so that it cannot lead out of the folder of zones.
    public static func isName(_ name: String) -> Bool {
        guard name.utf8.count <= 64, let first = name.utf8.first, isLetter(first) else {
            return false
        }
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy {
                    isLetter($0) || (48...57).contains($0) || [43, 45, 95].contains($0)
                }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }
}
