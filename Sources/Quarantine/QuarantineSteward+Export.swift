import Columnar
import Delta
public import Lake
import Rules

extension QuarantineSteward {
    static let leading = [
        QuarantineColumn.id, QuarantineColumn.rules, QuarantineColumn.reasons,
    ]

    /// What a column of the entity is called in an export: as the entity calls it, unless the
    /// columns before it took the name.
    public static func title(_ name: (entity: String, stored: String)) -> String {
        leading.contains(name.entity) ? name.stored : name.entity
    }

    /// The open and blocked rows of `selection` as CSV, in pieces: a header, then a line a row with
    /// its id, rules and reasons, then the entity's columns to be edited.
    public func export(
        _ selection: QuarantineSelection, now: Int64,
        _ write: (String) throws(LakeError) -> Void
    ) throws(LakeError) -> Int {
        guard let snapshot = try quarantine.snapshot() else { return 0 }
        let scan = QuarantineScan(snapshot)
        let titles = scan.schema.names.map(QuarantineSteward.title)
        try write(QuarantineCSV.line(QuarantineSteward.leading + titles))
        var count = 0
        try scan.forEach { (batch, _, _) throws(LakeError) in
            for row in 0..<batch.count
            where QuarantineScan.isSelected(batch, row, selection)
                && [.open, .blocked].contains(QuarantineScan.status(batch, row, now: now))
            {
                var cells = QuarantineSteward.leading.dropLast().map { batch.text($0, row) }
                let reasons = QuarantinedRow.reasons(batch.text(QuarantineColumn.reasons, row))
                cells.append(reasons.map(\.text).joined(separator: "; "))
                for name in scan.schema.names {
                    let text = batch.text(name.stored, row)
                    let isText = scan.snapshot.schema[name.stored]?.type == .string
                    cells.append(isText ? text.map(QuarantineCSV.guarded) : text)
                }
                try write(QuarantineCSV.line(cells))
                count += 1
            }
        }
        return count
    }
}
