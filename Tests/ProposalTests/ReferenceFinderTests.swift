import Testing

@testable import Proposal

@Suite("References told by names")
struct ReferenceFinderTests {
    private let shop = [
        Seen.table("markets", "markets_code varchar | markets_name varchar"),
        Seen.table("products", "product_code varchar | product_type varchar"),
        Seen.table("transactions", "product_code varchar?, market_code varchar?, qty int"),
    ]

    @Test("singular and plural, the table's name as prefix")
    func plural() {
        #expect(
            Seen.references(shop) == [
                "transactions.product_code -> products", "transactions.market_code -> markets",
            ])
    }

    @Test(
        "a name leads to the table it is called after",
        arguments: [
            ("ums_member", "id int | name varchar", "member_id int"),
            ("customers", "id int | name varchar", "customer_id int"),
            ("customers", "customerNumber int | name varchar", "customerNumber int"),
            ("employees", "emp_no int | name varchar", "emp_no int"),
            ("course", "id int | name varchar", "courseid int"),
            ("Country", "Code char | Name varchar", "CountryCode char"),
            ("address", "id int | street varchar", "billing_address_id int"),
            ("cart", "id_cart int | note varchar", "id_cart int"),
        ])
    func named(target: String, columns: String, column: String) {
        var tables = [
            Seen.table(target, columns), Seen.table("oms_order", "id int | \(column), x int"),
        ]
        // A prefix is one when several tables have it.
        tables += ["role", "menu", "level"].map {
            Seen.table("ums_" + $0, "id int | title varchar")
        }
        #expect(Seen.references(tables).map { $0.hasSuffix("-> \(target)") } == [true])
    }

    @Test(
        "what never is a reference is none, whatever is called like it",
        arguments: [
            "ip", "type", "status", "value_id", "session_id", "trigger_group", "user_agent",
        ])
    func never(column: String) {
        let tables = [
            Seen.table("types", "type varchar | label varchar"),
            Seen.table("statuses", "status varchar | label varchar"),
            Seen.table("ips", "ip varchar | label varchar"),
            Seen.table("sessions", "session_id varchar | data blob"),
            Seen.table("entity_varchar", "value_id varchar | text varchar"),
            Seen.table("trigger_groups", "trigger_group varchar | text varchar"),
            Seen.table("user_agents", "user_agent varchar | text varchar"),
            Seen.table("visits", "id int | \(column) varchar, duration int"),
        ]
        #expect(Seen.references(tables).filter { $0.hasPrefix("visits") }.isEmpty)
    }

    @Test("two candidates are none, unless one is of the same family")
    func ambiguous() {
        let tables = [
            Seen.table("app_user", "id int | name varchar"),
            Seen.table("sys_user", "id int | name varchar"),
            Seen.table("sys_role", "id int | name varchar"),
            Seen.table("sys_menu", "id int | name varchar"),
            Seen.table("app_page", "id int | name varchar"),
            Seen.table("app_site", "id int | name varchar"),
            Seen.table("notes", "id int | user_id int"),
            Seen.table("sys_note", "id int | user_id int"),
        ]
        #expect(Seen.references(tables) == ["sys_note.user_id -> sys_user"])
    }

    @Test("a parent does not refer to its own bridge, nor a key to one like it")
    func ownKey() {
        let tables = [
            Seen.table("users", "user_id int | name varchar"),
            Seen.table("user_roles", "user_id int, role_id int |"),
            Seen.table("user_details", "user_id int | bio text"),
        ]
        #expect(
            Seen.references(tables) == [
                "user_roles.user_id -> users", "user_details.user_id -> users",
            ])
    }

    @Test("a foreign key comes first and takes its columns")
    func declared() {
        var tables = shop
        tables[2].foreignKeys = [
            .init(
                columns: ["product_code"], table: "products", referencedColumns: ["product_code"])
        ]
        let references = ReferenceFinder(tables).references
        #expect(references.map(\.isDeclared) == [true, false])
    }

    @Test("text is not compared with numbers")
    func types() {
        let tables = [
            Seen.table("customers", "id varchar | name varchar"),
            Seen.table("orders", "id int | customer_id int"),
        ]
        #expect(Seen.references(tables).isEmpty)
    }

    @Test("the rows decide: most values found, and a parent that has rows")
    func confirmed() {
        func holds(
            _ strength: Reference.Strength, _ asked: Int, _ found: Int, isParentEmpty: Bool = false
        ) -> Bool {
            Reference(
                table: "a", columns: ["b"], target: "c", targetColumns: ["d"], strength: strength,
                evidence: ReferenceEvidence(
                    asked: asked, found: found, isParentEmpty: isParentEmpty)
            ).isConfirmed
        }
        #expect(holds(.likely, 100, 98) && !holds(.likely, 100, 97))
        #expect(holds(.same, 100, 60) && !holds(.same, 100, 40) && !holds(.named, 100, 97))
        #expect(!holds(.named, 100, 100, isParentEmpty: true) && !holds(.named, 0, 0))
        #expect(holds(.declared, 100, 0), "a foreign key is right")
    }
}
