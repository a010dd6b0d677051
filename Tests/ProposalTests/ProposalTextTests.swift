import Columnar
import Config
import Names
import Pipeline
import Profile
import TestSupport
import Testing

@testable import Proposal

@Suite("The proposed file")
struct ProposalTextTests {
    private func read(_ text: String) throws -> Configuration {
        try Configuration.parse(Array(text.utf8), file: "agent.conf", folder: "/etc/sluice")
    }

    private var shop: [SeenTable] {
        var orders = Seen.table(
            "orders", "id int | customer_id int, order_date date, total decimal, email varchar")
        orders.checks = [
            .init(name: "total", clause: "total >= 0", isUnderstood: true),
            .init(name: "total", clause: "json_valid(`x`)", isUnderstood: false),
        ]
        orders.foreignKeys = [
            .init(columns: ["customer_id"], table: "customers", referencedColumns: ["id"])
        ]
        var customers = Seen.table(
            "customers",
            "id int | name varchar, password varchar, email varchar, kind enum, photo blob")
        customers.enumerations = [("kind", ["Brick & Mortar", "yes", "o'c\"\\", "", "漢字🙂"])]
        customers.uniqueKeys = [["email"], ["id", "name"], ["password"]]
        return [
            Seen.sampled(customers), Seen.sampled(orders),
            Seen.sampled(Seen.table("order_log", "id int | text varchar")),
        ]
    }

    @Test("what is written reads back as what was meant")
    func readBack() throws {
        var text = ProposalText(Seen.proposal(shop))
        text.places.address = .host("db1", port: 3307)
        let conf = try read(text.text)
        #expect(conf.source.address == .host("db1", port: 3307))
        #expect(conf.source.user == "sluice" && conf.source.password != nil)
        #expect(conf.extract.schema == "s" && conf.warnings.isEmpty)
        #expect(conf.extract.exclude == ["order_log"])
        #expect(conf.extract.table("customers")?.masks.map(\.column) == ["password"])
        #expect(conf.extract.table("customers")?.masks.map(\.mask) == [.null])
        let customers = try #require(conf.transform.dimensions.first).entity
        #expect(customers.rules.map(\.id) == ["unique_email", "kind_known"])
        guard case .values(_, let labels, _) = customers.rules[1].kind else {
            Issue.record("the rule is \(customers.rules[1].kind)")
            return
        }
        #expect(labels == ["Brick & Mortar", "yes", "o'c\"\\", "", "漢字🙂"])
        let orders = try #require(conf.transform.facts.first)
        #expect(orders.entity.rules.map(\.id) == ["known_customers", "total"])
        #expect(orders.entity.rules.map(\.severity) == [.error, .error])
    }

    @Test("secrets, persons and bytes stay out of gold")
    func hidden() throws {
        let conf = try read(ProposalText(Seen.proposal(shop)).text)
        let wide = try #require(conf.transform.oneBigTables.first)
        #expect(wide.joins.map { $0.columns } == [["name", "kind"]])
    }

    @Test("a guess warns, with a condition where 0 stands for none")
    func guess() throws {
        let tables = [
            Seen.sampled(Seen.table("customers", "id int | name varchar")),
            Seen.sampled(
                Seen.table("payments", "id int | customer_id int, paid_at datetime, amount decimal")
            ),
        ]
        let proposal = Seen.proposal(tables) { _ in
            ReferenceEvidence(asked: 80, found: 79, zeroRows: 20)
        }
        let text = ProposalText(proposal).text
        let rule = try #require(try read(text).transform.facts.first?.entity.rules.first)
        #expect(rule.severity == .warn && rule.condition?.text == "customer_id <> 0")
        #expect(text.contains("1 of 80 sampled rows name nothing in customers (1.25 %)"))
    }

