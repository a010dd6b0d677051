import Config
import Foundation
import Pipeline
import TestSupport
import Testing

/// A folder of its own for one test, removed when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "config-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file with these rights and returns its path.
    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }
}

@Suite("Configuration files")
struct ConfigFileTests {
    @Test("the example names every key, reads without a problem and takes its own defaults")
    func example() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "agent.conf.example")
        let conf = try Configuration.load(file.path)
        #expect(conf.warnings.isEmpty && conf.extract.tables.isEmpty)
        #expect(
            conf.transform.dimensions.map(\.entity.name)
                == ["markets", "customer", "product", "date"])
        #expect(conf.transform.facts.first?.entity.rules.count == 9)
        #expect(conf.transform.oneBigTables.first?.joins.count == 3)
        #expect(conf.lake == file.deletingLastPathComponent().path + "/lake")
        let text = try String(contentsOf: file, encoding: .utf8)
        for key in [
            "host", "port", "socket", "user", "password", "tls", "ca", "cert", "key", "time_zone",
            "connect_timeout", "compression", "lake", "state", "schema", "include", "exclude",
            "views", "connections", "codec", "verify", "margin", "no_process_margin", "max_lag",
            "chunk_rows", "row_group_rows", "file_size", "small_table_rows", "retries",
            "stall_timeout", "mask_salt", "tinyint1", "bit1", "time", "tables", "mode",
            "watermark", "watermark_zone", "lookback",
            "deletes", "columns", "mask", "where", "transform",
        ] {
            #expect(text.contains(" \(key):") || text.contains("\n\(key):"), "\(key)")
        }
        let all = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map(ConfigFileTests.uncommented)
        let uncommented = all.joined(separator: "\n")
        let full = try Configuration.parse(
            Array(uncommented.utf8), file: "example", folder: "/")
        #expect(full.warnings.isEmpty && full.extract.maskSalt != nil)
        let table = try #require(full.extract.table("customer"))
        #expect(table.mode == .incremental && table.masks.count == 1 && table.types.bit1 != nil)
        #expect(full.transform.facts.first?.entity.rules.count == 16)
        let kinds = (full.transform.facts.first?.entity.rules ?? []).map { rule in
            String("\(rule.kind)".prefix { $0 != "(" })
        }
        #expect(Set(kinds).count == 10, "a line for each kind of rule")
        #expect(full.source.authorityFile != nil && full.source.keyFile != nil)
        let defaults = Configuration.Extract()
        #expect(full.extract.margin == defaults.margin)
        #expect(full.extract.noProcessMargin == defaults.noProcessMargin)
        #expect(full.extract.chunkRows == defaults.chunkRows)
        #expect(full.extract.rowGroupRows == defaults.rowGroupRows)
        #expect(full.extract.fileSizeBytes == defaults.fileSizeBytes)
        #expect(full.extract.smallTableRows == defaults.smallTableRows)
        #expect(full.extract.retries == defaults.retries)
        #expect(full.extract.stallTimeout == defaults.stallTimeout)
        #expect(full.extract.views == defaults.views)
        #expect(full.source.connectTimeout == Configuration.Source().connectTimeout)
    }

    @Test("the pipeline and every kind of rule that docs show are read without a problem")
    func documented() throws {
        let docs = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs")
        let text = try String(contentsOf: docs.appending(path: "pipeline.md"), encoding: .utf8)
        let kinds = try String(contentsOf: docs.appending(path: "rules.md"), encoding: .utf8)
        let block = try #require(text.firstMatch(of: /```yaml\n(transform:\n[^`]*)```/)).1
        let rules = kinds.matches(of: /\| `[a-z_]+` \| `(\{id: .*\})` \|/).map { match in
            "        - \(match.1)\n"
        }
        #expect(rules.count >= 9)
        let head = "source: {user: u, password: {env: P}}\nlake: l\n"
        let whole = try Configuration.parse(
            Array((head + block).utf8), file: "pipeline.md", folder: "/")
        #expect(whole.warnings.isEmpty && whole.transform.oneBigTables.count == 1)
        let marker = "      rules:\n"
        let start = try #require(block.range(of: marker)).upperBound
        let end = try #require(block.range(of: "  one_big_tables:")).lowerBound
        let changed = block[..<start] + rules.joined() + block[end...]
        let all = try Configuration.parse(
            Array((head + changed).utf8), file: "rules.md", folder: "/")
        #expect(all.transform.facts.first?.entity.rules.count == rules.count)
    }

    /// A commented-out key or rule without its comment sign; other lines as they are. All keys
    /// so shown must be known and well-formed, but for the socket, which excludes the host.
    private static func uncommented(_ line: Substring) -> String {
        let indent = line.prefix { $0 == " " }
        let rest = line.dropFirst(indent.count)
        guard rest.hasPrefix("# "), !rest.hasPrefix("# socket") else { return String(line) }
        let bare = rest.dropFirst(2).drop { $0 == " " }
        let word = bare.prefix { $0.isLowercase || $0.isNumber || $0 == "_" }
        let isKey = !word.isEmpty && (bare.dropFirst(word.count) + " ").hasPrefix(": ")
        return isKey || bare.hasPrefix("- {") ? String(indent) + rest.dropFirst(2) : String(line)
    }

    @Test("paths count from the file's own folder")
    func folders() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("agent.conf", "source: {user: u}\nlake: ./l\nstate: /abs")
        let conf = try Configuration.load(file)
        #expect(conf.lake == folder.path + "/l" && conf.state == "/abs")
    }

    @Test("a file that is missing, a folder or too long is an error with its path")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        let long = try folder.write("long", String(repeating: "# \n", count: 2_000_000))
        for (path, code) in [
            (folder.path + "/none", ConfigError.Code.missing), (folder.path, .unreadable),
            (long, .unreadable),
        ] {
            let error = #expect(throws: ConfigError.self) { try Configuration.load(path) }
            #expect(error?.code == code && error?.subject == path)
        }
        let named = try Configuration.locate("/x")
        #expect(named == "/x")
    }

    @Test("a password in the file is warned about where others can read it")
    func plainPassword() throws {
        let folder = try TemporaryFolder()
        let text = "source: {user: u, password: hunter2}\nlake: l\n"
        let open = try Configuration.load(try folder.write("a", text, mode: 0o644))
        #expect(open.warnings.count == 1)
        #expect(open.warnings.first?.description.contains("hunter2") == false)
        let closed = try Configuration.load(try folder.write("b", text, mode: 0o600))
        #expect(closed.warnings.count == 1)
        #expect(try closed.source.password?.resolve().reveal() == "hunter2")
    }
}

