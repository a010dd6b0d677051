import Config
import Testing

/// The configuration of `text`, which must be one.
func configuration(_ text: String) throws -> Configuration {
    try Configuration.parse(Array(text.utf8), file: "agent.conf", folder: "/etc/sluice")
}

/// The problems of `text`, one line each; empty when there are none.
func problems(_ text: String) -> [String] {
    do throws(ConfigError) {
        _ = try Configuration.parse(Array(text.utf8), file: "agent.conf", folder: "/etc/sluice")
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

/// The smallest configuration, and `more` after it.
func minimal(_ more: String) -> String { "source: {user: u}\nlake: ./lake\n" + more }

@Suite("Configuration")
struct ConfigurationTests {
    @Test("defaults fill what is not said")
    func defaults() throws {
        let conf = try configuration(minimal(""))
        #expect(conf.source.address == .host("127.0.0.1", port: 3306))
        #expect(conf.source.tls == .preferred)
        #expect(conf.source.password == nil)
        #expect(conf.lake == "/etc/sluice/lake")
        #expect(conf.state == "/etc/sluice/state.sqlite")
        #expect(conf.extract.verify == .count)
        #expect(conf.extract.connections == 2)
        #expect(conf.extract.margin == .seconds(1))
        #expect(conf.extract.noProcessMargin == .seconds(900))
        #expect(conf.extract.fileSizeBytes == 134_217_728)
        #expect(conf.extract.include == ["*"])
        #expect(
            conf.extract.types(for: "t") == .init(tinyint1: .number, bit1: .number, time: .text))
        #expect(conf.warnings.isEmpty)
    }

    @Test("every key arrives in its place")
    func everyKey() throws {
        let conf = try configuration(
            """
            source: {socket: run/my.sock, user: 007, password: {file: pw}, tls: verify-ca,
              ca: /ca.pem, cert: c.pem, key: k.pem, time_zone: "-05:30", connect_timeout: 3s,
              compression: true}
            lake: /lake
            state: db/state
            extract:
              schema: shop
              include: ["a*", b?]
              exclude: [abc]
              views: true
              connections: 4
              codec: gzip
              verify: off
              margin: 500ms
              no_process_margin: 1h
              chunk_rows: 1_000
              row_group_rows: 10
              file_size: 1MB
              small_table_rows: 0
              retries: 0
              stall_timeout: 1m
              mask_salt: {credential: salt}
              bit1: boolean
              tables:
                plain:
                a1:
                  mode: append
                  watermark: id
                  key: id
                  lookback: 2d
                  deletes: none
                  columns: {include: [id, x]}
                  mask: {x: sha256, y: null}
                  where: "id > 0"
                  tinyint1: boolean
                  time: microseconds
            """)
        #expect(conf.source.address == .socket("/etc/sluice/run/my.sock"))
        #expect(conf.source.user == "007")
        #expect(conf.source.certificateFile == "/etc/sluice/c.pem")
        #expect(conf.source.timeZone.offsetMinutes == -330)
        #expect(conf.source.compression && conf.source.connectTimeout == .seconds(3))
        let extract = conf.extract
        #expect(extract.views && extract.connections == 4 && extract.codec == .gzip)
        #expect(extract.verify == .off && extract.margin == .milliseconds(500))
        #expect(extract.chunkRows == 1000 && extract.fileSizeBytes == 1_000_000)
        #expect(extract.smallTableRows == 0 && extract.retries == 0)
        #expect(extract.tables.map(\.name) == ["plain", "a1"])
        let table = try #require(extract.table("a1"))
        #expect(table.mode == .append && table.key == ["id"] && table.watermark == "id")
        #expect(table.lookback == .seconds(172_800) && table.includedColumns == ["id", "x"])
        #expect(table.masks.map(\.column) == ["x", "y"])
        #expect(table.masks.map(\.mask) == [.sha256, .null])
        #expect(table.condition == "id > 0")
        #expect(
            extract.types(for: "a1")
                == .init(tinyint1: .boolean, bit1: .boolean, time: .microseconds))
    }

    @Test(
        "a wrong key or value is named with line, column and what to write",
        arguments: [
            (
                "extract:\n  tables:\n    t:\n      watermrk: x\n",
                "6:7: unknown key 'watermrk' in extract.tables.t. Did you mean 'watermark'?"
            ),
            ("lakes: x\n", "3:1: unknown key 'lakes'. Did you mean 'lake'?"),
            ("extract: {connections: two}\n", "must be a whole number, not 'two'"),
            ("extract: {connections: 0}\n", "must be between 1 and 64, not 0"),
            ("extract: {codec: zst}\n", "Did you mean 'zstd'?"),
            ("extract: {views: yes}\n", "extract.views must be true or false, not 'yes'"),
            ("extract: {margin: 2s}\n", "3:19: extract.margin must be at most 1s"),
            ("extract: {margin: fast}\n", "must be a time such as"),
            ("extract: {file_size: 12 parsec}\n", "must be a size such as"),
            ("extract: {include: {a: b}}\n", "must be a list of texts, not a section"),
            ("extract: {include: [[a]]}\n", "must hold texts only, not a list"),
            ("extract: [a]\n", "extract must be a section of keys, not a list"),
            ("extract: {schema: }\n", "extract.schema must be a text, not nothing"),
            ("extract: {verify: checksum}\n", "checksum belongs to a later version"),
            (
                "extract: {tables: {t: {deletes: audit}}}\n",
                "extract.tables.t.deletes: audit belongs to a later version"
            ),
            ("extract: {tables: {t: {mask: {a: md5}}}}\n", "must be one of sha256, null"),
            (
                "extract: {tables: {t: {key: [a], columns: {exclude: [a]}}}}\n",
                "excludes 'a', which is the key"
            ),
            (
                "transform: {facts: {f: {from: a.b, key: [i], date: d, squence: e}}}\n",
                "Did you mean 'sequence'?"
            ),
            (
                "transform: {facts: {f: {from: a.b, key: [i], partition: day}}}\n",
                "facts.f.partition needs a date"
            ),
            (
                "transform: {dimensions: {d: {from: a.b, key: [i], rules: [{id: x}]}}}\n",
                "must have exactly one of check"
            ),
        ])
    func problem(text: String, expected: String) {
        let found = problems(minimal(text))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("agent.conf:") == true)
        #expect(found.first?.contains(expected) == true, "\(found)")
    }

    @Test("what is missing or excluded in source and lake is said")
    func required() {
        #expect(
            problems("") == [
                "agent.conf:1:1: source is missing. "
                    + "Add 'source:' with host (or socket) and user.",
                "agent.conf:1:1: lake is missing. Add for example 'lake: ./lake'.",
            ])
        #expect(problems("source: {host: a}\nlake: x").first?.contains("user is missing") == true)
        let both = problems("source: {user: a, socket: s, host: h}\nlake: x")
        #expect(both.first?.contains("exclude each other") == true)
        let store = problems("source: {user: a}\nlake: abfss://c@a/x")
        #expect(store.first?.contains("object stores (abfss://…) belong to a later") == true)
        let vault = problems("source: {user: a, password: {keyvault: https://x}}\nlake: x")
        #expect(vault.first?.contains("{keyvault: …} belongs to a later version") == true)
        for name in ["../etc/passwd", "/etc/localtime", "Europe//Berlin", "+5", "Berlin.", "ü"] {
            let zone = problems("source: {user: a, time_zone: '\(name)'}\nlake: x")
            #expect(zone.first?.contains("must be an offset") == true, "\(name)")
        }
    }

    @Test("zones are offsets, IANA names or the words of watermark_zone")
    func zones() throws {
        let conf = try Configuration.parse(
            Array(
                """
                source: {user: a, time_zone: Europe/Berlin}
                lake: x
                extract:
                  tables:
                    a: {watermark_zone: server}
                    b: {watermark_zone: utc}
                    c: {watermark_zone: America/Argentina/Buenos_Aires}
                    d: {watermark_zone: "-05:00"}
                    e: {}
                """.utf8), file: "agent.conf", folder: "/")
        typealias Choice = Configuration.ZoneChoice
        #expect(conf.source.timeZone == Choice(name: "Europe/Berlin", offsetMinutes: nil))
        #expect(
            conf.extract.tables.map(\.watermarkZone) == [
                .server, .zone(Choice(name: "UTC", offsetMinutes: 0)),
                .zone(Choice(name: "America/Argentina/Buenos_Aires", offsetMinutes: nil)),
                .zone(Choice(name: "-05:00", offsetMinutes: -300)), .auto,
            ])
        let wrong = problems(
            "source: {user: a}\nlake: x\nextract: {tables: {t: {watermark_zone: '5'}}}")
        #expect(wrong.first?.contains("watermark_zone must be auto, server, utc") == true)
    }

    @Test("all problems of a file are reported, in the order of its lines")
    func all() {
        let found = problems(
            "source: {user: u, port: x}\nlakke: y\nextract: {codec: 7, tables: {t: {mod: a}}}\n")
        #expect(found.map { $0.split(separator: ":")[1] } == ["1", "1", "2", "3", "3"])
    }

    @Test("duplicate keys, second documents and broken text are errors with their place")
    func syntax() {
        #expect(
            problems("lake: a\nlake: b\n") == [
                "agent.conf:2:1: the key 'lake' is given twice in this section. "
                    + "The first is on line 1."
            ])
        #expect(problems("a: 1\n---\nb: 2\n").first?.contains("a second document") == true)
        #expect(
            problems("source:\n  a: b\n c: d\n").first?.hasPrefix("agent.conf:3:2: not YAML:")
                == true)
        #expect(problems("? [a]\n: b\n").first?.contains("a key must be a plain word") == true)
        #expect(problems("a: *nobody\n").first?.contains("names nothing before it") == true)
    }

    @Test("aliases are replaced, and cannot grow without end")
    func aliases() throws {
        let conf = try configuration(
            minimal("extract: {tables: {a: &x {mode: append}, b: *x}}\n"))
        #expect(conf.extract.tables.map(\.mode) == [.append, .append])
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(problems(bomb).first?.contains("more than 200000 values") == true)
        let deep = String(repeating: "[", count: 500)
        #expect(problems(deep).first?.contains("nested too deeply") == true)
    }
}