    @Test("lines have their header's date, and what header and product refer to")
    func secondSteps() throws {
        let tables = [
            Seen.sampled(Seen.table("customers", "id int | name varchar")),
            Seen.sampled(Seen.table("genres", "id int | name varchar")),
            Seen.sampled(Seen.table("tracks", "id int | name varchar, genre_id int")),
            Seen.sampled(
                Seen.table("invoices", "id int | customer_id int, invoice_date date, total decimal")
            ),
            Seen.sampled(
                Seen.table("invoice_lines", "id int | invoice_id int, track_id int, cost decimal")),
        ]
        let conf = try read(ProposalText(Seen.proposal(tables)).text)
        let wide = try #require(conf.transform.oneBigTables.last)
        #expect(wide.date == "invoices_invoice_date")
        #expect(
            wide.joins.map(\.dimension) == ["invoices", "tracks", "customers", "genres"])
        #expect(wide.joins[2].on.map(\.fact) == ["invoices_customer_id"])
        #expect(wide.joins[3].on.map(\.fact) == ["tracks_genre_id"])
    }

    @Test("an ENUM with the empty text that MySQL keeps of a wrong value only warns")
    func brokenEnumeration() throws {
        var table = Seen.table("t", "id int | kind enum")
        table.enumerations = [("kind", ["a", "b"])]
        table = Seen.sampled(table) { profile, name in if name == "kind" { profile.empties = 3 } }
        let rule = try #require(
            try read(ProposalText(Seen.proposal([table])).text).transform.dimensions.first?
                .entity.rules.first)
        #expect(rule.severity == .warn)
    }

    @Test("a date that a few rows lack is a comment, and dates gold alone")
    func nearDate() throws {
        let tables = [
            Seen.sampled(Seen.table("customers", "id int | name varchar")),
            Seen.sampled(
                Seen.table(
                    "payments", "id int | customer_id int, paid_at datetime?, amount decimal")
            ) { profile, name in if name == "paid_at" { profile.nulls = 2 } },
        ]
        let text = ProposalText(Seen.proposal(tables)).text
        #expect(text.contains("      # date: paid_at   # 2 of 100 rows have none"))
        let transform = try read(text).transform
        #expect(transform.facts.first?.date == nil)
        #expect(transform.oneBigTables.first?.date == "paid_at")
    }

    @Test("what refers to itself, or in a circle, gets no rule that cannot hold")
    func circles() throws {
        var person = Seen.table("person", "nr int | boss int, unit int")
        person.foreignKeys = [
            .init(columns: ["boss"], table: "person", referencedColumns: ["nr"]),
            .init(columns: ["unit"], table: "unit", referencedColumns: ["u"]),
        ]
        var unit = Seen.table("unit", "u int | head int")
        unit.foreignKeys = [.init(columns: ["head"], table: "person", referencedColumns: ["nr"])]
        let dimensions = try read(ProposalText(Seen.proposal([person, unit])).text)
            .transform.dimensions
        #expect(dimensions.map(\.entity.name) == ["unit", "person"])
        #expect(dimensions.map { $0.entity.rules.map(\.id) } == [[], ["known_unit"]])
    }

    @Test("500 tables give at most 1,000 lines, whatever is to be said of them", arguments: [0, 1])
    func large(maskedParts: Int) throws {
        var tables: [SeenTable] = []
        for number in 0..<250 {
            let name = "t\(number)x"
            tables.append(
                Seen.sampled(Seen.table(name, "id int | name varchar, password varchar")))
            var orders = Seen.table(
                "order\(number)x",
                "id int | \(name)_id int, order_date date, total decimal, email varchar, "
                    + "token varchar, updated datetime")
            if maskedParts == 1 {
                orders.mode = .incremental
                orders.watermark = "updated"
            } else {
                orders.columns.removeAll { $0.name == "token" }
            }
            tables.append(Seen.sampled(orders))
        }
        let proposal = Seen.proposal(tables)
        #expect(proposal.facts.count == 250)
        let text = ProposalText(proposal).text
        #expect(text.split(separator: "\n").count <= 1_000)
        let conf = try read(text)
        #expect(conf.transform.facts.count == 250 && conf.transform.dimensions.count == 250)
        #expect(conf.extract.tables.count == 250 + 250 * maskedParts)
    }

    @Test("a schema without tables reads back too, and a socket")
    func empty() throws {
        var text = ProposalText(Proposal(schema: "x y", tables: [], references: []))
        text.places.address = .socket("/run/my sql.sock")
        let conf = try read(text.text)
        #expect(conf.source.address == .socket("/run/my sql.sock"))
        #expect(conf.extract.tables.isEmpty && conf.extract.schema == "x y")
    }

    @Test("columns that bronze renames stand under the source's names for the extract alone")
    func renamed() throws {
        var table = Seen.table("t", "Order_ID int | pass_word varchar")
        table.columns[1].sourceName = "pass word"
        table.columns[1].name = "password"
        let conf = try read(ProposalText(Seen.proposal([table])).text)
        #expect(conf.extract.table("t")?.masks.map(\.column) == ["pass word"])
        #expect(conf.transform.dimensions.first?.entity.key == ["Order_ID"])
    }

    @Test("names of other alphabets are kept")
    func alphabets() throws {
        let tables = ["订单", "Müşteri", "on", "null", "order details"].map {
            Seen.sampled(Seen.table($0, "no int | name varchar"))
        }
        let conf = try read(ProposalText(Seen.proposal(tables)).text)
        #expect(
            conf.transform.dimensions.map(\.entity.name)
                == ["订单", "Müşteri", "on", "null", "order_details"])
        #expect(conf.transform.dimensions.map(\.entity.key).allSatisfy { $0 == ["no"] })
    }

    @Test("any name reads back as itself", arguments: 0..<100)
    func names(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let schema = text(&generator)
        var tables: [SeenTable] = []
        for _ in 0..<5 {
            let name = text(&generator)
            if tables.contains(where: { $0.name.isSame(as: name) || $0.name == name }) { continue }
            var table = SeenTable(name: name)
            let key = text(&generator)
            table.columns = [
                SeenColumn(key, .integer, typeName: "int", isNullable: false),
                SeenColumn(text(&generator) + "1", .string, typeName: "varchar"),
            ]
            table.key = [key]
            table.checks = [
                .init(name: text(&generator), clause: text(&generator), isUnderstood: true)
            ]
            tables.append(table)
        }
        let references = ReferenceFinder(tables).references
        let proposal = Proposal(schema: schema, tables: tables, references: references)
        let conf = try read(ProposalText(proposal).text)
        #expect(conf.extract.schema == schema)
        let kept = proposal.tables.filter { $0.role == .dimension }
        #expect(conf.transform.dimensions.count == kept.count)
        for dimension in conf.transform.dimensions {
            let source = dimension.entity.source
            let table = kept.first { source.isSame(as: schema + "." + $0.table.name) }
            #expect(table?.key == dimension.entity.key)
        }
        #expect(Explanation(proposal.tables[0], in: proposal).text.isEmpty == false)
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
