/// What becomes of rows that are equal in every column, where that is all there is to know them by.
public enum EqualRows: String, Hashable, Sendable, CaseIterable {
    /// They are one row.
    case drop
    /// Each is a row of its own, told apart by a number.
    case keep
}
