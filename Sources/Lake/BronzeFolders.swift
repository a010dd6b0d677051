public import Delta
public import Names
public import Storage

/// Which folder of bronze holds which table of the source: the one map for every writer and reader
/// of bronze (docs/specification/lake.md#folders).
///
/// A table keeps the folder it first got. It is found by what its own properties say it is, never
/// by its folder's name, so other tables may come and go without moving it. A table that bronze
/// does not hold yet gets the folder that its name asks for, with `_2`, `_3`, … when that is taken.
public struct BronzeFolders: Sendable {
    /// A Delta table found in bronze.
    public struct Entry: Sendable {
        /// Under the lake, for example `bronze/shop/customer`.
        public let path: String
        /// What it holds, `schema.table`; nil when it does not say.
        public let source: String?
        /// The schema, where the table's properties name it.
        public let schema: String?
        /// Its properties; for a table that cannot be read those of its last readable commit.
        public let properties: [String: String]
        /// Why it cannot be read.
        public let failure: DeltaError?
    }

    /// The zone's folder under the lake.
    public static let zone = "bronze"

    /// Every table of bronze, in the order of the folders' bytes.
    public private(set) var entries: [Entry] = []
    /// Positions in `entries` by what they hold.
    private var positions: [ByteName: [Int]] = [:]
    /// Folders assigned by `claim`, by table.
    private var claimed: [TableName: String] = [:]
    /// Folders of schemas that have no table in bronze yet.
    private var schemaFolders: [ByteName: String] = [:]
    /// Folders that exist or are assigned, ignoring ASCII case.
    private var taken: Set<ByteName> = []

    /// Reads what every table of bronze says it is. Tables that cannot be read keep their folder.
    /// Cost: two listings a schema and the metadata of each table.
    public init(_ storage: any LakeStorage) throws(DeltaError) {
        for schema in try folders(storage, BronzeFolders.zone) {
            let parent = BronzeFolders.zone + "/" + schema
            for table in try folders(storage, parent) {
                let path = parent + "/" + table
                guard let entry = BronzeFolders.entry(storage, path) else { continue }
                if let source = entry.source {
                    positions[ByteName(source), default: []].append(entries.count)
                }
                entries.append(entry)
                taken.insert(ByteName(ignoringCaseOf: path))
                taken.insert(ByteName(ignoringCaseOf: parent))
            }
        }
    }

    /// The folder that a table's name alone asks for, which nearly every table has.
    public static func usualPath(_ table: TableName) -> String {
        [zone, FolderName.clean(table.schema), FolderName.clean(table.name)].joined(separator: "/")
    }

    /// Whether a table with these properties holds `table`, or does not say what it holds.
    public static func holds(_ properties: [String: String], _ table: TableName) -> Bool {
        (properties[BronzeProperty.table]?.isSame(as: table.text) ?? true)
            && (properties[BronzeProperty.schema]?.isSame(as: table.schema) ?? true)
    }

    /// What holds `table`; nil when bronze has no such table. Of several the one in its usual
    /// folder: the others are copies.
    public func entry(of table: TableName) -> Entry? {
        let usual = BronzeFolders.usualPath(table)
        let found = (positions[ByteName(table.text)] ?? []).map { entries[$0] }
            .filter { BronzeFolders.holds($0.properties, table) }
        if let first = found.first {
            return found.first { $0.path.isSame(as: usual) } ?? first
        }
        // A table that does not say what it is, or is damaged, counts as the one the name asks for.
        return entries.first { $0.source == nil && $0.path.isSame(as: usual) }
    }

    /// What holds the table that an operator calls `table`, perhaps in other upper and lower case:
    /// a server that does not tell case apart spells names its own way.
    public func entry(called table: TableName) -> Entry? {
        if let exact = entry(of: table) { return exact }
        return entry(called: table.text)
    }

