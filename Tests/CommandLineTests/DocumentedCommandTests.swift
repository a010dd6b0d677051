import CommandLine
import Foundation
import Testing

/// The commands that documents, units and scripts tell people to type.
@Suite("Documented commands")
struct DocumentedCommandTests {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The command lines in a file: after `$ `, `&& `, a folder, a cron job's user, a variable, at
    /// the start of a line; and the demo's `run …`.
    private static func commands(_ path: String) throws -> [String] {
        let text = try String(contentsOf: project.appending(path: path), encoding: .utf8)
        let command = /(?:^|^\$ |&& |bin\/|[*0-9] +sluice |^[A-Z_]+=[^ ]* )sluice ([a-z].*)/
        var isFenced = false
        return text.split(separator: "\n").compactMap { line in
            if line.hasPrefix("```") { isFenced.toggle() }
            // Prose may begin a line with the program's name.
            if path.hasSuffix(".md"), !isFenced { return nil }
            let words = line.firstMatch(of: command)?.1 ?? line.firstMatch(of: /^run ([a-z].*)/)?.1
            return words.map { String($0.prefix { $0 != "#" && $0 != ">" && $0 != "|" }) }
        }
    }

    /// Words as a shell makes them of what stands in these files: quotes and variables.
    private static func words(_ command: String) -> [String] {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        for character in command {
            if character == "\"" {
                isQuoted.toggle()
                word = word ?? ""
            } else if character == " ", !isQuoted {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + [word].compactMap(\.self)
    }

    @Test(
        "every command that is written down is understood",
        arguments: [
            ("README.md", 10), ("docs/tour.md", 9), ("docs/steward.md", 10),
            ("docs/operating.md", 7), ("deploy/crontab.example", 4),
            ("deploy/sluice.service", 1), ("deploy/demo.sh", 20),
        ])
    func understood(path: String, atLeast: Int) throws {
        let commands = try DocumentedCommandTests.commands(path)
        #expect(commands.count >= atLeast, "\(path): \(commands)")
        for command in commands {
            var words = DocumentedCommandTests.words(command)
            // A number stands where the demo has a variable.
            words = words.map { $0 == "$port" ? "3306" : $0 }
            #expect(throws: Never.self, "\(path): sluice \(command)") {
                try parsed(words)
            }
        }
    }

    @Test("what the prose of a document calls a command is one, with such options")
    func mentioned() throws {
        let docs = DocumentedCommandTests.project.appending(path: "docs")
        let pages = try FileManager.default.contentsOfDirectory(atPath: docs.path)
            .filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }
        var count = 0
        for path in pages + ["README.md", "CHANGELOG.md"] {
            let text = try String(
                contentsOf: DocumentedCommandTests.project.appending(path: path), encoding: .utf8)
            // `sluice quarantine report|show` names several at once.
            for match in text.matches(of: /`sluice ([a-z][^`|]*)`/) {
                count += 1
                let words = DocumentedCommandTests.words(String(match.1))
                do throws(Failure) {
                    _ = try parsed(words)
                } catch
                    where error.message.contains("there is no such")
                    || error.message.contains("has no such option")
                {
                    Issue.record("\(path): \(match.0): \(error.message)")
                } catch {}
            }
        }
        #expect(count > 30)
    }

    @Test("what a tour shows, the demo runs", arguments: ["README.md", "docs/tour.md"])
    func toured(path: String) throws {
        let text = try String(
            contentsOf: DocumentedCommandTests.project.appending(path: path), encoding: .utf8)
        let shown = text.split(separator: "\n").compactMap { line in
            line.hasPrefix("$ sluice ") ? String(line.dropFirst(9)) : nil
        }
        // The demo looks its ids and its port up.
        let run = Set(
            try DocumentedCommandTests.commands("deploy/demo.sh").map {
                $0.replacing("\"${id:0:8}\"", with: "30e2b611")
                    .replacing(" --port \"$port\"", with: "")
            })
        #expect(shown.count >= 7)
        for command in shown where !run.contains(command) {
            Issue.record("\(path): the demo does not run: sluice \(command)")
        }
    }
}
