/// Refuses a full state of the source that lacks too much of what silver holds: a table that was
/// just emptied to be loaded again looks like one whose rows are gone.
public struct DeleteGuard {
    /// The entity, for errors.
    public var subject: String
    /// What is counted: `open members`, `keys`.
    public var counted: String
    var maxPercent: Double
    /// Whether the operator said that what is missing is gone.
    var isAccepted: Bool

    public init(subject: String, counted: String, maxPercent: Double, isAccepted: Bool) {
        self.subject = subject
        self.counted = counted
        self.maxPercent = maxPercent
        self.isAccepted = isAccepted
    }

    /// Throws `.refused` when `missing` of `known` is too much; an empty state always is.
    public func check(missing: Int64, of known: Int64, isEmpty: Bool) throws(LakeError) {
        if isAccepted || known == 0 { return }
        let percent = 100 * Double(missing) / Double(known)
        guard isEmpty || percent > maxPercent else { return }
        let limit = maxPercent == maxPercent.rounded() ? "\(Int(maxPercent))" : "\(maxPercent)"
        throw LakeError(
            .refused, operation: "merge", subject: subject,
            message: isEmpty
                ? "the source's table is empty, and silver has \(known) \(counted) of it; nothing "
                    + "was published"
                : "the source's table lacks \(missing) of \(known) \(counted), more than "
                    + "max_delete_percent (\(limit) %) allows; nothing was published",
            hint: "See whether the source was read while it was being loaded: then the next run "
                + "mends it. If these rows are really gone, run sluice run --accept-deletes (or "
                + "sluice transform --accept-deletes).")
    }
}
