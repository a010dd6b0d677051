import Names

/// Which columns are taken.
public enum ColumnChoice: Hashable, Sendable {
    case all
    case only([String])
    case allBut([String])

    /// The columns that are named.
    public var names: [String] {
        switch self {
        case .all: []
        case .only(let names), .allBut(let names): names
        }
    }

    /// Whether the column `name` is among them.
    public func takes(_ name: String) -> Bool {
        switch self {
        case .all: true
        case .only(let names): names.holds(name)
        case .allBut(let names): !names.holds(name)
        }
    }

    /// The same choice with every name put through `name`.
    public func map(_ name: (String) -> String) -> ColumnChoice {
        switch self {
        case .all: .all
        case .only(let names): .only(names.map(name))
        case .allBut(let names): .allBut(names.map(name))
        }
    }
}
