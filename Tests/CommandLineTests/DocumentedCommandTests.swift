import CommandLine
import Foundation
import Testing

/// The commands that documents, units and scripts tell people to type.
@Suite("Documented commands")
struct DocumentedCommandTests {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The command lines in a file: after `$ `, `&& `, a folder, a cron job's user, at the start
    /// of a line; and the demo's `run …`.
    private static func commands(_ path: String) throws -> [String] {
        let text = try String(contentsOf: project.appending(path: path), encoding: .utf8)
        let command = /(?:^|^\$ |&& |bin\/|[*0-9] +sluice )sluice ([a-z].*)/
        return text.split(separator: "\n").compactMap { line in
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
            ("README.md", 15), ("deploy/crontab.example", 4), ("deploy/sluice.service", 1),
            ("deploy/demo.sh", 20),
        ])
    func understood(path: String, atLeast: Int) throws {
        let commands = try DocumentedCommandTests.commands(path)
        #expect(commands.count >= atLeast, "\(path): \(commands)")
        for command in commands {
            var words = DocumentedCommandTests.words(command)
            // A number stands where the demo has a variable.
            words = words.map { $0 == "$port" ? "3306" : $0 }
            #expect(throws: Never.self, "\(path): sluice \(command)") {
                try ArgumentParser.parse(words, version: "0")
            }
        }
    }
}
