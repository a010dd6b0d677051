public import Columnar
public import Source

/// Asks the server for what a collation holds equal: `WEIGHT_STRING()` of every character, and of
/// the sequences that sort as one. Some hundred thousand small weights, for once.
///
/// A plane that the collation computes (ideographs, code points without a character) is told by
/// samples: where two of them show that weights stay or grow by one, those between do too; where
/// they do not, all are asked for.
struct CollationReader {
    let handle: Handle
    let name: String
    let characterSet: String

    /// The weights of one text, by level.
    typealias Weights = [[UInt8]]

    /// The collation, with why it cannot be matched where texts have other weights than their
    /// characters. Throws when the server cannot be asked.
    func read() throws(SourceError) -> Collation {
        if let binary = Collation(binary: name) { return binary }
        let pads = try padsSpaces()
        guard let levels = try levelCount() else {
            return Collation(
                name: name, padsSpaces: pads, weights: nil,
                unmatched: "the server tells no weights of it")
        }
        var entries: [CollationWeights.Entry] = []
        for block in blocks { entries += try runs(block, levels: levels) }
        let characters = CollationWeights(levelCount: levels, entries: entries)
        let probe = CollationProbe(reader: self, levels: levels)
        var weights = characters
        if !isSimple {
            let contractions = try probe.contractions(beside: characters)
            if !contractions.isEmpty {
                weights = CollationWeights(levelCount: levels, entries: entries + contractions)
            }
        }
        let collation = Collation(name: name, padsSpaces: pads, weights: weights)
        var reason = try probe.difference(from: weights)
        if reason == nil { reason = try probe.inequality(by: collation) }
        guard let reason else { return collation }
        return Collation(name: name, padsSpaces: pads, weights: nil, unmatched: reason)
    }

    var isUnicode: Bool {
        ["utf8", "ucs2", "utf16", "utf32"].contains { characterSet.hasPrefix($0) }
    }

    /// Collations that know characters alone.
    private var isSimple: Bool { isUnicode && name.contains("_general_") }

    // MARK: Questions

