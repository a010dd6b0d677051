/// A dimension: every version of a member, with the time it was valid
/// (docs/specification/dimensions.md).
public struct DimensionSpec: Hashable, Sendable {
    public var entity: EntitySpec
    /// Columns whose change makes a new version; nil means every non-key column but the sequence.
    public var tracked: [String]?
    /// Whether deletes close a member's last version.
    public var closesDeleted = true
    /// Refuse a snapshot that would close more than this share of the open members (S22).
    public var maxDeletePercent = 20.0

    public init(entity: EntitySpec) { self.entity = entity }
}
