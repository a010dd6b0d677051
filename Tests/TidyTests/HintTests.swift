import Testing

/// What errors tell people to do, in one voice: sentences that begin with a capital, a command in
/// backquotes or a name in quotes, and end with a full stop or a question mark.
@Suite("Hints")
struct HintTests {
    @Test("every hint of the sources is a sentence")
    func sentences() {
        var count = 0
        for file in Project.sources {
            for sentence in HintScanner(file.lines.map(String.init)).sentences {
                count += 1
                if let problem = HintTests.problem(sentence.pieces) {
                    let text = sentence.pieces.map { $0 ?? "…" }.joined()
                    Issue.record("\(file.place(sentence.line)): \(problem): \(text)")
                }
            }
        }
        #expect(count > 200)
    }

    /// The pieces of a text: literals, nil for anything computed.
    private static func problem(_ pieces: [String?]) -> String? {
        guard let first = pieces.first ?? nil, let begin = first.first else {
            return "begins with no letter of its own"
        }
        guard let last = pieces.last ?? nil, let end = last.last else { return "has no end" }
        if !begin.isUppercase, !"`'$\\".contains(begin) { return "begins without a capital" }
        return ".?!".contains(end) ? nil : "ends without a full stop"
    }

    @Test("the scanner sees what it is to judge")
    func scanner() {
        let source = """
            hint: isOne ? "One." : near.map { "did \\($0 + "x")" } ?? "two: " + names.joined(
                separator: ", "), exitCode: 2)
            error.hint =
                "Three "
                + "four."
            let hint: String? = nil
            """
        let lines = source.split(separator: "\n").map(String.init)
        let found = HintScanner(lines).sentences.map { sentence in
            // Names of computed pieces come letter by letter.
            sentence.pieces.reduce(into: [String?]()) { pieces, piece in
                if piece != nil || pieces.last != .some(nil) { pieces.append(piece) }
            }
        }
        #expect(found == [["One."], ["did \\($0 + \"x\")"], ["two: ", nil], ["Three ", "four."]])
        #expect(found.map { HintTests.problem($0) == nil } == [true, false, false, true])
    }
}

/// Finds the texts given as `hint:` or assigned to a `hint`, branch by branch.
struct HintScanner {
    struct Sentence {
        /// From 0.
        var line: Int
        var pieces: [String?]
    }

    private let text: [Character]
    private(set) var sentences: [Sentence] = []

    init(_ lines: [String]) {
        // Comments are blanked, so that their quotes open nothing.
        text = Array(
            lines.map { $0.drop { $0 == " " }.hasPrefix("//") ? "" : $0 }.joined(separator: "\n"))
        for start in text.indices where isHint(start) {
            let isArgument = text[start + 4] == ":"
            var position = start + (isArgument ? 5 : 6)
            while position < text.count, text[position].isWhitespace { position += 1 }
            // A hint within a text that shows it.
            if text[position] == "\\" { continue }
            if text[position...].starts(with: "String? =\n") {
                position += 10
                scan(position, until: end(position, isArgument: false))
                continue
            }
            if text[position...].starts(with: "String") { continue }
            scan(position, until: end(position, isArgument: isArgument))
        }
    }

    /// `hint:` or `hint =` that gives a text; `if let hint = …` reads one.
    private func isHint(_ start: Int) -> Bool {
        guard text[start...].starts(with: "hint"), start + 6 < text.count else { return false }
        if start > 0, text[start - 1].isLetter || text[start - 1] == "\"" { return false }
        let before = String(text[max(0, start - 7)..<start])
        if before.hasSuffix("if let ") { return false }
        return text[start + 4] == ":"
            || text[start + 4] == " " && text[start + 5] == "="
                && text[start + 6] != "="
    }

    /// Whether the next branch of a `switch` begins on the line behind.
    private func isCase(_ position: Int) -> Bool {
        guard text[position] == "\n" else { return false }
        let line = text[position...].drop { $0.isWhitespace }
        return line.starts(with: "case ") || line.starts(with: "default:")
    }

    /// Where the expression that begins at `start` ends.
    private func end(_ start: Int, isArgument: Bool) -> Int {
        var depth = 0
        var position = start
        while position < text.count {
            let character = text[position]
            if character == "\"" {
                position = endOfLiteral(position)
                continue
            }
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) {
                if depth == 0 { return position }
                depth -= 1
            }
            if depth == 0, isArgument, character == "," { return position }
            if depth == 0, !isArgument, text[position...].starts(with: " else {") {
                return position
            }
            if depth == 0, !isArgument, character == "\n" {
                let next = text[position...].first { !$0.isWhitespace }
                if let next, !"+?:.".contains(next) { return position }
            }
            position += 1
        }
        return position
    }

    /// Behind the literal that opens at `start`.
    private func endOfLiteral(_ start: Int) -> Int {
        var position = start + 1
        while position < text.count, text[position] != "\"" {
            if text[position] == "\\", position + 1 < text.count, text[position + 1] == "(" {
                position = closing(position + 1)
            } else {
                position += text[position] == "\\" ? 2 : 1
            }
        }
        return position + 1
    }

    /// Behind the bracket that closes the one at `start`.
    private func closing(_ start: Int) -> Int {
        var depth = 0
        var position = start
        while position < text.count {
            let character = text[position]
            if character == "\"" {
                position = endOfLiteral(position)
                continue
            }
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            position += 1
            if depth == 0 { return position }
        }
        return position
    }

    /// Gathers the branches of an expression; those in closures and brackets of their own first.
    private mutating func scan(_ start: Int, until end: Int) {
        var pieces: [String?] = []
        var position = start
        func finish() {
            defer { pieces = [] }
            guard pieces.contains(where: { $0 != nil }) else { return }
            let line = text[..<start].count { $0 == "\n" }
            sentences.append(Sentence(line: line, pieces: pieces))
        }
        while position < end {
            let character = text[position]
            if character == "\"" {
                let close = endOfLiteral(position)
                pieces.append(String(text[(position + 1)..<(close - 1)]))
                position = close
            } else if "([{".contains(character) {
                let close = closing(position)
                let isCall =
                    character == "(" && position > start
                    && (text[position - 1].isLetter || text[position - 1].isNumber)
                if !isCall { scan(position + 1, until: close - 1) }
                pieces.append(nil)
                position = close
            } else if character == "?" || character == ":" || isCase(position) {
                finish()
                position += 1
            } else {
                if character.isLetter { pieces.append(nil) }
                position += 1
            }
        }
        finish()
    }
}