    /// A text of the collation's character set.
    private func text(_ points: [UInt32]) -> String {
        let bytes = CollationReader.hexadecimal(CollationWeights.utf8(points))
        return "CONVERT(_utf8mb4 X'\(bytes)' USING \(SQLText.identifier(characterSet)))"
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What is selected for the weights of an expression: one column a level where the server
    /// tells them apart.
    private func weights(_ expression: String, levels: Int) -> [String] {
        let collated = "\(expression) COLLATE \(SQLText.identifier(name))"
        if !handle.isMariaDB || levels == 1 { return ["WEIGHT_STRING(\(collated))"] }
        return (1...levels).map { "WEIGHT_STRING(\(collated) LEVEL \($0))" }
    }

    /// By level what was selected so.
    private func levels(_ columns: ArraySlice<[UInt8]?>, _ count: Int) -> Weights {
        let told = columns.map { $0 ?? [] }
        guard told.count == 1, count > 1 else { return told }
        var levels = CollationReader.split(told[0])
        while levels.count < count { levels.append([]) }
        return levels
    }

    /// MySQL's levels, between which there is a weight of zero.
    private static func split(_ weight: [UInt8]) -> Weights {
        var levels: Weights = [[]]
        for place in stride(from: 0, to: weight.count - 1, by: 2) {
            if weight[place] == 0, weight[place + 1] == 0 {
                levels.append([])
            } else {
                levels[levels.count - 1] += weight[place...place + 1]
            }
        }
        return levels
    }

    private func rows(_ sql: String) throws(SourceError) -> [[[UInt8]?]] {
        do { return try handle.query(sql) } catch {
            throw error.sourceError("read collation", name)
        }
    }

    private func padsSpaces() throws(SourceError) -> Bool {
        let rows = try rows(
            "SELECT \(text([0x61])) COLLATE \(SQLText.identifier(name)) = \(text([0x61, 0x20]))")
        return rows.first?.first == [UInt8(ascii: "1")]
    }

    /// How many levels a text's weights have; nil when the server tells none.
    private func levelCount() throws(SourceError) -> Int? {
        let probe = text([0x61, 0xC1, 0x41])
        let all = weights(probe, levels: 1)
        guard let whole = try rows("SELECT " + all[0]).first?.first ?? nil else { return nil }
        if !handle.isMariaDB {
            return name.contains("_0900_") ? CollationReader.split(whole).count : 1
        }
        let told = try rows("SELECT " + weights(probe, levels: 4).joined(separator: ", "))
        var sum: [UInt8] = []
        for level in 1...4 {
            sum += told.first?[level - 1] ?? []
            if sum == whole { return level }
        }
        // Levels that are no part of the whole: told apart by nothing, the probe will show.
        return 1
    }

    /// The weights of texts, in their order.
    func weights(of texts: [[UInt32]], levels: Int) throws(SourceError) -> [Weights] {
        var found: [Weights] = []
        var start = 0
        while start < texts.count {
            var end = start
            var points = 0
            while end < texts.count, end - start < 500, points < 20_000 {
                points += texts[end].count
                end += 1
            }
            let asked = texts[start..<end].flatMap { weights(text($0), levels: levels) }
            let row = try rows("SELECT " + asked.joined(separator: ", ")).first ?? []
            let columns = row.count / (end - start)
            for number in 0..<(end - start) {
                found.append(
                    self.levels(row[(number * columns)..<((number + 1) * columns)], levels))
            }
            start = end
        }
        return found
    }

    /// Whether the server holds the two texts of each pair equal.
    func areEqual(_ pairs: [([UInt32], [UInt32])]) throws(SourceError) -> [Bool] {
        var found: [Bool] = []
        while found.count < pairs.count {
            let asked = pairs[found.count..<min(found.count + 500, pairs.count)].map {
                "\(text($0.0)) COLLATE \(SQLText.identifier(name)) = \(text($0.1))"
            }
            let row = try rows("SELECT " + asked.joined(separator: ", ")).first ?? []
            guard row.count == asked.count else { break }
            found += row.map { $0 == [UInt8(ascii: "1")] }
        }
        return found
    }

    // MARK: Characters

    /// Code points to ask for: `16^digits` of them from `first` on, each `stride` after the one
    /// before.
    private struct Block {
        var first: UInt32
        var digits: Int
        var stride: UInt32

        var last: UInt32 { first + stride * ((1 << UInt32(4 * digits)) - 1) }
        /// The first code point behind the block.
        var end: UInt32 { last + stride }
    }

    private var blocks: [Block] {
        let first = [Block(first: 0, digits: 4, stride: 1)]
        if !isUnicode || characterSet == "ucs2" || characterSet == "utf8"
            || characterSet == "utf8mb3"
        {
            return first
        }
        return first
            + (1...16).map { plane in
                let isDense = plane == 1
                let isFilled = [2, 3, 14].contains(plane)
                return Block(
                    first: UInt32(plane) << 16, digits: isDense ? 4 : isFilled ? 3 : 2,
                    stride: isDense ? 1 : isFilled ? 16 : 256)
            }
    }

    private func runs(
        _ block: Block, levels: Int
    ) throws(SourceError) -> [CollationWeights.Entry] {
        let told = try points(block, levels)
        var runs = CollationRuns()
        for (number, (point, weights)) in told.enumerated() {
            let next = number + 1 < told.count ? told[number + 1] : nil
            let end = min(point + block.stride, block.end)
            if block.stride == 1 {
                runs.add(point, weights)
            } else if let next, next.0 == end,
                let isStepped = CollationRuns.isStepped(weights, next.1, by: block.stride)
            {
                runs.add(point...end - 1, isStepped: isStepped, weights)
            } else {
                let digits = block.stride == 16 ? 1 : 2
                let inner = Block(first: point, digits: digits, stride: 1)
                for (point, weights) in try points(inner, levels) { runs.add(point, weights) }
            }
        }
        return runs.entries
    }

    /// The weights of a block's code points that the character set has, ascending.
    private func points(
        _ block: Block, _ levels: Int
    ) throws(SourceError) -> [(UInt32, Weights)] {
        let digit = "(SELECT 0 d" + (1...15).map { " UNION ALL SELECT \($0)" }.joined() + ")"
        var number = "\(block.first)"
        var from: [String] = []
        for place in 0..<block.digits {
            number += " + d\(place).d * \(block.stride << UInt32(4 * place))"
            from.append("\(digit) d\(place)")
        }
        let points = "SELECT \(number) n FROM " + from.joined(separator: " CROSS JOIN ")
        // What the character set does not have comes back as another character.
        let sql =
            "SELECT n, " + weights("c", levels: levels).joined(separator: ", ")
            + " FROM (SELECT n, CONVERT(CONVERT(UNHEX(LPAD(HEX(n), 8, '0')) USING utf32) USING "
            + SQLText.identifier(characterSet) + ") c FROM (\(points)) p) t"
            + " WHERE HEX(CONVERT(c USING utf32)) = LPAD(HEX(n), 8, '0')"
        var found: [(UInt32, Weights)] = []
        for row in try rows(sql) {
            guard let text = row[0], let point = UInt32(String(decoding: text, as: UTF8.self)),
                Unicode.Scalar(point) != nil, row[1] != nil
            else { continue }
            found.append((point, self.levels(row[1...], levels)))
        }
        return found.sorted { $0.0 < $1.0 }
    }
}

extension MySQLConnection {
    /// See `SourceConnection.collation`.
    public func collation(
        _ name: String, characterSet: String
    ) throws(SourceError) -> Collation {
        try CollationReader(handle: handle, name: name, characterSet: characterSet).read()
    }
}
