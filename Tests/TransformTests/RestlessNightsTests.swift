import Columnar
import Delta
@testable import EntityTestSupport
import Foundation
import LakeTestSupport
@testable import Pipeline
import Testing
@testable import Transform

/// Random nights of a source that does not hold still, and of other programs in the lake: members
/// that come nights after the facts that refer to them, members that are deleted and made again
/// with an old sequence, a column that is not there for some nights, tables without news, files
/// that somebody else joins. SLUICE_SEEDS: how many seeds (6).
@Suite("Restless nights")
struct RestlessNightsTests {
    private static let seeds =
        UInt64(ProcessInfo.processInfo.environment["SLUICE_SEEDS"] ?? "") ?? 6

    @Test("silver, gold, quarantine and receipts are what the events say", arguments: 0..<seeds)
    func nights(seed: UInt64) throws {
        var nights = try RestlessNights(seed: seed)
        for night in 1...8 { try nights.night(night) }
        try nights.rebuild()
    }
}

private struct RestlessNights {
    typealias Row = RestlessModel.Row

    let lake: TransformLake
    let ranked: BronzeLake
    var members = RestlessModel(isSequenced: false)
    var rankedMembers = RestlessModel(isSequenced: true)
    var facts = NightModel()
    var random: SeededNumbers
    var source: [Int64: Row] = [:]
    var rankedSource: [Int64: Row] = [:]
    var events: [NightModel.Event] = []
    var lastState: (rows: [Row], time: Int64, isNamed: Bool)?
    var lastRanked: (rows: [Row], time: Int64)?
    var isNamed = true
    var clock: Int64 = 1000
    var arrival = 0

    init(seed: UInt64) throws {
        lake = try TransformLake()
        ranked = BronzeLake(lake.fact, path: "bronze/s/k", source: "s.k")
        random = SeededNumbers(seed &+ 77)
    }

    private mutating func chance(_ one: Int) -> Bool {
        Int.random(in: 0..<one, using: &random) == 0
    }

    private mutating func name() -> String { ["a", "b", "c"].randomElement(using: &random) ?? "a" }

    /// The fact `f` whose `small` must be a member of `d`; the dimension `k` with a sequence.
    var pipeline: Pipeline {
        var pipeline = lake.wholePipeline
        pipeline.facts[0].entity.rules.removeLast()
        pipeline.dimensions[0].maxDeletePercent = 100
        var second = DimensionSpec(
            entity: EntitySpec(name: "k", bronzePath: "bronze/s/k", source: "s.k", key: ["id"]))
        second.entity.sequence = "updated_at"
        second.tracked = ["name"]
        second.maxDeletePercent = 100
        pipeline.dimensions.append(second)
        return pipeline
    }

    mutating func night(_ night: Int) throws {
        for _ in 0..<Int.random(in: 1...2, using: &random) { try extract(isFirst: night == 1) }
        if night > 1, chance(4) { return }
        try run("r\(night)")
        try compare("night \(night)")
        try joinFiles()
    }

    mutating func rebuild() throws {
        try run("last")
        try compare("the last night")
        let results = try lake.run("rebuild", pipeline: pipeline) { $0.isRebuild = true }
        #expect(results.compactMap(\.error).isEmpty, "\(results.compactMap(\.error))")
        try compareSilver("rebuild")
    }

    // MARK: The source

