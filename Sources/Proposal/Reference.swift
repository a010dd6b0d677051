import Profile

/// What the rows show about a reference.
public struct ReferenceEvidence: Sendable {
    /// Sampled rows with a value other than 0 and the empty text.
    public var asked: Int
    /// Of these, those whose value is in the other table.
    public var found: Int
    /// Rows with the number 0, which is not in the other table.
    public var zeroRows: Int
    /// Rows with the empty text, which is not in the other table.
    public var emptyRows: Int
    public var isParentEmpty: Bool
    /// How many rows of the whole table, and how many of them name nothing that is there; nil
    /// where nobody counted.
    public var counted: (missing: Int, rows: Int)?

    public init(
        asked: Int, found: Int, zeroRows: Int = 0, emptyRows: Int = 0, isParentEmpty: Bool = false
    ) {
        self.asked = asked
        self.found = found
        self.zeroRows = zeroRows
        self.emptyRows = emptyRows
        self.isParentEmpty = isParentEmpty
    }

    /// The part of the rows that is found: of all where they were counted, else of those asked; 1
    /// where there are none.
    public var share: Double {
        if let counted, counted.rows > 0 {
            return 1 - Double(counted.missing) / Double(counted.rows)
        }
        return asked == 0 ? 1 : Double(found) / Double(asked)
    }

    /// In figures, for people; `target` is the table referred to.
    func text(_ target: String) -> String {
        let (missing, rows, kind) =
            counted.map { ($0.missing, $0.rows, "") } ?? (asked - found, asked, "sampled ")
        if missing == 0 { return "all \(kind)values are in \(target)" }
        return
            "\(ProfileWords.part(missing, of: rows)) \(kind)rows name nothing in "
            + "\(target) (\(ProfileWords.percent(Int64(missing), of: Int64(rows))))"
    }
}

/// A reference from columns of a table to the key of another.
public struct Reference: Sendable {
    /// How strongly a name suggests it, the strongest first.
    public enum Strength: Int, Comparable, Sendable {
        /// A foreign key.
        case declared
        /// The column is called as the key of the table, which carries the table's name.
        case same
        /// The name says table and key: `customer_id` for `customers.id`.
        case named
        /// The same name as a key that does not tell its table, or the table's name with another
        /// word for "key".
        case likely
        /// A named one with words before it that tell the part it plays (`billing_address_id`), or
        /// the table's bare name.
        case hinted

        public static func < (left: Strength, right: Strength) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    public var table: String
    public var columns: [String]
    public var target: String
    public var targetColumns: [String]
    public var strength: Strength
    /// Nil if no row was sampled.
    public var evidence: ReferenceEvidence?

    public var isDeclared: Bool { strength == .declared }

    /// At least this part of the sampled values of a guessed reference must be there.
    static let shareMin = 0.98
    /// One that is called exactly as the key is taken down to this part.
    static let sameShareMin = 0.5

    /// Whether the rows confirm it or were not asked. Declared references always hold.
    var isConfirmed: Bool {
        if isDeclared { return true }
        guard let evidence else { return strength <= .likely }
        if evidence.isParentEmpty || evidence.asked == 0 { return false }
        return evidence.share >= Reference.shareMin
            || strength == .same && evidence.share >= Reference.sameShareMin
    }

    /// Whether the name speaks for it and no row does against it: the parent may have none.
    var isPlausible: Bool {
        isConfirmed
            || strength <= .likely && evidence.map { $0.isParentEmpty || $0.asked == 0 } ?? true
    }

    /// Why it is not proposed, or how sure it is, for people.
    public var verdict: String {
        let subject =
            "\(columns.joined(separator: ", ")) -> "
            + "\(target).\(targetColumns.joined(separator: ", "))"
        if isDeclared { return "\(subject): a foreign key" }
        guard let evidence else { return "\(subject): by its name, no row was looked at" }
        if evidence.isParentEmpty { return "\(subject): not proposed, \(target) has no rows" }
        if evidence.asked == 0 { return "\(subject): not proposed, no row has a value" }
        let figures = evidence.text(target)
        return isConfirmed
            ? "\(subject): by its name; \(figures)" : "\(subject): not proposed; \(figures)"
    }
}
