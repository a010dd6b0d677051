import Columnar
import CommandLine
import Delta
import JSON
import Parquet
import Storage

/// `sluice lake schema|check` of one Parquet file that is named instead of a table.
struct LakeFile {
    private let session: Session
    private let place: LakePath
    /// The path as it was given.
    private var name: String { session.invocation.arguments[0] }

    /// Nil when `place` is a folder.
    init?(_ session: Session, _ place: LakePath) throws(Failure) {
        guard try place.isFile() else { return nil }
        self.session = session
        self.place = place
    }

    /// The file's columns as Delta would call their types.
    func schema() throws(Failure) -> ExitCode {
        let reader = try open()
        var text = TextTable([.init("column"), .init("type"), .init("nullable")])
        var entries: [JSONValue] = []
        for field in reader.schema.fields {
            text.append([field.name, field.type.description, field.isNullable ? "yes" : "no"])
            entries.append([
                "column": .string(field.name), "type": .string(field.type.description),
                "nullable": .bool(field.isNullable),
            ])
        }
        try session.show(
            [
                "file": .string(name), "rows": JSONValue(reader.rowCount),
                "row_groups": JSONValue(reader.rowGroups.count),
                "created_by": JSONValue(reader.createdBy), "columns": .array(entries),
            ], text: text.text(width: session.width))
        return .success
    }

    /// Reads every page of the file; exit 1 when something is wrong with it.
    func check() throws(Failure) -> ExitCode {
        var failure: ParquetError?
        var rows = 0
        var groups = 0
        let source = try source()
        do throws(ParquetError) {
            let reader = try FileReader(source: source)
            rows = reader.rowCount
            for group in reader.rowGroups.indices {
                let isDone = try reader.verify(rowGroup: group) { Interruption.isRequested }
                guard isDone else { return Interruption.exitCode ?? .interrupted }
                groups += 1
            }
        } catch {
            failure = error
        }
        let isFine = failure == nil
        let code = isFine ? ExitCode.success : .partial
        try session.show(
            [
                "ok": .bool(isFine), "exit_code": JSONValue(code.rawValue), "file": .string(name),
                "rows": JSONValue(rows), "row_groups_checked": JSONValue(groups),
                "findings": .array(failure.map { [finding($0)] } ?? []),
            ], text: text(failure, rows: rows, groups: groups))
        return code
    }

    private func text(_ failure: ParquetError?, rows: Int, groups: Int) -> String {
        let read = "\(Quantity.count(groups)) row groups read"
        guard let failure else {
            return "\(name): \(Quantity.count(rows)) rows, \(read), nothing is wrong\n"
        }
        let kind = failure.code == .unsupported ? "not readable here" : "damaged"
        var text = "\(name): \(kind)\n  [FAIL] \(what(failure))\n"
        if let hint = failure.hint { text += "         do:  \(hint)\n" }
        return text
    }

    private func finding(_ failure: ParquetError) -> JSONValue {
        [
            "severity": "error",
            "code": failure.code == .unsupported ? "notReadHere" : "damagedFile",
            "what": .string(what(failure)), "action": JSONValue(failure.hint),
        ]
    }

    private func what(_ failure: ParquetError) -> String {
        failure.subject.isEmpty ? failure.message : "\(failure.subject): \(failure.message)"
    }

    private func open() throws(Failure) -> FileReader {
        let source = try source()
        return try failing({ Failure($0, file: name) }) { () throws(ParquetError) in
            try FileReader(source: source)
        }
    }

    private func source() throws(Failure) -> StorageSource {
        try failing(Failure.init) { () throws(StorageError) in
            StorageSource(try place.storage.open(place.path))
        }
    }
}
