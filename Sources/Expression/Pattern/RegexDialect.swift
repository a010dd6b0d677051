/// Keeps regular expressions to what Java and PCRE2 read alike, and rewrites `\uXXXX`.
enum RegexDialect {
    static func translated(_ pattern: [UInt8]) throws(RegexFailure) -> [UInt8] {
        guard pattern.count <= 32 * 1024 else {
            throw RegexFailure(message: "it is longer than 32 KiB")
        }
        var result: [UInt8] = []
        var index = 0
        var classDepth = 0
        while index < pattern.count {
            let byte = pattern[index]
            let next = index + 1 < pattern.count ? pattern[index + 1] : 0
            switch byte {
            case UInt8(ascii: "\\"):
                index = try escape(pattern, index, into: &result)
                continue
            case UInt8(ascii: "[") where classDepth > 0:
                throw refused("a class inside a class", hint: "Write \\[ for the bracket itself.")
            case UInt8(ascii: "["):
                classDepth = 1
                result.append(byte)
                index += 1
                if index < pattern.count, pattern[index] == UInt8(ascii: "^") {
                    result.append(pattern[index])
                    index += 1
                }
                if index < pattern.count, pattern[index] == UInt8(ascii: "]") {
                    throw refused("] as the first character of a class", hint: "Write \\].")
                }
                continue
            case UInt8(ascii: "]") where classDepth > 0: classDepth = 0
            case UInt8(ascii: "&") where classDepth > 0 && next == byte:
                throw refused(
                    "the intersection && of classes", hint: "Use a lookahead: (?=[…])[…].")
            case UInt8(ascii: "(") where classDepth == 0:
                if next == UInt8(ascii: "*") { throw refused("(*…") }
                if next == UInt8(ascii: "?") { try group(pattern, index + 2) }
            default: break
            }
            result.append(byte)
            index += 1
        }
        return result
    }

    private static func refused(_ what: String, hint: String? = nil) -> RegexFailure {
        RegexFailure(message: "\(what) is not supported", hint: hint)
    }

    /// Copies an escape and returns the place behind it.
    private static func escape(
        _ pattern: [UInt8], _ start: Int, into result: inout [UInt8]
    ) throws(RegexFailure) -> Int {
        guard start + 1 < pattern.count else {
            throw RegexFailure(message: "\\ at its end escapes nothing")
        }
        let byte = pattern[start + 1]
        switch byte {
        case UInt8(ascii: "u"):
            let digits = pattern[(start + 2)...].prefix(4)
            guard digits.count == 4, digits.allSatisfy(isHexadecimal) else {
                throw RegexFailure(message: "\\u takes four hexadecimal digits")
            }
            result.append(contentsOf: Array("\\x{".utf8) + digits + [UInt8(ascii: "}")])
            return start + 6
        case UInt8(ascii: "Q"):
            // Up to \E, or to the end, nothing has a meaning.
            var index = start + 2
            while index < pattern.count, !pattern[index...].starts(with: Array("\\E".utf8)) {
                index += 1
            }
            let end = min(index + 2, pattern.count)
            result.append(contentsOf: pattern[start..<end])
            return end
        case UInt8(ascii: "p"), UInt8(ascii: "P"):
            return try property(pattern, start, into: &result)
        default: break
        }
        let isLetter = (65...90).contains(byte & ~32)
        if isLetter, !Array("tnrfaedDsSwWbBAGzZkxcvVhHR".utf8).contains(byte) {
            let letter = String(decoding: [byte], as: UTF8.self)
            throw refused("\\\(letter)")
        }
        result.append(contentsOf: [92, byte])
        return start + 2
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }

    /// Java's names of ASCII classes as PCRE2 writes them.
    private static let asciiProperties: [String: String] = [
        "Lower": "a-z", "Upper": "A-Z", "Alpha": "a-zA-Z", "Digit": "0-9", "Alnum": "a-zA-Z0-9",
        "Space": "\\t\\n\\x0B\\f\\r ", "Blank": " \\t", "XDigit": "0-9a-fA-F",
        "ASCII": "\\x00-\\x7F", "Punct": "!-\\/:-@\\[-`{-~",
    ]

