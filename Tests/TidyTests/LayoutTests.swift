import Foundation
import Testing

/// Sizes that keep a file readable.
@Suite("Layout")
struct LayoutTests {
    private static let columnLimit = 100
    private static let fileLimit = 400
    private static let functionLimit = 70

    @Test("no line is longer than 100 columns, but for data and programs that tests quote")
    func columns() {
        for file in Project.swiftFiles {
            var isQuoted = false
            for (index, line) in file.lines.enumerated() {
                if line.count > LayoutTests.columnLimit
                    && !(isQuoted && file.path.hasPrefix("Tests/"))
                {
                    Issue.record("\(file.place(index)): \(line.count) columns")
                }
                let marks = line.split(separator: "\"\"\"", omittingEmptySubsequences: false)
                if marks.count.isMultiple(of: 2) { isQuoted.toggle() }
            }
        }
    }

    @Test("no file is longer than 400 lines, and none is empty")
    func files() {
        for file in Project.swiftFiles {
            let count = file.lines.count - 1
            if count > LayoutTests.fileLimit { Issue.record("\(file.path): \(count) lines") }
            let code = file.lines.filter {
                !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("//")
            }
            if code.isEmpty { Issue.record("\(file.path): nothing in it") }
        }
    }

    @Test("no function is longer than 70 lines")
    func functions() {
        for file in Project.swiftFiles {
            for (index, count) in LayoutTests.bodies(file.lines)
            where count > LayoutTests.functionLimit {
                Issue.record("\(file.place(index)): a function of \(count) lines")
            }
        }
    }

    @Test("the measure of functions sees bodies, signatures of several lines and requirements")
    func measure() {
        let text = """
            protocol P {
                func required(
                    a: Int
                ) -> Int
                init()
            }
            struct S {
                func one() { two() }
                @inlinable
                public static func two(
                    a: Int
                ) throws -> Int {
                    if a > 0 {
                        return 1
                    }
                    return 2
                }
                init?(x: Int) {
                    return nil
                }
            }
            """
        let found = LayoutTests.bodies(text.split(separator: "\n"))
        #expect(found.map { [$0.index, $0.count] } == [[9, 4], [17, 1]])
    }

    /// Where functions begin and how many lines their bodies have. The formatter puts the closing
    /// brace under the declaration's first letter, so indentation tells where a body ends.
    private static func bodies(_ lines: [Substring]) -> [(index: Int, count: Int)] {
        var found: [(index: Int, count: Int)] = []
        for (index, line) in lines.enumerated() where isFunction(line) {
            let indent = line.prefix { $0 == " " }.count
            var open: Int?
            for (next, line) in lines[index...].enumerated() {
                let isLevel = line.prefix { $0 == " " }.count == indent && !line.isEmpty
                let word = line.dropFirst(indent)
                if let start = open, isLevel, word.hasPrefix("}") {
                    found.append((index, next - start - 1))
                    break
                }
                if open == nil, line.hasSuffix("{") {
                    open = next
                } else if open == nil,
                    line.hasSuffix("}")
                        || next > 0 && isLevel && !word.hasPrefix(")") && !word.hasPrefix("{")
                        || !isLevel && !line.isEmpty
                            && line.prefix(while: { $0 == " " }).count < indent
                {
                    break
                }
            }
        }
        return found
    }

    private static func isFunction(_ line: Substring) -> Bool {
        let modifiers: Set<Substring> = [
            "public", "private", "package", "internal", "fileprivate", "static", "mutating",
            "borrowing", "consuming", "override", "final", "convenience", "required",
            "nonisolated", "class",
        ]
        let words = line.split(separator: " ").drop {
            modifiers.contains($0) || $0.hasPrefix("@")
        }
        guard let first = words.first else { return false }
        return first == "func" || first == "deinit" || first.hasPrefix("init(")
            || first.hasPrefix("init?(") || first.hasPrefix("init<")
            || first.hasPrefix("subscript(")
    }

    @Test("every folder of Tests that holds Swift files is a target: none is left out of the build")
    func testFolders() throws {
        let manifest = try #require(Project.text("Package.swift"))
        // The support targets are declared with their path.
        let supports = ["EntityTestSupport", "LakeTestSupport", "TestSupport", "Fuzz"].filter {
            manifest.contains("path: \"Tests/\($0)\"")
        }
        let declared = Set(Manifest(manifest).testTargets.map(\.name) + supports)
        let folders = Set(
            Project.swiftFiles.filter { $0.path.hasPrefix("Tests/") }.map {
                String($0.path.split(separator: "/")[1])
            })
        #expect(folders.count > 15)
        for folder in folders.subtracting(declared).sorted() {
            Issue.record("Tests/\(folder) is no target of Package.swift: its tests never run")
        }
        for target in declared.subtracting(folders).sorted() {
            Issue.record(
                "Package.swift declares \(target), but Tests/\(target) holds no Swift file")
        }
    }

    @Test("every target of Sources has tests")
    func testTargets() throws {
        let manifest = try #require(Project.text("Package.swift"))
        let tests = Manifest(manifest).testTargets
        for target in Project.targets.sorted() where !ReachedByOthers.targets.keys.contains(target)
        {
            let own = tests.filter { $0.name.hasPrefix(target) && $0.dependencies.contains(target) }
            if own.isEmpty { Issue.record("Sources/\(target) has no test target of its own") }
        }
        for (target, reason) in ReachedByOthers.targets.sorted(by: { $0.key < $1.key }) {
            #expect(!reason.isEmpty && Project.targets.contains(target), "\(target) is listed")
        }
    }

    /// Targets without a test target of their own, and why.
    private enum ReachedByOthers {
        static let targets = [
            "Source": "a protocol and plain values; its two sides are tested in MySQL and Extract",
            "sluice": "CommandLineTests read its table of commands; the integration tests run it",
        ]
    }
}
