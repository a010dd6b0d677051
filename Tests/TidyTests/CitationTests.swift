import Foundation
import Testing

/// What comments cite must be there: pages of the project, their headings, the numbers of the
/// specifications. A page of somebody else's must have its address in one of ours.
@Suite("Citations")
struct CitationTests {
    private static let folder = "docs/specification"

    /// The text of each page of the specifications, by its path.
    private static let pages: [String: String] = Dictionary(
        uniqueKeysWithValues: Project.files(under: [folder]).compactMap { path in
            Project.text(path).map { (path, $0) }
        })

    /// Which page says what a number means, by the number's letter.
    private static let numbered: [Character: String] = [
        "S": "dimensions.md", "P": "window.md", "Q": "quality.md",
    ]

    /// `S01`, `P7`: the first cells of the pages' tables.
    private static let numbers: Set<String> = Set(
        numbered.values.flatMap { page -> [String] in
            (pages[folder + "/" + page] ?? "").split(separator: "\n").compactMap { line in
                let cell = line.dropFirst(2).prefix { $0 != " " }
                return line.hasPrefix("| ") && isNumber(cell) ? String(cell) : nil
            }
        })

    private static func isNumber(_ word: some StringProtocol) -> Bool {
        guard let letter = word.first, let page = numbered[letter], (2...3).contains(word.count)
        else { return false }
        // S01 has two digits always, so that a name like S1 is none.
        if page != "window.md", word.count != 3 { return false }
        return word.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    }

    @Test("pages that comments cite are there, and so are their headings")
    func cited() throws {
        for file in Project.swiftFiles {
            for (index, line) in file.lines.enumerated() {
                guard let comment = CitationTests.comment(line) else { continue }
                for problem in CitationTests.problems(comment) {
                    Issue.record("\(file.place(index)): \(problem)")
                }
            }
        }
        for path in Project.files(under: ["Tests", "deploy", "sql"])
        where path.hasSuffix(".py") || path.hasSuffix(".sh") || path.hasSuffix(".sql") {
            let text = Project.text(path) ?? ""
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            {
                guard let start = line.range(of: "# ") ?? line.range(of: "-- ") else { continue }
                for problem in CitationTests.problems(line[start.upperBound...]) {
                    Issue.record("\(path):\(index + 1): \(problem)")
                }
            }
        }
    }

    @Test("numbers of the specifications that comments and tests cite are defined there")
    func numbers() {
        #expect(CitationTests.numbers.count > 70)
        for file in Project.swiftFiles {
            for (index, line) in file.lines.enumerated() {
                let names = line.contains("@Test(") || line.contains("id: \"") ? line : nil
                guard let text = CitationTests.comment(line) ?? names else { continue }
                for word in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
                where CitationTests.isNumber(word) && !CitationTests.numbers.contains(String(word))
                {
                    Issue.record("\(file.place(index)): no specification defines \(word)")
                }
            }
        }
    }

    @Test("tests and files that the specifications name are there")
    func named() {
        let names = Set(
            Project.files(under: ["Sources", "Tests"]).compactMap {
                $0.split(separator: "/").last.map(String.init)
            })
        for (path, text) in CitationTests.pages.sorted(by: { $0.key < $1.key }) {
            let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
            for (index, piece) in pieces.enumerated() where !index.isMultiple(of: 2) {
                let isSuite = piece.hasSuffix("Tests") && piece.allSatisfy(\.isLetter)
                let isFile = [".py", ".swift"].contains { piece.hasSuffix($0) }
                guard isSuite || isFile, !piece.contains("*"), !piece.contains("/") else {
                    continue
                }
                if !names.contains(isSuite ? piece + ".swift" : String(piece)) {
                    Issue.record("\(path): there is no \(piece)")
                }
            }
        }
    }

    @Test("a citation that leads nowhere is noticed")
    func noticed() {
        let good = "see docs/specification/delta.md#commit and Encodings.md, \"Plain\""
        #expect(CitationTests.problems(good[...]).isEmpty)
        for bad in ["docs/specification/delta.md#nowhere", "design/nowhere.md", "delta.md"] {
            #expect(CitationTests.problems(bad[...]).count == 1, "\(bad)")
        }
        #expect(CitationTests.comment("    let page = \"delta.md\"") == nil)
    }

    /// The comment of a line of Swift; nil where it has none.
    private static func comment(_ line: Substring) -> Substring? {
        let text = line.drop { $0 == " " }
        if text.hasPrefix("//") { return text }
        guard let start = line.range(of: "  // ") else { return nil }
        return line[start.upperBound...]
    }

    /// What is wrong with the pages that a comment cites.
    private static func problems(_ comment: Substring) -> [String] {
        let words = comment.split { character in
            !character.isLetter && !character.isNumber && !"./_-#".contains(character)
        }
        return words.compactMap { word in
            let parts = word.split(separator: "#", omittingEmptySubsequences: false)
            guard let path = parts.first, path.hasSuffix(".md"), !path.contains(".bench/") else {
                return nil
            }
            if Project.exists(String(path)) {
                guard parts.count == 2 else { return nil }
                var anchor = parts[1]
                while let last = anchor.last, ".-".contains(last) { anchor.removeLast() }
                let anchors = DocumentTests.anchors(Project.text(String(path)) ?? "")
                return anchors.contains(String(anchor)) ? nil : "\(path) has no heading #\(anchor)"
            }
            // Somebody else's: a page of ours must say where it is.
            let isPublished =
                !path.contains("/") && pages.values.contains { $0.contains("/\(path))") }
            return isPublished ? nil : "\(path) is not there"
        }
    }
}