@Suite("Secrets")
struct SecretTests {
    @Test("printing, reflection and dumping show dots alone")
    func dots() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        dump([SecretSource(.plain(secret), key: "k")], to: &dumped)
        for text in [
            "\(secret)", String(reflecting: secret), String(describing: [secret]), dumped,
        ] {
            #expect(text.contains("•") && !text.contains("hunter2"))
        }
        #expect(!((secret as Any) is any Encodable))
        #expect(secret.reveal() == "hunter2")
    }

    @Test("each place gives its secret")
    func places() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("pw", "from file\n")
        _ = try folder.write("cred", "from systemd\r\n", mode: 0o444)
        let environment: (String) -> String? = {
            ["PW": "from env", "CREDENTIALS_DIRECTORY": folder.path][$0]
        }
        for (place, expected) in [
            (SecretSource.Place.environment("PW"), "from env"), (.file(file), "from file"),
            (.credential("cred"), "from systemd"), (.plain(Secret("p")), "p"),
        ] {
            let source = SecretSource(place, key: "source.password")
            #expect(try source.resolve(environment: environment).reveal() == expected)
        }
    }

    @Test("a secret's file that others can read is a concern that names the key")
    func concern() throws {
        let folder = try TemporaryFolder()
        let readable = try folder.write("o", "x", mode: 0o604)
        let open = SecretSource(.file(readable), key: "source.password")
        #expect(open.concern?.contains("source.password") == true)
        #expect(open.concern?.contains("chmod 600") == true)
        let closed = SecretSource(.file(try folder.write("c", "x")), key: "source.password")
        #expect(closed.concern == nil)
    }

    @Test("a secret that cannot be had is an error that names the key and what to do")
    func missing() throws {
        let folder = try TemporaryFolder()
        let empty = try folder.write("empty", "\n")
        for place: SecretSource.Place in [
            .environment("NOT_SET"), .file(folder.path + "/none"), .file(empty),
            .credential("c"),
        ] {
            let error = #expect(throws: ConfigError.self) {
                try SecretSource(place, key: "source.password").resolve { _ in nil }
            }
            #expect(error?.code == .secret && error?.subject == "source.password")
        }
    }
}

