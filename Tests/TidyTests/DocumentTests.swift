import Foundation
import Testing

/// The documents at the top level.
@Suite("Documents")
struct DocumentTests {
    private static let documents = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]

    @Test(
        "what belongs to the top level is there",
        arguments: documents + [
            "LICENSE", "Makefile", ".ci/run", ".gitignore", ".swift-format", "Package.swift",
            "agent.conf.example", "sql/grants.sql", "sql/state.sql", "deploy",
        ])
    func present(path: String) { #expect(Project.exists(path), "\(path) is missing") }

    @Test("links inside the project lead somewhere", arguments: documents)
    func links(document: String) throws {
        let text = try #require(Project.text(document), "\(document) is missing")
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            for target in DocumentTests.targets(line) {
                let place = "\(document):\(index + 1)"
                if target.hasPrefix("#") {
                    let anchors = DocumentTests.anchors(text)
                    if !anchors.contains(String(target.dropFirst())) {
                        Issue.record("\(place): no heading for \(target)")
                    }
                } else if !target.contains("://"), !target.hasPrefix("mailto:") {
                    let path = String(target.prefix { $0 != "#" })
                    if !Project.exists(path) { Issue.record("\(place): \(path) is not there") }
                }
            }
        }
    }

    /// The targets of `[text](target)` in a line.
    private static func targets(_ line: Substring) -> [Substring] {
        line.split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap {
            let target = $0.prefix { $0 != ")" && $0 != " " }
            return target.isEmpty ? nil : target
        }
    }

    /// The anchors that a renderer gives the headings.
    private static func anchors(_ text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                String(
                    line.drop { $0 == "#" || $0 == " " }.lowercased()
                        .filter {
                            $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_"
                        }
                        .map { $0 == " " ? "-" : $0 })
            })
    }
}
