import Extract
import MySQL
import Names
import Profile
import TestSupport
import Testing

@Suite("Guessed references")
struct ReferenceProbeTests {
    private static let made = Result {
        let server = try PrivateServer.shared()
        try server.createSchema("references")
        try server.sql(
            """
            SET sql_mode = '';
            CREATE TABLE many (id INT PRIMARY KEY, big BIGINT UNSIGNED, price DECIMAL(10,2), KEY (big));
            INSERT INTO many SELECT seq * 2, 18446744073709551615 - seq, seq / 4 FROM seq_1_to_3000;
            CREATE TABLE few (code VARCHAR(10) COLLATE utf8mb4_general_ci PRIMARY KEY, day DATE,
              raw VARBINARY(4), e ENUM('a', 'b'));
            INSERT INTO few VALUES ('Ab', '2024-01-01', X'00FF', 'a'), ('ü', '2024-01-02', X'01', 'b'),
              ('blank', '2024-01-03', X'02', 'b');
            CREATE TABLE texts (code VARCHAR(20) CHARACTER SET latin1 PRIMARY KEY);
            INSERT INTO texts SELECT CONCAT('Code ', seq) FROM seq_1_to_3000;
            CREATE TABLE nobody (id INT PRIMARY KEY);
            CREATE TABLE child (id INT PRIMARY KEY, many_id INT, big BIGINT UNSIGNED, price DECIMAL(12,4),
              code VARCHAR(12) COLLATE utf8mb4_general_ci, day DATE, raw VARBINARY(4), label VARCHAR(5),
              text_code VARCHAR(20), nobody_id INT NOT NULL DEFAULT 7, f DOUBLE);
            INSERT INTO child SELECT seq,
              CASE WHEN seq <= 50 THEN 0 WHEN seq <= 60 THEN NULL ELSE seq END,
              18446744073709551615 - seq * 10, seq / 8,
              ELT(1 + seq % 5, 'Ab', 'AB ', 'Ü', '', 'none'), '2024-01-01' + INTERVAL seq % 4 DAY,
              ELT(1 + seq % 2, X'00FF', X'FF'), ELT(1 + seq % 2, 'a', 'c'),
              CONCAT(ELT(1 + seq % 2, 'CODE ', 'code '), seq * 5), 7, seq FROM seq_1_to_800;
            """, database: "references")
        return try SampleWorld("references")
    }

    private func share(
        _ column: String, _ parent: String, _ parentColumn: String, knowsParent: Bool,
        estimate: Int64? = nil
    ) throws -> ReferenceShare? {
        let schema = try ReferenceProbeTests.made.get()
        let world = try SampleWorld.world()
        let plan = try schema.plan(parent, estimate: estimate)
        let samples = try TableSampler(world).sampleAll([try schema.plan("child"), plan])
        let child = try #require(samples["child"]?.profile?.columns[ByteName(column)])
        let question = ReferenceQuestion(
            child: child, parent: plan, parentColumn: parentColumn,
            parentProfile: knowsParent ? samples[ByteName(parent)]?.profile : nil)
        return try ReferenceProbe(world).probeAll([question])[0]
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var column: String
        var parent: String
        var parentColumn: String
        var testDescription: String { "\(column) in \(parent).\(parentColumn)" }
    }

    /// The server's own answer: rows with a value and of these those whose parent is there.
    private func counted(_ testCase: Case) throws -> (asked: Int, found: Int) {
        _ = try ReferenceProbeTests.made.get()
        let (column, parent) = ("`\(testCase.column)`", "`\(testCase.parent)`")
        let isThere =
            "EXISTS(SELECT 1 FROM \(parent) p WHERE p.\(testCase.parentColumn) = c.\(column))"
        let rows = try PrivateServer.shared().rows(
            """
            SELECT COUNT(*), COALESCE(SUM(\(isThere)), 0) FROM child c
            WHERE \(column) IS NOT NULL AND NOT (\(column) = 0 AND '\(column)' LIKE '%id%') AND \(column) <> ''
            """, database: "references")
        return (Int(rows[0][0] ?? "") ?? -1, Int(rows[0][1] ?? "") ?? -1)
    }

