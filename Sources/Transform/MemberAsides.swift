import Columnar
import Delta
import Dimensions
import Lake
import Pipeline
import Quarantine
import Storage

/// The rows of a dimension's member that stand in quarantine, for its explanation. Cost: the whole
/// quarantine of the dimension.
struct MemberAsides {
    private(set) var steps: [MemberExplanation.Step] = []
    private let entity: EntitySpec
    private let key: [String: String]

    init(
        _ entity: EntitySpec, _ key: [String: String], storage: any LakeStorage
    ) throws(LakeError) {
        self.entity = entity
        self.key = key
        let table = DeltaTable(storage: storage, path: TablePath.quarantine(entity.name))
        let snapshot = try inLake { () throws(DeltaError) in try table.snapshot() }
        guard let snapshot else { return }
        let scan = QuarantineScan(snapshot)
        var found: [MemberExplanation.Step] = []
        try scan.forEach { (batch, _, _) throws(LakeError) in
            for row in 0..<batch.count where isMember(batch, row, scan.schema) {
                found.append(step(batch, row, scan.schema))
            }
        }
        steps = found
    }

    /// An explanation of a member of which nothing else is known.
    var explanation: MemberExplanation {
        MemberExplanation(dimension: entity.name, key: entity.key.map { ($0, key[$0] ?? "") })
    }

    private func isMember(_ batch: RecordBatch, _ row: Int, _ schema: QuarantineSchema) -> Bool {
        entity.key.allSatisfy { name in
            guard let text = key[name], let stored = schema.stored(name),
                let column = batch[stored], !column.isNull(row)
            else { return false }
            return column.textBytes(row) == Array(text.utf8)
        }
    }

    private func step(
        _ batch: RecordBatch, _ row: Int, _ schema: QuarantineSchema
    ) -> MemberExplanation.Step {
        let sequence = batch[QuarantineColumn.sequence]?.int64(row)
        let status = batch.text(QuarantineColumn.status, row) ?? ""
        let rules = batch.text(QuarantineColumn.rules, row) ?? ""
        let seen = batch[QuarantineColumn.extractedAt]?.int64(row) ?? 0
        return MemberExplanation.Step(
            sequence: sequence ?? seen, time: sequence ?? seen,
            isDelete: batch.text(QuarantineColumn.operation, row) == "d", origin: .quarantine,
            decision: "quarantined (\(status)): "
                + rules.split(separator: ",").joined(separator: ", "),
            values: schema.names.filter { !entity.key.contains($0.entity) }
                .map { ($0.entity, batch.text($0.stored, row)) })
    }
}