    private static func property(
        _ pattern: [UInt8], _ start: Int, into result: inout [UInt8]
    ) throws(RegexFailure) -> Int {
        let isNegated = pattern[start + 1] == UInt8(ascii: "P")
        guard start + 2 < pattern.count, pattern[start + 2] == UInt8(ascii: "{") else {
            let end = min(start + 3, pattern.count)
            result.append(contentsOf: pattern[start..<end])
            return end
        }
        guard let close = pattern[start...].firstIndex(of: UInt8(ascii: "}")) else {
            throw RegexFailure(message: "\\p{ has no end")
        }
        let name = String(decoding: pattern[(start + 3)..<close], as: UTF8.self)
        if let range = asciiProperties[name] {
            let isInClass = result.last.map { $0 != 0 } == true && openClass(result)
            if isInClass, isNegated { throw refused("\\P{\(name)} in a class") }
            let text = isInClass ? range : (isNegated ? "[^" : "[") + range + "]"
            result.append(contentsOf: text.utf8)
        } else {
            let known = name.hasPrefix("Is") ? String(name.dropFirst(2)) : name
            result.append(contentsOf: (isNegated ? "\\P{" : "\\p{").utf8)
            result.append(contentsOf: known.utf8)
            result.append(UInt8(ascii: "}"))
        }
        return close + 1
    }

    /// Whether what is written so far ends inside of a class.
    private static func openClass(_ bytes: [UInt8]) -> Bool {
        var isOpen = false
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 92: index += 1
            case UInt8(ascii: "["): isOpen = true
            case UInt8(ascii: "]"): isOpen = false
            default: break
            }
            index += 1
        }
        return isOpen
    }

    /// Checks what follows `(?`.
    private static func group(
        _ pattern: [UInt8], _ start: Int
    ) throws(RegexFailure) {
        let rest = Array(pattern[min(start, pattern.count)...].prefix(3))
        guard let first = rest.first else { return }
        let second = rest.count > 1 ? rest[1] : 0
        switch first {
        case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: ">"): return
        case UInt8(ascii: "<"):
            if second == UInt8(ascii: "=") || second == UInt8(ascii: "!") { return }
            if (65...90).contains(second & ~32) { return }
        case UInt8(ascii: "i"), UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "x"),
            UInt8(ascii: "-"):
            let flags = pattern[start...].prefix { Array("imsx-".utf8).contains($0) }
            let end = start + flags.count
            if end < pattern.count, pattern[end] == 58 || pattern[end] == 41 { return }
        default: break
        }
        throw refused("(?" + String(decoding: rest.prefix(1), as: UTF8.self))
    }

    /// Named groups in the order of their opening, numbered among all groups.
    static func groupNames(_ pattern: [UInt8]) -> [String: Int] {
        var names: [String: Int] = [:]
        var number = 0
        var isClass = false
        var index = 0
        while index < pattern.count {
            let rest = pattern[index...]
            if rest.starts(with: Array("\\Q".utf8)) {
                while index < pattern.count, !pattern[index...].starts(with: Array("\\E".utf8)) {
                    index += 1
                }
            } else if pattern[index] == 92 {
                index += 1
            } else if pattern[index] == UInt8(ascii: "[") {
                isClass = true
            } else if pattern[index] == UInt8(ascii: "]") {
                isClass = false
            } else if pattern[index] == UInt8(ascii: "("), !isClass {
                let isSpecial = index + 1 < pattern.count && pattern[index + 1] == 63
                let named = Array(rest.dropFirst(3).prefix { $0 != UInt8(ascii: ">") })
                let isNamed =
                    isSpecial && rest.count > 3 && rest[index + 2] == UInt8(ascii: "<")
                    && (65...90).contains(rest[index + 3] & ~32)
                if !isSpecial || isNamed { number += 1 }
                if isNamed { names[String(decoding: named, as: UTF8.self)] = number }
            }
            index += 1
        }
        return names
    }
}
