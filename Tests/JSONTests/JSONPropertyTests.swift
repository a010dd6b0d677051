import JSON
import Testing

/// A small reproducible generator (SplitMix64), so that a failing seed names the failure.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension JSONValue {
    static func random(using generator: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0..<(depth > 4 ? 4 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return JSONValue(Int64.random(in: .min ... .max, using: &generator))
        case 3: return .string(randomText(using: &generator))
        case 4:
            let count = Int.random(in: 0..<5, using: &generator)
            return .array((0..<count).map { _ in random(using: &generator, depth: depth + 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<12, using: &generator) {
                let key = randomText(using: &generator)
                object[key] = random(using: &generator, depth: depth + 1)
            }
            return .object(object)
        }
    }

    static func randomText(using generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<8, using: &generator) {
            let ranges: [ClosedRange<UInt32>] = [0...127, 0x80...0x7FF, 0xE000...0x10FFFF]
            let range = ranges[Int.random(in: 0..<3, using: &generator)]
            let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator))
            text.unicodeScalars.append(scalar ?? "?")
        }
        return text
    }
}

@Suite("JSON properties")
struct JSONPropertyTests {
    @Test("what is written is read back equal, compact and pretty", arguments: UInt64(0)..<100)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = JSONValue.random(using: &generator)
        #expect(try JSONValue(parsing: value.bytes) == value)
        #expect(try JSONValue(parsing: value.prettyBytes) == value)
    }

    @Test("a damaged document is an error or a value that writes itself", arguments: UInt64(0)..<60)
    func mutation(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let original = JSONValue.random(using: &generator).bytes
        for _ in 0..<200 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0 where place < bytes.count: bytes.remove(at: place)
                case 1 where place < bytes.count:
                    bytes[place] = UInt8.random(in: 0...255, using: &generator)
                default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                }
            }
            do {
                let value = try JSONValue(parsing: bytes)
                #expect(try JSONValue(parsing: value.bytes) == value)
            } catch {
                #expect((0...bytes.count).contains(error.offset))
            }
        }
    }
}
