public import Delta
import Lake
import Pipeline

// Whether bronze is still the table that silver was made of. A version's number does not tell: one
// that was deleted and read again, or lost its last commits and got others, reaches it too.
extension BronzeEvents {
    /// Which commit the consumed version will be; nil where the log does not tell.
    public var mark: Int64? { snapshot.table.mark(ofVersion: version) }

    /// What a silver table keeps of the bronze it has consumed.
    public var consumption: [String: Int64] {
        var transactions = [BronzeEvents.transactionName(entity: entity.name): version]
        // A number that no commit has takes the place of one of another commit.
        transactions[BronzeEvents.markName(entity: entity.name)] = mark ?? -1
        return transactions
    }

    /// Whether version `consumed` of the table is not, or no more, the commit with `mark`.
    public static func isAnother(_ bronze: Snapshot, consumed: Int64, _ mark: Int64?) -> Bool {
        if consumed > bronze.version { return true }
        guard let mark, mark >= 0, let found = bronze.table.mark(ofVersion: consumed) else {
            return false
        }
        return mark != found
    }

    /// The same of what `silver` has consumed.
    public func isAnother(than silver: Snapshot) -> Bool {
        guard
            let consumed = silver.transactions[BronzeEvents.transactionName(entity: entity.name)]
        else { return false }
        return BronzeEvents.isAnother(
            snapshot, consumed: consumed,
            silver.transactions[BronzeEvents.markName(entity: entity.name)])
    }

    static func another(
        _ entity: EntitySpec, _ bronze: Snapshot, consumed: Int64
    ) -> LakeError {
        let place =
            consumed > bronze.version
            ? "the table is at \(bronze.version)" : "the table's is another commit"
        return LakeError(
            .drift, operation: "read bronze", subject: entity.bronze,
            message: "silver has consumed version \(consumed), \(place): it was created again, "
                + "or lost its last commits; nothing was published",
            hint: "Build silver from what bronze holds now: sluice transform --only "
                + "\(entity.name) --rebuild. A dimension keeps the versions it has.")
    }
}
