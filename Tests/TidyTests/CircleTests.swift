import Testing

/// Between the folders of a target the arrows point one way, as between targets.
@Suite("Circles")
struct CircleTests {
    @Test("folders of a target do not use each other in a circle")
    func folders() {
        for target in Project.targets.sorted() {
            let files = Project.sources.filter { $0.target == target }
            for circle in FolderUses(files).circles {
                Issue.record("Sources/\(target): \(circle)")
            }
        }
    }

    @Test("a circle is found where there is one, and texts and comments make none")
    func control() {
        let files = [
            SourceFile("Sources/X/A/One.swift", text: "struct One { var two: Two }"),
            SourceFile("Sources/X/B/Two.swift", text: "public struct Two {}\n// One is above"),
            SourceFile("Sources/X/B/Text.swift", text: "let text = \"One of many\""),
        ]
        #expect(FolderUses(files).circles.isEmpty)
        let back = SourceFile("Sources/X/B/Back.swift", text: "func back() -> [One] { [] }")
        let circles = FolderUses(files + [back]).circles
        #expect(circles.count == 1)
        #expect(circles.first?.contains("B uses One of A") == true)
    }
}

/// Which folders of one target use which types of its other folders. Files beside the folders are
/// a folder of their own, `.`.
struct FolderUses {
    /// By folder the folders it uses, each with a type that shows it.
    private var uses: [String: [String: String]] = [:]

    init(_ files: [SourceFile]) {
        let folders = Set(files.map(FolderUses.folder))
        guard folders.count > 1 else { return }
        let words = files.map { file in (FolderUses.folder(file), FolderUses.words(file)) }
        var homes: [String: String] = [:]
        for file in files {
            for name in FolderUses.declared(file) { homes[name] = FolderUses.folder(file) }
        }
        for (folder, words) in words {
            for word in words {
                guard let home = homes[word], home != folder else { continue }
                uses[folder, default: [:]][home] = word
            }
        }
    }

    /// Pairs of folders that reach each other, as sentences.
    var circles: [String] {
        let reached = Dictionary(
            uniqueKeysWithValues: uses.keys.map { ($0, reachable(from: $0)) })
        return uses.keys.sorted().flatMap { from in
            (uses[from] ?? [:]).sorted { $0.key < $1.key }.compactMap { to, type in
                guard from > to, reached[to]?.contains(from) == true else { return nil }
                return "\(from) uses \(type) of \(to), which uses \(from) in turn"
            }
        }
    }

    private func reachable(from folder: String) -> Set<String> {
        var found: Set<String> = []
        var waiting = [folder]
        while let next = waiting.popLast() {
            for other in (uses[next] ?? [:]).keys where found.insert(other).inserted {
                waiting.append(other)
            }
        }
        return found
    }

    private static func folder(_ file: SourceFile) -> String {
        let parts = file.path.split(separator: "/")
        return parts.count > 3 ? String(parts[2]) : "."
    }

    /// Names of the types that a file declares outside of others.
    private static func declared(_ file: SourceFile) -> [String] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        return file.lines.compactMap { line in
            guard let first = line.first, first != " " else { return nil }
            let words = line.split(separator: " ")
            guard let kind = words.firstIndex(where: kinds.contains), kind + 1 < words.count
            else { return nil }
            return String(words[kind + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        }
    }

    /// The words of a file's code that begin with a capital letter; those in texts are left out
    /// but for what is put into them.
    private static func words(_ file: SourceFile) -> Set<String> {
        var found: Set<String> = []
        var isInText = false
        for line in file.lines {
            let code = SourceFile.code(line)
            if code.contains("\"\"\"") {
                isInText.toggle()
                continue
            }
            if isInText { continue }
            for (index, part) in code.split(separator: "\"", omittingEmptySubsequences: false)
                .enumerated()
            where index % 2 == 0 || part.contains("\\(") {
                for word in part.utf8.split(whereSeparator: { !isOfName($0) }) {
                    guard let first = word.first, 65...90 ~= first else { continue }
                    found.insert(String(Substring(word)))
                }
            }
        }
        return found
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 95, 97...122: true
        default: false
        }
    }
}
