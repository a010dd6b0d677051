/// How coarse the partitions of a fact or One Big Table are.
public enum PartitionGrain: String, Hashable, Sendable, CaseIterable {
    case day
    case month
    case year
}
