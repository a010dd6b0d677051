import Foundation

/// The project's own files as the tests see them.
enum Project {
    /// The folder that holds Package.swift.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Every Swift file under Sources and Tests.
    static let swiftFiles = files(under: ["Sources", "Tests"]).filter { $0.hasSuffix(".swift") }
        .map(SourceFile.init)

    /// The Swift files under Sources.
    static var sources: [SourceFile] { swiftFiles.filter { $0.path.hasPrefix("Sources/") } }

    /// Our own targets: folders of Sources with Swift files in them.
    static var targets: Set<String> { Set(sources.map(\.target)) }

    /// The text of a file of the project, or nil when it is not there or not text.
    static func text(_ path: String) -> String? {
        try? String(contentsOfFile: root + "/" + path, encoding: .utf8)
    }

    /// Whether a file or folder is there.
    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root + "/" + path)
    }

    /// Paths of all files and folders under some folders, relative to the root; what builds make
    /// is left out.
    static func files(under folders: [String]) -> [String] {
        var found: [String] = []
        for folder in folders {
            let walk = FileManager.default.enumerator(atPath: root + "/" + folder)
            while let name = walk?.nextObject() as? String {
                let hidden = name.split(separator: "/").contains { part in
                    part.hasPrefix(".") || part == "__pycache__"
                }
                let path = folder + "/" + name
                if !hidden { found.append(path) }
            }
        }
        return found.sorted()
    }
}

/// One Swift file.
struct SourceFile: Sendable {
    /// Relative to the root.
    let path: String
    let lines: [Substring]

    init(_ path: String) { self.init(path, text: Project.text(path) ?? "") }

    /// A file of that text, which need not be there.
    init(_ path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The folder right under Sources or Tests.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? String(parts[1]) : ""
    }

    /// `Sources/X/Y.swift:12`.
    func place(_ index: Int) -> String { "\(path):\(index + 1)" }

    /// The modules imported, each with its line.
    var imports: [(module: String, place: String)] {
        lines.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"),
                words[..<at].allSatisfy({
                    ["public", "private", "package", "internal", "fileprivate"].contains($0)
                        || $0.hasPrefix("@")
                }), at + 1 < words.count
            else { return nil }
            let kinds = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
            let name = kinds.contains(String(words[at + 1])) ? words.last : words[at + 1]
            return name.map { (String($0.prefix { $0 != "." }), place(index)) }
        }
    }

    /// The line's code: without a comment at its end. Texts that hold `//` are cut too, which
    /// hides at worst the rest of that line.
    static func code(_ line: Substring) -> Substring {
        guard let slashes = line.range(of: "//") else { return line }
        return line[..<slashes.lowerBound]
    }
}
