/// One file or folder of a listing.
public struct FileEntry: Hashable, Sendable {
    /// The name within the folder listed, without the folder.
    public var name: String
    /// Whether it is a folder, which has no size of its own.
    public var isFolder: Bool
    /// Bytes of a file.
    public var sizeBytes: Int64
    /// Last modification in milliseconds since 1970-01-01T00:00:00Z.
    public var modifiedMilliseconds: Int64

    /// What a listing tells of one name.
    public init(name: String, isFolder: Bool, sizeBytes: Int64, modifiedMilliseconds: Int64) {
        self.name = name
        self.isFolder = isFolder
        self.sizeBytes = sizeBytes
        self.modifiedMilliseconds = modifiedMilliseconds
    }
}

/// What became of a put that must not overwrite. Losing is an expected outcome, not an error.
public enum PutOutcome: Hashable, Sendable {
    case created
    case alreadyExists
}

/// What the file system under a folder can do.
public struct StorageCapabilities: Hashable, Sendable {
    /// Whether `link(2)` works there.
    public var hasHardLinks: Bool
    /// Whether `renameat2(RENAME_NOREPLACE)` works there.
    public var hasRenameWithoutReplacing: Bool

    /// What a probe of a folder found.
    public init(hasHardLinks: Bool, hasRenameWithoutReplacing: Bool) {
        self.hasHardLinks = hasHardLinks
        self.hasRenameWithoutReplacing = hasRenameWithoutReplacing
    }

    /// Whether a commit can be published atomically without overwriting another.
    public var canPutIfAbsent: Bool { hasHardLinks || hasRenameWithoutReplacing }
}

/// An open file that is read by ranges.
public protocol ReadableFile: AnyObject, Sendable {
    /// The path it was opened by.
    var path: String { get }
    /// Its size when it was opened.
    var sizeBytes: Int64 { get }
    /// Exactly `count` bytes from `offset`; `.truncated` when the file has fewer.
    func read(at offset: Int64, count: Int) throws(StorageError) -> [UInt8]
}

/// A file being written that nobody sees under its final name before `publish()`.
///
/// One owner, calls in order: `write`…, `finish`, perhaps `open`, then `publish` or `abort`.
public protocol StagedFile: AnyObject {
    /// The name it will have.
    var path: String { get }
    /// The bytes written so far.
    var sizeBytes: Int64 { get }
    /// Appends bytes.
    func write(_ bytes: [UInt8]) throws(StorageError)
    /// Makes what was written durable, unless that is left to `LakeStorage.sync`; no more bytes
    /// may follow.
    func finish() throws(StorageError)
    /// Opens what was written for reading back; only after `finish()`.
    func open() throws(StorageError) -> any ReadableFile
    /// Gives the finished file its final name, as durably as its content, never replacing another.
    func publish() throws(StorageError) -> PutOutcome
    /// Removes the staged file. Does nothing after `publish()` or a second time.
    func abort()
}

/// The file operations a lake needs. Paths are `/`-separated; how they are rooted is the storage's
/// own affair. Calls block; a value may be used from several threads at once.
public protocol LakeStorage: Sendable {
    /// The entries of a folder whose names are `from` or later, sorted by name (bytes).
    /// A folder that does not exist lists as empty, since object stores have none.
    func list(_ folder: String, from: String) throws(StorageError) -> [FileEntry]
    /// Size and time of one file, or nil when there is none.
    func entry(_ path: String) throws(StorageError) -> FileEntry?
    /// The whole content of a file.
    func read(_ path: String) throws(StorageError) -> [UInt8]
    /// Opens a file for reading ranges.
    func open(_ path: String) throws(StorageError) -> any ReadableFile
    /// Writes a whole file unless the name is taken. Atomic and durable: readers see the complete
    /// file or none, and of several writers exactly one gets `.created`.
    func putIfAbsent(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> PutOutcome
    /// Writes a whole file over what may be there. Readers see the old or the new one.
    func replace(_ path: String, _ bytes: [UInt8]) throws(StorageError)
    /// Begins a file that will be published as `path`; makes missing folders.
    ///
    /// - Parameter isSyncedLater: the caller makes the published file durable with `sync`, together
    ///   with others: one wait for the device instead of two a file.
    func stage(_ path: String, isSyncedLater: Bool) throws(StorageError) -> any StagedFile
    /// Makes durable whatever was published below an existing `folder`.
    func sync(_ folder: String) throws(StorageError)
    /// Deletes a file; one that is not there is not an error.
    func delete(_ path: String) throws(StorageError)
    /// Makes a folder and its parents, readable by the owner only.
    func makeFolder(_ path: String) throws(StorageError)
    /// The bytes an ordinary user may still write under `folder`, or nil where that has no meaning.
    func freeBytes(_ folder: String) throws(StorageError) -> Int64?
    /// Tries out what the file system under `folder` can do, leaving nothing behind.
    func probe(_ folder: String) throws(StorageError) -> StorageCapabilities
}

extension LakeStorage {
    /// All entries of a folder, sorted by name.
    public func list(_ folder: String) throws(StorageError) -> [FileEntry] {
        try list(folder, from: "")
    }

    /// Begins a file that is durable once it is published.
    public func stage(_ path: String) throws(StorageError) -> any StagedFile {
        try stage(path, isSyncedLater: false)
    }

    /// Whether a file or folder is there.
    public func exists(_ path: String) throws(StorageError) -> Bool { try entry(path) != nil }

    /// Exactly `count` bytes of a file from `offset`.
    public func read(_ path: String, at offset: Int64, count: Int) throws(StorageError) -> [UInt8] {
        try open(path).read(at: offset, count: count)
    }
}

/// Whether a file name is that of a staged, not yet published file.
public func isStagedName(_ name: String) -> Bool {
    name.hasPrefix("_staged-") && name.hasSuffix(".tmp")
}
