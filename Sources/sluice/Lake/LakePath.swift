import CommandLine
import Delta
import Lake
import Storage

/// A table, file or folder named on the command line: a path under the lake, any path, or the
/// source's name of a bronze table.
struct LakePath {
    let storage: PosixStorage
    /// Relative to the storage's root.
    let path: String

    /// Finds what `argument` names: under the lake first, then as a path of the file system, then
    /// as `schema.table` or `bronze/schema/table` of the source, whatever its folder is called.
    init(_ argument: String, lake: String?) throws(Failure) {
        var places: [(PosixStorage, String)] = []
        if !argument.hasPrefix("/"), let lake {
            places.append((PosixStorage(root: lake), argument))
        }
        places.append((PosixStorage(root: ""), argument))
        for (storage, path) in places {
            let isThere = try failing(Failure.init) { () throws(StorageError) in
                try storage.exists(path)
            }
            guard isThere else { continue }
            self.storage = storage
            self.path = path
            return
        }
        if let lake, let path = try LakePath.bronze(argument, lake) {
            storage = PosixStorage(root: lake)
            self.path = path
            return
        }
        throw Failure(
            code: "notFound", operation: "open", subject: argument,
            message: lake.map { "there is nothing of that name in the lake \($0) or here" }
                ?? "there is no such file or folder",
            hint: "`sluice lake ls` lists the lake's tables.", exitCode: .usage)
    }

    /// The folder of the bronze table that the source calls so; nil when there is none.
    private static func bronze(_ argument: String, _ lake: String) throws(Failure) -> String? {
        let parts = argument.utf8.split(
            separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false
        ).map { String(decoding: $0, as: UTF8.self) }
        let isPath = parts.count == 3 && parts[0] == BronzeFolders.zone
        let name = isPath ? parts[1] + "." + parts[2] : argument
        let folders = try failing(Failure.init) { () throws(DeltaError) in
            try BronzeFolders(PosixStorage(root: lake))
        }
        return folders.entry(called: name)?.path
    }

    /// The lake's own folder.
    init(wholeLake lake: String) {
        storage = PosixStorage(root: lake)
        path = ""
    }

    /// Whether a single file was named.
    func isFile() throws(Failure) -> Bool {
        let entry = try failing(Failure.init) { () throws(StorageError) in
            try storage.entry(path)
        }
        return entry?.isFolder == false
    }

    /// Throws when a single file was named and `command` works on tables.
    func requireFolder(_ command: String) throws(Failure) {
        guard try isFile() else { return }
        throw .usage(
            path, "this is a single file, and \(command) takes tables or folders",
            hint: "Name the folder of its table, or look at the file: sluice lake schema, cat and "
                + "check take Parquet files.")
    }

    /// The table here. Throws when the folder holds no Delta table.
    func table() throws(Failure) -> (DeltaTable, Snapshot) {
        let table = DeltaTable(storage: storage, path: path)
        guard
            let snapshot = try failing(
                Failure.init, { () throws(DeltaError) in try table.snapshot() })
        else {
            throw Failure(
                code: "notATable", operation: "open", subject: path,
                message: "this folder is not a Delta table: it has no _delta_log",
                hint: "`sluice lake ls` lists the lake's tables.", exitCode: .usage)
        }
        return (table, snapshot)
    }
}
