import Keys
public import Lake
import Pipeline

extension BronzeEvents {
    /// Throws `.configuration` where the table is read as changes and its key is all its columns:
    /// a changed row would be another one, beside its older version.
    public func checkWholeRows() throws(LakeError) {
        guard entity.isWholeRow, hasNews, !isFullState else { return }
        throw LakeError(
            .configuration, operation: "plan", subject: entity.name,
            message: "its key is 'all', and \(entity.source) is extracted by changes: with them a "
                + "changed row would stand beside its older version",
            hint: "Name the key's columns. Or have the whole table read each time: write "
                + "'mode: snapshot' for it in extract.tables and run sluice extract.")
    }
}
