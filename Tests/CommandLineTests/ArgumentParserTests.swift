import CommandLine
import JSON
import Testing

@testable import sluice

/// What `words` come to with the commands of the program.
func parsed(_ words: [String]) throws(Failure) -> Request {
    try ArgumentParser.parse(
        words, version: "1.2.3", commands: CommandTable.commands.map(\.rule))
}

/// The command `line` asks for; its words are separated by single spaces.
func invocation(_ line: String) throws -> Invocation {
    let words = line.split(separator: " ").map(String.init)
    guard case .command(let invocation) = try parsed(words) else {
        throw Failure.usage(line, "prints instead")
    }
    return invocation
}

/// The failure of `line`, or nil when it parses.
func failure(_ line: String) -> Failure? {
    let words = line.split(separator: " ").map(String.init)
    do throws(Failure) {
        _ = try parsed(words)
        return nil
    } catch {
        return error
    }
}

/// What `line` prints instead of executing a command.
func printed(_ line: String) throws -> String? {
    let words = line.split(separator: " ").map(String.init)
    if case .print(let text) = try parsed(words) { return text }
    return nil
}

@Suite("Command line arguments")
struct ArgumentParserTests {
    @Test("values come after a space or an equals sign, options before or after the command")
    func spellings() throws {
        for line in [
            "extract --schema=S --table a --table=b --full --json --config f",
            "--json --config=f extract --full --schema S --table a --table b",
        ] {
            let found = try invocation(line)
            #expect(found.words == ["extract"])
            #expect(found[Options.schema] == "S")
            #expect(found[Options.table] == ["a", "b"])
            #expect(found[Options.full] && !found[Options.plan])
            #expect(found.isJSON && !found.isQuiet && found.configPath == "f")
            #expect(found.arguments.isEmpty)
        }
    }

    @Test("the longest command wins and the rest are arguments")
    func words() throws {
        #expect(try invocation("runs").words == ["runs"])
        let show = try invocation("runs show 01ABC")
        #expect(show.name == "runs show" && show.arguments == ["01ABC"])
        let cat = try invocation("lake cat --limit 5 bronze/S/t --format jsonl")
        #expect(cat.name == "lake cat" && cat.arguments == ["bronze/S/t"])
        #expect(cat[Options.limit] == 5 && cat[Options.rowFormat] == .jsonl)
        #expect(try invocation("lake ls").arguments.isEmpty)
        #expect(try invocation("lake cat -- --odd").arguments == ["--odd"])
        #expect(try invocation("lake cat lake").arguments == ["lake"])
    }

    @Test(
        "a wrong word is refused with exit 2 and what was meant",
        arguments: [
            ("extarct", "Did you mean 'sluice extract'?"),
            ("lake cta x", "Did you mean 'sluice lake cat'?"),
            ("runs shw x", "Did you mean 'sluice runs show'?"),
            ("extract --tabel x", "Did you mean --table?"),
            ("extract --log_format json", "Did you mean --log-format?"),
            ("extract --log-format jsn", "Did you mean 'json'?"),
            ("extract --zzz", "Try `sluice extract --help`."),
            ("zzz", "Try `sluice --help`."),
            ("lake", "One of: ls, schema, history, cat, optimize, vacuum, check"),
            ("lake cat", "For example: `sluice lake cat"),
            ("extract --schema", "Write --schema NAME."),
            ("extract --schema a --schema b", "Keep one of them."),
            ("--json", "Try `sluice --help`."),
        ])
    func refused(line: String, hint: String) {
        let found = failure(line)
        #expect(found?.exitCode == .usage)
        #expect(found?.hint?.contains(hint) == true, "\(String(describing: found))")
    }

    @Test(
        "wrong values and extra arguments are refused",
        arguments: [
            "extract --full=yes", "runs --limit -1", "runs --limit x", "runs --limit 1e3",
            "runs --limit 99999999999999999999", "extract customer", "lake cat a b",
            "extract --schema=", "extract -x", "",
        ])
    func wrong(line: String) { #expect(failure(line)?.exitCode == .usage) }

    @Test("help shows every command, and of each its options and examples")
    func help() throws {
        let general = try #require(try printed("--help"))
        for command in CommandTable.commands.map(\.rule) {
            #expect(general.contains(command.name))
            let text = try #require(try printed("\(command.name) --help"))
            #expect(text.contains("usage: sluice \(command.words[0])"))
            for option in GlobalOptions.rules + command.options {
                #expect(text.contains("--\(option.name)"))
            }
        }
        let extract = try #require(try printed("extract --schema S --help"))
        for option in ["--schema NAME", "--table NAME", "--accept-source", "examples:"] {
            #expect(extract.contains(option))
        }
        #expect(try printed("help lake cat")?.contains("--format csv|jsonl|table") == true)
        #expect(try printed("--version") == "sluice 1.2.3\n")
        #expect(general.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("--json is seen even where the line does not parse")
    func json() {
        #expect(ArgumentParser.wantsJSON(["bogus", "--json"]))
        #expect(!ArgumentParser.wantsJSON(["lake", "cat", "--", "--json"]))
    }

    @Test("a failure is a line with a hint and a document with fixed keys")
    func failureText() {
        let failure = Failure(
            code: "refused", operation: "connect", subject: "db:3306", message: "no",
            hint: "Check it.", exitCode: .source)
        #expect(failure.text == "sluice: error: connect — db:3306: no\n  hint: Check it.")
        #expect(
            failure.document.description
                == #"{"error":{"code":"refused","operation":"connect","subject":"db:3306","#
                + #""message":"no","hint":"Check it."}}"#)
    }

    @Test("help --json is the whole table, or the commands that begin with words")
    func document() throws {
        let text = try #require(try printed("help --json"))
        let whole = try #require(try JSONValue(parsing: Array(text.utf8)).object)
        let names = whole["commands"]?.array?.compactMap { $0.object?["command"]?.string } ?? []
        #expect(names.contains("lake cat") && names.contains("init") && names.count > 25)
        #expect(whole["options"]?.array?.count == 6)
        let lake = try #require(try printed("help lake --json"))
        let few =
            try JSONValue(parsing: Array(lake.utf8)).object?["commands"]?.array?.compactMap(
                \.object) ?? []
        #expect(
            few.count == 7 && few.allSatisfy { $0["command"]?.string?.hasPrefix("lake ") == true })
        let cat = try #require(few.first { $0["command"]?.string == "lake cat" })
        let options = cat["options"]?.array?.compactMap { $0.object?["spelling"]?.string }
        #expect(options == ["--format csv|jsonl|table", "--limit N"])
        #expect(failure("help nonsense --json") != nil)
    }
}
