import Lake
import Rules
import Synchronization

/// Keeps the absent members of dimensions from table to table, as long as their quarantines stay as
/// they are: each is read once a run.
final class AbsenceLibrary: Sendable {
    private let known = Mutex<[String: (version: Int64, members: AbsentMembers)]>([:])

    init() {}

    func members(
        of dimension: String, version: Int64, _ read: () throws(LakeError) -> AbsentMembers
    ) throws(LakeError) -> AbsentMembers {
        if let known = known.withLock({ $0[dimension] }), known.version == version {
            return known.members
        }
        let members = try read()
        known.withLock { $0[dimension] = (version, members) }
        return members
    }
}
