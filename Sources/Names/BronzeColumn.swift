/// Columns of bronze that are not the source's, and what the schema keeps of those that are.
///
/// Here and not in `Lake`, because the readers of a source make them too and know no lake.
public enum BronzeColumn {
    /// What happened to the row: `upsert` or `delete`.
    public static let operation = "_sluice_op"
    /// The run that extracted the row.
    public static let runID = "_sluice_run_id"
    /// When the row was extracted.
    public static let extractedAt = "_sluice_extracted_at"
    /// Values of the source that their columns cannot hold: a JSON object, NULL when there are
    /// none.
    public static let invalid = "_sluice_invalid"

    /// Metadata of a field: the name that the source has for the column, where it differs.
    public static let sourceName = "sluice.source_name"
    /// Metadata of a field: the type that the source declares.
    public static let sourceType = "sluice.source_type"
}
