import Foundation
import Testing

/// Words that do not belong into the project.
@Suite("Words")
struct WordTests {
    /// Written in two parts so that this file passes its own test.
    private static let banned = [
        "TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK", "try" + "!", "as" + "!",
        "fatal" + "Error(", "not " + "implemented",
    ]

    private static let suffixes = ["Manager", "Helper", "Utils", "Impl", "Service"]

    @Test("Sources hold nothing unfinished and nothing that traps for convenience")
    func unfinished() {
        for file in Project.sources {
            for (index, line) in file.lines.enumerated() {
                for word in WordTests.banned where line.contains(word) {
                    Issue.record("\(file.place(index)): '\(word)'")
                }
            }
        }
    }

    @Test("types are named for what they are")
    func names() {
        for file in Project.swiftFiles {
            for (index, line) in file.lines.enumerated() {
                let words = SourceFile.code(line).split { !$0.isLetter && !$0.isNumber }
                for (word, name) in zip(words, words.dropFirst())
                where ["struct", "class", "enum", "actor", "protocol"].contains(word) {
                    if WordTests.suffixes.contains(where: { name.hasSuffix($0) }) {
                        Issue.record("\(file.place(index)): a type called \(name)")
                    }
                }
            }
        }
    }

    @Test("no text names a place of the machine it was written on")
    func places() {
        let folders = ["Sources", "Tests", "sql", "deploy", "docs", ".ci"]
        let top = [
            "README.md", "ARCHITECTURE.md", "CHANGELOG.md", "Makefile", "Package.swift",
            "agent.conf.example",
        ]
        for path in Project.files(under: folders) + top {
            guard let text = Project.text(path) else { continue }
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated() where line.contains("/wor" + "k/")
            {
                Issue.record("\(path):\(index + 1): a path of one machine")
            }
        }
    }
}
