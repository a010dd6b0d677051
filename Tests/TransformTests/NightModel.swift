/// What bronze, a steward and the rules make of three tables, told in the simplest way there is:
/// every event is kept, and every question answered by looking at all of them.
struct NightModel {
    /// A row of the source, or a delete.
    struct Event: Hashable {
        var id: Int64
        var at: Int64
        var name: String
        var isDelete = false
        /// Its place in the order of arrival.
        var arrival = 0

        var isGood: Bool { isDelete || !name.hasPrefix("bad") }
        var order: (Int64, Int) { (at, arrival) }
    }

    /// A row in quarantine.
    struct Waiting {
        var event: Event
        var status = "open"
        var fix: String?

        var isPending: Bool { status == "open" || status == "waived" }
        var line: String { "\(event.id)|\(event.at)|\(event.name)|\(status)" }
    }

    /// A version of a member.
    struct Version {
        var from: Int64
        var to: Int64?
        var name: String
    }

    // MARK: The fact that bronze holds events of

    var accepted: [Event] = []
    var waiting: [Waiting] = []

    mutating func run(_ events: [Event], isGood: (Event) -> Bool = \.isGood) {
        waiting += events.filter { !isGood($0) }.map { Waiting(event: $0) }
        accepted += events.filter(isGood)
        // Of earlier nights too: a bad row may come late.
        for event in accepted { supersede(by: event) }
        keepLatest()
    }

    /// A later bad row of a key ends the earlier ones too, also one that was discarded.
    private mutating func keepLatest() {
        let standing = waiting.filter { $0.isPending || $0.status == "discarded" }.map(\.event)
        for index in waiting.indices where waiting[index].isPending {
            let event = waiting[index].event
            if standing.contains(where: { $0.id == event.id && $0.order > event.order }) {
                waiting[index].status = "superseded"
            }
        }
    }

    /// Rows that pass now, though nobody decided anything.
    mutating func judgeWaiting(isGood: (Event) -> Bool) {
        for index in waiting.indices
        where waiting[index].status == "open" && isGood(waiting[index].event) {
            replay(index, as: waiting[index].event.name)
        }
    }

    private mutating func supersede(by event: Event) {
        for index in waiting.indices
        where waiting[index].isPending && waiting[index].event.id == event.id
            && waiting[index].event.order < event.order
        {
            waiting[index].status = "superseded"
        }
    }

    /// All of bronze in one run.
    mutating func rebuild() {
        for event in accepted { supersede(by: event) }
        keepLatest()
    }

    private func latest(_ id: Int64) -> Event? {
        accepted.filter { $0.id == id }.max {
            ($0.at, $0.isDelete ? 1 : 0, $0.arrival) < ($1.at, $1.isDelete ? 1 : 0, $1.arrival)
        }
    }

    var facts: [String] {
        Set(accepted.map(\.id)).compactMap(latest).filter { !$0.isDelete }
            .map { "\($0.id)|\($0.at)|\($0.name)" }.sorted()
    }

    mutating func replay(_ index: Int, as name: String) {
        var event = waiting[index].event
        event.name = name
        if let latest = latest(event.id),
            latest.at > event.at || latest.at == event.at && latest.isDelete
        {
            waiting[index].status = "superseded"
            return
        }
        waiting[index].status = "replayed"
        accepted.append(event)
        supersede(by: event)
    }

    // MARK: The fact and the dimension that bronze holds full states of

    var states: [Int64: Event] = [:]
    var waitingStates: [Waiting] = []
    var versions: [Int64: [Version]] = [:]
    var waitingMembers: [Waiting] = []

    /// What a full state comes to: the rows that pass, corrected, and the keys that it holds.
    /// A row of a fact that was overtaken and comes again is the same row.
    private static func read(
        _ state: [Event], _ waiting: inout [Waiting], isFact: Bool
    ) -> [Event] {
        var passed: [Event] = []
        var met: Set<Int> = []
        for row in state {
            let known = waiting.indices.filter { index in
                waiting[index].event.id == row.id && waiting[index].event.at == row.at
                    && waiting[index].event.name == row.name
                    && (isFact || waiting[index].status != "superseded")
            }
            if row.isGood {
                passed.append(row)
            } else if let fix = known.compactMap({ waiting[$0].fix }).last {
                var fixed = row
                fixed.name = fix
                passed.append(fixed)
            } else if let index = known.first(where: { waiting[$0].status != "superseded" })
                ?? known.first
            {
                if waiting[index].status == "superseded" { waiting[index].status = "open" }
                met.insert(index)
            } else {
                met.insert(waiting.count)
                waiting.append(Waiting(event: row))
            }
        }
        for index in waiting.indices where waiting[index].isPending && !met.contains(index) {
            waiting[index].status = "superseded"
        }
        return passed
    }

    mutating func runStates(_ state: [Event]) {
        for row in NightModel.read(state, &waitingStates, isFact: true) { states[row.id] = row }
        let present = Set(state.map(\.id))
        states = states.filter { present.contains($0.key) }
    }

    mutating func runMembers(_ state: [Event], at time: Int64) {
        let before = waitingMembers.count
        let passed = NightModel.read(state, &waitingMembers, isFact: false)
        for row in passed { show(row.id, row.name, time) }
        // A version of a row that is corrected later begins when the row was first seen.
        for index in before..<waitingMembers.count { firstSeen[index] = time }
        for id in versions.keys where !state.contains(where: { $0.id == id }) {
            let last = (versions[id]?.count ?? 0) - 1
            if versions[id]?[last].to == nil { versions[id]?[last].to = time }
        }
    }

    private var firstSeen: [Int: Int64] = [:]

    private mutating func show(_ id: Int64, _ name: String, _ time: Int64) {
        let last = (versions[id]?.count ?? 0) - 1
        if last >= 0, versions[id]?[last].to == nil {
            if versions[id]?[last].name == name { return }
            versions[id]?[last].to = time
        }
        versions[id, default: []].append(Version(from: time, to: nil, name: name))
    }

    mutating func replayState(_ index: Int, as name: String) {
        waitingStates[index].status = "replayed"
        waitingStates[index].fix = name
        states[waitingStates[index].event.id] = waitingStates[index].event
        states[waitingStates[index].event.id]?.name = name
    }

    mutating func replayMember(_ index: Int, as name: String) {
        waitingMembers[index].status = "replayed"
        waitingMembers[index].fix = name
        show(waitingMembers[index].event.id, name, firstSeen[index] ?? 0)
    }

    var stateLines: [String] {
        states.values.map { "\($0.id)|\($0.at)|\($0.name)" }.sorted()
    }

    var memberLines: [String] {
        versions.flatMap { id, versions in
            versions.map { "\(id)|\($0.name)|\($0.from)|\($0.to.map(String.init) ?? "NULL")" }
        }.sorted()
    }

    /// Every fact with the name of its member's latest version.
    var gold: [String] {
        facts.map { line in
            let id = Int64(line.split(separator: "|")[0]) ?? 0
            return line + "|" + (versions[id]?.last?.name ?? "NULL")
        }.sorted()
    }
}
