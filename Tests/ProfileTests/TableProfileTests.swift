import Columnar
import Profile
import Testing

@Suite struct TableProfileTests {
    @Test func rowsAndNullsAreCounted() {
        var profile = TableProfile(now: 0)
        let column = Column(
            .long, storage: .int64([1, 2, 3]), validity: Bitmap([true, false, true]))
        profile.add(RecordBatch(schema: Schema([Field("a", .long)]), columns: [column]))
        #expect(profile.rows == 3)
        #expect(profile.columns["a"]?.nulls == 1)
    }
}