    /// The same for `schema.table` in one text.
    public func entry(called text: String) -> Entry? {
        if let exact = positions[ByteName(text)] { return entries[exact[0]] }
        let wanted = ByteName(ignoringCaseOf: text)
        let alike = entries.filter { entry in
            entry.source.map { ByteName(ignoringCaseOf: $0) == wanted } ?? false
        }
        let names = Set(alike.compactMap(\.source).map { ByteName($0) })
        return names.count == 1 ? alike[0] : nil
    }

    /// What holds tables of `schema`.
    public func entries(ofSchema schema: String) -> [Entry] {
        entries.filter { BronzeFolders.belongs($0, to: schema) }
    }

    /// Keeps for the tables of a source whose names need no change the folders of these names, so
    /// that which of several new tables comes first decides nothing.
    public mutating func reserve(_ tables: [TableName]) {
        let plain = tables.filter { FolderName.clean($0.name).isSame(as: $0.name) }
        for table in plain.sorted(by: { ByteName($0.name) < ByteName($1.name) }) {
            _ = claim(table)
        }
    }

    /// The folder of a table: the one it has, otherwise a free one, which is then reserved.
    public mutating func claim(_ table: TableName) -> String {
        if let path = claimed[table] ?? entry(of: table)?.path { return path }
        let parent = schemaFolder(table.schema)
        let path = freeName(parent + "/" + FolderName.clean(table.name), isTaken: isTaken)
        taken.insert(ByteName(ignoringCaseOf: path))
        claimed[table] = path
        return path
    }

    /// Where new tables of a schema go: beside those it has.
    private mutating func schemaFolder(_ schema: String) -> String {
        if let known = schemaFolders[ByteName(schema)] { return known }
        let usual = BronzeFolders.zone + "/" + FolderName.clean(schema)
        let parents = entries(ofSchema: schema).map { BronzeFolders.parent($0.path) }
        let folder =
            parents.first { $0.isSame(as: usual) } ?? parents.first
            ?? freeName(usual, isTaken: isOfOthers)
        taken.insert(ByteName(ignoringCaseOf: folder))
        schemaFolders[ByteName(schema)] = folder
        return folder
    }

    private func isTaken(_ path: String) -> Bool { taken.contains(ByteName(ignoringCaseOf: path)) }

    /// Whether a schema's folder is another schema's. A table there that cannot be read, or does
    /// not say what it is, makes it nobody's.
    private func isOfOthers(_ folder: String) -> Bool {
        let name = ByteName(ignoringCaseOf: folder)
        return schemaFolders.values.contains { ByteName(ignoringCaseOf: $0) == name }
            || entries.contains { entry in
                entry.source != nil
                    && ByteName(ignoringCaseOf: BronzeFolders.parent(entry.path)) == name
            }
    }

    private static func belongs(_ entry: Entry, to schema: String) -> Bool {
        if let own = entry.schema { return own.isSame(as: schema) }
        return entry.source?.begins(with: schema + ".") ?? false
    }

    private static func parent(_ path: String) -> String {
        let cut = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.endIndex
        return String(path[..<cut])
    }

    /// The table at `path`; nil when there is none.
    private static func entry(_ storage: any LakeStorage, _ path: String) -> Entry? {
        do throws(DeltaError) {
            guard let metadata = try DeltaTable(storage: storage, path: path).metadata() else {
                return nil
            }
            let properties = metadata.configuration
            return Entry(
                path: path, source: properties[BronzeProperty.table],
                schema: properties[BronzeProperty.schema], properties: properties, failure: nil)
        } catch {
            // Any commit that can still be read says what the table is.
            let table = DeltaTable(storage: storage, path: path)
            let properties = table.lastKnownMetadata()?.configuration ?? [:]
            return Entry(
                path: path, source: properties[BronzeProperty.table],
                schema: properties[BronzeProperty.schema], properties: properties, failure: error)
        }
    }
}

/// The names of the folders in `path`, in the order of their bytes.
private func folders(_ storage: any LakeStorage, _ path: String) throws(DeltaError) -> [String] {
    do throws(StorageError) {
        return try storage.list(path).filter(\.isFolder).map(\.name)
    } catch {
        throw DeltaError(error)
    }
}
