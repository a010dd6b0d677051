import CommandLine
import Config
import Delta
import JSON
import Parquet
import Storage

/// `sluice lake optimize|vacuum|check`: keeps tables small, whole and readable.
///
/// The path may name one table or a folder of several.
struct LakeUpkeepCommand {
    let session: Session
    /// The tables, sorted by path.
    let tables: [DeltaTable]
    let place: LakePath
    let configuration: Configuration?

    init(_ session: Session) throws(Failure) {
        self.session = session
        configuration = try session.optionalConfiguration()
        let place = try LakePath(session.invocation.arguments[0], lake: configuration?.lake)
        self.place = place
        try place.requireFolder(session.invocation.name)
        let paths = try failing(Failure.init) { () throws(StorageError) in
            try TableWalk(storage: place.storage).tables(under: place.path)
        }
        guard !paths.isEmpty else {
            throw Failure(
                code: "notATable", operation: "open", subject: session.invocation.arguments[0],
                message: "there is no Delta table here: no _delta_log",
                hint: "`sluice lake ls` lists the lake's tables.", exitCode: .usage)
        }
        tables = paths.map { DeltaTable(storage: place.storage, path: $0) }
    }

    /// Runs `body` with the lake's lock. A run that was killed before this one keeps its trace, so
    /// that the next extract still cleans up after it; so does a failure here.
    func locked(_ body: (RunLock) throws(Failure) -> ExitCode) throws(Failure) -> ExitCode {
        let path = try lockPath()
        let lock = try failing(Failure.init) { () throws(StorageError) in try RunLock(path: path) }
        var leavesTrace = true
        defer { lock.release(leavesTrace: leavesTrace) }
        let code = try body(lock)
        leavesTrace = lock.crashed != nil
        return code
    }

    /// The lock of the lake that holds the tables: the configured one, else the nearest above them,
    /// else one of the place's own.
    private func lockPath() throws(Failure) -> String {
        var path = place.storage.systemPath(place.path)
        if !path.hasPrefix("/") { path = ConfigFile.workingFolder() + "/" + path }
        let parts = path.split(separator: "/").filter { $0 != "." }
        if let lake = configuration?.lake, parts.starts(with: lake.split(separator: "/")) {
            return PosixStorage(root: lake).systemPath(LakeRun.lockName)
        }
        let outside = PosixStorage(root: "")
        for count in (0...parts.count).reversed() {
            let folder = parts[..<count].map { "/" + $0 }.joined()
            let candidate = folder + "/" + LakeRun.lockName
            let isThere = try failing(Failure.init) { () throws(StorageError) in
                try outside.exists(candidate)
            }
            if isThere { return candidate }
        }
        return parts.map { "/" + $0 }.joined() + "/" + LakeRun.lockName
    }

    /// The layout of new files: the configuration's, as for an extract.
    var writer: WriterOptions {
        configuration.map { ExtractSettings($0).writer } ?? WriterOptions()
    }

    /// The exit code of a run that may have been stopped.
    func code(wasStopped: Bool) -> ExitCode {
        wasStopped ? Interruption.exitCode ?? .interrupted : .success
    }
}
