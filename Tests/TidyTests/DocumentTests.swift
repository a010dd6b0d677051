import Foundation
import Testing

/// The documents at the top level and in docs.
@Suite("Documents")
struct DocumentTests {
    private static let top = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]

    private static let documents =
        top + ["CONTRIBUTING.md"].filter(Project.exists)
        + Project.files(under: ["docs"]).filter { $0.hasSuffix(".md") }

    /// The user's pages: README.md and those of docs that it leads to.
    private static var guide: [String] {
        let text = Project.text("README.md") ?? ""
        let pages = text.split(separator: "\n").flatMap(targets).filter {
            $0.hasPrefix("docs/") && $0.hasSuffix(".md")
        }
        return ["README.md"] + Set(pages.map(String.init)).sorted()
    }

    @Test(
        "what belongs to the top level is there",
        arguments: top + [
            "LICENSE", "Makefile", ".ci/run", ".gitignore", ".swift-format", "Package.swift",
            "agent.conf.example", "sql/grants.sql", "sql/state.sql", "deploy", "docs",
        ])
    func present(path: String) { #expect(Project.exists(path), "\(path) is missing") }

    @Test("links inside the project lead somewhere", arguments: documents)
    func links(document: String) throws {
        let text = try #require(Project.text(document), "\(document) is missing")
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            for target in DocumentTests.targets(line)
            where !target.contains("://") && !target.hasPrefix("mailto:") {
                let place = "\(document):\(index + 1)"
                let parts = target.split(
                    separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let path =
                    parts[0].isEmpty
                    ? document : DocumentTests.resolved(parts[0], from: document)
                guard Project.exists(path) else {
                    Issue.record("\(place): \(path) is not there")
                    continue
                }
                guard parts.count == 2 else { continue }
                let anchors = DocumentTests.anchors(Project.text(path) ?? "")
                if !anchors.contains(String(parts[1])) {
                    Issue.record("\(place): \(path) has no heading for #\(parts[1])")
                }
            }
        }
    }

    @Test("the readme is short, and its pages and it are set for 100 columns")
    func size() throws {
        let pages = DocumentTests.guide
        #expect(pages.count > 8, "\(pages)")
        for page in pages {
            let lines = try #require(Project.text(page), "\(page) is missing").split(
                separator: "\n", omittingEmptySubsequences: false)
            if page == "README.md" { #expect(lines.count <= 250) }
            var isFenced = false
            for (index, line) in lines.enumerated() {
                if line.hasPrefix("```") { isFenced.toggle() }
                // Tables and what a terminal shows cannot be broken.
                if !isFenced, !line.hasPrefix("|"), line.count > 100 {
                    Issue.record("\(page):\(index + 1): \(line.count) columns")
                }
            }
        }
    }

    /// A link's path as seen from the root.
    private static func resolved(_ path: Substring, from document: String) -> String {
        var parts = document.split(separator: "/").dropLast().map(String.init)
        for part in path.split(separator: "/") where part != "." {
            if part == "..", !parts.isEmpty {
                parts.removeLast()
            } else {
                parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }

    /// The targets of `[text](target)` in a line.
    private static func targets(_ line: Substring) -> [Substring] {
        line.split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap {
            let target = $0.prefix { $0 != ")" && $0 != " " }
            return target.isEmpty ? nil : target
        }
    }

    /// The anchors that a renderer gives the headings.
    static func anchors(_ text: String) -> Set<String> {
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
