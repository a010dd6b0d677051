/// Where a row's values are: a batch of several and the row in it.
struct RowReference: Hashable, Sendable {
    var batch: Int32
    var row: Int32

    static let none = RowReference(batch: -1, row: -1)
}

/// A row of a file, or of a row group, that leaves it: another takes its place, or `none` does.
struct RowReplacement: Hashable, Sendable {
    var row: Int
    var by: RowReference
}
