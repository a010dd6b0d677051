import Delta
@testable import Dimensions
@testable import EntityTestSupport
import Testing

@Suite("SCD2 order of arrival")
struct Scd2OrderTests {
    /// Up to 80 events of five members, a fifth of them deletes, some sent twice. At one sequence
    /// of a member there is one upsert at most, beside a delete perhaps.
    private static func events(_ numbers: inout SeededNumbers) -> [Event] {
        var events: [Event] = []
        var upserts: Set<[Int64]> = []
        for _ in 0..<Int.random(in: 1...80, using: &numbers) {
            let key = Int64.random(in: 1...5, using: &numbers)
            let sequence = Int64.random(in: 1...40, using: &numbers)
            if let old = events.randomElement(using: &numbers),
                Int.random(in: 0..<100, using: &numbers) < 15
            {
                events.append(old)
            } else if Int.random(in: 0..<100, using: &numbers) < 20 {
                events.append(.del(key, sequence))
            } else if upserts.insert([key, sequence]).inserted {
                let tracked = ["A", "B", "C", nil].randomElement(using: &numbers) ?? nil
                let untracked = "u\(Int.random(in: 1...3, using: &numbers))"
                events.append(.up(key, sequence, tracked, untracked))
            }
        }
        return events
    }

    /// The versions by the definition, member by member.
    private static func expected(_ events: [Event]) -> [Int64: String] {
        var members: [Int64: String] = [:]
        for (key, events) in Dictionary(grouping: events, by: { $0.key ?? 0 }) {
            var bySequence: [Int64: Event] = [:]
            for event in events {
                let sequence = event.sequence ?? 0
                if bySequence[sequence]?.isDelete != true { bySequence[sequence] = event }
            }
            let ordered = bySequence.sorted { $0.key < $1.key }
            var versions: [(from: Int64, to: Int64?, event: Event)] = []
            for (sequence, event) in ordered {
                if let last = versions.last, last.to == nil {
                    if !event.isDelete, last.event.tracked == event.tracked {
                        versions[versions.count - 1].event = event
                        continue
                    }
                    versions[versions.count - 1].to = sequence
                }
                if !event.isDelete { versions.append((sequence, nil, event)) }
            }
            if versions.isEmpty { continue }
            var texts = versions.map { version in
                let values = [version.event.tracked, version.event.untracked]
                return "[\(version.from),\(version.to.map { "\($0)" } ?? "∞"))"
                    + values.map { ($0 ?? nil) ?? "NULL" }.joined(separator: "/")
            }
            if ordered.last?.value.isDelete == true { texts[texts.count - 1] += " deleted" }
            members[key] = texts.joined(separator: " ")
        }
        return members
    }

    @Test("S34 any order and any split of the events ends in one table", arguments: 1...40)
    func anyOrder(seed: UInt64) throws {
        var numbers = SeededNumbers(seed)
        let events = Scd2OrderTests.events(&numbers)
        let expected = Scd2OrderTests.expected(events)
        let sorted = try DimensionLake()
        try sorted.run(events.sorted { ($0.sequence ?? 0) < ($1.sequence ?? 0) })
        #expect(try sorted.pictures(shows: ["a", "u"]) == expected)
        let content = try sorted.content()
        for splits in [2, 5, 8] {
            var rest = events.shuffled(using: &numbers)[...]
            let lake = try DimensionLake()
            while !rest.isEmpty {
                let count = Int.random(in: 1...max(1, 2 * events.count / splits), using: &numbers)
                let report = try lake.run(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
                let counted = report.versions + report.overwrites + report.deletes
                #expect(counted + report.duplicates + report.refused.count == report.events)
            }
            #expect(try lake.content() == content)
        }
    }

    @Test(
        "S40 every history holds: in order, apart, one open at most, keys unique", arguments: 1...10
    )
    func invariant(seed: UInt64) throws {
        var numbers = SeededNumbers(seed)
        let lake = try DimensionLake()
        for _ in 0..<4 { try lake.run(Scd2OrderTests.events(&numbers)) }
        var keys: Set<String> = []
        var ends: [String: Int64] = [:]
        let rows = try lake.rows()
        func number(_ row: [String: String?], _ name: String) -> Int64? {
            (row[name] ?? nil).flatMap { Int64($0) }
        }
        let ordered = rows.sorted {
            (number($0, "valid_from") ?? 0) < (number($1, "valid_from") ?? 0)
        }
        for row in ordered {
            let from = try #require(number(row, "valid_from"))
            let to = number(row, "valid_to") ?? .max
            let member = try #require(row["id"] ?? nil)
            #expect(from < to)
            #expect(ends[member, default: .min] <= from)
            ends[member] = to
            let key = try #require(row["surrogate_key"] ?? nil)
            #expect(try #require(Int64(key)) > 0)
            #expect(keys.insert(key).inserted)
        }
    }

    @Test("S33 of two runs at once the second conflicts, and finds nothing to do when run again")
    func twoRuns() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A")])
        let events: [Event] = [.up(1, 20, "B"), .up(1, 30, "B", "u2"), .up(2, 20, "X")]
        let snapshot = try lake.table.snapshot()
        var first = Transaction(lake.table, reading: snapshot)
        var second = Transaction(lake.table, reading: snapshot)
        _ = try lake.merge.run([lake.batch(events)], into: &first)
        _ = try lake.merge.run([lake.batch(events)], into: &second)
        try lake.commit(first)
        #expect(throws: DimensionLake.Conflicted.self) { try lake.commit(second) }
        let again = try lake.run(events)
        #expect(again.isUnchanged && again.filesAdded == 0)
        #expect(try lake.pictures() == [1: "[10,20)A [20,∞)B", 2: "[20,∞)X"])
    }

    @Test("S35 a run that died between the journal and the dimension is made good by the next")
    func diedBetween() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A", "u1")])
        let events: [Event] = [.up(1, 20, "A", "u2"), .up(1, 15, "B"), .del(2, 5)]
        var lost = Transaction(lake.table, reading: try lake.table.snapshot())
        let report = try lake.merge.run([lake.batch(events)], into: &lost)
        #expect(report.journaled > 0)
        #expect(try lake.picture() == "[10,∞)A")
        try lake.run(events)
        #expect(try lake.picture(shows: ["a", "u"]) == "[10,15)A/u1 [15,20)B/u [20,∞)A/u2")
        try lake.run([.up(2, 1, "X")])
        #expect(try lake.picture(2) == "[1,5)X deleted")
    }

    @Test("a member in several files keeps one history")
    func severalFiles() throws {
        let lake = try DimensionLake()
        for step in 1...6 { try lake.run([.up(1, Int64(step * 10), "v\(step % 2)")]) }
        #expect(try #require(try lake.table.snapshot()).files.count > 1)
        try lake.run([.del(1, 35)])
        #expect(
            try lake.picture()
                == "[10,20)v1 [20,30)v0 [30,35)v1 [40,50)v0 [50,60)v1 [60,∞)v0")
        try lake.run([.del(1, 20)])
        #expect(
            try lake.picture() == "[10,20)v1 [30,35)v1 [40,50)v0 [50,60)v1 [60,∞)v0")
    }
}
