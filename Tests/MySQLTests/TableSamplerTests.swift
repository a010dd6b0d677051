import Columnar
import Extract
import Foundation
import MySQL
import Names
import Profile
import TestSupport
import Testing

@Suite("A look at tables")
struct TableSamplerTests {
    private static let made = Result {
        let server = try PrivateServer.shared()
        try server.createSchema("looks")
        try server.sql(
            """
            SET sql_mode = '', time_zone = '+00:00';
            CREATE TABLE numbered (id INT PRIMARY KEY, n INT, name VARCHAR(20), at DATETIME,
              note LONGTEXT, picture BLOB);
            INSERT INTO numbered SELECT seq * 2, seq % 7, CONCAT('n', seq),
              '2024-01-01' + INTERVAL seq HOUR, 'x', 'y' FROM seq_1_to_25000;
            CREATE TABLE pairs (a VARCHAR(10), b ENUM('z', 'y'), c INT, PRIMARY KEY (a, b));
            INSERT INTO pairs SELECT CONCAT('k', seq DIV 2), 1 + seq % 2, seq FROM seq_2_to_301;
            CREATE TABLE keyless (v INT);
            INSERT INTO keyless SELECT seq % 10 FROM seq_1_to_500;
            CREATE TABLE prefixed (name VARCHAR(50) NOT NULL, n INT, UNIQUE (name(3)));
            INSERT INTO prefixed SELECT CONCAT(1000 - seq, 'name'), seq FROM seq_1_to_500;
            CREATE TABLE raw (code VARCHAR(9) CHARACTER SET cp1251 PRIMARY KEY, n INT);
            INSERT INTO raw SELECT CONCAT(X'98', seq), seq FROM seq_1_to_60;
            CREATE TABLE odd (id INT PRIMARY KEY, `order day` DATE, `time` DATETIME NOT NULL,
              currency VARCHAR(10), unix INT);
            INSERT INTO odd VALUES (1, '0000-00-00', '0000-00-00', 'INR\\r', 1600000000),
              (2, '2024-02-00', '2024-01-01 10:00:00', 'INR', 1600100000), (3, NULL, '2999-01-01', '', 0);
            CREATE TABLE empty_one (id INT PRIMARY KEY);
            CREATE TABLE wide (id INT PRIMARY KEY, body TEXT);
            INSERT INTO wide SELECT seq, CONCAT(seq, REPEAT('w', 20000)) FROM seq_1_to_300;
            CREATE TABLE gone (id INT PRIMARY KEY);
            CREATE TABLE broken (id INT PRIMARY KEY, v INT) ENGINE=MyISAM;
            INSERT INTO broken SELECT seq, seq FROM seq_1_to_1000;
            FLUSH TABLES;
            CREATE VIEW seen AS SELECT * FROM keyless;
            CREATE USER IF NOT EXISTS single WITH MAX_USER_CONNECTIONS 1;
            GRANT SELECT ON looks.* TO single;
            """, database: "looks")
        return try SampleWorld("looks")
    }

    private func sample(
        _ name: String, estimate: Int64? = nil, rowMax: Int = 10_000, byteMax: Int = 16 << 20
    ) throws -> TableSample {
        var sampler = TableSampler(try SampleWorld.world())
        sampler.rowMax = rowMax
        sampler.byteMax = byteMax
        let plan = try TableSamplerTests.made.get().plan(name, estimate: estimate)
        return try #require(try sampler.sampleAll([plan])[ByteName(name)])
    }

    private func numbers(_ profile: TableProfile, _ column: ByteName) -> Set<Int128> {
        let values = profile.columns[column]?.values ?? [:]
        #expect(values.values.allSatisfy { $0 == 1 }, "a row was taken twice")
        return Set(
            values.keys.compactMap { value in
                if case .number(let number) = value { number } else { nil }
            })
    }

