import Columnar
import Delta
public import Keys
import Lake
import Synchronization

/// The members that stand in a dimension's quarantine, by their keys: about 40 bytes each.
///
/// Of a key with several rows one that waits counts before a waived one, this before one that was
/// given up.
public struct AbsentMembers: Sendable {
    private var keys = KeyIndex()
    /// By the number of a key which of `absences` tells of it.
    private var causes: [UInt32] = []
    private var absences: [MemberAbsence] = []
    private var known: [MemberAbsence: UInt32] = [:]
    /// Whether the quarantine has, or had, rows.
    public var isUsed = false

    public init() {}

    public mutating func insert(_ key: ValueHash, _ absence: MemberAbsence) {
        let cause = known[absence] ?? UInt32(absences.count)
        if Int(cause) == absences.count {
            known[absence] = cause
            absences.append(absence)
        }
        let (place, isNew) = keys.place(key)
        if isNew {
            causes.append(cause)
        } else if AbsentMembers.rank(absence) > AbsentMembers.rank(absences[Int(causes[place])]) {
            causes[place] = cause
        }
    }

    private static func rank(_ absence: MemberAbsence) -> Int {
        switch absence.status {
        case .discarded: 0
        case .waived: 1
        default: 2
        }
    }

    public var isEmpty: Bool { causes.isEmpty }

    /// Why there is no member of this key; nil where the quarantine does not tell.
    public subscript(key: ValueHash) -> MemberAbsence? {
        guard let place = keys.find(key) else { return nil }
        var absence = absences[Int(causes[place])]
        absence.member = place
        return absence
    }
}

/// The absent members of a dimension, read when they are first asked for.
public final class LazyAbsentMembers: Sendable {
    private let read: @Sendable () -> AbsentMembers
    private let known = Mutex<AbsentMembers?>(nil)

    public init(_ read: @escaping @Sendable () -> AbsentMembers) { self.read = read }

    public var members: AbsentMembers {
        known.withLock { known in
            if let known { return known }
            let members = read()
            known = members
            return members
        }
    }
}