@Suite("Units")
struct UnitsTests {
    @Test(
        "durations",
        arguments: [
            ("500ms", 500), ("1s", 1000), ("10m", 600_000), ("2h", 7_200_000), ("7d", 604_800_000),
            ("0", 0), ("0s", 0),
        ])
    func durations(text: String, milliseconds: Int64) {
        #expect(Units.duration(text) == .milliseconds(milliseconds))
        #expect(Units.duration(Units.text(.milliseconds(milliseconds))) == Units.duration(text))
    }

    @Test(
        "no durations", arguments: ["", "5", "s", "-1s", "1.5s", "1 s", "99999999999d", "1w", "٣s"])
    func noDurations(text: String) { #expect(Units.duration(text) == nil) }

    @Test(
        "sizes",
        arguments: [
            ("0", 0), ("12B", 12), ("1kB", 1000), ("1KiB", 1024), ("128MiB", 134_217_728),
            ("2 GB", 2_000_000_000),
        ])
    func sizes(text: String, bytes: Int) { #expect(Units.size(text) == bytes) }

    @Test("no sizes", arguments: ["", "MiB", "1mb", "-1", "99999999999TiB", "1.5MB"])
    func noSizes(text: String) { #expect(Units.size(text) == nil) }

    @Test(
        "zones",
        arguments: [("+00:00", 0), ("-05:30", -330), ("+14:00", 840), ("UTC", 0)])
    func zones(text: String, minutes: Int) { #expect(Units.zoneOffsetMinutes(text) == minutes) }

    @Test("no zones", arguments: ["", "+1:00", "+15:00", "+05:60", "CET", "+05-30", "0+:00"])
    func noZones(text: String) { #expect(Units.zoneOffsetMinutes(text) == nil) }
}

@Suite("Damaged configurations")
struct DamagedConfigurationTests {
    private static let sample = """
        source: &s
          host: 127.0.0.1   # note
          user: "sl\\u00fcice"
          password: {env: PW}
        lake: ./lake
        extract:
          include: ["*", 'b']
          tables: {t: {mode: append, key: [a, b], where: "id > 0", mask: {e: null}}}
        transform:
          facts: {f: {from: a.b, key: [i], date: d, rules: [{id: x, check: "a > 0"}]}}

        """

    @Test("damaged text is read or refused, never a crash", arguments: 0..<200)
    func damaged(seed: UInt64) {
        var generator = SplitMix(state: seed)
        var bytes = Array(DamagedConfigurationTests.sample.utf8)
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            let at = Int.random(in: 0..<bytes.count, using: &generator)
            let odd = Array("{}[],:&*!|>'\"%@#-?\n\t \u{0}~x".utf8) + [0xFF, 0xC3, 0x80]
            let byte = odd[Int.random(in: 0..<odd.count, using: &generator)]
            switch Int.random(in: 0...3, using: &generator) {
            case 0: bytes[at] = byte
            case 1: bytes.insert(byte, at: at)
            case 2: bytes.remove(at: at)
            default: bytes.insert(contentsOf: bytes[at..<min(at + 20, bytes.count)], at: at)
            }
        }
        do throws(ConfigError) {
            let conf = try Configuration.parse(bytes, file: "f", folder: "/")
            #expect(conf.lake.hasPrefix("/"))
        } catch {
            #expect(!error.problems.isEmpty)
            for problem in error.problems {
                #expect(problem.position.line >= 1 && problem.position.column >= 1)
            }
        }
    }
}