    @Test(
        "a large table gives half from each end of its key, however large the catalog thinks it is",
        arguments: [0, 100, 25_000, 1_000_000])
    func bothEnds(estimate: Int64) throws {
        let sample = try sample("numbered", estimate: estimate, rowMax: 1000)
        let profile = try #require(sample.profile)
        #expect(sample.reason == nil && profile.rows == 1000 && !profile.isWhole)
        #expect(profile.repeatedRows == 0)
        let ends = (1...500).map { Int128($0) * 2 } + (24_501...25_000).map { Int128($0) * 2 }
        #expect(numbers(profile, "id") == Set(ends))
        #expect(profile.columns["id"]?.isAscending == true)
        #expect(profile.columns["at"]?.isAscending == true)
        #expect(profile.columns["n"]?.isAscending == false)
        #expect(profile.columns["at"]?.days == 43 && profile.columns["at"]?.future == 0)
        #expect(profile.columns["note"] == nil && profile.columns["picture"] == nil)
    }

    @Test(
        "a table with fewer rows than the limit is seen whole, each row once",
        arguments: [0, 100, 1_000_000])
    func wholeTables(estimate: Int64) throws {
        // From above twice what is there down to one more.
        for limit in [1000, 599, 500, 301] {
            let profile = try #require(
                try sample("pairs", estimate: estimate, rowMax: limit).profile)
            #expect(profile.isWhole && profile.rows == 300, "\(limit)")
            #expect(numbers(profile, "c").count == 300)
            #expect(profile.columns["a"]?.hasAllValues == true)
        }
        let some = try #require(try sample("pairs", estimate: estimate, rowMax: 298).profile)
        #expect(!some.isWhole && some.rows == 298 && numbers(some, "c").count == 298)
        let none = try #require(try sample("empty_one", estimate: estimate).profile)
        #expect(none.isWhole && none.rows == 0)
    }

    @Test("without a key the first rows are taken")
    func keyless() throws {
        let whole = try #require(try sample("keyless").profile)
        #expect(whole.isWhole && whole.rows == 500 && whole.repeatedRows == 490)
        #expect(whole.columns["v"]?.values[.number(3)] == 50)
        let some = try #require(try sample("keyless", rowMax: 100).profile)
        #expect(!some.isWhole && some.rows == 100)
    }

    @Test("a small table is sorted where no index gives the order of its key, a large one is not")
    func sorting() throws {
        let small = try #require(try sample("prefixed", estimate: 500, rowMax: 100).profile)
        #expect(small.columns["n"]?.least == 1 && small.columns["n"]?.greatest == 500)
        let large = try #require(try sample("prefixed", estimate: 1_000_000, rowMax: 100).profile)
        #expect(large.rows == 100 && large.columns["n"]?.greatest == 100)
        #expect(large.columns["n"]?.isAscending == true)
    }

    @Test("keys that are no text in the lake tell rows apart all the same")
    func untypedKeys() throws {
        let some = try #require(try sample("raw", estimate: 1000, rowMax: 20).profile)
        #expect(!some.isWhole && some.rows == 20 && some.columns["code"]?.invalid == 20)
        let whole = try #require(try sample("raw", estimate: 1000, rowMax: 70).profile)
        #expect(whole.isWhole && numbers(whole, "n").count == 60)
    }

    @Test("rows that the configuration leaves out are not looked at")
    func condition() throws {
        var plan = try TableSamplerTests.made.get().plan("pairs")
        plan.condition = "c > 200 -- so"
        let sampler = TableSampler(try SampleWorld.world())
        let profile = try #require(try sampler.sampleAll([plan])["pairs"]?.profile)
        #expect(profile.isWhole && profile.rows == 101 && profile.columns["c"]?.least == 201)
    }

    @Test("columns go by their names in bronze, values without a typed form are told")
    func oddValues() throws {
        let profile = try #require(try sample("odd").profile)
        let day = try #require(profile.columns["order_day"])
        #expect(day.invalid == 2 && day.zeroDates == 1 && day.nulls == 1 && day.present == 0)
        let time = try #require(profile.columns["time"])
        #expect(time.zeroDates == 1 && time.nulls == 0 && time.future == 1 && time.days == 2)
        let currency = try #require(profile.columns["currency"])
        #expect(currency.paddedTexts == 1 && currency.paddedExample == Array("INR\r".utf8))
        #expect(currency.empties == 1)
        #expect(profile.columns["unix"]?.unixUnit == .seconds)
        #expect(try #require(profile.order(of: "order_day", to: "time")).missing == 3)
    }

    @Test("large values end the read early at both ends")
    func bytes() throws {
        for estimate: Int64 in [10, 100_000] {
            let profile = try #require(
                try sample("wide", estimate: estimate, byteMax: 1 << 20).profile)
            #expect(!profile.isWhole && (20..<100).contains(profile.rows), "\(profile.rows)")
            let ids = numbers(profile, "id")
            #expect(ids.contains(1) && ids.contains(300) && ids.count == profile.rows)
        }
    }

    @Test("a masked column is not looked at, and the order of a masked key is not asked for")
    func masks() throws {
        var plan = try TableSamplerTests.made.get().plan("numbered")
        plan.masks["name"] = .null
        var sampler = TableSampler(try SampleWorld.world())
        sampler.rowMax = 100
        var found = try #require(try sampler.sampleAll([plan])["numbered"]?.profile)
        #expect(found.columns["name"] == nil && found.columns["id"]?.greatest == 50_000)
        plan.masks["id"] = .sha256
        found = try #require(try sampler.sampleAll([plan])["numbered"]?.profile)
        #expect(found.columns["id"] == nil && found.rows == 100)
    }

    @Test("what cannot be read has a reason, and all else its profile")
    func failures() throws {
        let server = try PrivateServer.shared()
        let world = try TableSamplerTests.made.get()
        try server.sql("DROP TABLE IF EXISTS gone", database: "looks")
        let index = server.dataFolder.appendingPathComponent("looks/broken.MYI")
        try Data("nothing".utf8).write(to: index)
        try server.sql("FLUSH TABLES")
        let names = ["gone", "broken", "seen", "odd", "keyless"]
        let samples = try TableSampler(try SampleWorld.world()).sampleAll(
            names.map { try world.plan($0) })
        #expect(samples.count == 5)
        #expect(samples["gone"]?.profile == nil)
        #expect(samples["gone"]?.reason?.contains("doesn't exist") == true)
        #expect(samples["broken"]?.profile == nil && samples["broken"]?.reason != nil)
        #expect(samples["seen"]?.profile == nil)
        #expect(samples["seen"]?.reason == "views are not looked at")
        #expect(samples["odd"]?.profile?.rows == 3 && samples["keyless"]?.profile?.rows == 500)
    }

    @Test("a table that somebody holds locked is given up after the time limit")
    func lockedTable() throws {
        let world = try TableSamplerTests.made.get()
        let holder = try ClientSession(PrivateServer.shared(), database: "looks")
        defer { holder.close() }
        try holder.run("LOCK TABLES pairs WRITE")
        var sampler = TableSampler(try SampleWorld.world())
        sampler.statementSeconds = 1
        let samples = try sampler.sampleAll([try world.plan("pairs"), try world.plan("keyless")])
        #expect(samples["pairs"]?.profile == nil && samples["pairs"]?.reason != nil)
        #expect(samples["keyless"]?.profile?.rows == 500)
    }

    @Test("a user who may have one connection gets by with it")
    func singleConnection() throws {
        let world = try TableSamplerTests.made.get()
        let plans = try ["pairs", "keyless", "odd"].map { try world.plan($0) }
        let samples = try TableSampler(try SampleWorld.world(user: "single")).sampleAll(plans)
        #expect(samples.values.count { $0.profile != nil } == 3)
    }

    @Test("a signal ends the look")
    func signals() throws {
        let plan = try TableSamplerTests.made.get().plan("pairs")
        let sampler = TableSampler(try SampleWorld.world(isStopping: true))
        let error = #expect(throws: ExtractError.self) { try sampler.sampleAll([plan]) }
        #expect(error?.code == .interrupted)
    }
}
