import Columnar
import Source

/// Finds what characters alone do not tell of a collation: sequences that sort as one
/// (contractions), and whether with them every text has the weights that the server gives it.
struct CollationProbe {
    let reader: CollationReader
    let levels: Int

    /// More contractions than this are none, but a collation of another kind.
    private static let contractionLimit = 5_000

    // MARK: Contractions

    /// Sequences of two and three code points of one script, or with a combining mark, whose weight
    /// is not that of their characters.
    func contractions(
        beside characters: CollationWeights
    ) throws(SourceError) -> [CollationWeights.Entry] {
        var pairs: [CollationWeights.Entry] = []
        var seconds: [UInt32: [UInt32]] = [:]
        for block in blocks(characters) {
            let followers = block.letters + block.marks
            let texts = [CollationProbe.everyPair(block.letters), block.marked]
            let weights = try reader.weights(of: texts, levels: levels)
            if texts.indices.allSatisfy({ weights[$0] == characters.weights(of: texts[$0]) }) {
                continue
            }
            let leads = try suspects(block.letters.map { [$0] }, followers, characters)
            for first in leads.compactMap(\.first) { seconds[first] = followers }
            pairs += try told(leads, followers, characters)
            if pairs.count > CollationProbe.contractionLimit { return pairs }
        }
        if pairs.isEmpty { return [] }
        let known = CollationWeights(levelCount: levels, entries: characters.entries + pairs)
        var triples: [CollationWeights.Entry] = []
        let byFirst = Dictionary(grouping: pairs, by: \.first)
        for (first, list) in byFirst.sorted(by: { $0.key < $1.key }) {
            let thirds = seconds[first] ?? []
            let leads = try suspects(list.map { [$0.first] + $0.following }, thirds, known)
            triples += try told(leads, thirds, known)
            if triples.count > CollationProbe.contractionLimit { break }
        }
        return pairs + triples
    }

    /// Those of `leads` that have another weight somewhere in a text in which each of `others`
    /// follows them, and they follow each.
    private func suspects(
        _ leads: [[UInt32]], _ others: [UInt32], _ known: CollationWeights
    ) throws(SourceError) -> [[UInt32]] {
        let texts = leads.map { lead in others.flatMap { lead + [$0] } }
        let weights = try reader.weights(of: texts, levels: levels)
        return leads.indices.filter { weights[$0] != known.weights(of: texts[$0]) }
            .map { leads[$0] }
    }

    /// The sequences of one of `leads` and one of `others` whose weight `known` does not tell.
    private func told(
        _ leads: [[UInt32]], _ others: [UInt32], _ known: CollationWeights
    ) throws(SourceError) -> [CollationWeights.Entry] {
        let texts = leads.flatMap { lead in others.map { lead + [$0] } }
        let weights = try reader.weights(of: texts, levels: levels)
        return texts.indices.filter { weights[$0] != known.weights(of: texts[$0]) }.map {
            CollationWeights.Entry(
                first: texts[$0][0], last: texts[$0][0], following: Array(texts[$0].dropFirst()),
                weights: weights[$0])
        }
    }

    /// Letters of a script, and marks that combine with them.
    private struct Block {
        var letters: [UInt32]
        var marks: [UInt32] = []

        /// Each letter with each mark.
        var marked: [UInt32] { letters.flatMap { letter in marks.flatMap { [letter, $0] } } }
    }

    /// A text in which every two of `points` follow one another once, either way round (a de
    /// Bruijn sequence).
    private static func everyPair(_ points: [UInt32]) -> [UInt32] {
        var text: [UInt32] = []
        text.reserveCapacity(points.count * points.count + 1)
        for (index, point) in points.enumerated() {
            text.append(point)
            for other in points[(index + 1)...] {
                text.append(point)
                text.append(other)
            }
        }
        return text + points.prefix(1)
    }

