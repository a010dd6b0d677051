import Delta
import Testing

@Suite struct FileStatisticsTests {
    private let stats = FileStatistics(
        """
        {"numRecords":10,"minValues":{"id":5,"t":"2026-01-02T03:04:05.678Z","d":"2026-01-02",\
        "n":1.25,"big":123456789012345678901234567890},\
        "maxValues":{"id":9,"t":"2026-01-02T03:04:05.678Z","d":"2026-01-03","n":2.5,\
        "big":123456789012345678901234567890,"zoned":"2026-01-02T03:04:05.678-07:00"},\
        "nullCount":{"id":0,"t":1,"gone":10}}
        """)

    /// 2026-01-02T03:04:05.678Z in microseconds.
    private let instant: Int64 = 1_767_323_045_678_000

    @Test func countsAreRead() throws {
        let stats = try #require(stats)
        #expect(stats.numRecords == 10 && stats.nullCount(column: "t") == 1)
        #expect(!stats.mayHoldNull(column: "id") && stats.mayHoldNull(column: "t"))
        #expect(stats.mayHoldNull(column: "unknown"))
    }

    @Test func aBoundAnswersForIntegers() throws {
        let stats = try #require(stats)
        #expect(stats.mayHold(column: "id", greaterThan: 8))
        #expect(!stats.mayHold(column: "id", greaterThan: 9))
        #expect(stats.mayHold(column: "id", atMost: 5) && !stats.mayHold(column: "id", atMost: 4))
        #expect(stats.mayHold(column: "n", greaterThan: 2))
        #expect(stats.mayHold(column: "big", greaterThan: .max - 1))
    }

    @Test func aTimestampMayBeLaterThanItsCutText() throws {
        let stats = try #require(stats)
        #expect(stats.mayHold(column: "t", greaterThan: instant + 998))
        #expect(!stats.mayHold(column: "t", greaterThan: instant + 999))
        #expect(stats.mayHold(column: "t", atMost: instant))
        #expect(!stats.mayHold(column: "t", atMost: instant - 1))
        let midnight: Int64 = 1_767_398_400_000_000
        #expect(!stats.mayHold(column: "d", greaterThan: midnight))
        #expect(stats.mayHold(column: "d", greaterThan: midnight - 1))
    }

    @Test func whatIsNotKnownMayBeThere() throws {
        let stats = try #require(stats)
        #expect(stats.mayHold(column: "unknown", greaterThan: .max))
        #expect(stats.mayHold(column: "zoned", greaterThan: instant))
        #expect(!stats.mayHold(column: "gone", greaterThan: .min), "all NULL holds nothing")
        #expect(FileStatistics(nil) == nil && FileStatistics("[]") == nil)
        #expect(FileStatistics("{") == nil)
    }
}
