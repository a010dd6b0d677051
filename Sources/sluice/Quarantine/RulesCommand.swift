import CommandLine
import Config
import Extract
import JSON
import Lake
import MySQL
import Names
import Pipeline
import Rules
import Source
import Transform

/// `sluice rules lint` and `sluice rules suggest`.
struct RulesCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    /// Every problem of the configured rules; exit 2 when one of them cannot run.
    func lint() throws(Failure) -> ExitCode {
        let run = try TransformCommand.reading(session, try session.configuration())
        let findings = try failing(Failure.init) { () throws(LakeError) in try run.lint() }
        let entries = findings.map { finding -> JSONValue in
            [
                "table": .string(finding.entity), "rule": .string(finding.rule),
                "weight": .string(finding.weight.rawValue), "message": .string(finding.message),
                "hint": JSONValue(finding.hint),
            ]
        }
        var text = ""
        for finding in findings {
            text += "\(finding.weight.rawValue): \(finding.entity).\(finding.rule): "
            text += finding.message + "\n"
            if let hint = finding.hint { text += "  hint: \(hint)\n" }
        }
        try session.show(
            ["findings": .array(entries)],
            text: text.isEmpty ? "No problem found.\n" : text)
        return findings.contains { $0.weight == .error } ? .usage : .success
    }

    /// Rules that the source's declarations and bronze's rows speak for.
    func suggest() throws(Failure) -> ExitCode {
        let run = try TransformCommand.reading(session, try session.configuration())
        let declarations = try declarations()
        let found = try failing(Failure.init) { () throws(LakeError) in
            try run.suggestions(declarations)
        }
        var entries: [JSONValue] = []
        var cleaned: [JSONValue] = []
        var text = ""
        for entity in found where !entity.suggestions.isEmpty || !entity.clean.isEmpty {
            text += "\(entity.entity):\n"
            if !entity.clean.isEmpty { text += "  clean:\n" }
            for suggestion in entity.clean {
                text += "    \(suggestion.yaml)   # \(suggestion.reason)\n"
                cleaned.append([
                    "table": .string(entity.entity), "column": .string(suggestion.column),
                    "yaml": .string(suggestion.yaml), "reason": .string(suggestion.reason),
                ])
            }
            if !entity.suggestions.isEmpty { text += "  rules:\n" }
            for suggestion in entity.suggestions {
                text += "    \(suggestion.yaml)   # \(suggestion.reason)\n"
                entries.append([
                    "table": .string(entity.entity), "rule": .string(suggestion.rule.id),
                    "yaml": .string(suggestion.yaml), "reason": .string(suggestion.reason),
                ])
            }
        }
        try session.show(
            ["suggestions": .array(entries), "clean": .array(cleaned)],
            text: text.isEmpty ? "Nothing to suggest.\n" : text)
        return .success
    }

    /// What the source declares, by `schema.table`; nothing with `--offline`.
    private func declarations() throws(Failure) -> [String: SourceDeclaration] {
        if session.invocation[Options.offline] { return [:] }
        let configuration = try session.configuration()
        let connection = try session.connect(configuration)
        defer { connection.close() }
        let schemas = Set(configuration.transform.entities.map(\.table.schema))
        var found: [String: SourceDeclaration] = [:]
        for schema in schemas.sorted() {
            let tables = try failing(Failure.init) { () throws(SourceError) in
                try connection.tables(
                    schema: schema, includeViews: false, options: TypeOptions())
            }
            for table in tables { found["\(schema).\(table.name)"] = declaration(table, schema) }
        }
        return found
    }

    private func declaration(_ table: SourceTable, _ schema: String) -> SourceDeclaration {
        var declaration = SourceDeclaration()
        declaration.notNull = table.columns.filter { !$0.isNullable }.map(\.name)
        for column in table.columns where column.typeName == "enum" {
            declaration.labels[column.name] = column.labels
        }
        declaration.uniqueKeys = table.indexes.filter(\.isUnique).map(\.columns)
        declaration.foreignKeys = table.foreignKeys.map {
            .init(
                columns: $0.columns, table: "\(schema).\($0.referencedTable)",
                referencedColumns: $0.referencedColumns)
        }
        declaration.checks = table.checks.map { .init(name: $0.name, clause: $0.clause) }
        return declaration
    }
}
