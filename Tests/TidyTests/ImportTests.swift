import Foundation
import Testing

/// Who may import whom: the table "Targets and arrows" of ARCHITECTURE.md.
@Suite("Imports")
struct ImportTests {
    /// Modules of the toolchain that Sources may import without an arrow.
    private static let toolchain: Set = ["Glibc", "Synchronization", "Dispatch", "Swift"]

    /// Target to what it may import, from the table's rows: `| `Delta` | `Parquet`, … | … |`.
    private func arrows() throws -> [String: Set<String>] {
        let text = try #require(Project.text("ARCHITECTURE.md"), "ARCHITECTURE.md is missing")
        let lines = text.split(separator: "\n")
        let start = try #require(
            lines.firstIndex { $0 == "## Targets and arrows" }, "the section is missing")
        var table: [String: Set<String>] = [:]
        for line in lines[(start + 1)...].prefix(while: { !$0.hasPrefix("## ") })
        where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { cell in
                cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                    .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            }
            try #require(cells.count >= 3 && cells[0].count == 1, "an odd row: \(line)")
            table[cells[0][0]] = Set(cells[1] + cells[2])
        }
        return table
    }

    @Test("every import follows an arrow, and every arrow is used")
    func arrowsAreKept() throws {
        let table = try arrows()
        var used: [String: Set<String>] = [:]
        for file in Project.sources {
            guard let allowed = table[file.target] else {
                Issue.record("\(file.path): the target \(file.target) is not in the table")
                continue
            }
            for (module, place) in file.imports {
                used[file.target, default: []].insert(module)
                if !allowed.contains(module) && !ImportTests.toolchain.contains(module) {
                    Issue.record("\(place): \(file.target) may not import \(module)")
                }
            }
        }
        for (target, allowed) in table.sorted(by: { $0.key < $1.key }) {
            for module in allowed.subtracting(used[target] ?? []).sorted() {
                Issue.record("ARCHITECTURE.md: \(target) does not import \(module) any more")
            }
        }
    }

    @Test("the arrows have no cycle")
    func noCycle() throws {
        var rest = try arrows()
        while let leaf = rest.first(where: { entry in entry.value.allSatisfy { rest[$0] == nil } })
        {
            rest[leaf.key] = nil
        }
        #expect(rest.isEmpty, "these import each other: \(rest.keys.sorted())")
    }

    @Test("Package.swift declares what the table says")
    func manifest() throws {
        let table = try arrows()
        let manifest = Manifest(try #require(Project.text("Package.swift")))
        #expect(Set(manifest.ownTargets.map(\.name)) == Set(table.keys))
        for target in manifest.ownTargets {
            let difference = Set(target.dependencies).symmetricDifference(table[target.name] ?? [])
            if !difference.isEmpty {
                let names = difference.sorted()
                Issue.record("Package.swift: \(target.name) differs from the table by \(names)")
            }
        }
    }

    @Test("each C library is imported by one target alone")
    func libraries() {
        var owners: [String: Set<String>] = [:]
        for file in Project.sources {
            for (module, _) in file.imports
            where Project.exists("Sources/\(module)/module.modulemap") {
                owners[module, default: []].insert(file.target)
            }
        }
        for (module, targets) in owners where targets.count > 1 {
            Issue.record("\(module) is imported by \(targets.sorted())")
        }
        #expect(!owners.isEmpty)
    }

    @Test("Sources do without Foundation")
    func foundation() {
        for file in Project.sources {
            for (module, place) in file.imports where module.hasPrefix("Foundation") {
                Issue.record("\(place): import \(module)")
            }
        }
    }

    @Test("the executable alone names the database driver")
    func driver() {
        for file in Project.sources where file.target != "sluice" {
            for (module, place) in file.imports where module == "MySQL" {
                Issue.record("\(place): import MySQL")
            }
        }
    }
}
