import Config
import Testing

@Suite("Drafts")
struct ConfigurationDraftTests {
    private func sample() -> ConfigurationDraft {
        var draft = ConfigurationDraft(schema: "Atliqsale")
        draft.address = .host("db1", port: 3307)
        var customer = ConfigurationDraft.Table(name: "customer")
        customer.mode = .snapshot
        customer.key = ["customer_code"]
        customer.reason = "no watermark column; a snapshot\nmisses nothing"
        customer.uniqueKeys = [["name"]]
        customer.enumerations = [("type", ["Brick & Mortar", "yes", "o'c\"\\", "", "漢字🙂"])]
        var sales = ConfigurationDraft.Table(name: "transactions")
        sales.mode = .incremental
        sales.watermark = "updated_at"
        sales.key = ["id", "null"]
        sales.rowsEstimate = 150_000
        sales.dates = ["order_date", "shipped"]
        sales.foreignKeys = [
            .init(
                columns: ["code"], referencedTable: "customer",
                referencedColumns: ["customer_code"]),
            .init(columns: ["m"], referencedTable: "elsewhere", referencedColumns: ["m"]),
        ]
        sales.checks = [
            .init(name: "qty", clause: "`qty` > 0 and `qty` in (1, 2)", isUnderstood: true),
            .init(name: "qty", clause: "json_valid(`x`)", isUnderstood: false),
        ]
        let log = ConfigurationDraft.Table(name: "odd: name # 1")
        draft.tables = [customer, sales, log]
        return draft
    }

    @Test("what is written reads back as what was meant")
    func readBack() throws {
        let conf = try configuration(sample().text)
        #expect(conf.source.address == .host("db1", port: 3307))
        #expect(conf.source.user == "sluice" && conf.source.password != nil)
        #expect(conf.extract.schema == "Atliqsale" && conf.warnings.isEmpty)
        #expect(conf.extract.tables.map(\.name) == ["customer", "transactions", "odd: name # 1"])
        #expect(conf.extract.tables.map(\.mode) == [.snapshot, .incremental, .auto])
        #expect(conf.extract.table("transactions")?.watermark == "updated_at")
        #expect(conf.extract.table("transactions")?.key == ["id", "null"])
        let transform = conf.transform
        #expect(transform.dimensions.map(\.entity.name.text) == ["customer"])
        let customer = transform.dimensions[0].entity.rules
        #expect(customer.map(\.id.text) == ["unique_name", "type_known"])
        guard case .values(_, let labels) = customer[1].kind else {
            Issue.record("the rule is \(customer[1].kind)")
            return
        }
        #expect(labels == ["Brick & Mortar", "yes", "o'c\"\\", "", "漢字🙂"])
        let sales = try #require(transform.facts.first)
        #expect(sales.date?.text == "order_date" && sales.entity.sequence?.text == "updated_at")
        #expect(sales.entity.rules.map(\.id.text) == ["known_customer", "qty"])
    }

    /// The sample's tables as `init` finds them: no foreign key leads from the fact to anything.
    private func shop() -> ConfigurationDraft {
        var draft = ConfigurationDraft(schema: "shop")
        var market = ConfigurationDraft.Table(name: "market")
        market.columns = [.init("market_code", .text, isNullable: false), .init("zone", .text)]
        market.key = ["market_code"]
        var customer = ConfigurationDraft.Table(name: "customers")
        customer.columns = [
            .init("id", .number, isNullable: false), .init("name", .text, isNullable: false),
            .init("home_market", .text), .init("since", .moment), .init("photo", .large),
            .init("updated_at", .moment, isNullable: false),
        ]
        customer.key = ["id"]
        customer.watermark = "updated_at"
        customer.dates = ["since"]
        customer.foreignKeys = [
            .init(
                columns: ["home_market"], referencedTable: "market",
                referencedColumns: ["market_code"])
        ]
        var sales = ConfigurationDraft.Table(name: "sales")
        sales.columns = [
            .init("id", .number, isNullable: false), .init("customer_id", .number),
            .init("market_code", .text), .init("market_zone", .text),
            .init("sold", .moment, isNullable: false), .init("qty", .number, isNullable: false),
        ]
        sales.key = ["id"]
        sales.dates = ["sold"]
        draft.tables = [customer, market, sales]
        return draft
    }

    @Test("a sequence that may be NULL is made up for by the time of creation")
    func nullableSequence() throws {
        var draft = shop()
        draft.tables[0].columns[5].isNullable = true
        #expect(draft.text.contains("sequence: updated_at   # NULL counts as the oldest\n"))
        draft.tables[0].columns.append(.init("createTime", .moment, isNullable: false))
        let customers = try configuration(draft.text).transform.dimensions.first {
            $0.entity.name.text == "customers"
        }
        #expect(customers?.entity.sequence?.text == "coalesce(updated_at, `createTime`)")
        #expect(customers?.entity.nullSequence == .oldest)
        let asked = draft.text.replacing(
            "      sequence: ", with: "      null_sequence: quarantine\n      sequence: ")
        let strict = try configuration(asked).transform.dimensions.first {
            $0.entity.name.text == "customers"
        }
        #expect(strict?.entity.nullSequence == .quarantine)
    }

