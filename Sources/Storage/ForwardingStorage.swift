/// A storage that hands its calls to another; what it does otherwise is all that it says.
public protocol ForwardingStorage: LakeStorage {
    /// Where the calls go.
    var base: any LakeStorage { get }
    /// Makes a call, whose name and path `call` gives; a storage that looks at all of them, or lets
    /// them fail, does so here.
    func forward<Result>(
        _ call: @autoclosure () -> String, _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result
}

extension ForwardingStorage {
    public func forward<Result>(
        _ call: @autoclosure () -> String, _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result { try body() }

    public func list(_ folder: String, from: String) throws(StorageError) -> [FileEntry] {
        try forward("list \(folder)") { () throws(StorageError) in
            try base.list(folder, from: from)
        }
    }

    public func entry(_ path: String) throws(StorageError) -> FileEntry? {
        try forward("entry \(path)") { () throws(StorageError) in try base.entry(path) }
    }

    public func read(_ path: String) throws(StorageError) -> [UInt8] {
        try forward("read \(path)") { () throws(StorageError) in try base.read(path) }
    }

    public func open(_ path: String) throws(StorageError) -> any ReadableFile {
        try forward("open \(path)") { () throws(StorageError) in try base.open(path) }
    }

    public func putIfAbsent(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> PutOutcome {
        try forward("putIfAbsent \(path)") { () throws(StorageError) in
            try base.putIfAbsent(path, bytes)
        }
    }

    public func replace(_ path: String, _ bytes: [UInt8]) throws(StorageError) {
        try forward("replace \(path)") { () throws(StorageError) in
            try base.replace(path, bytes)
        }
    }

    public func stage(_ path: String, isSyncedLater: Bool) throws(StorageError) -> any StagedFile {
        try forward("stage \(path)") { () throws(StorageError) in
            try base.stage(path, isSyncedLater: isSyncedLater)
        }
    }

    public func sync(_ folder: String) throws(StorageError) {
        try forward("sync \(folder)") { () throws(StorageError) in try base.sync(folder) }
    }

    public func delete(_ path: String) throws(StorageError) {
        try forward("delete \(path)") { () throws(StorageError) in try base.delete(path) }
    }

    public func makeFolder(_ path: String) throws(StorageError) {
        try forward("makeFolder \(path)") { () throws(StorageError) in
            try base.makeFolder(path)
        }
    }

    public func freeBytes(_ folder: String) throws(StorageError) -> Int64? {
        try forward("freeBytes \(folder)") { () throws(StorageError) in
            try base.freeBytes(folder)
        }
    }

    public func probe(_ folder: String) throws(StorageError) -> StorageCapabilities {
        try forward("probe \(folder)") { () throws(StorageError) in try base.probe(folder) }
    }
}
