import Columnar

/// Findings about column names and types.
struct TableCheckSchema {
    let snapshot: Snapshot

    /// SQL Server's longest identifier.
    private static let nameLimit = 128
    private static let forbidden = " ,;{}()\n\t="

    func findings() -> [TableFinding] {
        var findings = twins() + folder()
        for field in snapshot.schema.fields {
            findings += name(field.name) + type(field)
        }
        return findings
    }

    private func twins() -> [TableFinding] {
        var seen: Set<String> = []
        let twins = snapshot.schema.fields.filter { !seen.insert($0.name.lowercased()).inserted }
        return twins.map { field in
            TableFinding(
                .error, [], "twinNames",
                what: "two columns are called \(field.name) but for upper and lower case",
                why: "Delta compares names without case", action: "Rename one of them.")
        }
    }

    private func name(_ name: String) -> [TableFinding] {
        var findings: [TableFinding] = []
        let bad = name.filter { TableCheckSchema.forbidden.contains($0) }
        if !bad.isEmpty {
            findings.append(
                TableFinding(
                    .error, [.spark, .synapse, .fabric], "columnName",
                    what: "the column name \"\(name)\" holds characters of  ,;{}()=",
                    why: "Parquet columns of Spark may not be called so without column mapping",
                    action: "Rename the column."))
        }
        if name.utf16.count > TableCheckSchema.nameLimit {
            findings.append(
                TableFinding(
                    .error, [.synapse, .fabric], "longName",
                    what: "a column name has \(name.utf16.count) characters: \(name.prefix(40))…",
                    why: "SQL endpoints know names of at most \(TableCheckSchema.nameLimit)",
                    action: "Rename the column."))
        }
        return findings
    }

    private func type(_ field: Field) -> [TableFinding] {
        switch field.type {
        case .timestampNtz:
            return [
                TableFinding(
                    .error, [.synapse, .fabric, .powerbi], "timestampNtz",
                    what: "the column \(field.name) is a timestamp without zone",
                    why: "these readers do not know the type",
                    action: "Write it as timestamp, or as text.")
            ]
        case .structure, .list, .map:
            return [
                TableFinding(
                    .warning, [.synapse, .fabric, .powerbi], "nestedColumn",
                    what: "the column \(field.name) is a \(field.type)",
                    why: "these readers show nested columns as JSON text, or leave them out",
                    action: "Flatten it, or name its columns in the query's WITH clause.")
            ]
        case .binary:
            return [
                TableFinding(
                    .note, [.powerbi], "binaryColumn",
                    what: "the column \(field.name) is binary",
                    why: "Direct Lake leaves binary columns out of the model",
                    action: "Nothing, unless reports need it.")
            ]
        default: return []
        }
    }

    private func folder() -> [TableFinding] {
        let name = snapshot.table.path.split(separator: "/").last ?? ""
        guard name.contains(where: { " %#$[]{}".contains($0) }) else { return [] }
        return [
            TableFinding(
                .warning, [.fabric], "folderName", what: "the table's folder is \"\(name)\"",
                why: "Fabric takes no table folders with blanks or special characters",
                action: "Rename the folder.")
        ]
    }
}
