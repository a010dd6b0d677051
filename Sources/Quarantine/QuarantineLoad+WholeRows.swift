import Columnar
public import Keys
import Lake

// Rows of facts whose key is all their columns: they are known by all values that bronze has.
extension QuarantineLoad {
    /// Of equal whole rows, any of which may be any other, the first that this run has not met; one
    /// that is over after those that wait. One that was replayed is in silver.
    func knownWhole(_ key: ValueHash) -> Int? {
        let rows = index.rows(key).filter { number in
            !index.entries[number].isMet && index.entries[number].status != .replayed
        }
        return rows.min { left, right in
            let (left, right) = (index.entries[left], index.entries[right])
            let isOver = (left.status == .superseded, right.status == .superseded)
            return isOver.0 == isOver.1 ? left.position < right.position : isOver.1
        }
    }

    /// What stands for the key of whole rows here: all values that bronze has, as the table's
    /// column has them, so that a row is known when `clean` or the columns have changed.
    public static func key(ofWholeRow content: Int64) -> ValueHash {
        ValueHash.seed.then(.word(UInt64(bitPattern: content)))
    }
}
