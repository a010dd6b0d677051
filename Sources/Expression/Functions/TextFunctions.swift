internal import Columnar
private import Digest

/// Functions of text, by characters (Unicode scalars) as Spark counts them.
enum TextFunctions {
    static let table: [String: FunctionDefinition] = [
        "upper": FunctionDefinition(1...1, upper), "ucase": FunctionDefinition(1...1, upper),
        "lower": FunctionDefinition(1...1, lower), "lcase": FunctionDefinition(1...1, lower),
        "trim": FunctionDefinition(1...2, trim), "ltrim": FunctionDefinition(1...2, trim),
        "rtrim": FunctionDefinition(1...2, trim),
        "length": FunctionDefinition(1...1, length),
        "char_length": FunctionDefinition(1...1, length),
        "substring": FunctionDefinition(2...3, substring),
        "substr": FunctionDefinition(2...3, substring),
        "replace": FunctionDefinition(2...3, replace),
        "concat": FunctionDefinition(0...Int.max, concat),
        "||": FunctionDefinition(2...2, concat),
        "lpad": FunctionDefinition(2...3, pad), "rpad": FunctionDefinition(2...3, pad),
        "sha2": FunctionDefinition(2...2, sha2),
    ]

    /// A function of texts whose result is a text, NULL where an argument is.
    static func textual(
        _ call: Call, _ arguments: [Node],
        _ row: @escaping @Sendable ([Operand], [TextLanes], Int, inout [UInt8]) -> Void
    ) throws(ExpressionError) -> Node {
        let offset = call.offset
        return try Node(.string, arguments, at: offset) {
            operands, count throws(ExpressionError) in
            let nulls = NullMarks(operands, count)
            let lanes = operands.map { operand in
                switch operand.column.storage {
                case .bytes, .dictionary: operand.texts
                default: TextLanes(bytes: [], offsets: [0], codes: nil, mask: 0)
                }
            }
            var builder = TextBuilder(count: count)
            for index in 0..<count {
                if !nulls.isNull(index) { row(operands, lanes, index, &builder.bytes) }
                try builder.finishRow(at: offset)
            }
            return builder.column(.string, nulls.validity)
        }
    }

    private static func upper(_ call: Call) throws(ExpressionError) -> Node {
        try textual(call, [call.argument(0, as: .string)]) { _, texts, index, result in
            LetterCase.append(texts[0].bytes, texts[0].range(index), isUpper: true, to: &result)
        }
    }

    private static func lower(_ call: Call) throws(ExpressionError) -> Node {
        try textual(call, [call.argument(0, as: .string)]) { _, texts, index, result in
            LetterCase.append(texts[0].bytes, texts[0].range(index), isUpper: false, to: &result)
        }
    }

    /// `trim(text)` takes blanks away, `trim(characters, text)` any of these characters.
    private static func trim(_ call: Call) throws(ExpressionError) -> Node {
        let isLeading = call.name != "rtrim"
        let isTrailing = call.name != "ltrim"
        let last = call.arguments.count - 1
        var nodes = [try call.argument(last, as: .string)]
        if last == 1 { nodes.append(try call.argument(0, as: .string)) }
        return try textual(call, nodes) { _, texts, index, result in
            let bytes = texts[0].bytes
            var range = texts[0].range(index)
            if texts.count == 1 {
                while isLeading, let first = range.first, bytes[first] == 32 {
                    range.removeFirst()
                }
                while isTrailing, let last = range.last, bytes[last] == 32 { range.removeLast() }
            } else {
                let set = Characters.split(texts[1].bytes, texts[1].range(index))
                func isMember(_ character: Range<Int>) -> Bool {
                    set.contains { bytes[character].elementsEqual(texts[1].bytes[$0]) }
                }
                var characters = Characters.split(bytes, range)[...]
                while isLeading, let first = characters.first, isMember(first) {
                    characters.removeFirst()
                }
                while isTrailing, let last = characters.last, isMember(last) {
                    characters.removeLast()
                }
                let low = characters.first?.lowerBound ?? 0
                range = low..<(characters.last?.upperBound ?? low)
            }
            result.append(contentsOf: bytes[range])
        }
    }

    private static func length(_ call: Call) throws(ExpressionError) -> Node {
        let isBinary = call.arguments[0].type == .binary
        let node = isBinary ? call.arguments[0] : try call.argument(0, as: .string)
        return try Node(.integer, [node], at: call.offset) {
            operands, count throws(ExpressionError) in
            let texts = operands[0].texts
            let nulls = NullMarks(operands, count)
            var lengths = [Int32](repeating: 0, count: count)
            for index in 0..<count where !nulls.isNull(index) {
                let range = texts.range(index)
                let length = isBinary ? range.count : Characters.count(texts.bytes, range)
                lengths[index] = Int32(truncatingIfNeeded: length)
            }
            return Column(.integer, storage: .int32(lengths), validity: nulls.validity)
        }
    }