    @Test(
        "rows are found as the server finds them, whether or not the parent was seen",
        arguments: [
            Case(column: "many_id", parent: "many", parentColumn: "id"),
            Case(column: "big", parent: "many", parentColumn: "big"),
            Case(column: "price", parent: "many", parentColumn: "price"),
            Case(column: "many_id", parent: "many", parentColumn: "big"),
            Case(column: "code", parent: "few", parentColumn: "code"),
            Case(column: "day", parent: "few", parentColumn: "day"),
            Case(column: "raw", parent: "few", parentColumn: "raw"),
            Case(column: "text_code", parent: "texts", parentColumn: "code"),
            Case(column: "nobody_id", parent: "nobody", parentColumn: "id"),
        ])
    func shares(testCase: Case) throws {
        let counted = try counted(testCase)
        for knowsParent in [true, false] {
            let share = try #require(
                try share(
                    testCase.column, testCase.parent, testCase.parentColumn,
                    knowsParent: knowsParent))
            #expect(share.askedRows == counted.asked, "\(knowsParent)")
            #expect(share.foundRows == counted.found, "\(knowsParent)")
            #expect(share.parentIsEmpty == (testCase.parent == "nobody"))
            #expect(share.missing.isEmpty == (counted.asked == counted.found))
        }
    }

    @Test("0 and '' are told apart from values that are missing")
    func placeholders() throws {
        let numbers = try #require(try share("many_id", "many", "id", knowsParent: false))
        #expect(numbers.zeroRows == 50 && numbers.askedRows == 740 && numbers.foundRows == 370)
        #expect(numbers.share == 0.5 && numbers.missing == [.number(61), .number(63), .number(65)])
        let texts = try #require(try share("code", "few", "code", knowsParent: true))
        #expect(texts.emptyRows == 160 && texts.askedRows == 640 && texts.foundRows == 480)
        #expect(texts.missing == [.text(Array("none".utf8))])
    }

    @Test("what cannot be compared, or only at the price of reading a large table, is not answered")
    func unanswered() throws {
        #expect(try share("f", "many", "id", knowsParent: true) == nil)
        #expect(try share("code", "many", "id", knowsParent: true) == nil)
        #expect(try share("price", "many", "price", knowsParent: false, estimate: 500_000) == nil)
        #expect(try share("many_id", "many", "id", knowsParent: false, estimate: 500_000) != nil)
        #expect(try share("label", "few", "e", knowsParent: false) == nil)
        let labels = try #require(try share("label", "few", "e", knowsParent: true))
        #expect(labels.askedRows == 800 && labels.foundRows == 400)
    }

    @Test(
        "texts are equal as the server's collation says",
        arguments: [
            "utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_bin", "utf8mb4_nopad_bin",
            "utf8mb4_unicode_nopad_ci", "utf8mb4_swedish_ci", "latin1_swedish_ci",
        ])
    func collations(name: String) throws {
        let server = try PrivateServer.shared()
        let schema = "references_\(name)"
        let set = name.prefix { $0 != "_" }
        try server.createSchema(schema, "CHARACTER SET \(set) COLLATE \(name)")
        // Some 900 texts of four letters that differ in case, accents and blanks at the end.
        let letters = (0..<4).map { place in
            "ELT(1 + seq DIV \([1, 6, 36, 216][place]) % 6, 'a', 'A', 'ä', 'z', 'ü', ' ')"
        }
        try server.sql(
            """
            CREATE TABLE child (id INT PRIMARY KEY, v VARCHAR(9));
            INSERT INTO child SELECT seq, CONCAT(\(letters.joined(separator: ", "))) FROM seq_1_to_900;
            CREATE TABLE parent (id INT PRIMARY KEY, v VARCHAR(9), KEY (v));
            INSERT INTO parent SELECT id, v FROM child WHERE id * 7 % 100 < 5;
            """, database: schema)
        let counted = try server.rows(
            """
            SELECT COUNT(*), SUM(EXISTS(SELECT 1 FROM parent p WHERE p.v = c.v)) FROM child c
            """, database: schema)[0]
        let world = try SampleWorld.world()
        let made = try SampleWorld(schema)
        let samples = try TableSampler(world).sampleAll(Array(made.plans.values))
        let child = try #require(samples["child"]?.profile?.columns["v"])
        let questions = try [samples["parent"]?.profile, nil].map {
            ReferenceQuestion(
                child: child, parent: try made.plan("parent"), parentColumn: "v", parentProfile: $0)
        }
        for share in try ReferenceProbe(world).probeAll(questions) {
            #expect(share?.foundRows == Int(counted[1] ?? ""))
            #expect(share?.askedRows == 900)
        }
    }

    @Test("rows of small tables are counted, within a time")
    func counts() throws {
        let schema = try ReferenceProbeTests.made.get()
        var counter = RowCounter(try SampleWorld.world())
        counter.statementSeconds = 1
        let child = try schema.plan("child", estimate: 800)
        let counts = try counter.countAll([
            .init(child, where: "many_id = 0"), .init(child, where: "SLEEP(5) = 0"),
            .init(child, where: "id < 11 -- so"), .init(child, where: "nonsense"),
            .init(try schema.plan("child", estimate: 300_000), where: "TRUE"),
        ])
        #expect(counts == [50, nil, 10, nil, nil])
    }
}