    /// The code points that have a weight of their own, by blocks of a script; of ideographs and of
    /// what has no character the weights are computed.
    private func blocks(_ characters: CollationWeights) -> [Block] {
        if !reader.isUnicode {
            let points = characters.entries.flatMap { Array($0.first...$0.last) }
            return [Block(letters: Array(points.prefix(256)))]
        }
        let marks = (0x300..<0x346).filter { characters.isListed($0) }
        let ranges: [Range<UInt32>] = [0..<0x3100, 0xA640..<0xAC00, 0x11000..<0x11A00]
        // Latin, Greek and Cyrillic share their marks; other scripts have their own.
        let sharing: [Range<UInt32>] = [0..<0x300, 0x380..<0x580, 0x1E00..<0x2000]
        // A letter of ASCII may make one with any of Latin (Croatian), or with a middle dot.
        let latin = (Array(0x80..<0x250) + [0x387]).filter { characters.isListed($0) }
        return ranges.flatMap { range in
            stride(from: range.lowerBound, to: range.upperBound, by: 128).map { first in
                let points = first..<min(first + 128, range.upperBound)
                let isSharing = sharing.contains { $0.overlaps(points) }
                return Block(
                    letters: points.filter { characters.isListed($0) },
                    marks: (isSharing ? marks : []) + (first == 0 ? latin : []))
            }
        }.filter { !$0.letters.isEmpty }
    }

    // MARK: Proof

    private static let samples = 3_000

    /// A text whose weights `weights` does not tell, for people; nil when all samples agree.
    func difference(from weights: CollationWeights) throws(SourceError) -> String? {
        let texts = samples(weights)
        let told = try reader.weights(of: texts, levels: levels)
        let different = texts.indices.filter { told[$0] != weights.weights(of: texts[$0]) }
        guard let first = different.first else { return nil }
        let text = CollationProbe.text(texts[first])
        return "the weight of \(text) is not that of its characters"
    }

    /// Two texts that the server holds equal and `collation` does not, or the other way round, for
    /// people; nil when all samples agree. (Of some old collations the server's weights say
    /// something else than its comparison.)
    func inequality(by collation: Collation) throws(SourceError) -> String? {
        guard let weights = collation.weights else { return nil }
        var pairs: [([UInt32], [UInt32])] = []
        var known: [[[UInt8]]: UInt32] = [:]
        for entry in weights.entries where !entry.isStepped && entry.following.isEmpty {
            if let other = known[entry.weights] { pairs.append(([other], [entry.first])) }
            known[entry.weights] = entry.first
            if entry.last > entry.first { pairs.append(([entry.first], [entry.last])) }
        }
        let stride = pairs.count / CollationProbe.samples + 1
        pairs = pairs.indices.filter { $0 % stride == 0 }.map { pairs[$0] }
        let texts = samples(weights).prefix(CollationProbe.samples / 3)
        for (text, other) in zip(texts, texts.dropFirst()) {
            pairs.append((text, text + [0x20]))
            pairs.append((text, other))
            pairs.append((text + text.suffix(1), text))
        }
        let told = try reader.areEqual(pairs)
        for (pair, isEqual) in zip(pairs, told) {
            let (left, right) = (CollationWeights.utf8(pair.0), CollationWeights.utf8(pair.1))
            if (collation.folded(left[...]) == collation.folded(right[...])) != isEqual {
                return "the server compares \(CollationProbe.text(pair.0)) and "
                    + "\(CollationProbe.text(pair.1)) otherwise than its weights say"
            }
        }
        return nil
    }

    private static func text(_ points: [UInt32]) -> String {
        points.map { "U+" + String($0, radix: 16, uppercase: true) }.joined(separator: " ")
    }

    /// Texts of up to six code points, the same every time: letters, parts of contractions, and
    /// whatever else the collation knows.
    private func samples(_ weights: CollationWeights) -> [[UInt32]] {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func random(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(1, count)))
        }
        let entries = weights.entries
        let contractions = entries.filter { !$0.following.isEmpty }
        return (0..<CollationProbe.samples).map { _ in
            var text: [UInt32] = []
            for _ in 0...random(6) {
                switch random(6) {
                case 0, 1: text.append(UInt32(0x20 + random(0x5F)))
                case 2 where !contractions.isEmpty:
                    let chosen = contractions[random(contractions.count)]
                    text += [chosen.first] + chosen.following
                default:
                    let chosen = entries[random(entries.count)]
                    text.append(chosen.first + UInt32(random(Int(chosen.last - chosen.first) + 1)))
                }
            }
            return text
        }
    }
}

extension CollationWeights {
    /// The weights of code points, by level.
    fileprivate func weights(of points: [UInt32]) -> [[UInt8]] {
        let text = CollationWeights.utf8(points)
        return (0..<levelCount).map { weights(of: text[...], level: $0) }
    }

    /// Code points as UTF-8.
    static func utf8(_ points: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * points.count)
        for point in points {
            if point < 0x80 {
                bytes.append(UInt8(point))
            } else if let scalar = Unicode.Scalar(point) {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
        return bytes
    }
}
