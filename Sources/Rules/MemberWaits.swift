/// Rows set aside for nothing but that the members they refer to are in quarantine themselves.
public struct MemberWait: Hashable, Sendable {
    public let dimension: String
    public private(set) var rows: Int64 = 0
    private var members: Set<Int> = []
    private var rules: Set<String> = []

    public init(_ dimension: String) { self.dimension = dimension }

    /// How many rows of the dimension they wait for.
    public var memberCount: Int { members.count }

    /// `rule named`: for what these were set aside.
    public var ruleNames: String { MemberAbsence.named(rules.sorted()) }

    public mutating func add(_ absence: MemberAbsence) {
        rows += 1
        members.insert(absence.member)
        rules.formUnion(absence.rules)
    }

    /// `1 row of customer is in quarantine (rule named)`: the cause.
    ///
    /// - Parameter count: writes a number.
    public func cause(_ count: (Int64) -> String) -> String {
        let subject = memberCount == 1 ? "1 row" : "\(count(Int64(memberCount))) rows"
        let verb = memberCount == 1 ? "is" : "are"
        return "\(subject) of \(dimension) \(verb) in quarantine (\(ruleNames))"
    }

    /// `4211 rows of sales wait for it`: what follows.
    public func effect(of table: String, _ count: (Int64) -> String) -> String {
        (rows == 1 ? "1 row of \(table) waits" : "\(count(rows)) rows of \(table) wait")
            + (memberCount == 1 ? " for it" : " for them")
    }

    /// `1 row of customer is in quarantine (rule named), 4211 rows of sales wait for it`.
    public func text(of table: String) -> String {
        cause { "\($0)" } + ", " + effect(of: table) { "\($0)" }
    }
}

/// By rule what waits for members that are in quarantine themselves.
public struct MemberWaits: Hashable, Sendable {
    private var byRule: [String: MemberWait] = [:]

    public var isEmpty: Bool { byRule.isEmpty }

    public subscript(rule: String) -> MemberWait? { byRule[rule] }

    /// The rule's id and what waits by it, that with most rows first.
    public var all: [(rule: String, wait: MemberWait)] {
        byRule.sorted { ($1.value.rows, $0.key) < ($0.value.rows, $1.key) }
            .map { ($0.key, $0.value) }
    }

    /// Rows that wait; one that waits for members of several dimensions stands under each.
    public private(set) var rows: Int64 = 0

    public init(rows: Int64 = 0) {
        self.rows = rows
    }

    /// Takes in a row that is set aside.
    ///
    /// - Parameters:
    ///   - errors: the rules that set it aside.
    ///   - absences: by rule why the member is not there.
    public mutating func add(errors: [String], _ absences: [String: MemberAbsence]) {
        guard !errors.isEmpty, errors.allSatisfy({ absences[$0]?.isWaiting == true }) else {
            return
        }
        rows += 1
        for rule in errors {
            guard let absence = absences[rule] else { continue }
            byRule[rule, default: MemberWait(absence.dimension)].add(absence)
        }
    }

    /// What waits, by rule; nil where nothing does.
    public func text(of table: String) -> String? {
        byRule.isEmpty ? nil : all.map { $0.wait.text(of: table) }.joined(separator: "; ")
    }
}
