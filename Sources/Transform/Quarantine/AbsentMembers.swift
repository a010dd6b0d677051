import Columnar
import Delta
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
    private(set) var isUsed = false

    init() {}

    /// Reads status, rules and key of every row.
    ///
    /// - Parameters:
    ///   - key: the dimension's key columns, by its own names.
    ///   - collations: by column of the key what its texts are compared by.
    ///   - warnings: rules that set no row aside.
    ///   - now: decides which waivers have ended.
    init(
        _ quarantine: Snapshot, of dimension: String, key: [String], by collations: [Collation?],
        warnings: Set<String>, now: Int64
    ) throws(TransformError) {
        let schema = QuarantineSchema(stored: quarantine.schema)
        let stored = key.compactMap { schema.stored($0) }
        guard stored.count == key.count else { return }
        isUsed = quarantine.rowCount != 0
        let scan = QuarantineScan(
            quarantine,
            columns: [QuarantineColumn.status, QuarantineColumn.rules, QuarantineColumn.until]
                + stored)
        try scan.forEach { (batch, _, _) throws(TransformError) in
            guard let status = batch[QuarantineColumn.status].map(TextCodes.init),
                let rules = batch[QuarantineColumn.rules].map(TextCodes.init)
            else { return }
            let hashes = ValueHashes(
                stored.compactMap { batch[$0] }, count: batch.count, by: collations)
            let statuses = status.texts.map(QuarantineStatus.init(rawValue:))
            let errors = rules.texts.map { text in
                text.split(separator: ",").map(String.init).filter { !warnings.contains($0) }
            }
            for row in 0..<batch.count {
                guard let hash = hashes[row],
                    var status = status.codes[row].flatMap({ statuses[$0] })
                else { continue }
                if status == .waived { status = QuarantineScan.status(batch, row, now: now) }
                guard AbsentMembers.told.contains(status) else { continue }
                insert(
                    hash,
                    MemberAbsence(
                        dimension: dimension, status: status,
                        rules: rules.codes[row].map { errors[$0] } ?? []))
            }
        }
    }

    /// What a member's row may have come to that explains why silver lacks it.
    private static let told: Set<QuarantineStatus> = [.open, .blocked, .waived, .discarded]

    private mutating func insert(_ key: ValueHash, _ absence: MemberAbsence) {
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

    var isEmpty: Bool { causes.isEmpty }

    /// Why there is no member of this key; nil where the quarantine does not tell.
    subscript(key: ValueHash) -> MemberAbsence? {
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

    init(_ read: @escaping @Sendable () -> AbsentMembers) { self.read = read }

    var members: AbsentMembers {
        known.withLock { known in
            if let known { return known }
            let members = read()
            known = members
            return members
        }
    }
}

/// Keeps the absent members of dimensions from table to table, as long as their quarantines stay as
/// they are: each is read once a run.
final class AbsenceLibrary: Sendable {
    private let known = Mutex<[String: (version: Int64, members: AbsentMembers)]>([:])

    init() {}

    func members(
        of dimension: String, version: Int64, _ read: () throws(TransformError) -> AbsentMembers
    ) throws(TransformError) -> AbsentMembers {
        if let known = known.withLock({ $0[dimension] }), known.version == version {
            return known.members
        }
        let members = try read()
        known.withLock { $0[dimension] = (version, members) }
        return members
    }
}
