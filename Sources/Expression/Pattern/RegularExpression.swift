private import CPCRE2

/// A compiled regular expression of the part of the language that Java's `java.util.regex` and
/// PCRE2 share (`RegexDialect` refuses the rest), owned by this file alone.
///
/// Matching ends with an error after `matchLimit` steps, so that no pattern runs on for ever.
/// Differences to Java that remain: `(?i)` folds all of Unicode, Java's only ASCII; `\b` knows
/// ASCII letters only; `$` and `.` take `\n`, `\r` and `\r\n` for line ends, Java also U+0085,
/// U+2028 and U+2029.
@safe
final class RegularExpression: Sendable {
    /// Steps of backtracking that one match may take.
    private static let matchLimit: UInt32 = 2_000_000
    private static let noMatch: Int32 = -1
    private static let jitStackLimit: Int32 = -46
    private static let matchLimitReached: Int32 = -47

    /// Read-only after `init`: PCRE2 lets any number of threads match with it.
    private nonisolated(unsafe) let code: OpaquePointer
    private nonisolated(unsafe) let limits: OpaquePointer
    /// The number of groups, without the whole match.
    let groupCount: Int
    /// Named groups and their numbers.
    let groupNames: [String: Int]

    /// `dollarIsEnd` makes `$` the very end of the text, not also the place before a line feed that
    /// ends it; where `(?m)` asks for lines it is the end of each.
    init(_ pattern: [UInt8], dollarIsEnd: Bool = false) throws(RegexFailure) {
        let translated = try RegexDialect.translated(pattern)
        var status: Int32 = 0
        var place = 0
        var options =
            UInt32(PCRE2_UTF) | UInt32(PCRE2_MATCH_INVALID_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        if dollarIsEnd { options |= UInt32(PCRE2_DOLLAR_ENDONLY) }
        let settings = unsafe pcre2_compile_context_create_8(nil)
        defer { unsafe pcre2_compile_context_free_8(settings) }
        unsafe pcre2_set_newline_8(settings, UInt32(PCRE2_NEWLINE_ANYCRLF))
        let compiled = unsafe translated.withUnsafeBufferPointer { buffer in
            unsafe pcre2_compile_8(
                buffer.baseAddress, buffer.count, options, &status, &place, settings)
        }
        guard let compiled = unsafe compiled, let limits = unsafe pcre2_match_context_create_8(nil)
        else {
            throw RegexFailure(message: RegularExpression.text(status) + " (at byte \(place))")
        }
        unsafe pcre2_set_match_limit_8(limits, RegularExpression.matchLimit)
        unsafe pcre2_set_heap_limit_8(limits, 64 * 1024)
        // Without compiled code matching is slower, nothing else.
        unsafe pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
        var count: UInt32 = 0
        unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        unsafe self.code = compiled
        unsafe self.limits = limits
        groupCount = Int(count)
        groupNames = RegexDialect.groupNames(pattern)
    }

    deinit {
        unsafe pcre2_code_free_8(code)
        unsafe pcre2_match_context_free_8(limits)
    }

    private static func text(_ status: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            unsafe pcre2_get_error_message_8(status, buffer.baseAddress, buffer.count)
        }
        return String(decoding: buffer.prefix(Int(max(0, length))), as: UTF8.self)
    }

    /// What one thread matches with.
    func matcher() -> Matcher { Matcher(self) }

    /// The places of the last match, kept from one match to the next.
    @safe
    struct Matcher: ~Copyable {
        private let expression: RegularExpression
        private let block: OpaquePointer?

        fileprivate init(_ expression: RegularExpression) {
            self.expression = expression
            unsafe block = pcre2_match_data_create_from_pattern_8(expression.code, nil)
        }

        deinit { unsafe pcre2_match_data_free_8(block) }

        /// Whether the expression matches anywhere in the text.
        func matches(_ bytes: [UInt8], _ range: Range<Int>) throws(RegexFailure) -> Bool {
            try match(bytes, range, from: 0)
        }

        private func match(
            _ bytes: [UInt8], _ range: Range<Int>, from start: Int
        ) throws(RegexFailure) -> Bool {
            var status = attempt(bytes, range, start, 0)
            if status == RegularExpression.jitStackLimit {
                status = attempt(bytes, range, start, UInt32(PCRE2_NO_JIT))
            }
            if status >= 0 { return true }
            if status == RegularExpression.noMatch { return false }
            let hint: String? =
                status == RegularExpression.matchLimitReached
                ? "Nested repetitions like (a+)+ take endless time; write them as one." : nil
            throw RegexFailure(
                message: "matching was given up: \(RegularExpression.text(status))", hint: hint)
        }

        private func attempt(
            _ bytes: [UInt8], _ range: Range<Int>, _ start: Int, _ options: UInt32
        ) -> Int32 {
            unsafe bytes.withUnsafeBufferPointer { buffer in
                // An empty array has no address; PCRE2 takes any for a length of 0.
                let text = unsafe UnsafeBufferPointer(rebasing: buffer[range])
                return unsafe pcre2_match_8(
                    expression.code, text.baseAddress, text.count, start, options, block,
                    expression.limits)
            }
        }

        /// Appends the text with every match replaced.
        func replace(
            _ bytes: [UInt8], _ range: Range<Int>, _ replacement: Replacement,
            into result: inout [UInt8]
        ) throws(RegexFailure) {
            let base = range.lowerBound
            var copied = 0
            var start = 0
            while start <= range.count, try match(bytes, range, from: start) {
                guard let places = unsafe pcre2_get_ovector_pointer_8(block) else { return }
                let low = unsafe places[0]
                let high = unsafe places[1]
                // \K, which could turn them around, is refused with the pattern.
                guard low >= copied, high >= low, high <= range.count else { break }
                result.append(contentsOf: bytes[(base + copied)..<(base + low)])
                for part in replacement.parts {
                    switch part {
                    case .text(let text): result.append(contentsOf: text)
                    case .group(let number):
                        let first = unsafe places[2 * number]
                        let last = unsafe places[2 * number + 1]
                        guard first >= 0, last >= first, last <= range.count else { continue }
                        result.append(contentsOf: bytes[(base + first)..<(base + last)])
                    }
                }
                copied = high
                start = high
                if high == low {
                    // Behind an empty match the search goes on one character further.
                    start += 1
                    while start < range.count, bytes[base + start] & 0xC0 == 0x80 { start += 1 }
                }
            }
            result.append(contentsOf: bytes[(base + copied)..<range.upperBound])
        }
    }
}
