import Columnar
import Delta
@testable import EntityTestSupport
import LakeTestSupport
@testable import Pipeline
@testable import Quarantine
import Testing
@testable import Transform

/// Random nights over a fact of events, a fact and a dimension of full states, and a One Big
/// Table, with random decisions of a steward between them, against `NightModel`.
@Suite("Random nights")
struct NightsTests {
    typealias Event = NightModel.Event

    @Test("silver, gold, quarantine and receipts are what the events say", arguments: 0..<16)
    func nights(seed: UInt64) throws {
        var nights = try Nights(seed: seed)
        for night in 1...8 { try nights.night(night) }
        try nights.rebuild()
    }
}

/// A lake, the sources it is fed from, and the model of what must come of them.
private struct Nights {
    typealias Event = NightModel.Event

    let lake: TransformLake
    let states: BronzeLake
    /// Whether the facts have a date that they are partitioned by.
    let isDated: Bool
    var model = NightModel()
    var random: SeededNumbers
    var members: [Int64: Event] = [:]
    var rows: [Int64: Event] = [:]
    /// What bronze has and no run has consumed.
    var events: [Event] = []
    var lastState: [Event]?
    var lastMembers: (rows: [Event], time: Int64)?
    /// Everything the source ever said of the first fact.
    var said: [Event] = []
    var clock: Int64 = 1000
    var arrival = 0
    var runs = 0

    init(seed: UInt64) throws {
        lake = try TransformLake()
        states = BronzeLake(lake.fact, path: "bronze/s/g", source: "s.g")
        random = SeededNumbers(seed)
        isDated = seed.isMultiple(of: 2)
    }

    /// Names that pass, and two that no rule lets pass.
    private mutating func name() -> String {
        ["a", "b", "c", "bad1", "bad2"][Int.random(in: 0..<5, using: &random)]
    }

    var pipeline: Pipeline {
        let named = RuleSpec(
            id: "named", kind: .matches(column: "name", pattern: "^[^b]|^b$"))
        var pipeline = lake.wholePipeline
        pipeline.dimensions[0].entity.rules = [named]
        pipeline.dimensions[0].maxDeletePercent = 100
        pipeline.facts[0].entity.rules = [named]
        pipeline.facts[0].entity.hasBloomFilters = true
        var second = FactSpec(
            entity: EntitySpec(name: "g", bronzePath: "bronze/s/g", source: "s.g", key: ["id"]),
            date: isDated ? "updated_at" : nil)
        if !isDated { pipeline.facts[0].date = nil }
        second.entity.rules = [named]
        second.maxDeletePercent = 100
        pipeline.facts.append(second)
        return pipeline
    }

    mutating func night(_ night: Int) throws {
        for _ in 0..<Int.random(in: 1...2, using: &random) { try extract() }
        if night > 1, Int.random(in: 0..<4, using: &random) == 0 { return }
        try run()
        try compare("night \(night)")
        for _ in 0..<Int.random(in: 0...3, using: &random) { try decide() }
        try compare("decisions of night \(night)")
    }

    mutating func rebuild() throws {
        try run()
        let results = try lake.run("rebuild", pipeline: pipeline) { $0.isRebuild = true }
        #expect(results.compactMap(\.error).isEmpty, "\(results.compactMap(\.error))")
        model.rebuild()
        try compare("rebuild")
    }

    // MARK: The source

