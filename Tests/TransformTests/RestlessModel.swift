/// What full states say of a dimension's members, one state after the other.
struct RestlessModel {
    /// A row of a state; no name where the column was not read.
    struct Row: Hashable {
        var id: Int64
        var at: Int64
        var name: String?
    }

    struct Version: Hashable {
        var from: Int64
        var to: Int64?
        var name: String?
    }

    /// Whether a version begins when the source says, not when it was seen.
    let isSequenced: Bool
    private(set) var versions: [Int64: [Version]] = [:]

    /// - Parameter isNamed: whether the state tells names.
    mutating func take(_ state: [Row], at time: Int64, isNamed: Bool = true) {
        for row in state {
            var member = versions[row.id] ?? []
            let last = member.last
            let wasOpen = last.map { $0.to == nil } ?? false
            if wasOpen, !isNamed || last?.name == row.name { continue }
            if wasOpen, last?.name == nil {
                // What nobody told is no other value: the version has it now.
                versions[row.id]?[member.count - 1].name = row.name
                continue
            }
            var from = isSequenced ? row.at : time
            // One that is back with an old sequence holds from when it was seen.
            if let last, from <= last.to ?? last.from { from = time }
            if wasOpen { member[member.count - 1].to = from }
            member.append(Version(from: from, to: nil, name: isNamed ? row.name : nil))
            versions[row.id] = member
        }
        let present = Set(state.map(\.id))
        for (id, member) in versions where !present.contains(id) && member.last?.to == nil {
            versions[id]?[member.count - 1].to = time
        }
    }

    var lines: [String] {
        versions.flatMap { id, versions in
            versions.map {
                "\(id)|\($0.name ?? "NULL")|\($0.from)|\($0.to.map(String.init) ?? "NULL")"
            }
        }.sorted()
    }
}