    private static func substring(_ call: Call) throws(ExpressionError) -> Node {
        var nodes = [try call.argument(0, as: .string), try call.argument(1, as: .integer)]
        if call.arguments.count == 3 { nodes.append(try call.argument(2, as: .integer)) }
        return try textual(call, nodes) { operands, texts, index, result in
            let start = Int(operands[1].int32[index])
            let length = operands.count == 3 ? Int(operands[2].int32[index]) : Int(Int32.max)
            let range = texts[0].range(index)
            let slice = Characters.slice(texts[0].bytes, range, from: start, length: length)
            result.append(contentsOf: texts[0].bytes[slice])
        }
    }

    private static func replace(_ call: Call) throws(ExpressionError) -> Node {
        var nodes: [Node] = []
        for index in call.arguments.indices { nodes.append(try call.argument(index, as: .string)) }
        return try textual(call, nodes) { _, texts, index, result in
            let bytes = texts[0].bytes
            let range = texts[0].range(index)
            let wanted = texts[1].bytes[texts[1].range(index)]
            var position = range.lowerBound
            while let first = wanted.first, position + wanted.count <= range.upperBound {
                if bytes[position] == first,
                    bytes[position..<position + wanted.count].elementsEqual(wanted)
                {
                    if texts.count == 3 {
                        result.append(contentsOf: texts[2].bytes[texts[2].range(index)])
                    }
                    position += wanted.count
                } else {
                    result.append(bytes[position])
                    position += 1
                }
            }
            result.append(contentsOf: bytes[position..<range.upperBound])
        }
    }

    private static func concat(_ call: Call) throws(ExpressionError) -> Node {
        var nodes: [Node] = []
        for index in call.arguments.indices { nodes.append(try call.argument(index, as: .string)) }
        return try textual(call, nodes) { _, texts, index, result in
            for text in texts { result.append(contentsOf: text.bytes[text.range(index)]) }
        }
    }

    /// Longer results than this are refused: one row is to fill no memory.
    private static let padLengthMax = 1 << 20

    private static func pad(_ call: Call) throws(ExpressionError) -> Node {
        var nodes = [try call.argument(0, as: .string), try call.argument(1, as: .integer)]
        if let length = nodes[1].constant, Operand(constant: length).int32[0] > padLengthMax {
            throw ExpressionError(
                .value, at: nodes[1].offset, "\(call.name) makes at most \(padLengthMax) characters"
            )
        }
        if call.arguments.count == 3 { nodes.append(try call.argument(2, as: .string)) }
        let isLeft = call.name == "lpad"
        return try textual(call, nodes) { operands, texts, index, result in
            let wanted = min(Int(operands[1].int32[index]), padLengthMax)
            let range = texts[0].range(index)
            let missing = wanted - Characters.count(texts[0].bytes, range)
            let pad: [UInt8]
            if texts.count == 3 {
                pad = Array(texts[2].bytes[texts[2].range(index)])
            } else {
                pad = [32]
            }
            if missing <= 0 || pad.isEmpty {
                let slice = Characters.slice(
                    texts[0].bytes, range, from: 1, length: max(0, wanted))
                result.append(contentsOf: texts[0].bytes[slice])
                return
            }
            if !isLeft { result.append(contentsOf: texts[0].bytes[range]) }
            let characters = Characters.split(pad, pad.indices)
            for step in 0..<missing {
                result.append(contentsOf: pad[characters[step % characters.count]])
            }
            if isLeft { result.append(contentsOf: texts[0].bytes[range]) }
        }
    }

    private static func sha2(_ call: Call) throws(ExpressionError) -> Node {
        let subject = call.arguments[0]
        let node = subject.type == .binary ? subject : try call.argument(0, as: .string)
        guard let bits = try call.constantInteger(1) else { return call.null(.string) }
        guard bits == 0 || bits == 256 else {
            if [224, 384, 512].contains(bits) {
                throw ExpressionError(
                    .value, at: call.arguments[1].offset, "sha2 of \(bits) bits is not supported",
                    hint: "Use 256.")
            }
            return call.null(.string)
        }
        return try textual(call, [node]) { _, texts, index, result in
            let digest = SHA256.digest(of: Array(texts[0].bytes[texts[0].range(index)]))
            result.append(contentsOf: Hexadecimal.bytes(digest))
        }
    }
}
