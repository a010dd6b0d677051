import Columnar
import Events
import Keys
import Lake

/// What a compiled rule asks of each row.
enum RuleTest: Sendable {
    case check(RowExpression, failsOnNull: Bool)
    case notNull([Int])
    /// `null_sequence`: looks at the batch's sequence, which may be no column.
    case sequencePresent
    /// Settled in the order of arrival by `RuleTally`.
    case unique([Int], names: [String])
    case values(Int, Set<ValueHash>, failsOnNull: Bool)
    case range(Int, RuleRange)
    /// A boolean expression over the column.
    case matches(Int, RowExpression)
    /// Characters of a text.
    case length(Int, ClosedRange<Int>)
    case references([Int], any MemberSet)
    case freshness(Int, maximumAge: Int64)
    case rowCount(minimum: Int?, maximum: Int?)

    /// Whether the rule judges the batch and not its rows.
    var isAboutBatch: Bool {
        switch self {
        case .freshness, .rowCount: true
        default: false
        }
    }

    /// The rows that fail, before `where` and deletes are taken into account; nil when this can
    /// only be told from all batches.
    func failures(_ events: EventBatch, subject: String) throws(LakeError) -> RuleMask? {
        let rows = events.rows
        switch self {
        case .check(let expression, let failsOnNull):
            return try RuleTest.failures(
                of: expression, rows, failsOnNull: failsOnNull, subject: subject)
        case .matches(_, let expression):
            return try RuleTest.failures(of: expression, rows, failsOnNull: false, subject: subject)
        case .notNull(let columns):
            var failures = RuleMask(count: rows.count)
            for index in columns where rows.columns[index].validity != nil {
                var missing = RuleMask.all(rows.count)
                missing.subtract(rows.columns[index].present)
                failures.formUnion(missing)
            }
            return failures
        case .sequencePresent:
            var failures = RuleMask.all(rows.count)
            failures.subtract(events.sequence.present)
            return failures
        case .values(let index, let list, let failsOnNull):
            return RuleTest.failures(rows.columns[index], notIn: list, failsOnNull: failsOnNull)
        case .range(let index, let range):
            let column = rows.columns[index]
            var failures = range.failures(column)
            if column.validity != nil { failures.formIntersection(column.present) }
            return failures
        case .length(let index, let range):
            let column = rows.columns[index]
            var failures = column.mask { !range.contains(RuleTest.characterCount($0)) }
            if column.validity != nil { failures.formIntersection(column.present) }
            return failures
        case .references(let indices, let members):
            return RuleTest.failures(indices.map { rows.columns[$0] }, rows.count, notIn: members)
        case .unique, .freshness, .rowCount: return nil
        }
    }

    /// How many Unicode scalars the UTF-8 of a text has: bytes that continue none.
    private static func characterCount(_ text: ArraySlice<UInt8>) -> Int {
        text.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }

    /// Rows where a condition is not true.
    private static func failures(
        of expression: RowExpression, _ rows: RecordBatch, failsOnNull: Bool, subject: String
    ) throws(LakeError) -> RuleMask {
        let result = try expression.evaluate(rows, subject: subject)
        guard case .bool(let values) = result.storage else {
            preconditionFailure("a condition was typed as boolean")
        }
        var failures = RuleMask(count: rows.count) { values[$0] == 0 }
        guard result.validity != nil else { return failures }
        if failsOnNull {
            var missing = RuleMask.all(rows.count)
            missing.subtract(result.present)
            failures.formUnion(missing)
        } else {
            failures.formIntersection(result.present)
        }
        return failures
    }

    /// Rows where a condition is true.
    static func holds(
        _ expression: RowExpression, _ rows: RecordBatch, subject: String
    ) throws(LakeError) -> RuleMask {
        let result = try expression.evaluate(rows, subject: subject)
        guard case .bool(let values) = result.storage else {
            preconditionFailure("a condition was typed as boolean")
        }
        var rows = RuleMask(count: rows.count) { values[$0] != 0 }
        if result.validity != nil { rows.formIntersection(result.present) }
        return rows
    }

    private static func failures(
        _ column: Column, notIn list: Set<ValueHash>, failsOnNull: Bool
    ) -> RuleMask {
        var failures: RuleMask
        switch column.storage {
        case .dictionary, .bytes:
            failures = column.mask { !list.contains(ValueHash.single($0)) }
        default:
            let hashes = ValueHashes([column], count: column.count)
            failures = RuleMask(count: column.count) { !list.contains(hashes.values[$0]) }
        }
        guard column.validity != nil else { return failures }
        failures.formIntersection(column.present)
        if failsOnNull {
            var missing = RuleMask.all(column.count)
            missing.subtract(column.present)
            failures.formUnion(missing)
        }
        return failures
    }

    /// A NULL in the key names nobody, so it does not fail; `not_null` is its own rule.
    private static func failures(
        _ columns: [Column], _ count: Int, notIn members: any MemberSet
    ) -> RuleMask {
        if columns.count == 1, let original = columns.first {
            let column = original.folded(by: members.collations.first ?? nil)
            switch column.storage {
            case .dictionary, .bytes:
                var failures = column.mask { !members.contains(ValueHash.single($0)) }
                if column.validity != nil { failures.formIntersection(column.present) }
                return failures
            default: break
            }
        }
        let hashes = ValueHashes(columns, count: count, by: members.collations)
        return RuleMask(count: count) { row in
            guard let hash = hashes[row] else { return false }
            return !members.contains(hash)
        }
    }
}
