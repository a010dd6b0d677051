/// The tags that files of bronze carry in the log.
public enum BronzeTag {
    /// How the run read the source: `snapshot`, `incremental`, `append`. Every file of bronze has
    /// it, and no other file.
    public static let mode = "sluice.mode"
    /// The run that brought the rows; of joined files the last.
    public static let run = "sluice.run"
    /// The watermark after which the rows begin; empty when nothing is before them.
    public static let low = "sluice.low"
    /// The watermark up to which the rows reach; of a full state its number.
    public static let high = "sluice.high"
    /// The digest of a full state.
    public static let digest = "sluice.digest"
    /// Columns of the table that the run did not read: a JSON array of bronze's names.
    public static let absent = "sluice.absent"
    /// Where each row came from: `FileOrigin`.
    public static let origin = "sluice.origin"

    /// The mode of files that hold a full state.
    public static let snapshotMode = "snapshot"
}
