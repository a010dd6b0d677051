public import Columnar
public import Delta
public import Storage
import Synchronization

/// The collations that keys are compared by, each read from the lake once.
public final class CollationLibrary: Sendable {
    private let storage: any LakeStorage
    private let known = Mutex<[String: Collation?]>([:])

    /// The metadata of a field of bronze that names its column's collation.
    public static let metadata = "sluice.collation"

    /// The weights kept in the lake behind `storage`; nothing is read yet.
    public init(storage: any LakeStorage) { self.storage = storage }

    /// The collation of this name; nil if the lake does not have its weights. A collation that
    /// cannot be matched says so itself.
    public func collation(_ name: String) throws(DeltaError) -> Collation? {
        if let found = known.withLock({ $0[name] }) { return found }
        let found: Collation?
        if let binary = Collation(binary: name) {
            found = binary
        } else {
            found = try CollationTable(name, storage: storage).read()
        }
        known.withLock { $0[name] = found }
        return found
    }
}
