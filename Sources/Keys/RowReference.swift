/// Where a row's values are: a batch of several and the row in it.
public struct RowReference: Hashable, Sendable {
    public var batch: Int32
    public var row: Int32

    public init(batch: Int32, row: Int32) {
        self.batch = batch
        self.row = row
    }

    public static let none = RowReference(batch: -1, row: -1)
}

/// A row of a file, or of a row group, that leaves it: another takes its place, or `none` does.
public struct RowReplacement: Hashable, Sendable {
    public var row: Int
    public var by: RowReference

    public init(row: Int, by: RowReference) {
        self.row = row
        self.by = by
    }
}