    @Test("a table with a date that nothing dated refers to is a fact, by names where no key tells")
    func roles() throws {
        let transform = try configuration(shop().text).transform
        #expect(
            transform.dimensions.map(\.entity.name.text) == ["market", "customers"],
            "a dimension comes after those it refers to")
        let fact = try #require(transform.facts.first)
        #expect(transform.facts.count == 1 && fact.date?.text == "sold")
        #expect(fact.entity.clean.map(\.expression.text) == ["trim(market_code)"])
        #expect(fact.entity.rules.map(\.id.text) == ["present", "known_customers", "known_market"])
        guard case .references(let dimension, let on) = fact.entity.rules[1].kind else {
            Issue.record("the rule is \(fact.entity.rules[1].kind)")
            return
        }
        #expect(dimension.text == "customers")
        #expect(on.map(\.column.text) == ["customer_id"] && on.map(\.other.text) == ["id"])
        guard case .notNull(let columns) = fact.entity.rules[0].kind else {
            Issue.record("the rule is \(fact.entity.rules[0].kind)")
            return
        }
        #expect(columns.map(\.text) == ["qty"], "the key and the date have rules of their own")
    }

    @Test("the One Big Table takes every small column that has a free name")
    func oneBigTable() throws {
        let table = try #require(try configuration(shop().text).transform.oneBigTables.first)
        #expect(table.name.text == "sales_wide" && table.fact.text == "sales")
        #expect(table.joins.map(\.dimension.text) == ["customers"], "market_zone is taken")
        #expect(table.joins[0].columns.map(\.text) == ["name", "home_market", "since"])
    }

    @Test("two tables keyed alike are no references to each other, and ambiguous names none at all")
    func ambiguity() throws {
        var draft = shop()
        var details = ConfigurationDraft.Table(name: "details")
        details.columns = [.init("market_code", .text, isNullable: false), .init("area", .text)]
        details.key = ["market_code"]
        draft.tables.append(details)
        let named = try configuration(draft.text).transform
        #expect(named.dimensions.count == 3)
        #expect(named.facts[0].entity.rules.map(\.id.text).contains("known_market"))
        #expect(!named.facts[0].entity.rules.map(\.id.text).contains("known_details"))
    }

    @Test("what refers to itself, or in a circle, is proposed as a comment")
    func circles() throws {
        var draft = ConfigurationDraft(schema: "s")
        var person = ConfigurationDraft.Table(name: "person")
        person.columns = [.init("nr", .number), .init("boss", .number), .init("unit", .number)]
        person.key = ["nr"]
        person.foreignKeys = [
            .init(columns: ["boss"], referencedTable: "person", referencedColumns: ["nr"]),
            .init(columns: ["unit"], referencedTable: "unit", referencedColumns: ["u"]),
        ]
        var unit = ConfigurationDraft.Table(name: "unit")
        unit.columns = [.init("u", .number), .init("head", .number)]
        unit.key = ["u"]
        unit.foreignKeys = [
            .init(columns: ["head"], referencedTable: "person", referencedColumns: ["nr"])
        ]
        draft.tables = [person, unit]
        let dimensions = try configuration(draft.text).transform.dimensions
        #expect(dimensions.map(\.entity.name.text) == ["unit", "person"])
        #expect(dimensions[0].entity.rules.isEmpty)
        #expect(dimensions[1].entity.rules.map(\.id.text) == ["known_unit"])
        #expect(draft.text.contains("# - {id: known_person, references: person"))
    }

    @Test("columns that bronze renames stand under the source's names for the extract alone")
    func renamed() throws {
        var draft = ConfigurationDraft(schema: "s")
        var table = ConfigurationDraft.Table(name: "t")
        table.columns = [.init("Order_ID", .number, isNullable: false)]
        table.key = ["Order_ID"]
        table.sourceNames = ["Order_ID": "Order ID"]
        draft.tables = [table]
        let conf = try configuration(draft.text)
        #expect(conf.extract.table("t")?.key == ["Order ID"])
        #expect(conf.transform.dimensions.first?.entity.key.map(\.text) == ["Order_ID"])
    }

    @Test("a schema without tables reads back too, and a socket")
    func empty() throws {
        var draft = ConfigurationDraft(schema: "x y")
        draft.address = .socket("/run/my sql.sock")
        let conf = try configuration(draft.text)
        #expect(conf.source.address == .socket("/run/my sql.sock"))
        #expect(conf.extract.tables.isEmpty && conf.extract.schema == "x y")
    }

    @Test("any name reads back as itself", arguments: 0..<100)
    func names(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        var draft = ConfigurationDraft(schema: text(&generator))
        var names: [String] = []
        for _ in 0..<5 {
            let name = text(&generator)
            if names.contains(where: { $0.utf8.elementsEqual(name.utf8) || $0 == name }) {
                continue
            }
            names.append(name)
            var table = ConfigurationDraft.Table(name: name)
            table.key = [text(&generator), "k"]
            table.reason = text(&generator)
            table.checks = [
                .init(name: text(&generator), clause: text(&generator), isUnderstood: true)
            ]
            table.columns = [
                .init(text(&generator), .text), .init(text(&generator), .moment, isNullable: false),
            ]
            if Bool.random(using: &generator) { table.dates = [table.columns[1].name] }
            table.foreignKeys = names.prefix(1).map { other in
                .init(
                    columns: [table.columns[0].name], referencedTable: other,
                    referencedColumns: draft.tables.first?.key ?? [])
            }
            draft.tables.append(table)
        }
        let conf = try configuration(draft.text)
        #expect(conf.extract.schema == draft.schema)
        #expect(conf.extract.tables.map(\.name) == names)
        #expect(conf.extract.tables.map(\.key) == draft.tables.map(\.key))
    }

    /// One to twelve scalars, odd ones often.
    private func text(_ generator: inout SplitMix) -> String {
        let odd = Array(
            "\"'\\:#,[]{}&*!|>%@`-? \t\n\r\u{0}\u{7F}\u{85}\u{2028}\u{FEFF}é漢🙂~yn0.".unicodeScalars)
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            text.append(odd[Int.random(in: 0..<odd.count, using: &generator)])
        }
        return String(text)
    }
}

/// A small generator whose whole state is its seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
