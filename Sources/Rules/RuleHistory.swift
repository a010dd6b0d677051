public import Columnar
public import Delta
public import Lake
import Pipeline
public import Storage

/// What one rule came to in one run of one entity.
public struct RuleRun: Hashable, Sendable {
    public var runID: String
    /// Microseconds UTC.
    public var at: Int64
    /// The dimension's or fact's name.
    public var entity: String
    public var count: RuleCount

    public init(runID: String, at: Int64, entity: String, count: RuleCount) {
        self.runID = runID
        self.at = at
        self.entity = entity
        self.count = count
    }
}

/// The counts of all rules over all runs, passes included: the Delta table
/// `quarantine/_rule_runs`, which percentages and trends come from.
///
/// In the lake and not in the state file, so that it is there for whoever reads the quarantine,
/// and survives the loss of the state. A run appends one small file; when there are many they are
/// written together.
public struct RuleHistory: Sendable {
    public let table: DeltaTable

    /// The files are written together when there are more than this.
    public static let fileCountMax = 32

    public static let schema = Schema([
        Field("run_id", .string), Field("at", .timestamp), Field("entity", .string),
        Field("rule", .string), Field("severity", .string), Field("owner", .string),
        Field("status", .string), Field("evaluated", .long), Field("failed", .long),
        Field("message", .string),
    ])

    public init(storage: any LakeStorage) {
        table = DeltaTable(storage: storage, path: TablePath.ruleRuns)
    }

    /// Keeps the counts of a run. Does nothing when there are none.
    ///
    /// - Parameter published: by entity the version of silver up to which its commits' counts are
    ///   kept now (`RuleHistory+Silver`).
    public func append(
        _ runs: [RuleRun], published: [String: Int64] = [:]
    ) throws(LakeError) {
        guard !runs.isEmpty else { return }
        do throws(DeltaError) {
            let known = try table.snapshot()
            var transaction = Transaction(table, reading: known)
            transaction.userMetadata = runs[0].runID
            for (entity, version) in published {
                transaction.setTransaction(
                    appID: RuleHistory.transactionName(entity), version: version)
            }
            if known == nil {
                try transaction.create(
                    schema: RuleHistory.schema, description: "what every rule came to in every run")
            }
            let writer = try DataFileWriter(table: table, schema: RuleHistory.schema)
            if let known, known.files.count >= RuleHistory.fileCountMax {
                transaction.reads = .wholeTable
                let scan = try DeltaScan(known)
                while let batch = try scan.next() { try writer.write(batch) }
                for file in known.files { transaction.remove(file) }
            }
            try writer.write(RuleHistory.batch(runs))
            try writer.finish()
            transaction.add(try writer.publish())
            try transaction.commit(operation: "WRITE").committed("keep rule counts", table.path)
        } catch {
            throw LakeError(quarantine: error)
        }
    }

    /// The counts of all runs from `since` (microseconds UTC) on, oldest first.
    public func runs(since: Int64 = .min) throws(LakeError) -> [RuleRun] {
        var runs: [RuleRun] = []
        do throws(DeltaError) {
            guard let snapshot = try table.snapshot() else { return [] }
            let names = RuleHistory.schema.fields.map(\.name)
            let scan = try DeltaScan(snapshot, columns: names)
            while let batch = try scan.next() {
                for row in 0..<batch.count {
                    let run = RuleHistory.run(batch, row)
                    if run.at >= since { runs.append(run) }
                }
            }
        } catch {
            throw LakeError(quarantine: error)
        }
        return runs.sorted {
            ($0.at, $0.runID, $0.entity, $0.count.rule) < (
                $1.at, $1.runID, $1.entity, $1.count.rule
            )
        }
    }

    private static func run(_ batch: RecordBatch, _ row: Int) -> RuleRun {
        func text(_ column: Int) -> String? {
            batch.columns[column].isNull(row) ? nil : batch.columns[column].text(row)
        }
        let severity = text(4).flatMap(RuleSpec.Severity.init) ?? .error
        let status = text(6).flatMap(RuleCount.Status.init) ?? .passed
        let count = RuleCount(
            rule: text(3) ?? "", severity: severity, owner: text(5), status: status,
            evaluated: batch.columns[7].int64(row) ?? 0, failed: batch.columns[8].int64(row) ?? 0,
            message: text(9))
        return RuleRun(
            runID: text(0) ?? "", at: batch.columns[1].int64(row) ?? 0, entity: text(2) ?? "",
            count: count)
    }

    private static func batch(_ runs: [RuleRun]) -> RecordBatch {
        func texts(_ text: (RuleRun) -> String?) -> Column {
            let values = runs.map(text)
            let validity = Bitmap(values.map { $0 != nil })
            return Column(
                .string, storage: .bytes(ByteVector(values.map { $0 ?? "" })), validity: validity)
        }
        func longs(_ type: ColumnType, _ value: (RuleRun) -> Int64) -> Column {
            Column(type, storage: .int64(runs.map(value)))
        }
        return RecordBatch(
            schema: schema,
            columns: [
                texts(\.runID), longs(.timestamp, \.at), texts(\.entity), texts(\.count.rule),
                texts(\.count.severity.rawValue), texts(\.count.owner),
                texts(\.count.status.rawValue), longs(.long, \.count.evaluated),
                longs(.long, \.count.failed), texts(\.count.message),
            ])
    }
}
