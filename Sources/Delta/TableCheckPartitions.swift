import Columnar

/// Findings about partition columns and their values.
struct TableCheckPartitions {
    let snapshot: Snapshot

    func findings() -> [TableFinding] {
        let fields = snapshot.partitionColumns.compactMap { snapshot.schema[$0] }
        return fields.flatMap { types($0) + values($0) } + keys() + synapse()
    }

    private func types(_ field: Field) -> [TableFinding] {
        switch field.type {
        case .timestamp, .timestampNtz:
            return [
                TableFinding(
                    .warning, [], "timestampPartition",
                    what: "the table is partitioned by the timestamp \(field.name)",
                    why: "some writers spell such values in their own time zone",
                    action: "Partition by a date.")
            ]
        case .float, .double:
            return [
                TableFinding(
                    .warning, [], "floatPartition",
                    what: "the table is partitioned by the \(field.type) \(field.name)",
                    why: "readers do not agree on the text of such values",
                    action: "Partition by a date.")
            ]
        case .string:
            return [
                TableFinding(
                    .note, [.synapse], "textPartition",
                    what: "the table is partitioned by the text \(field.name)",
                    why: "comparing it needs a UTF-8 collation",
                    action: "CREATE DATABASE … COLLATE Latin1_General_100_BIN2_UTF8.")
            ]
        default: return []
        }
    }

    private func values(_ field: Field) -> [TableFinding] {
        var nulls = 0
        var odd: String?
        var wrong: String?
        for value in Set(snapshot.files.map { $0.partitionValues[field.name] ?? nil }) {
            guard let value, !value.isEmpty else {
                nulls += 1
                continue
            }
            if value.contains(where: { " %#$[]{}".contains($0) }) { odd = max(odd ?? "", value) }
            if (try? PartitionText.column(field.type, text: value, count: 1)) == nil {
                wrong = max(wrong ?? "", value)
            }
        }
        var findings: [TableFinding] = []
        if let wrong {
            findings.append(
                TableFinding(
                    .error, [], "partitionValue",
                    what: "\(field.name) has the partition value \"\(wrong)\", which is no "
                        + "\(field.type)",
                    why: "no reader can give its rows a value",
                    action: "Remove its files and write their rows again."))
        }
        if nulls > 0 {
            findings.append(
                TableFinding(
                    .error, [.synapse], "nullPartition",
                    what: "\(field.name) has a partition for NULL",
                    why: "queries of Synapse serverless fail on it",
                    action: "Give these rows a date, or set them aside (sluice quarantines them)."))
        }
        if let odd {
            findings.append(
                TableFinding(
                    .warning, [.powerbi, .synapse], "oddPartition",
                    what: "\(field.name) has the partition value \"\(odd)\"",
                    why: "some readers do not find the folder: brackets, %, # and blanks are "
                        + "escaped in its name",
                    action: "Partition by a date, or by plain words."))
        }
        return findings
    }

    /// Files whose values are not those of the table's columns.
    private func keys() -> [TableFinding] {
        let columns = Set(snapshot.partitionColumns)
        guard let file = snapshot.files.first(where: { Set($0.partitionValues.keys) != columns })
        else { return [] }
        return [
            TableFinding(
                .error, [], "partitionKeys",
                what: "\(file.path) has partition values of other columns than the table's",
                why: "readers may not agree on its rows' values",
                action: "Remove the file from the table and write its rows again.")
        ]
    }

    private func synapse() -> [TableFinding] {
        guard !snapshot.partitionColumns.isEmpty else { return [] }
        return [
            TableFinding(
                .note, [.synapse], "partitionedFolder", what: "the table is partitioned",
                why: "an external table over it shows no partition columns, nor does a WITH clause",
                action: "Use a view over OPENROWSET(… FORMAT = 'DELTA') without WITH.")
        ]
    }
}
