public import Columnar
public import Delta
import Keys
public import Lake
import Names
public import Pipeline
import Spelling

extension BronzeEvents {
    /// What orders the events: the configured column, else the column of the watermark, else the
    /// time of extraction.
    public static func sequence(
        _ entity: EntitySpec, _ snapshot: Snapshot, at version: Int64, _ schema: Schema
    ) throws(LakeError) -> Sequence {
        if entity.isWholeRow { return .extraction }
        if let text = entity.sequence {
            if schema[text] != nil {
                _ = try RowSequence(entity, schema)
                return .column(text)
            }
            let cleaned = try Clean(entity, bronze: schema, now: 0)
            guard let sequence = cleaned.sequence else { return .extraction }
            return .expression(text, isTime: sequence.type == .timestamp)
        }
        return try watermark(entity, snapshot, at: version, schema).map(Sequence.column)
            ?? .extraction
    }

    /// The column that extraction follows, as its transactions tell; of several the one that was
    /// committed last. Throws `.lake` where the log cannot be read: a guess would order the events
    /// of one run otherwise than those of the next.
    private static func watermark(
        _ entity: EntitySpec, _ snapshot: Snapshot, at version: Int64, _ schema: Schema
    ) throws(LakeError) -> String? {
        func name(_ column: String) -> String {
            TransactionName.watermark(of: entity.source, column)
        }
        let state = name(BronzeTag.snapshotMode)
        var columns: [String: String] = [:]
        for field in schema.fields where Column.isSequence(field.type) {
            columns[name(field.metadata[BronzeColumn.sourceName] ?? field.name)] = field.name
        }
        let known = snapshot.transactions.keys.filter { columns[$0] != nil }.sorted()
        let isSnapshot = snapshot.transactions[state] != nil
        if known.count + (isSnapshot ? 1 : 0) <= 1 { return known.first.flatMap { columns[$0] } }
        // The table changed its mode or its watermark. The newest commits tell what holds now.
        let recent: [CommitChanges]
        do throws(DeltaError) {
            recent = try snapshot.table.history(limit: 100)
        } catch {
            throw LakeError(error, bronze: entity)
        }
        for commit in recent where commit.version <= version {
            let names = commit.transactions.map(\.appID)
            if names.contains(state) { return nil }
            if let name = known.first(where: { names.contains($0) }) { return columns[name] }
        }
        return known.first.flatMap { columns[$0] }
    }

    public static func nearest(_ name: String, _ names: [String]) -> String? {
        Spelling.nearest(to: name, in: names)
    }
}

extension Column {
    /// Whether a column of this type can order events.
    public static func isSequence(_ type: ColumnType) -> Bool {
        switch type {
        case .byte, .short, .integer, .long, .date, .timestamp, .timestampNtz: true
        default: false
        }
    }

    /// The column as `long` or `timestamp`, a date as its midnight in UTC; nil when its type
    /// orders nothing. O(count).
    var asSequence: Column? {
        switch (type, storage) {
        case (.long, _), (.timestamp, _): self
        case (.timestampNtz, .int64(let values)):
            Column(.timestamp, storage: .int64(values), validity: validity)
        case (.date, .int32(let values)):
            Column(
                .timestamp, storage: .int64(values.map { Int64($0) * 86_400_000_000 }),
                validity: validity)
        case (.byte, .int32(let values)), (.short, .int32(let values)),
            (.integer, .int32(let values)):
            Column(.long, storage: .int64(values.map(Int64.init)), validity: validity)
        default: nil
        }
    }
}
