internal import Columnar

/// LIKE, RLIKE and regexp_replace; patterns are constants, read once.
enum PatternFunctions {
    static let table: [String: FunctionDefinition] = [
        "LIKE": FunctionDefinition(2...3, like),
        "RLIKE": FunctionDefinition(2...2, regularMatch),
        "rlike": FunctionDefinition(2...2, regularMatch),
        "regexp_like": FunctionDefinition(2...2, regularMatch),
        "regexp_replace": FunctionDefinition(3...3, regularReplace),
    ]

    private static func like(_ call: Call) throws(ExpressionError) -> Node {
        let subject = try call.argument(0, as: .string)
        guard let text = try call.constantText(1) else { return call.null(.boolean) }
        var escape: [UInt8] = [92]
        if call.arguments.count == 3 { escape = try call.constantText(2) ?? [] }
        guard Characters.count(escape, escape.indices) == 1 else {
            throw ExpressionError(.value, at: call.offset, "ESCAPE takes one character")
        }
        guard let pattern = LikePattern(text, escape: escape) else {
            throw ExpressionError(
                .value, at: call.arguments[1].offset,
                "in a LIKE pattern the escape character stands before %, _ or itself only")
        }
        return try Node(.boolean, [subject], at: call.offset) {
            operands, count throws(ExpressionError) in
            let texts = operands[0].texts
            let nulls = NullMarks(operands, count)
            var values = [UInt8](repeating: 0, count: count)
            for index in 0..<count where !nulls.isNull(index) {
                values[index] = pattern.matches(texts.bytes, texts.range(index)) ? 1 : 0
            }
            return Column(.boolean, storage: .bool(values), validity: nulls.validity)
        }
    }

    private static func pattern(
        _ call: Call, _ index: Int
    ) throws(ExpressionError) -> RegularExpression? {
        guard let text = try call.constantText(index) else { return nil }
        do throws(RegularExpression.Failure) { return try RegularExpression(text) } catch {
            throw ExpressionError(
                .value, at: call.arguments[index].offset,
                "the regular expression is not usable: \(error.message)", hint: error.hint)
        }
    }

    private static func regularMatch(_ call: Call) throws(ExpressionError) -> Node {
        let subject = try call.argument(0, as: .string)
        guard let pattern = try pattern(call, 1) else { return call.null(.boolean) }
        let offset = call.offset
        return try Node(.boolean, [subject], at: offset) {
            operands, count throws(ExpressionError) in
            let texts = operands[0].texts
            let nulls = NullMarks(operands, count)
            let matcher = pattern.matcher()
            var values = [UInt8](repeating: 0, count: count)
            for index in 0..<count where !nulls.isNull(index) {
                do throws(RegularExpression.Failure) {
                    let isMatch = try matcher.matches(texts.bytes, texts.range(index))
                    values[index] = isMatch ? 1 : 0
                } catch {
                    throw ExpressionError(.value, at: offset, error.message, hint: error.hint)
                }
            }
            return Column(.boolean, storage: .bool(values), validity: nulls.validity)
        }
    }

    private static func regularReplace(_ call: Call) throws(ExpressionError) -> Node {
        let subject = try call.argument(0, as: .string)
        guard let pattern = try pattern(call, 1), let text = try call.constantText(2) else {
            return call.null(.string)
        }
        guard let replacement = Replacement(text, pattern) else {
            throw ExpressionError(
                .value, at: call.arguments[2].offset,
                "the replacement names a group that the regular expression does not have",
                hint: "$1 is the first group; a plain dollar sign is \\\\$.")
        }
        let offset = call.offset
        return try Node(.string, [subject], at: offset) { operands, count throws(ExpressionError) in
            let texts = operands[0].texts
            let nulls = NullMarks(operands, count)
            let matcher = pattern.matcher()
            var builder = TextBuilder(count: count)
            for index in 0..<count {
                if !nulls.isNull(index) {
                    do throws(RegularExpression.Failure) {
                        try matcher.replace(
                            texts.bytes, texts.range(index), replacement, into: &builder.bytes)
                    } catch {
                        throw ExpressionError(.value, at: offset, error.message, hint: error.hint)
                    }
                }
                try builder.finishRow(at: offset)
            }
            return builder.column(.string, nulls.validity)
        }
    }
}

/// A LIKE pattern: `%` is any text, `_` one character.
struct LikePattern: Sendable {
    private enum Item: Sendable {
        case byte(UInt8)
        case character
        case anything
    }

    private let items: [Item]

    /// Nil when the escape character stands before nothing it escapes.
    init?(_ text: [UInt8], escape: [UInt8]) {
        var items: [Item] = []
        var index = 0
        while index < text.count {
            if text[index...].starts(with: escape) {
                index += escape.count
                let rest = text[index...]
                guard let next = rest.first else { return nil }
                if rest.starts(with: escape) {
                    items.append(contentsOf: escape.map { .byte($0) })
                    index += escape.count
                } else if next == UInt8(ascii: "%") || next == UInt8(ascii: "_") {
                    items.append(.byte(next))
                    index += 1
                } else {
                    return nil
                }
                continue
            }
            switch text[index] {
            case UInt8(ascii: "%"): items.append(.anything)
            case UInt8(ascii: "_"): items.append(.character)
            default: items.append(.byte(text[index]))
            }
            index += 1
        }
        self.items = items
    }

    /// Whether the whole text matches. O(text × pattern) at worst.
    func matches(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var position = range.lowerBound
        var item = 0
        // Where the last `%` was, and how far it reaches so far.
        var star: Int?
        var reach = position
        while position < range.upperBound {
            if item < items.count, let next = step(items[item], bytes, position, range) {
                position = next
                item += 1
            } else if item < items.count, case .anything = items[item] {
                star = item
                reach = position
                item += 1
            } else if let star {
                reach += 1
                position = reach
                item = star + 1
            } else {
                return false
            }
        }
        return items[item...].allSatisfy { if case .anything = $0 { true } else { false } }
    }

    /// The position behind what one item takes, nil when it does not match.
    private func step(
        _ item: Item, _ bytes: [UInt8], _ position: Int, _ range: Range<Int>
    ) -> Int? {
        switch item {
        case .byte(let byte): return bytes[position] == byte ? position + 1 : nil
        case .anything: return nil
        case .character:
            // Inside a character there is no character to take.
            guard bytes[position] & 0xC0 != 0x80 || position == range.lowerBound else { return nil }
            var next = position + 1
            while next < range.upperBound, bytes[next] & 0xC0 == 0x80 { next += 1 }
            return next
        }
    }
}
