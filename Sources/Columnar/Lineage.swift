import Synchronization

extension DictionaryValues {
    private static let lastLineage = Atomic<UInt64>(0)

    /// A lineage no other builder of this process has.
    public static func newLineage() -> UInt64 {
        lastLineage.wrappingAdd(1, ordering: .relaxed).newValue
    }
}
