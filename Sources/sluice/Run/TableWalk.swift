import Storage

/// Finds the Delta tables below a folder.
struct TableWalk {
    let storage: any LakeStorage
    /// A lake is four levels deep; more would be somebody else's folders.
    private static let depthLimit = 6

    /// Paths of the tables at or below `folder`, sorted.
    func tables(under folder: String, depth: Int = 0) throws(StorageError) -> [String] {
        let entries = try storage.list(folder)
        let log = folder.isEmpty ? "_delta_log" : folder + "/_delta_log"
        if entries.contains(where: { $0.isFolder && $0.name == "_delta_log" }),
            // A table that an older version put into a folder of this name is no log.
            try !storage.exists(log + "/_delta_log")
        {
            return [folder]
        }
        guard depth < TableWalk.depthLimit else { return [] }
        var found: [String] = []
        for entry in entries where entry.isFolder && !entry.name.hasPrefix(".") {
            let path = folder.isEmpty ? entry.name : folder + "/" + entry.name
            found += try tables(under: path, depth: depth + 1)
        }
        return found
    }
}
