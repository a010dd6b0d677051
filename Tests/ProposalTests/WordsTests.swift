import Testing

@testable import Proposal

@Suite("Words of names")
struct WordsTests {
    @Test("singular and plural meet, however they are written")
    func singular() {
        for (one, other) in [
            ("orders", "Order"), ("categories", "category"), ("movies", "movie"),
            ("addresses", "address"), ("boxes", "box"), ("statuses", "status"),
            ("OrderDetails", "order_detail"), ("people", "person"), ("purchases", "purchase"),
            ("news", "news"), ("customerID", "customer_id"), ("URLPaths", "url_path"),
        ] {
            #expect(Words(one).joined == Words(other).joined, "\(one) and \(other)")
        }
        #expect(Words("address").joined != Words("addres").joined)
    }

    @Test("prefixes that most tables or a group of them share are no part of a name")
    func prefixes() {
        let shop = TableNames(["oc_order", "oc_order_product", "oc_customer", "oc_product"])
        #expect(shop["oc_order_product"].singular == ["order", "product"])
        let mall = TableNames([
            "ums_member", "ums_role", "ums_menu", "pms_product", "pms_brand", "pms_sku",
            "user_role", "user_log", "user_tag", "users",
        ])
        #expect(mall["ums_member"].singular == ["member"])
        #expect(mall["user_role"].singular == ["user", "role"], "there is a table of users")
        #expect(mall.areKin("ums_member", "ums_role") && !mall.areKin("ums_member", "pms_sku"))
    }
}

@Suite("Names in other languages")
struct TranslationTests {
    @Test(
        "an order is an order in many languages",
        arguments: ["pedidos", "commandes", "Bestellungen", "заказы", "订单", "ordini"])
    func order(name: String) {
        #expect(Words(name).joined == "order")
    }

    @Test("words without spaces are cut by what is known")
    func cut() {
        #expect(Words("订单明细").singular == ["order", "detail"])
        #expect(Words("下单时间").singular == ["order", "time"])
        #expect(Words("客户编号").joined == "customerid")
        #expect(Words("Größe").singular == ["größe"])
    }

    @Test("a shop in Spanish has facts, lines and a password")
    func shop() {
        let tables = [
            Seen.sampled(
                Seen.table("clientes", "id_cliente int | nombre varchar, clave varchar", rows: 9)),
            Seen.sampled(Seen.table("productos", "id_producto int | nombre varchar", rows: 9)),
            Seen.sampled(
                Seen.table("ventas", "id_venta int | id_cliente int, fecha datetime, total decimal")
            ),
            Seen.sampled(
                Seen.table(
                    "detalle_ventas", "id int | id_venta int, id_producto int, cantidad int")),
        ]
        let proposal = Seen.proposal(tables)
        #expect(proposal.facts.map(\.table.name) == ["ventas", "detalle_ventas"])
        #expect(proposal["ventas"]?.date?.column == "fecha")
        #expect(proposal["detalle_ventas"]?.header?.target == "ventas")
        #expect(proposal["clientes"]?.secrets == ["clave"])
    }
}
