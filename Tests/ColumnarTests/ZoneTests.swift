import Foundation
import Testing

@testable import Columnar

/// Zones of the system's tzdata, compared with the C library's own reading of them.
@Suite("Zones")
struct ZoneTests {
    static let names = [
        "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York",
        "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia",
        "Antarctica/Troll", "Asia/Tehran", "Africa/Casablanca", "America/St_Johns", "Etc/UTC",
        "Asia/Gaza", "Pacific/Chatham", "Etc/GMT+12", "America/Nuuk",
    ]

    static func zone(_ name: String) throws -> ZoneRules {
        let file = URL(fileURLWithPath: "/usr/share/zoneinfo/" + name)
        let bytes = [UInt8](try Data(contentsOf: file))
        return try #require(ZoneRules(name: name, file: bytes))
    }

    private func seconds(_ text: String) throws -> Int64 {
        let date = try #require(CivilDate(text.prefix(10)))
        let clock = text.dropFirst(11).split(separator: ":").compactMap { Int64($0) }
        return Int64(date.daysSinceEpoch) * 86_400 + clock[0] * 3600 + clock[1] * 60
            + (clock.count > 2 ? clock[2] : 0)
    }

    @Test("offsets are the system's own", arguments: names)
    func offsets(_ name: String) throws {
        let rules = try ZoneTests.zone(name)
        let system = try #require(TimeZone(identifier: name))
        // Foundation knows nothing reliable before 1900 and after 2037 for every zone.
        let first = try seconds("1970-01-02 00:00")
        let last = try seconds("2037-01-01 00:00")
        for instant in stride(from: first, to: last, by: 86_400 * 3 + 4567) {
            let expected = system.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
            #expect(rules.offset(at: instant) == Int64(expected), "\(name) at \(instant)")
        }
    }

    @Test("a local time comes back; what comes twice is the first", arguments: names)
    func roundTrip(_ name: String) throws {
        let rules = try ZoneTests.zone(name)
        var cursor = ZoneCursor(rules)
        var fresh = SystemRandomNumberGenerator()
        let range = try seconds("0001-01-01 00:00")...seconds("9999-12-31 23:59")
        for _ in 0..<5000 {
            let instant = Int64.random(in: range, using: &fresh)
            let local = instant + rules.offset(at: instant)
            let found = cursor.utc(ofLocal: local * 1_000_000) / 1_000_000
            #expect(found == instant || found < instant && found + rules.offset(at: found) == local)
        }
    }

    @Test(
        "folds, gaps, times before the first change and after the last",
        arguments: [
            ("Europe/Berlin", "2024-10-27 02:30:00", "2024-10-27 00:30"),
            ("Europe/Berlin", "2024-10-27 03:00:00", "2024-10-27 02:00"),
            ("Europe/Berlin", "2024-03-31 02:30:00", "2024-03-31 01:30"),
            ("Europe/Berlin", "2024-03-31 03:00:00", "2024-03-31 01:00"),
            ("Europe/Berlin", "1800-01-01 00:53:28", "1800-01-01 00:00"),
            ("Europe/Berlin", "2600-07-01 12:00:00", "2600-07-01 10:00"),
            ("Europe/Berlin", "9999-12-31 12:00:00", "9999-12-31 11:00"),
            ("Europe/Berlin", "2438-10-31 02:30:00", "2438-10-31 00:30"),
            ("Asia/Kolkata", "2500-01-01 05:30:00", "2500-01-01 00:00"),
            ("America/New_York", "2050-07-01 00:00:00", "2050-07-01 04:00"),
            ("Europe/Dublin", "2060-07-01 01:00:00", "2060-07-01 00:00"),
            ("Australia/Lord_Howe", "2045-01-01 11:00:00", "2045-01-01 00:00"),
            ("Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30 22:00"),
        ])
    func edges(_ name: String, _ local: String, _ utc: String) throws {
        var cursor = ZoneCursor(try ZoneTests.zone(name))
        let found = cursor.utc(ofLocal: try seconds(local) * 1_000_000)
        #expect(found == (try seconds(utc)) * 1_000_000)
    }

    @Test("times that come twice or are skipped are counted, their neighbours are not")
    func unclear() throws {
        var cursor = ZoneCursor(try ZoneTests.zone("Europe/Berlin"))
        for (local, count) in [
            ("2024-10-27 01:59:59", 0), ("2024-10-27 02:00:00", 1), ("2024-10-27 02:59:59", 2),
            ("2024-10-27 03:00:00", 2), ("2024-03-31 01:59:59", 2), ("2024-03-31 02:00:00", 3),
            ("2024-03-31 02:59:59", 4), ("2024-03-31 03:00:00", 4), ("2450-10-30 02:30:00", 5),
            ("2450-07-01 02:30:00", 5),
        ] {
            _ = cursor.utc(ofLocal: try seconds(local) * 1_000_000)
            #expect(cursor.unclearCount == count, "\(local)")
        }
        var fixed = ZoneCursor(ZoneRules(name: "+05:30", offsetSeconds: 19_800))
        _ = fixed.utc(ofLocal: 0)
        #expect(fixed.unclearCount == 0)
    }

    @Test("the step is what clocks are set back by within a year")
    func steps() throws {
        let now = try seconds("2026-06-01 00:00")
        for (name, step) in [
            ("Europe/Berlin", 3600), ("Australia/Lord_Howe", 1800), ("Asia/Kolkata", 0),
            ("Etc/UTC", 0), ("Antarctica/Troll", 7200), ("Europe/Dublin", 3600),
        ] as [(String, Int64)] {
            #expect(try ZoneTests.zone(name).stepBack(near: now) == step, "\(name)")
        }
    }

    @Test("a change too long ago to be counted in microseconds holds from the beginning of time")
    func bigBang() throws {
        var bytes = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Berlin")))
        // The first change of the second block: behind both headers and the first block's data.
        let counts = (0..<6).map { Int(bytes[20 + 4 * $0 + 2]) << 8 | Int(bytes[23 + 4 * $0]) }
        let first =
            88 + 5 * counts[3] + 6 * counts[4] + counts[5] + 8 * counts[2] + counts[0] + counts[1]
        bytes.replaceSubrange(first..<first + 8, with: [0xF8, 0, 0, 0, 0, 0, 0, 0])
        var cursor = ZoneCursor(try #require(ZoneRules(name: "x", file: bytes)))
        let year1000: Int64 = -30_610_224_000
        // Berlin's standard time, which its first change of 1893 brought.
        #expect(cursor.utc(ofLocal: year1000 * 1_000_000) == (year1000 - 3600) * 1_000_000)
        bytes.replaceSubrange(first..<first + 8, with: [0x78, 0, 0, 0, 0, 0, 0, 0])
        #expect(ZoneRules(name: "x", file: bytes) == nil)
    }

    @Test("bytes that are no zone are refused, whatever is cut off or changed")
    func damage() throws {
        let bytes = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Berlin")))
        for count in 0..<bytes.count {
            #expect(ZoneRules(name: "x", file: Array(bytes.prefix(count))) == nil)
        }
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0xFF
            // Never a trap; some changes cannot be told.
            _ = ZoneRules(name: "x", file: changed)
        }
        #expect(!ZoneRules.isName("../../etc/passwd") && !ZoneRules.isName("Europe/./Berlin"))
        #expect(ZoneRules.isName("Etc/GMT+12") && ZoneRules.isName("America/Port-au-Prince"))
    }
}
