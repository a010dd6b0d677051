import Profile
import Testing

@testable import Proposal

@Suite("Facts, dimensions, bridges and what is left out")
struct RolesTests {
    private func roles(_ tables: [SeenTable]) -> [String: TableRole] {
        Dictionary(
            uniqueKeysWithValues: Seen.proposal(tables).tables.map { ($0.table.name, $0.role) })
    }

    private let orders = [
        Seen.sampled(Seen.table("customers", "id int | name varchar, created_at datetime")),
        Seen.sampled(Seen.table("products", "id int | name varchar, price decimal, added date")),
        Seen.sampled(
            Seen.table("orders", "id int | customer_id int, order_date date, total decimal")),
        Seen.sampled(
            Seen.table(
                "order_details", "order_id int, product_id int | quantity int, price decimal")
        ),
        Seen.sampled(Seen.table("tags", "id int | name varchar")),
        Seen.sampled(Seen.table("product_tags", "product_id int, tag_id int |")),
    ]

    @Test("headers and their lines are both facts; masters with a price or a date are dimensions")
    func lines() {
        #expect(
            roles(orders) == [
                "customers": .dimension, "products": .dimension, "orders": .fact,
                "order_details": .fact, "tags": .dimension, "product_tags": .bridge,
            ])
        let lines = Seen.proposal(orders)["order_details"]
        #expect(lines?.header?.target == "orders" && lines?.date == nil)
    }

    @Test("a pair in a language that has a name is no bridge")
    func descriptions() {
        let tables =
            orders + [
                Seen.table("languages", "id int | name varchar"),
                Seen.table(
                    "product_descriptions", "product_id int, language_id int | name varchar"),
            ]
        #expect(roles(tables)["product_descriptions"] == .dimension)
    }

    @Test(
        "logs, sessions, caches, queues, migrations and search indexes are not copied",
        arguments: [
            ("sys_oper_log", "id int | title varchar, cost_time int, at datetime"),
            ("sys_logininfor", "id int | name varchar"), ("sessions", "id varchar | data blob"),
            ("cache", "name varchar | data blob"), ("mail_queue", "id int | body text"),
            ("schema_migrations", "version varchar |"), ("search_index", "id int | word varchar"),
            ("QRTZ_TRIGGERS", "name varchar | state varchar"), ("orders_backup", "id int | x int"),
        ])
    func excluded(name: String, columns: String) {
        #expect(roles([Seen.table(name, columns)])[name] == .excluded)
    }

    @Test(
        "names that only look so are copied",
        arguments: [
            ("catalog", "id int | name varchar"), ("blog", "id int | title varchar"),
            ("call_log", "id int | called_at datetime, cost decimal"),
            ("sessions", "id int | course_id int, starts datetime, room varchar"),
            ("blocks", "id int | name varchar"),
        ])
    func copied(name: String, columns: String) {
        #expect(roles([Seen.table(name, columns)])[name] != .excluded)
    }

    @Test("a calendar is a dimension, whatever dates it has")
    func calendar() {
        let days = Seen.sampled(
            Seen.table(
                "date", "date date | cy_date date?, year int?, month_name varchar?", rows: 365),
            days: 365)
        #expect(roles([days])["date"] == .dimension)
        #expect(Seen.proposal([days])["date"]?.why.contains("calendar") == true)
    }

    @Test("a table without a key is a fact when its rows are events, else it is left out")
    func keyless() {
        let tables = [
            Seen.sampled(Seen.table("customers", "customer_code varchar | name varchar")),
            Seen.sampled(
                Seen.table(
                    "transactions", "customer_code varchar?, order_date date?, sales_amount double?"
                )
            ),
            Seen.sampled(Seen.table("notes", "a varchar?, b varchar?")),
        ]
        let proposal = Seen.proposal(tables)
        #expect(proposal["transactions"]?.role == .fact)
        #expect(proposal["transactions"]?.isAllKey == true)
        #expect(proposal["notes"]?.role == .leftOut)
    }

    @Test("a column with another value in every row is the key of a master table without one")
    func guessedKey() {
        let codes = Seen.sampled(Seen.table("shops", "shop_code varchar, name varchar", rows: 3)) {
            profile, name in
            for number in 0..<3 where name == "shop_code" {
                profile.values[.text([UInt8(number)])] = 1
            }
        }
        let proposal = Seen.proposal([codes])
        #expect(proposal["shops"]?.role == .dimension && proposal["shops"]?.key == ["shop_code"])
    }

    @Test("rows alone can make a fact: a time, an amount, somebody referred to, and many of them")
    func structure() {
        let members = Seen.sampled(Seen.table("qwerty", "id int | name varchar", rows: 10))
        let events = Seen.sampled(
            Seen.table("asdf", "id int | qwerty_id int, zxcv datetime, poiu decimal", rows: 300))
        #expect(roles([members, events]) == ["qwerty": .dimension, "asdf": .fact])
        let few = Seen.sampled(
            Seen.table("asdf", "id int | qwerty_id int, zxcv datetime, poiu decimal", rows: 8))
        #expect(roles([members, few])["asdf"] == .dimension)
    }

    @Test("a table of events without a row is nothing yet")
    func empty() {
        let customers = Seen.sampled(Seen.table("customers", "id int | name varchar"))
        let orders = Seen.sampled(
            Seen.table(
                "orders", "id int | customer_id int, order_date date, total decimal", rows: 0))
        #expect(roles([customers, orders])["orders"] == .leftOut)
    }

    @Test(
        "pairs with an id of their own are bridges",
        arguments: [
            ("role_menu_relation", "id int | role_id int, menu_id int"),
            ("role_assignments", "id int | role_id int, context_id int, modified datetime"),
            ("watchers", "id int | watchable_type varchar, watchable_id int, user_id int"),
        ])
    func pairs(name: String, columns: String) {
        let tables = ["role", "menu", "user"].map {
            Seen.sampled(Seen.table($0, "id int | name varchar"))
        }
        #expect(roles(tables + [Seen.sampled(Seen.table(name, columns))])[name] == .bridge)
    }
}
