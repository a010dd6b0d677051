import Synchronization

/// Which growing list of distinct values a dictionary is a prefix of.
public struct Lineage: Hashable, Sendable {
    private let number: UInt64
    /// How many functions lie between the list that was begun and this one.
    private let derivation: UInt8

    private static let last = Atomic<UInt64>(0)

    /// Of dictionaries that belong to no list. Compare with `isShared`: two of them, equal as
    /// values of this type, have nothing to do with each other.
    public static let none = Lineage(number: 0, derivation: 0)

    private init(number: UInt64, derivation: UInt8) {
        self.number = number
        self.derivation = derivation
    }

    /// The lineage of a list that begins; no other of this process has it.
    public static func next() -> Lineage {
        Lineage(number: last.wrappingAdd(1, ordering: .relaxed).newValue, derivation: 0)
    }

    /// The lineage of the list that one function makes of this list's values, in the same places.
    /// A builder's values may go through one such function only.
    public var derived: Lineage {
        self == .none ? .none : Lineage(number: number, derivation: derivation + 1)
    }

    /// Whether dictionaries of both are prefixes of one list.
    public func isShared(with other: Lineage) -> Bool { self == other && self != .none }
}
