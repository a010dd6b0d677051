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
