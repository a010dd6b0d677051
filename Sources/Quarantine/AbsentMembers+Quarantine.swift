public import Columnar
public import Delta
import Keys
public import Lake
public import Rules

extension AbsentMembers {
    /// Reads status, rules and key of every row.
    ///
    /// - Parameters:
    ///   - key: the dimension's key columns, by its own names.
    ///   - collations: by column of the key what its texts are compared by.
    ///   - warnings: rules that set no row aside.
    ///   - now: decides which waivers have ended.
    public init(
        _ quarantine: Snapshot, of dimension: String, key: [String], by collations: [Collation?],
        warnings: Set<String>, now: Int64
    ) throws(LakeError) {
        self.init()
        let schema = QuarantineSchema(stored: quarantine.schema)
        let stored = key.compactMap { schema.stored($0) }
        guard stored.count == key.count else { return }
        isUsed = quarantine.rowCount != 0
        let scan = QuarantineScan(
            quarantine,
            columns: [QuarantineColumn.status, QuarantineColumn.rules, QuarantineColumn.until]
                + stored)
        try scan.forEach { (batch, _, _) throws(LakeError) in
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
}
