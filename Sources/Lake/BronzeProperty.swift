/// The properties by which a bronze table tells what it holds.
public enum BronzeProperty {
    /// `schema.table` of the source: by this a table is found, whatever its folder is called.
    public static let table = "sluice.source_table"
    /// The schema alone, since its name may hold a dot. Tables of older versions have none.
    public static let schema = "sluice.source_schema"
    /// The server that filled the table.
    public static let identity = "sluice.source_identity"
    /// The runs that reported the table as gone from the source: their ids, separated by blanks.
    public static let gone = "sluice.gone"
    /// Columns that are gone from the source: a JSON object from the source's name to the runs that
    /// reported it. Their values are NULL in rows that came since.
    public static let goneColumns = "sluice.gone_columns"
    /// The column that extraction follows, or `snapshot`.
    public static let watermark = "sluice.watermark"
    /// The columns that name a row: a JSON array of the source's names.
    public static let key = "sluice.key"
}
