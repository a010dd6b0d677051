extension Configuration {
    /// What a run does so that the lake's tables stay small and quick (`upkeep`).
    public struct Upkeep: Hashable, Sendable {
        /// A run joins a table's small files when that leaves so many files less; 0 for never.
        public var compactAfter = 8
        /// What a run may read for it, bytes.
        public var budgetBytes = 256 << 20

        public init() {}
    }
}

extension ConfigurationReader {
    mutating func upkeep(_ top: Section) -> Configuration.Upkeep {
        var upkeep = Configuration.Upkeep()
        guard
            let section = sections.section("upkeep", of: top, keys: ["compact_after", "budget"])
        else { return upkeep }
        upkeep.compactAfter =
            sections.integer("compact_after", of: section, in: 0...1_000_000)
            ?? upkeep.compactAfter
        upkeep.budgetBytes =
            sections.size("budget", of: section, atLeast: 1 << 20) ?? upkeep.budgetBytes
        return upkeep
    }
}
