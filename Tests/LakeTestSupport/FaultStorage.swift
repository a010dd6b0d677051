public import Delta
public import Storage
import Synchronization

/// A storage whose n-th call fails by script. It remembers tables, as that of a run does.
public final class FaultStorage: RememberingStorage, ForwardingStorage {
    public let memory = TableMemory()
    /// What happens at the failing call.
    public enum Fault: String, Sendable, CaseIterable {
        /// Nothing is done and an error reported.
        case refused
        /// It is done and an error reported all the same: a lost answer.
        case answerLost
        /// Half of the bytes are written, then an error reported.
        case torn
        /// Nothing is done, and nothing will be done by any later call: the process died.
        case crash
    }

    private struct State {
        var calls: [String] = []
        var isDead = false
        var hasFired = false
    }

    public let base: any LakeStorage
    private let failing: Int?
    private let fault: Fault
    private let error: StorageError
    private let state = Mutex(State())

    /// Calls go to `base`; call number `failing` (from 0; nil for none) suffers `fault`.
    public init(
        _ base: any LakeStorage, failing: Int? = nil, fault: Fault = .refused,
        error: StorageError = StorageError(
            .noSpace, operation: "write", subject: "scripted",
            message: "No space left on device (errno 28)")
    ) {
        self.base = base
        self.failing = failing
        self.fault = fault
        self.error = error
    }

    /// The calls made so far.
    public var calls: [String] { state.withLock { $0.calls } }
    /// Whether call `number` changes something: dying before one that only reads leaves what dying
    /// before the next change leaves.
    public func isChange(_ number: Int) -> Bool {
        !["list", "entry", "read", "open", "freeBytes", "probe"].contains { word in
            calls[number].hasPrefix(word + " ")
        }
    }
    /// Whether the scripted failure happened.
    public var hasFired: Bool { state.withLock { $0.hasFired } }

    /// Counts the call and runs it, or fails as scripted.
    fileprivate func call<T>(
        _ name: String, torn: (() throws(StorageError) -> Void)? = nil,
        _ body: () throws(StorageError) -> T
    ) throws(StorageError) -> T {
        let fires = try begin(name)
        guard fires else { return try body() }
        switch fault {
        case .refused, .crash: throw error
        case .answerLost:
            _ = try body()
            throw error
        case .torn:
            try torn?()
            throw error
        }
    }

    private func begin(_ name: String) throws(StorageError) -> Bool {
        let (fires, isDead) = state.withLock { state -> (Bool, Bool) in
            if state.isDead { return (false, true) }
            let number = state.calls.count
            state.calls.append(name)
            let fires = number == failing
            if fires {
                state.hasFired = true
                state.isDead = fault == .crash
            }
            return (fires, false)
        }
        if isDead { throw error }
        return fires
    }

    /// Whether the scripted crash has happened: then not even tidying up takes place.
    fileprivate var isDead: Bool { state.withLock { $0.isDead } }

    public func forward<Result>(
        _ call: @autoclosure () -> String, _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try self.call(call(), body)
    }

    public func open(_ path: String) throws(StorageError) -> any ReadableFile {
        try call("open \(path)") { () throws(StorageError) in
            FaultReadableFile(try base.open(path), self)
        }
    }

    public func putIfAbsent(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> PutOutcome {
        try call("putIfAbsent \(path)") { () throws(StorageError) in
            // By the real steps, so that each of them can fail.
            let file = try stage(path)
            defer { file.abort() }
            try file.write(bytes)
            try file.finish()
            return try file.publish()
        }
    }

    public func stage(
        _ path: String, isSyncedLater: Bool
    ) throws(StorageError) -> any StagedFile {
        try call("stage \(path)") { () throws(StorageError) in
            FaultStagedFile(try base.stage(path, isSyncedLater: isSyncedLater), self)
        }
    }
}

private final class FaultReadableFile: ReadableFile {
    private let file: any ReadableFile
    private let storage: FaultStorage

    init(_ file: any ReadableFile, _ storage: FaultStorage) {
        self.file = file
        self.storage = storage
    }

    var path: String { file.path }
    var sizeBytes: Int64 { file.sizeBytes }

    func read(at offset: Int64, count: Int) throws(StorageError) -> [UInt8] {
        try storage.call("read range \(path)") { () throws(StorageError) in
            try file.read(at: offset, count: count)
        }
    }
}

private final class FaultStagedFile: StagedFile {
    private let file: any StagedFile
    private let storage: FaultStorage

    init(_ file: any StagedFile, _ storage: FaultStorage) {
        self.file = file
        self.storage = storage
    }

    var path: String { file.path }
    var sizeBytes: Int64 { file.sizeBytes }

    func write(_ bytes: [UInt8]) throws(StorageError) {
        let half: () throws(StorageError) -> Void = { () throws(StorageError) in
            try self.file.write(Array(bytes.prefix(bytes.count / 2)))
        }
        try storage.call("write \(path)", torn: half) { () throws(StorageError) in
            try file.write(bytes)
        }
    }

    func finish() throws(StorageError) {
        try storage.call("finish \(path)") { () throws(StorageError) in try file.finish() }
    }

    func open() throws(StorageError) -> any ReadableFile {
        try storage.call("open staged \(path)") { () throws(StorageError) in
            FaultReadableFile(try file.open(), storage)
        }
    }

    func publish() throws(StorageError) -> PutOutcome {
        try storage.call("publish \(path)") { () throws(StorageError) in try file.publish() }
    }

    /// A dead process tidies nothing up: the leftover stays for the sweep to find.
    func abort() {
        if storage.isDead { storage.keep(file) } else { file.abort() }
    }
}

extension FaultStorage {
    /// Keeps a staged file from being tidied up by its own `deinit`.
    fileprivate func keep(_ file: any StagedFile) { leftovers.withLock { $0.append(Kept(file)) } }
}

/// Holds staged files of "dead" processes to the end of the test process.
private struct Kept: @unchecked Sendable {
    let file: any StagedFile
    init(_ file: any StagedFile) { self.file = file }
}

private let leftovers = Mutex<[Kept]>([])
