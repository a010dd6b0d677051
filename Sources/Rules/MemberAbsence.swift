public import Lake

/// Why a dimension has no member of a key, where its quarantine tells.
public struct MemberAbsence: Hashable, Sendable {
    public let dimension: String
    /// What became of the member's row: `open`, `blocked`, `waived` or `discarded`.
    public let status: QuarantineStatus
    /// The rules for which it was set aside.
    public let rules: [String]
    /// The member's number among those of the dimension that are set aside.
    public internal(set) var member = 0
    /// `: its row is itself in quarantine there (rule named)`.
    private let cause: String

    public init(dimension: String, status: QuarantineStatus, rules: [String]) {
        self.dimension = dimension
        self.status = status
        self.rules = rules
        let what =
            switch status {
            case .discarded: "was discarded there"
            case .waived: "is itself in quarantine there, waived"
            default: "is itself in quarantine there"
            }
        cause = ": its row \(what) (\(MemberAbsence.named(rules)))"
    }

    /// Whether the member may still come, so that mending it mends the rows that refer to it.
    public var isWaiting: Bool { status != .discarded }

    /// What a reference says that fails with `message` alone: `no such member of customer: its row
    /// is itself in quarantine there (rule named)`.
    public func message(_ message: String) -> String { message + cause }

    /// `rule named`, `rules named, priced`.
    public static func named(_ rules: [String]) -> String {
        (rules.count == 1 ? "rule " : "rules ") + rules.joined(separator: ", ")
    }
}