    private mutating func extract(isFirst: Bool) throws {
        clock += 10
        var news: [NightModel.Event] = []
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            let id = Int64.random(in: 1...8, using: &random)
            let at = clock - Int64.random(in: 0...40, using: &random)
            arrival += 1
            news.append(NightModel.Event(id: id, at: at, name: name(), arrival: arrival))
        }
        try lake.fact.commit(
            [news.map { .init($0.id, $0.at, $0.name) }], high: clock, at: clock)
        events += news
        // A table that is gone for a night, or was not asked for, says nothing.
        if isFirst || !chance(4) { try extractMembers() }
        if isFirst || !chance(4) { try extractRanked() }
    }

    private mutating func extractMembers() throws {
        if chance(4) { isNamed.toggle() }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let id = Int64.random(in: 1...8, using: &random)
            if source[id] != nil, chance(3) {
                source[id] = nil
            } else {
                source[id] = Row(id: id, at: clock, name: name())
            }
        }
        // One is always there: an empty state closes nothing.
        source[100] = Row(id: 100, at: 1, name: "a")
        let rows = source.values.sorted { $0.id < $1.id }
        try lake.dimension.commit(
            [rows.map { .init($0.id, $0.at, isNamed ? $0.name : nil) }], mode: "snapshot",
            high: clock, at: clock, absent: isNamed ? [] : ["name"])
        lastState = (rows, clock, isNamed)
    }

    private mutating func extractRanked() throws {
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let id = Int64.random(in: 1...6, using: &random)
            if rankedSource[id] == nil {
                // Perhaps made again from a backup: as old as it may be.
                let age = chance(2) ? 0 : Int64.random(in: 1...60, using: &random)
                rankedSource[id] = Row(id: id, at: clock - age, name: name())
            } else if chance(3) {
                rankedSource[id] = nil
            } else {
                rankedSource[id] = Row(id: id, at: clock, name: name())
            }
        }
        rankedSource[100] = Row(id: 100, at: 1, name: "a")
        let rows = rankedSource.values.sorted { $0.id < $1.id }
        try ranked.commit(
            [rows.map { .init($0.id, $0.at, $0.name) }], mode: "snapshot", high: clock, at: clock)
        lastRanked = (rows, clock)
    }

    // MARK: The lake

    private mutating func run(_ id: String) throws {
        let results = try lake.run(id, pipeline: pipeline)
        #expect(results.compactMap(\.error).isEmpty, "\(results.compactMap(\.error))")
        if let (rows, time, isNamed) = lastState {
            members.take(rows, at: time, isNamed: isNamed)
        }
        if let (rows, time) = lastRanked { rankedMembers.take(rows, at: time) }
        (lastState, lastRanked) = (nil, nil)
        let known = Set(members.versions.keys)
        facts.run(events) { known.contains($0.id) }
        events = []
        facts.judgeWaiting { known.contains($0.id) }
    }

    private mutating func joinFiles() throws {
        for path in ["bronze/s/t", "silver/d", "silver/k", "quarantine/f"] where chance(3) {
            try OutsideWriter.join(DeltaTable(storage: lake.storage, path: path))
        }
    }

    // MARK: Comparison

    private func compareSilver(_ when: String) throws {
        for (table, model) in [("d", members), ("k", rankedMembers)] {
            let found = try lines("silver/\(table)", ["id", "name", "valid_from", "valid_to"])
            let (more, fewer) = (
                Set(found).subtracting(model.lines), Set(model.lines).subtracting(found)
            )
            #expect(found == model.lines, "\(table), \(when): \(more) instead of \(fewer)")
        }
        #expect(try lines("silver/f", ["id", "updated_at", "name"]) == facts.facts, "\(when)")
        let gold = facts.facts.map { line in
            let id = Int64(line.split(separator: "|")[0]) ?? 0
            return line + "|" + ((members.versions[id]?.last?.name ?? nil) ?? "NULL")
        }
        #expect(try lines("gold/o", ["id", "updated_at", "name", "d_name"]) == gold, "\(when)")
        for receipt in try lake.reconcile(pipeline: pipeline) {
            #expect(receipt.isBalanced, "\(when): \(receipt)")
        }
    }

    private func compare(_ when: String) throws {
        try compareSilver(when)
        #expect(
            try lines("quarantine/f", ["id", "updated_at", "name", "status"])
                == facts.waiting.map(\.line).sorted(), "\(when)")
        for table in ["d", "k"] {
            #expect(try lines("quarantine/\(table)", ["id"]) == [], "\(table), \(when)")
        }
    }

    private func lines(_ path: String, _ columns: [String]) throws -> [String] {
        try lake.numbers(path, columns)
    }
}
