import Columnar
import Expression
import Testing

@Suite("Properties of expressions")
struct PropertyTests {
    /// A random tree over the corpus' columns, as text; `leaf` writes column `name`.
    struct Writer {
        var random: Generator
        let leaf: (String) -> String

        mutating func number(_ depth: Int) -> String {
            guard depth > 0 else {
                let name = ["y", "s", "i", "l", "d", "p", "q", "r"].randomElement(using: &random)
                return leaf(name ?? "i")
            }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: return "(\(number(depth - 1)) + \(number(depth - 1)))"
            case 1: return "(\(number(depth - 1)) * \(number(depth - 1)))"
            case 2: return "(\(number(depth - 1)) / \(number(depth - 1)))"
            case 3: return "(\(number(depth - 1)) % 7)"
            case 4: return "abs(\(number(depth - 1)))"
            case 5: return "CASE WHEN \(condition(depth - 1)) THEN \(number(depth - 1)) END"
            case 6: return "coalesce(\(number(depth - 1)), \(number(depth - 1)))"
            default: return "length(\(text(depth - 1)))"
            }
        }

        mutating func text(_ depth: Int) -> String {
            guard depth > 0 else {
                return leaf(["t", "n", "w", "c"].randomElement(using: &random) ?? "t")
            }
            switch Int.random(in: 0..<7, using: &random) {
            case 0: return "upper(\(text(depth - 1)))"
            case 1: return "(\(text(depth - 1)) || \(text(depth - 1)))"
            case 2: return "substring(\(text(depth - 1)), 2, 3)"
            case 3: return "replace(\(text(depth - 1)), 'a', 'é')"
            case 4: return "coalesce(\(text(depth - 1)), 'none')"
            case 5: return "CAST(\(number(depth - 1)) AS STRING)"
            default: return "lpad(\(text(depth - 1)), 4, '日')"
            }
        }

        mutating func condition(_ depth: Int) -> String {
            guard depth > 0 else { return leaf("b") }
            switch Int.random(in: 0..<7, using: &random) {
            case 0: return "(\(condition(depth - 1)) AND \(condition(depth - 1)))"
            case 1: return "(\(condition(depth - 1)) OR \(condition(depth - 1)))"
            case 2: return "(NOT \(condition(depth - 1)))"
            case 3: return "(\(number(depth - 1)) > \(number(depth - 1)))"
            case 4: return "(\(text(depth - 1)) <=> \(text(depth - 1)))"
            case 5: return "(\(text(depth - 1)) LIKE '%a_')"
            default: return "(\(number(depth - 1)) IS NULL)"
            }
        }

        mutating func any(_ depth: Int) -> String {
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return number(depth)
            case 1: return text(depth)
            default: return condition(depth)
            }
        }
    }

    /// SplitMix64.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    @Test("constants in place of a row's values give what the columns give", arguments: 0..<60)
    func folding(seed: Int) throws {
        let batch = try OtherEnginesTests.batch(isDictionary: seed % 2 == 0)
        let seeded = Generator(state: UInt64(seed))
        var writer = Writer(random: seeded) { $0 }
        let text = writer.any(4)
        let column = Samples.texts(try Samples.evaluate(text, batch))
        for row in 0..<batch.count {
            var constants = Writer(random: seeded) { name in
                let column = Corpus.columns.first { $0.name == name }
                let value = column?.values[row].map(ExpressionText.string) ?? "NULL"
                return "CAST(\(value) AS \(column?.type ?? "STRING"))"
            }
            let folded = try Samples.evaluate(constants.any(4))
            #expect(Samples.texts(folded) == [column[row]], "\(text) row \(row)")
        }
    }

    @Test("dictionaries and bytes give the same, and texts stay dictionaries", arguments: 0..<40)
    func storages(seed: Int) throws {
        var writer = Writer(random: Generator(state: UInt64(1000 + seed))) { $0 }
        let text = writer.text(3)
        let bytes = try Samples.evaluate(text, OtherEnginesTests.batch(isDictionary: false))
        let codes = try Samples.evaluate(text, OtherEnginesTests.batch(isDictionary: true))
        #expect(Samples.texts(bytes) == Samples.texts(codes))
    }

    @Test("a dictionary column is computed once a distinct value, equal results share a code")
    func dictionaries() throws {
        let values = (0..<1000).map { ["INR", "inr", " INR ", nil, "USD"][$0 % 5] }
        let batch = Samples.batch([("c", Samples.strings(values, isDictionary: true))])
        let cleaned = try Samples.evaluate("coalesce(upper(trim(c)), 'none')", batch)
        guard case .dictionary(let codes, let distinct) = cleaned.storage else {
            Issue.record("not a dictionary")
            return
        }
        #expect(
            (0..<distinct.values.count).map { distinct.values.text($0) } == ["INR", "USD", "none"])
        #expect(codes.count == 1000 && cleaned.nullCount == 0)
        let expected = ["INR", "INR", "INR", "none", "USD"]
        #expect((0..<1000).allSatisfy { cleaned.text($0) == expected[$0 % 5] })
        let nulls = try Samples.evaluate("nullif(c, c)", batch)
        #expect(nulls.nullCount == 1000)
    }

    @Test("any text is read or refused, never trapped on", arguments: 0..<300)
    func anything(seed: Int) {
        var random = Generator(state: UInt64(seed) &* 77)
        let pieces = [
            "(", ")", ",", "'", "\"", "`", "+", "-", "*", "/", "%", "||", "<=>", "<", ">", "=",
            "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "RLIKE", "IS", "NULL", "CASE", "WHEN",
            "THEN", "ELSE", "END", "CAST(", "AS", "INT", "DECIMAL(", "1", "2.5", "1e9", ".", "a",
            "i", "t", "upper(", "substring(", "trim(", "BOTH", "FROM", "\\", "\\u00", "é", "日",
            "\u{0}", "--", "/*", "*/", "DATE '", "X'", "r'", "$", "{", "9999999999999999999",
            "regexp_replace(t, '", "[", "]", "lpad(", "-128Y", "0x1", "1BD", "round(",
        ]
        for _ in 0..<25 {
            var text = ""
            for _ in 0..<Int.random(in: 1...14, using: &random) {
                text += (pieces.randomElement(using: &random) ?? "")
                if Bool.random(using: &random) { text += " " }
            }
            do {
                let column = try Samples.evaluate(
                    text, OtherEnginesTests.batch(isDictionary: seed % 2 == 0))
                #expect(column.count == 9)
            } catch let error as ExpressionError {
                #expect(error.offset <= text.utf8.count && !error.message.isEmpty)
            } catch {
                Issue.record("\(error)")
            }
        }
    }
}
