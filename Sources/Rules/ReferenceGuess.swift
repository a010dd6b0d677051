public import Columnar
import Keys

/// A column that by its name refers to a dimension, and how many of the rows' values are members.
public struct ReferenceGuess {
    public let column: String
    public let dimension: String
    /// The dimension's key column.
    public let key: String
    private let isSure: Bool
    private let members: HashedMembers
    /// Rows with a value other than 0 and the empty text, and those of them that have a member.
    public private(set) var asked: Int64 = 0
    public private(set) var found: Int64 = 0
    /// Rows with 0 or the empty text, which is no member.
    private(set) var nones: Int64 = 0

    /// At least this part must be there, of a name that can only mean one table the second.
    private static let (shareMin, sureShareMin) = (0.98, 0.5)

    public init(
        column: String, dimension: String, _ match: ReferenceName.Match, _ members: HashedMembers
    ) {
        self.column = column
        self.dimension = dimension
        key = members.key.first?.name ?? ""
        isSure = match == .sure
        self.members = members
    }

    /// Takes in cleaned rows. A hash and a look a row.
    public mutating func take(_ rows: RecordBatch) {
        guard let column = rows[column] else { return }
        let hashes = ValueHashes([column], count: rows.count, by: members.collations)
        for row in 0..<rows.count {
            guard let hash = hashes[row] else { continue }
            if members.contains(hash) {
                asked += 1
                found += 1
            } else if column.isNone(row) {
                nones += 1
            } else {
                asked += 1
            }
        }
    }

    /// Whether the rows speak for it.
    public var isConfirmed: Bool {
        let least = isSure ? ReferenceGuess.sureShareMin : ReferenceGuess.shareMin
        return asked > 0 && Double(found) >= least * Double(asked)
    }
}

extension Column {
    /// Whether a row has the number 0 or the text of no bytes.
    fileprivate func isNone(_ row: Int) -> Bool {
        switch storage {
        case .int32(let values): values[row] == 0
        case .int64(let values): values[row] == 0
        case .int128(let values): values[row] == 0
        case .bytes, .dictionary: bytes(row)?.isEmpty == true
        default: false
        }
    }
}
