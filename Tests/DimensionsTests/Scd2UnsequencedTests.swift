import Columnar
@testable import Dimensions
@testable import EntityTestSupport
import Testing

/// Events of a member in the order of arrival, and the versions they come to however they are
/// split into runs.
struct UnsequencedCase: CustomTestStringConvertible, Sendable {
    var name: String
    var events: [Event]
    var versions: String
    /// The places of the events that are refused.
    var refused: [Int] = []

    var testDescription: String { name }
}

@Suite("SCD2 rows without a sequence")
struct Scd2UnsequencedTests {
    static let cases: [UnsequencedCase] = [
        .init(
            name: "alone, it is the version since the beginning",
            events: [.up(1, nil, "A", at: 100)], versions: "[0,∞)A/u"),
        .init(
            name: "it is the oldest of its member",
            events: [.up(1, nil, "A", at: 100), .up(1, 50, "B", at: 200)],
            versions: "[0,50)A/u [50,∞)B/u"),
        .init(
            name: "equal values are one version",
            events: [.up(1, nil, "A", "u1", at: 100), .up(1, 150, "A", "u2", at: 200)],
            versions: "[0,∞)A/u2"),
        .init(
            name: "of two the later one holds",
            events: [.up(1, nil, "A", at: 100), .up(1, nil, "B", at: 200)],
            versions: "[0,∞)B/u"),
        .init(
            name: "of two before a change the later one holds",
            events: [
                .up(1, nil, "A", at: 100), .up(1, nil, "B", at: 200), .up(1, 250, "C", at: 300),
            ], versions: "[0,250)B/u [250,∞)C/u"),
        .init(
            name: "behind a version with a sequence it is refused",
            events: [.up(1, 50, "A", at: 100), .up(1, nil, "B", at: 200)],
            versions: "[50,∞)A/u", refused: [1]),
        .init(
            name: "what was the oldest stays when one is refused",
            events: [
                .up(1, nil, "A", at: 10), .up(1, 50, "B", at: 100), .up(1, nil, "C", at: 200),
                .up(1, 70, "D", at: 300),
            ], versions: "[0,50)A/u [50,70)B/u [70,∞)D/u", refused: [2]),
        .init(
            name: "older than what was before 1970",
            events: [.up(1, nil, "A", at: 100), .up(1, -50, "B", at: 200)],
            versions: "[-51,-50)A/u [-50,∞)B/u"),
        .init(
            name: "older than what was before 1970, with equal values between",
            events: [
                .up(1, nil, "A", "u1", at: 100), .up(1, -50, "A", "u2", at: 200),
                .up(1, -20, "B", at: 300), .up(1, -70, "C", at: 400),
            ], versions: "[-71,-70)A/u1 [-70,-50)C/u [-50,-20)A/u2 [-20,∞)B/u"),
        .init(
            name: "a delete ends it",
            events: [.up(1, nil, "A", at: 100), .del(1, 200, at: 200)],
            versions: "[0,200)A/u deleted"),
        .init(
            name: "made again after a delete it holds from when it was seen",
            events: [
                .up(1, nil, "A", at: 100), .del(1, 200, at: 200), .up(1, nil, "B", at: 300),
                .up(1, nil, "C", at: 400), .up(1, 500, "D", at: 510), .up(1, nil, "E", at: 600),
            ],
            versions: "[0,200)A/u [300,400)B/u [400,500)C/u [500,∞)D/u", refused: [5]),
        .init(
            name: "made again after the delete of a row with a sequence",
            events: [
                .up(1, 50, "A", at: 100), .del(1, 200, at: 200), .up(1, nil, "A", at: 300),
            ], versions: "[50,200)A/u [300,∞)A/u"),
    ]

    @Test("a row without a sequence", arguments: cases)
    func versions(row: UnsequencedCase) throws {
        for split in 0..<(1 << (row.events.count - 1)) {
            let lake = try DimensionLake.sequenced()
            var refused: [Int] = []
            var first = 0
            for (number, _) in row.events.enumerated() {
                let isLast = number + 1 == row.events.count || split >> number & 1 == 1
                guard isLast else { continue }
                let report = try lake.run(Array(row.events[first...number]))
                refused += report.refused.map { first + $0.row }
                #expect(report.refused.allSatisfy { $0.rule == .nullSequence })
                first = number + 1
            }
            let split = "split \(String(split, radix: 2))"
            #expect(try lake.picture(shows: ["a", "u"]) == row.versions, "\(split)")
            #expect(refused == row.refused, "\(split)")
        }
    }

    @Test("any split of random events ends in one table", arguments: 1...40)
    func anySplit(seed: UInt64) throws {
        var numbers = SeededNumbers(seed)
        var events: [Event] = []
        var taken: Set<[Int64]> = []
        for step in 1...Int64.random(in: 2...40, using: &numbers) {
            let key = Int64.random(in: 1...4, using: &numbers)
            let at = 1000 + step * 10
            let value = ["A", "B", "C"].randomElement(using: &numbers)
            let other = "u\(Int.random(in: 1...2, using: &numbers))"
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0: events.append(.del(key, at, at: at))
            case 1...4: events.append(.up(key, nil, value, other, at: at))
            default:
                let sequence = Int64.random(in: -20...at, using: &numbers)
                if taken.insert([key, sequence]).inserted {
                    events.append(.up(key, sequence, value, other, at: at))
                }
            }
        }
        let atOnce = try DimensionLake.sequenced()
        let all = try atOnce.run(events)
        let content = try atOnce.content()
        for _ in 0..<3 {
            let lake = try DimensionLake.sequenced()
            var rest = events[...]
            var refused = 0
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &numbers)
                let report = try lake.run(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
                refused += report.refused.count
                let counted = report.versions + report.overwrites + report.deletes
                #expect(counted + report.duplicates + report.refused.count == report.events)
            }
            #expect(try lake.content() == content)
            #expect(refused == all.refused.count)
        }
    }

    @Test("with numbers as sequence it is the oldest too, from when it was seen")
    func numbers() throws {
        let lake = try DimensionLake.sequenced(.long)
        try lake.run([.up(1, nil, "A", at: 100)])
        try lake.run([.up(1, nil, "B", at: 200)])
        #expect(try lake.picture() == "[100,∞)B")
        try lake.run([.up(1, 1, "C", at: 300)])
        #expect(try lake.picture() == "[100,300)B [300,∞)C")
        let report = try lake.run([.up(1, nil, "D", at: 400)])
        #expect(report.refused.map(\.rule) == [.nullSequence])
        try lake.run([.del(1, 500, at: 500)])
        try lake.run([.up(1, nil, "E", at: 600)])
        #expect(try lake.picture() == "[100,300)B [300,500)C [600,∞)E")
    }
}
