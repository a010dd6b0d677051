import Columnar
import Parquet

/// How the columns of a table are called in its files: with column mapping they keep a physical
/// name or number for life, whatever the table calls them (PROTOCOL.md, "Column Mapping").
struct ColumnMapping: Sendable {
    enum Mode: String, Sendable {
        /// By the physical name in the field's metadata.
        case name
        /// By the Parquet field id in the field's metadata.
        case id
    }

    let mode: Mode
    let schema: Schema

    private static let modeKey = "delta.columnMapping.mode"
    private static let nameKey = "delta.columnMapping.physicalName"
    private static let idKey = "delta.columnMapping.id"

    /// The mode a table asks for; nil when its columns are called in the files as in the table.
    static func mode(_ configuration: [String: String]) -> String? {
        let mode = configuration[modeKey] ?? "none"
        return mode == "none" ? nil : mode
    }

    /// Nil for a table without column mapping. Throws `.damagedLog` when a column lacks its
    /// physical name or id, `.unsupported` for another mode.
    init?(
        _ tableProtocol: TableProtocol, _ metadata: TableMetadata, _ schema: Schema,
        subject: String
    ) throws(DeltaError) {
        guard tableProtocol.minReaderVersion >= 2,
            let text = ColumnMapping.mode(metadata.configuration)
        else { return nil }
        guard let mode = Mode(rawValue: text) else {
            throw DeltaError(
                .unsupported, operation: "read table", subject: subject,
                message: "the table uses column mapping by \(text), which is not known here",
                hint: "Read it with an engine that knows it.")
        }
        self.mode = mode
        self.schema = schema
        for field in schema.fields {
            guard let missing = ColumnMapping.missing(in: field, mode) else { continue }
            throw DeltaError(
                .damagedLog, operation: "read table", subject: subject,
                message: "the column \"\(field.name)\" has no usable \(missing)",
                hint: "The table's metaData action is damaged; restore the log from a backup.")
        }
    }

    /// The member of the metadata that a field, or one within it, does not have.
    private static func missing(in field: Field, _ mode: Mode) -> String? {
        if field.metadata[nameKey] == nil { return nameKey }
        if mode == .id, field.metadata[idKey].flatMap({ Int32($0) }) == nil { return idKey }
        func inner(_ type: ColumnType) -> String? {
            switch type {
            case .structure(let fields):
                for field in fields {
                    if let name = missing(in: field, mode) { return name }
                }
                return nil
            case .list(let element): return inner(element.type)
            case .map(let key, let value): return inner(key.type) ?? inner(value.type)
            default: return nil
            }
        }
        return inner(field.type)
    }

    /// The files with partition values by the table's names. Of their statistics, which go by
    /// physical names, only the number of rows is kept: what they say of the others must not be
    /// taken for that of a column which is called so now.
    func logical(_ files: [AddFile], partitionColumns: [String]) -> [AddFile] {
        let names = partitionColumns.map { name in
            (name, schema[name]?.metadata[ColumnMapping.nameKey] ?? name)
        }
        return files.map { file in
            var file = file
            var values: [String: String?] = [:]
            for (name, physical) in names {
                if let value = file.partitionValues[physical] {
                    values.updateValue(value, forKey: name)
                }
            }
            file.partitionValues = values
            file.stats = file.storedRowCount.map { "{\"numRecords\":\($0)}" }
            return file
        }
    }

    /// Whether a file can be read: by id only one whose columns carry ids.
    func canRead(_ file: Schema) -> Bool {
        mode == .name || file.fields.contains { $0.metadata[FileReader.fieldIDKey] != nil }
    }

    /// What the table's column `field` is called in a file; nil when the file does not have it.
    func name(of field: Field, in file: Schema) -> String? {
        file.fields.first { isSame($0, field) }?.name
    }

    /// A column of a file with the names of what is in it as the table has them.
    func renamed(_ column: Column, as field: Field) -> Column {
        let type = renamed(column.type, field.type)
        let storage: ColumnStorage
        switch (column.storage, column.type, type, field.type) {
        case (.structure(let children), .structure(let held), .structure, .structure(let wanted)):
            storage = .structure(
                zip(held, children).map { held, child in
                    wanted.first { isSame(held, $0) }.map { renamed(child, as: $0) } ?? child
                })
        case (.list(let offsets, let element), _, _, .list(let wanted)):
            storage = .list(offsets: offsets, element: renamed(element, as: wanted))
        case (.map(let offsets, let key, let value), _, _, .map(let wantedKey, let wantedValue)):
            storage = .map(
                offsets: offsets, key: renamed(key, as: wantedKey),
                value: renamed(value, as: wantedValue))
        default: return column
        }
        return Column(type, storage: storage, validity: column.validity)
    }

    private func renamed(_ held: ColumnType, _ wanted: ColumnType) -> ColumnType {
        switch (held, wanted) {
        case (.structure(let held), .structure(let wanted)):
            .structure(
                held.map { field in
                    var field = field
                    if let same = wanted.first(where: { isSame(field, $0) }) {
                        field.type = renamed(field.type, same.type)
                        field.name = same.name
                    } else {
                        // A dropped member: no name of the table's may find it.
                        field.name = "\u{0}" + field.name
                    }
                    return field
                })
        case (.list(var element), .list(let other)):
            {
                element.type = renamed(element.type, other.type)
                return .list(element: element)
            }()
        case (.map(var key, var value), .map(let otherKey, let otherValue)):
            {
                key.type = renamed(key.type, otherKey.type)
                value.type = renamed(value.type, otherValue.type)
                return .map(key: key, value: value)
            }()
        default: held
        }
    }

    private func isSame(_ held: Field, _ wanted: Field) -> Bool {
        switch mode {
        case .name: held.name == wanted.metadata[ColumnMapping.nameKey]
        case .id:
            held.metadata[FileReader.fieldIDKey] != nil
                && held.metadata[FileReader.fieldIDKey] == wanted.metadata[ColumnMapping.idKey]
        }
    }
}
