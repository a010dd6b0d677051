import Profile
import Testing

@testable import Proposal

@Suite("How init has tables read")
struct ReadingTests {
    private func table(
        _ column: String, rows: Int64, isTouched: Bool = false,
        _ change: (inout ColumnProfile, String) -> Void = { _, _ in }
    ) -> Reading {
        var table = Seen.table("users", "id int | \(column), created_at datetime", rows: rows)
        table.mode = .incremental
        table.watermark = table.columns[1].name
        table.columns[1].isTouchedOnUpdate = isTouched
        return Reading(Seen.sampled(table, change), smallTableRows: 1_000)
    }

    @Test("what the server keeps up to date is followed, however small the table is")
    func touched() {
        #expect(table("updated_at timestamp", rows: 10, isTouched: true).mode == nil)
    }

    @Test("a small table that nothing keeps up to date is read whole")
    func small() {
        #expect(table("updated_at datetime", rows: 10).mode == .snapshot)
    }

    @Test("of a large one the rows decide: no NULL, no future")
    func large() {
        let future = table("updated_at datetime", rows: 5_000) { profile, name in
            if name == "updated_at" { profile.future = 1 }
        }
        #expect(future.mode == .snapshot && future.reason?.contains("future") == true)
        let missing = table("update_time datetime?", rows: 5_000) { profile, name in
            if name == "update_time" { profile.nulls = 4_000 }
        }
        #expect(missing.mode == .snapshot)
    }

    @Test("a time that is NULL until the first change is made up for by that of creation")
    func coalesce() {
        let reading = table("update_time datetime?", rows: 10, isTouched: true)
        #expect(reading.mode == nil)
        #expect(reading.sequence == "coalesce(update_time, created_at)")
    }
}
