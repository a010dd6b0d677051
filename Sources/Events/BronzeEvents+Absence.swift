import Columnar
import Delta
import JSON
import Lake
import Parquet

extension BronzeEvents {
    /// The tag of a file that names the columns of the table which the extract did not read: they
    /// are gone from the source, or excluded. Their NULLs in the file are none of the source.
    static let absentTag = BronzeTag.absent

    /// The columns that the rows of a portion do not tell: those that its file's tag names, and
    /// those that came to the table after it was written. A file that was rewritten has all
    /// columns, and its tags still.
    public func absent(_ portion: BronzePortion) -> Set<String> {
        // A full state has what there is.
        if foreign != nil { return [] }
        var absent: Set<String> = []
        if let text = portion.file.add.tags[BronzeEvents.absentTag],
            let value = try? JSONValue(parsing: Array(text.utf8))
        {
            absent.formUnion(value.array?.compactMap(\.string) ?? [])
        }
        guard let group = portion.reader.rowGroups.first else { return absent }
        let held = Set(group.columns.compactMap { $0.path.first })
        absent.formUnion(schema.fields.map(\.name).filter { !held.contains($0) })
        return absent
    }
}
