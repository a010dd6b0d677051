import Columnar
import Delta
import Lake
import LakeTestSupport
import Names
import Storage
import Testing

/// The map of bronze: who gets which folder, and who keeps it.
@Suite struct BronzeFoldersTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var storage: PosixStorage { PosixStorage(root: folder.path) }

    private func name(_ schema: String, _ table: String) -> TableName {
        TableName(schema: schema, name: table)
    }

    /// A table of bronze as extraction makes it; older versions wrote no schema.
    private func make(_ path: String, _ source: String?, schema: String? = nil) throws {
        var properties: [String: String] = [:]
        properties[BronzeProperty.table] = source
        properties[BronzeProperty.schema] = schema
        var transaction = Transaction(DeltaTable(storage: storage, path: path), reading: nil)
        try transaction.create(
            schema: Schema([Field("id", .long), Field("d", .date)]), partitionColumns: ["d"],
            configuration: properties)
        _ = try transaction.commit(operation: "CREATE TABLE")
    }

    @Test(arguments: [
        ("plain", "plain"), ("a b", "a_b"), ("a/b", "a_b"), ("..", "t.."), (".hidden", "t.hidden"),
        ("_delta_log", "t_delta_log"), ("%", "t_"), ("товар", "товар"), ("grün", "grün"),
        ("cafe\u{301}", "cafe_"), ("caf\u{E9}", "caf\u{E9}"), ("表１", "表１"), ("x.", "x."),
        ("con", "con"), ("a`b'c\"d#e%f", "a_b_c_d_e_f"), ("İ-ı", "İ-ı"), ("½", "t_"),
    ])
    func aFolderIsCleanedOfWhatIsNoLetterOrDigit(_ table: String, _ folder: String) {
        let clean = FolderName.clean(table)
        #expect(clean.utf8.elementsEqual(folder.utf8), "\(clean)")
    }

    @Test func newTablesThatAskForOneFolderGetTwo() throws {
        var folders = try BronzeFolders(storage)
        let tables = ["a b", "a_b", "A_B", "товар", "заказ"].map { name("d", $0) }
        folders.reserve(tables)
        let paths = tables.map { folders.claim($0) }
        #expect(
            paths == [
                "bronze/d/a_b_3", "bronze/d/a_b_2", "bronze/d/A_B", "bronze/d/товар",
                "bronze/d/заказ",
            ])
        #expect(tables.map { folders.claim($0) } == paths)
    }

    @Test func aTableKeepsItsFolderWhateverComesOrGoes() throws {
        try make("bronze/d/a_b", "d.a b")
        try make("bronze/d/_____", "d.товар")
        try make("bronze/d/______2", "d.заказ")
        var folders = try BronzeFolders(storage)
        let tables = ["a_b", "a b", "товар", "заказ", "_____"].map { name("d", $0) }
        folders.reserve(tables)
        #expect(
            tables.map { folders.claim($0) } == [
                "bronze/d/a_b_2", "bronze/d/a_b", "bronze/d/_____", "bronze/d/______2",
                "bronze/d/t_____",
            ])
    }

    @Test func schemasThatAskForOneFolderGetTwoAndKeepThem() throws {
        try make("bronze/my_db_2/t", "my_db.t", schema: "my_db")
        var folders = try BronzeFolders(storage)
        #expect(folders.claim(name("my db", "t")) == "bronze/my_db/t")
        #expect(folders.claim(name("my_db", "u")) == "bronze/my_db_2/u")
        #expect(folders.claim(name("MY_DB", "u")) == "bronze/MY_DB_3/u")
    }

    @Test func aFolderThatTwoSchemasOfAnOlderVersionShareStaysTheirs() throws {
        try make("bronze/my_db/t", "my db.t")
        try make("bronze/my_db/u", "my_db.u")
        var folders = try BronzeFolders(storage)
        #expect(folders.claim(name("my_db", "u")) == "bronze/my_db/u")
        #expect(folders.claim(name("my db", "t")) == "bronze/my_db/t")
        #expect(folders.claim(name("my_db", "t")) == "bronze/my_db/t_2")
    }

    @Test func dotsInNamesDoNotMixTwoTables() throws {
        try make("bronze/a.b/c", "a.b.c", schema: "a.b")
        var folders = try BronzeFolders(storage)
        #expect(folders.claim(name("a", "b.c")) == "bronze/a/b.c")
        #expect(folders.claim(name("a.b", "c")) == "bronze/a.b/c")
    }

    @Test func ofSeveralCopiesTheOneInItsUsualFolderCounts() throws {
        try make("bronze/d/a_copy", "d.t")
        try make("bronze/d/t", "d.t")
        #expect(try BronzeFolders(storage).entry(of: name("d", "t"))?.path == "bronze/d/t")
    }

    @Test func aTableInAnotherSpellingIsFoundWhenOnlyOneCanBeMeant() throws {
        try make("bronze/shop/orders", "shop.orders")
        var folders = try BronzeFolders(storage)
        #expect(folders.entry(called: name("SHOP", "Orders"))?.path == "bronze/shop/orders")
        #expect(folders.entry(of: name("SHOP", "Orders")) == nil)
        try make("bronze/shop/Orders_2", "shop.Orders")
        folders = try BronzeFolders(storage)
        #expect(folders.entry(called: name("shop", "ORDERS")) == nil)
        #expect(folders.entry(called: name("shop", "Orders"))?.path == "bronze/shop/Orders_2")
    }

    @Test func normalFormsAreTwoTables() throws {
        try make("bronze/d/caf\u{E9}", "d.caf\u{E9}")
        var folders = try BronzeFolders(storage)
        #expect(folders.entry(of: name("d", "cafe\u{301}")) == nil)
        #expect(folders.claim(name("d", "cafe\u{301}")).utf8.elementsEqual("bronze/d/cafe_".utf8))
    }

    @Test func aDamagedTableKeepsItsFolder() throws {
        try make("bronze/d/t", "d.t")
        let log = "bronze/d/t/_delta_log/00000000000000000000.json"
        try storage.replace(log, Array("{".utf8))
        var folders = try BronzeFolders(storage)
        #expect(folders.entries.count == 1 && folders.entries[0].failure != nil)
        #expect(folders.claim(name("d", "t")) == "bronze/d/t")
    }

    @Test func thePropertiesOfALongLogAreFoundInItsCheckpoint() throws {
        try make("bronze/d/t", "d.t")
        let table = DeltaTable(storage: storage, path: "bronze/d/t")
        for number in 0..<14 {
            var transaction = Transaction(table, reading: try table.snapshot())
            transaction.setTransaction(appID: "metaData", version: Int64(number))
            _ = try transaction.commit(operation: "WRITE")
        }
        try storage.delete("bronze/d/t/_delta_log/00000000000000000000.json")
        #expect(try BronzeFolders(storage).entry(of: name("d", "t"))?.source == "d.t")
    }
}
