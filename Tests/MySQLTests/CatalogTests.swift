import Columnar
import MySQL
import Source
import TestSupport
import Testing

@Suite("Catalog")
struct CatalogTests {
    /// A schema with one of everything the catalog tells.
    private static let schema = Result {
        let server = try PrivateServer.shared()
        try server.createSchema("catalog `odd` 表")
        try server.sql(
            """
            CREATE TABLE parent (
              id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
              code VARCHAR(12) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL,
              UNIQUE KEY by_code (code));
            CREATE TABLE `child ``x`` é` (
              a INT NOT NULL, b DECIMAL(12,2) UNSIGNED COMMENT 'the price', `odd ``name` INT,
              parent_id BIGINT UNSIGNED,
              kind ENUM('a','it''s','ü,b') NOT NULL DEFAULT 'a',
              doc JSON, plain LONGTEXT,
              total DECIMAL(14,2) AS (b * 2) STORED, twice INT AS (a * 2) VIRTUAL,
              hidden INT INVISIBLE DEFAULT 7,
              updated_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
                ON UPDATE CURRENT_TIMESTAMP(3),
              PRIMARY KEY (b, a), KEY by_time (updated_at, a), FULLTEXT KEY words (plain),
              CONSTRAINT fk_parent FOREIGN KEY (parent_id) REFERENCES parent (id),
              CONSTRAINT positive CHECK (a > 0)) ENGINE=InnoDB;
            CREATE TABLE memory_table (x INT) ENGINE=MyISAM;
            CREATE VIEW seen AS SELECT a, kind FROM `child ``x`` é`;
            INSERT INTO memory_table VALUES (1), (2);
            """, database: "catalog `odd` 表")
        return "catalog `odd` 表"
    }

    private func tables(views: Bool = false) throws -> [SourceTable] {
        try TestConnection.root().tables(
            schema: CatalogTests.schema.get(), includeViews: views, options: TypeOptions())
    }

    private func child() throws -> SourceTable {
        let found = try tables().first { $0.name == "child `x` é" }
        return try #require(found)
    }

    @Test("tables come in order of name; views only when asked")
    func names() throws {
        #expect(try tables().map(\.name) == ["child `x` é", "memory_table", "parent"])
        let all = try tables(views: true)
        #expect(all.map(\.name) == ["child `x` é", "memory_table", "parent", "seen"])
        #expect(all.filter(\.isView).map(\.name) == ["seen"])
    }

    @Test("columns come in order with their exact types, invisible and generated ones included")
    func columns() throws {
        let child = try child()
        #expect(
            child.columns.map(\.name) == [
                "a", "b", "odd `name", "parent_id", "kind", "doc", "plain", "total", "twice",
                "hidden", "updated_at",
            ])
        #expect(
            child.columns.map(\.type) == [
                .integer, .decimal(precision: 12, scale: 2), .integer,
                .decimal(precision: 20, scale: 0), .string, .string, .string,
                .decimal(precision: 14, scale: 2), .integer, .integer, .timestamp,
            ])
        #expect(child.columns.filter(\.isGenerated).map(\.name) == ["total", "twice"])
        #expect(child.columns.filter(\.isInvisible).map(\.name) == ["hidden"])
        #expect(
            child.columns.filter { !$0.isNullable }.map(\.name) == ["a", "b", "kind", "updated_at"])
        let price = try #require(child[column: "b"])
        #expect(price.declaredType == "decimal(12,2) unsigned")
        #expect(price.comment == "the price")
        let updated = try #require(child[column: "updated_at"])
        #expect(updated.isTouchedOnUpdate)
        #expect(updated.fractionDigits == 3)
        #expect(child[column: "kind"]?.labels == ["a", "it's", "ü,b"])
    }

    @Test("MariaDB's JSON is told from a plain LONGTEXT")
    func json() throws {
        let child = try child()
        #expect(child[column: "doc"]?.typeName == "json")
        #expect(child[column: "plain"]?.typeName == "longtext")
    }

    @Test("keys, indexes, foreign keys and checks")
    func constraints() throws {
        let child = try child()
        #expect(child.primaryKey == ["b", "a"])
        #expect(
            child.indexes == [
                SourceIndex(name: "PRIMARY", isUnique: true, columns: ["b", "a"]),
                SourceIndex(name: "by_time", isUnique: false, columns: ["updated_at", "a"]),
                SourceIndex(name: "fk_parent", isUnique: false, columns: ["parent_id"]),
            ])
        #expect(
            child.foreignKeys == [
                SourceForeignKey(
                    name: "fk_parent", columns: ["parent_id"],
                    referencedSchema: "catalog `odd` 表", referencedTable: "parent",
                    referencedColumns: ["id"])
            ])
        #expect(child.checks.contains(SourceCheck(name: "positive", clause: "`a` > 0")))
        let parent = try #require(try tables().first { $0.name == "parent" })
        #expect(parent[column: "id"]?.isAutoIncrement == true)
        #expect(parent[column: "code"]?.characterSet == "latin1")
        #expect(parent[column: "code"]?.collation == "latin1_bin")
        #expect(
            parent.indexes.last == SourceIndex(name: "by_code", isUnique: true, columns: ["code"]))
    }

    @Test("engine, guesses of size and time of creation")
    func storage() throws {
        let memory = try #require(try tables().first { $0.name == "memory_table" })
        #expect(memory.engine == "MyISAM")
        #expect(!memory.isTransactional)
        #expect(memory.rowsEstimate == 2)
        #expect(memory.dataByteCount > 0)
        #expect(memory.createdAt?.hasPrefix("20") == true)
        #expect(try child().isTransactional)
    }

    @Test("a thousand tables are all listed")
    func noLimit() throws {
        let server = try PrivateServer.shared()
        try server.createSchema("wide")
        let statements = (0..<1000).map { "CREATE TABLE t\($0) (a INT, b INT) ENGINE=MyISAM;" }
        try server.sql(statements.joined(), database: "wide")
        let tables = try TestConnection.root().tables(
            schema: "wide", includeViews: false, options: TypeOptions())
        #expect(tables.count == 1000)
        #expect(tables.allSatisfy { $0.columns.map(\.name) == ["a", "b"] })
    }

    @Test("a schema that is not there is an error that names those that are")
    func missingSchema() throws {
        let connection = try TestConnection.root()
        let known = try CatalogTests.schema.get()
        let error = #expect(throws: SourceError.self) {
            try connection.tables(schema: "nowhere", includeViews: false, options: TypeOptions())
        }
        #expect(error?.code == .missing)
        #expect(error?.message.contains("nowhere") == true)
        #expect(error?.hint?.contains(known) == true)
        #expect(error?.hint?.contains("performance_schema") == false)
    }

    @Test("a schema that differs only in case is another one")
    func caseOfSchema() throws {
        let server = try PrivateServer.shared()
        try server.createSchema("Shade")
        try server.createSchema("shade")
        try server.sql("CREATE TABLE upper_one (a INT)", database: "Shade")
        try server.sql("CREATE TABLE lower_one (a INT)", database: "shade")
        let connection = try TestConnection.root()
        for (schema, table) in [("Shade", "upper_one"), ("shade", "lower_one")] {
            let tables = try connection.tables(
                schema: schema, includeViews: false, options: TypeOptions())
            #expect(tables.map(\.name) == [table])
        }
    }
}
