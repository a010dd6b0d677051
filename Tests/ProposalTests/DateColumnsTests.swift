import Profile
import Testing

@testable import Proposal

@Suite("What dates a fact")
struct DateColumnsTests {
    private func date(_ table: SeenTable) -> String? {
        DateColumns(table, stem: Words(table.name)).best?.column
    }

    @Test("what happened comes before that the row was made")
    func order() {
        let table = Seen.table(
            "orders", "id int | created_at datetime, order_date date, shipped_date date")
        #expect(date(Seen.sampled(table)) == "order_date")
        #expect(date(Seen.sampled(Seen.table("x", "id int | added_on date, paid date"))) == "paid")
    }

    @Test(
        "times of another thing never date a row",
        arguments: [
            "birth_date", "expires_at", "checked_out_time", "last_login", "last_visit_date",
            "modified_at", "updated_at", "read_time", "promotion_start", "download_deadline",
            "user_lastvisit", "publish_down", "valid_until", "update_time",
        ])
    func never(column: String) {
        #expect(date(Seen.sampled(Seen.table("orders", "id int | \(column) datetime"))) == nil)
    }

    @Test("a date that some rows lack, or that is one day in all, dates nothing")
    func complete() {
        let table = Seen.table("orders", "id int | order_date datetime")
        #expect(date(Seen.sampled(table)) == "order_date")
        #expect(date(Seen.sampled(table) { profile, _ in profile.nulls = 1 }) == nil)
        let zero = Seen.sampled(table) { profile, _ in
            profile.invalid = 3
            profile.zeroDates = 3
        }
        #expect(date(zero) == nil)
        #expect(date(Seen.sampled(table, days: 1)) == nil)
        #expect(date(Seen.table("orders", "id int | order_date date?")) == nil, "nobody looked")
    }

    @Test(
        "Unix seconds and milliseconds in numbers are times",
        arguments: [UnixUnit.seconds, .milliseconds])
    func unix(unit: UnixUnit) {
        let posts = Seen.sampled(Seen.table("posts", "id int | topic_id int, post_time bigint")) {
            profile, name in
            if name == "post_time" {
                profile.unixUnit = unit
                profile.days = 30
            }
        }
        let topics = Seen.sampled(Seen.table("topics", "topic_id int | topic_title varchar"))
        let table = Seen.proposal([posts, topics])["posts"]
        #expect(table?.role == .fact && table?.date?.unixUnit == unit)
        let function = unit == .seconds ? "timestamp_seconds" : "timestamp_millis"
        #expect(table?.clean.map(\.expression) == ["\(function)(post_time)"])
    }

    @Test(
        "partitions hold rows enough",
        arguments: [(10, "year"), (6_000, "month"), (900_000, "day")])
    func grain(rows: Int64, grain: String) {
        let table = Seen.table(
            "payments", "id int | customer_id int, paid_at datetime, amount decimal", rows: rows)
        let customers = Seen.sampled(Seen.table("customers", "id int | name varchar", rows: 5))
        #expect(Seen.proposal([Seen.sampled(table), customers])["payments"]?.grain == grain)
    }
}
