import TestSupport

/// Changes of the inputs of a corpus, the same for a seed everywhere.
struct Mutation {
    private let corpus: [[UInt8]]
    private var random: SplitMix
    /// Bytes that mean something in one format or another, ends of ranges among them.
    private static let telling: [UInt8] =
        [0, 1, 0x7F, 0x80, 0xFE, 0xFF] + Array("\"'\\{}[](),:;|$*+?-0 9eu\n\t#&!%".utf8)

    init(corpus: [[UInt8]], seed: UInt64) {
        self.corpus = corpus.isEmpty ? [[]] : corpus
        random = SplitMix(state: seed)
    }

    /// One of the corpus with one to eight changes.
    mutating func next() -> [UInt8] {
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...8, using: &random) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...16, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0 where place < bytes.count:
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where place < bytes.count:
            bytes[place] = Mutation.telling.randomElement(using: &random) ?? 0
        case 2: bytes.insert(Mutation.telling.randomElement(using: &random) ?? 0, at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 5: splice(&bytes, at: place)
        default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        }
    }

    /// A stretch of another input.
    private mutating func splice(_ bytes: inout [UInt8], at place: Int) {
        guard let other = corpus.randomElement(using: &random), !other.isEmpty else { return }
        let start = Int.random(in: 0..<other.count, using: &random)
        let end = min(other.count, start + Int.random(in: 1...64, using: &random))
        bytes.insert(contentsOf: other[start..<end], at: place)
    }
}