    private mutating func extract() throws {
        clock += 10
        var news: [Event] = []
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            if let again = said.randomElement(using: &random),
                Int.random(in: 0..<6, using: &random) == 0
            {
                news.append(again)
            } else {
                let id = Int64.random(in: 1...8, using: &random)
                let at = clock - Int64.random(in: 0...40, using: &random)
                news.append(Event(id: id, at: at, name: name()))
            }
        }
        let gone = (0..<Int.random(in: 0...1, using: &random)).map { _ in
            Event(
                id: Int64.random(in: 1...8, using: &random), at: clock + 5, name: "",
                isDelete: true)
        }
        said += news
        try commit(news, mode: "incremental", at: clock)
        if !gone.isEmpty { try commit(gone, mode: "audit", at: clock + 5) }
        try extractStates()
    }

    private mutating func commit(_ news: [Event], mode: String, at time: Int64) throws {
        var rows = news.map { event in
            BronzeLake.Row(
                event.id, event.isDelete ? nil : event.at, event.isDelete ? nil : event.name,
                isDelete: event.isDelete)
        }
        let first = Array(rows.prefix(rows.count / 2))
        rows.removeFirst(first.count)
        try lake.fact.commit(
            [first, rows].filter { !$0.isEmpty }, mode: mode, high: time, at: time)
        for var event in news {
            arrival += 1
            event.arrival = arrival
            events.append(event)
        }
    }

    private mutating func extractStates() throws {
        rows = changed(rows, 7)
        let state = rows.values.sorted { $0.id < $1.id }
        try states.commit(
            [state.map { .init($0.id, $0.at, $0.name) }], mode: "snapshot", high: clock, at: clock)
        lastState = state
        members = changed(members, 9)
        // One member is always there: an empty state closes nothing.
        members[100] = Event(id: 100, at: 1, name: "a")
        let all = members.values.sorted { $0.id < $1.id }
        try lake.dimension.commit(
            [all.map { .init($0.id, $0.at, $0.name) }], mode: "snapshot", high: clock, at: clock)
        lastMembers = (all, clock)
    }

    private mutating func changed(_ before: [Int64: Event], _ most: Int64) -> [Int64: Event] {
        var rows = before
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let id = Int64.random(in: 1...most, using: &random)
            if rows[id] != nil, Int.random(in: 0..<4, using: &random) == 0 {
                rows[id] = nil
            } else {
                rows[id] = Event(id: id, at: clock, name: name())
            }
        }
        return rows
    }

    // MARK: Runs and decisions

    private mutating func run() throws {
        runs += 1
        let results = try lake.run("r\(runs)", pipeline: pipeline)
        #expect(results.compactMap(\.error).isEmpty, "\(results.compactMap(\.error))")
        model.run(events)
        events = []
        if let lastState { model.runStates(lastState) }
        if let lastMembers { model.runMembers(lastMembers.rows, at: lastMembers.time) }
        (lastState, lastMembers) = (nil, nil)
    }

    private mutating func decide() throws {
        let table = ["f", "g", "d"].randomElement(using: &random) ?? "f"
        let waiting = waiting(table)
        let open = waiting.indices.filter { index in
            waiting[index].status == "open"
                && waiting.count(where: { $0.line == waiting[index].line }) == 1
        }
        guard let index = open.randomElement(using: &random) else { return }
        let ids = try lines(
            "quarantine/\(table)", ["id", "updated_at", "name", "status", "quarantine_id"])
        let found = ids.filter { $0.hasPrefix(waiting[index].line + "|") }
        #expect(found.count == 1)
        guard let id = found.first?.split(separator: "|").last.map(String.init) else { return }
        let entities = pipeline.dimensions.map(\.entity) + pipeline.facts.map(\.entity)
        let entity = try #require(entities.first { $0.name == table })
        let steward = QuarantineSteward(entity, storage: lake.storage)
        let decision = QuarantineDecision(who: "ann", at: 5, note: "seen")
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            #expect(try steward.waive(.ids([id]), until: nil, decision) == 1)
            mark(table, index, "waived")
        case 1:
            #expect(try steward.discard(.ids([id]), decision) == 1)
            mark(table, index, "discarded")
        default:
            var fixes = QuarantineFixes()
            fixes.set(id, "name", "c")
            try lake.replay(.ids([id]), of: table, fixes: fixes, pipeline: pipeline)
            switch table {
            case "f": model.replay(index, as: "c")
            case "g": model.replayState(index, as: "c")
            default: model.replayMember(index, as: "c")
            }
        }
    }

    private func waiting(_ table: String) -> [NightModel.Waiting] {
        switch table {
        case "f": model.waiting
        case "g": model.waitingStates
        default: model.waitingMembers
        }
    }

    private mutating func mark(_ table: String, _ index: Int, _ status: String) {
        switch table {
        case "f": model.waiting[index].status = status
        case "g": model.waitingStates[index].status = status
        default: model.waitingMembers[index].status = status
        }
    }

    // MARK: Comparison

    private func compare(_ when: String) throws {
        #expect(try lines("silver/f", ["id", "updated_at", "name"]) == model.facts, "\(when)")
        #expect(try lines("silver/g", ["id", "updated_at", "name"]) == model.stateLines, "\(when)")
        #expect(
            try lines("silver/d", ["id", "name", "valid_from", "valid_to"]) == model.memberLines,
            "\(when)")
        #expect(
            try lines("gold/o", ["id", "updated_at", "name", "d_name"]) == model.gold, "\(when)")
        for table in ["f", "g", "d"] {
            #expect(
                try lines("quarantine/\(table)", ["id", "updated_at", "name", "status"])
                    == waiting(table).map(\.line).sorted(), "\(table), \(when)")
        }
        for receipt in try lake.reconcile(pipeline: pipeline) {
            #expect(receipt.isBalanced, "\(when): \(receipt)")
        }
    }

    private func lines(_ path: String, _ columns: [String]) throws -> [String] {
        try lake.numbers(path, columns)
    }
}
