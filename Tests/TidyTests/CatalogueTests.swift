import Testing

/// Tests/README.md, the catalogue of the tests.
@Suite("Catalogue")
struct CatalogueTests {
    /// Names in backquotes: those of the page.
    private func named() throws -> Set<String> {
        let text = try #require(Project.text("Tests/README.md"), "Tests/README.md is missing")
        let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
        return Set(pieces.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) })
    }

    @Test("every test target and every script is in the catalogue")
    func complete() throws {
        let named = try named()
        let targets = Project.swiftFiles.filter { $0.path.hasPrefix("Tests/") }.map(\.target)
        let scripts = Project.files(under: ["Tests/Integration"]).filter { path in
            path.hasSuffix(".py") && path.split(separator: "/").count == 3
        }.compactMap { $0.split(separator: "/").last.map(String.init) }
        for name in Set(targets + scripts).sorted() where !named.contains(name) {
            Issue.record("Tests/README.md does not say what \(name) proves")
        }
    }

    @Test("what the catalogue names is there")
    func there() throws {
        let files = Set(
            Project.files(under: ["Tests"]).flatMap { path in
                path.split(separator: "/").map { part in
                    part.hasSuffix(".swift") ? String(part.dropLast(6)) : String(part)
                }
            })
        let isOne = { (name: String) in
            name.hasSuffix(".py") || name.hasSuffix("Tests") || name.hasSuffix("Support")
        }
        let names = try named().filter(isOne)
        #expect(names.count > 40)
        for name in names.sorted() where !files.contains(name) {
            Issue.record("Tests/README.md: there is no \(name)")
        }
    }
}
