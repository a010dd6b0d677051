import Lake
import Source

/// The Delta `txn` application ids of a bronze table (docs/specification/lake.md#bronze).
///
/// They sit in the commit that carries the files they cover, so no crash parts the two.
struct TransactionNames {
    let base: String

    init(_ plan: TablePlan) {
        let last = plan.mode == .snapshot ? BronzeTag.snapshotMode : plan.watermark?.name ?? ""
        base = TransactionName.watermark(of: plan.name, last)
    }

    /// The high watermark: microseconds, the id, or the number of the snapshot.
    var watermark: String { base }
    /// How far east of UTC the clock stood that the high watermark of a DATETIME was taken in,
    /// seconds.
    var offset: String { base + "/offset" }
    /// Append: every id up to this one is settled, none can be committed late any more.
    var settled: String { base + "/settled" }
    /// Append: ids up to this one settle next …
    var pending: String { base + "/pending" }
    /// … once no transaction is open that began before this time on the server's clock.
    var pendingSince: String { base + "/pending_since" }
    /// Incremental: when the source made the table, the digits of its time as one number.
    var created: String { base + "/created" }
    /// Incremental: the next number of AUTO_INCREMENT.
    var nextNumber: String { base + "/next_number" }
}
