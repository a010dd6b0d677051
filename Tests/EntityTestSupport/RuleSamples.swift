import Columnar
@testable import Events
@testable import Lake
@testable import Pipeline
@testable import Rules
import Storage

/// Rows, batches and rule sets of a small table of orders, in one line each.
enum RuleSamples {
    static let now: Int64 = 1_770_000_000_000_000

    /// A column of texts; nil is NULL.
    static func text(_ values: [String?]) -> Column {
        let present = Bitmap(values.map { $0 != nil })
        return Column(
            .string, storage: .bytes(ByteVector(values.map { $0 ?? "" })),
            validity: present.setCount == values.count ? nil : present)
    }

    /// The same as codes into a dictionary.
    static func codes(_ values: [String?]) -> Column {
        let distinct = Array(Set(values.compactMap(\.self))).sorted() + ["never used"]
        let codes = values.map { value in
            UInt32(distinct.firstIndex { $0 == value } ?? distinct.count - 1)
        }
        let dictionary = DictionaryValues(
            lineage: .next(), values: ByteVector(distinct))
        let present = Bitmap(values.map { $0 != nil })
        return Column(
            .string, storage: .dictionary(codes: codes, values: dictionary),
            validity: present.setCount == values.count ? nil : present)
    }

    static func long(_ values: [Int64?], _ type: ColumnType = .long) -> Column {
        let present = Bitmap(values.map { $0 != nil })
        return Column(
            type, storage: .int64(values.map { $0 ?? 0 }),
            validity: present.setCount == values.count ? nil : present)
    }

    static func int(_ values: [Int32?], _ type: ColumnType = .integer) -> Column {
        let present = Bitmap(values.map { $0 != nil })
        return Column(
            type, storage: .int32(values.map { $0 ?? 0 }),
            validity: present.setCount == values.count ? nil : present)
    }

    static func batch(_ columns: [(String, Column)]) -> RecordBatch {
        RecordBatch(
            schema: Schema(columns.map { Field($0.0, $0.1.type) }), columns: columns.map(\.1))
    }

    static func events(
        _ columns: [(String, Column)], sequence: [Int64?]? = nil, deletes: [Int] = [],
        version: Int64 = 1, file: Int32 = 0, row: Int64 = 0
    ) -> EventBatch {
        let rows = batch(columns)
        var bits = Bitmap(repeating: false, count: rows.count)
        for delete in deletes { bits.set(delete, to: true) }
        let sequences = sequence ?? (0..<rows.count).map { Int64($0) + 1 }
        return EventBatch(
            rows: rows, sequence: long(sequences, .timestamp),
            deletes: deletes.isEmpty ? nil : bits,
            extractedAt: Array(repeating: now, count: rows.count), runID: "extract-1",
            first: BronzePosition(version: version, file: file, row: row))
    }

    static func entity(_ rules: [RuleSpec] = [], key: [String] = ["id"]) -> EntitySpec {
        var entity = EntitySpec(
            name: "orders", bronzePath: "bronze/s/orders", source: "s.orders", key: key)
        entity.rules = rules
        entity.quarantinesUnsequenced = true
        return entity
    }

    /// Judges `batches` in order; for each the rejected rows with the rules they violate.
    static func judge(
        _ rules: [RuleSpec], _ batches: [EventBatch], key: [String] = ["id"], date: String? = nil,
        probes: RuleProbes = RuleProbes(now: now)
    ) throws(LakeError) -> Judgement {
        let set = try RuleSet(
            entity(rules, key: key), date: date, schema: batches[0].rows.schema, probes: probes)
        var tally = RuleTally(set)
        var rejected: [[Int: String]] = []
        for events in batches {
            var verdict = try set.evaluate(events)
            tally.take(&verdict)
            var rows: [Int: String] = [:]
            for row in verdict.rejectedRows {
                rows[row] = set.violations([row], in: events, verdict)[0].map(\.rule)
                    .joined(separator: ",")
            }
            rejected.append(rows)
        }
        let (counts, stop) = tally.finish()
        return Judgement(rejected: rejected, counts: counts, stop: stop)
    }

    struct Judgement {
        var rejected: [[Int: String]]
        var counts: [RuleCount]
        var stop: LakeError?

        func count(_ rule: String) -> RuleCount? { counts.first { $0.rule == rule } }
    }
}
