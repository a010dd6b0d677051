/// xxHash64 with seed 0, as Bloom filters of Parquet use it.
enum XXHash64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var place = bytes.startIndex
        var hash: UInt64
        if bytes.count >= 32 {
            var lanes = [prime1 &+ prime2, prime2, 0, 0 &- prime1]
            while place + 32 <= bytes.endIndex {
                for lane in 0..<4 {
                    lanes[lane] = round(lanes[lane], read(bytes, place + lane * 8, 8))
                }
                place += 32
            }
            hash =
                rotated(lanes[0], 1) &+ rotated(lanes[1], 7) &+ rotated(lanes[2], 12)
                &+ rotated(lanes[3], 18)
            for lane in lanes { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
        } else {
            hash = prime5
        }
        hash &+= UInt64(bytes.count)
        while place + 8 <= bytes.endIndex {
            hash = rest(hash, eight: read(bytes, place, 8))
            place += 8
        }
        if place + 4 <= bytes.endIndex {
            hash = rest(hash, four: read(bytes, place, 4))
            place += 4
        }
        while place < bytes.endIndex {
            hash = rotated(hash ^ (UInt64(bytes[place]) &* prime5), 11) &* prime1
            place += 1
        }
        return end(hash)
    }

    /// Of four bytes, little endian.
    static func hash(_ value: UInt32) -> UInt64 { end(rest(prime5 &+ 4, four: UInt64(value))) }

    /// Of eight bytes, little endian.
    static func hash(_ value: UInt64) -> UInt64 { end(rest(prime5 &+ 8, eight: value)) }

    private static func rest(_ hash: UInt64, eight value: UInt64) -> UInt64 {
        rotated(hash ^ round(0, value), 27) &* prime1 &+ prime4
    }

    private static func rest(_ hash: UInt64, four value: UInt64) -> UInt64 {
        rotated(hash ^ (value &* prime1), 23) &* prime2 &+ prime3
    }

    private static func round(_ lane: UInt64, _ value: UInt64) -> UInt64 {
        rotated(lane &+ value &* prime2, 31) &* prime1
    }

    private static func end(_ hash: UInt64) -> UInt64 {
        var hash = (hash ^ hash >> 33) &* prime2
        hash = (hash ^ hash >> 29) &* prime3
        return hash ^ hash >> 32
    }

    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }

    private static func read(_ bytes: ArraySlice<UInt8>, _ place: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[place + index]) }
        return value
    }
}
