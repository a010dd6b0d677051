public import Collations
import Lake
public import Parquet
public import Storage

/// What is asked of one transformation.
public struct TransformOptions: Sendable {
    /// Names of dimensions, facts and One Big Tables; empty means all.
    public var only: Set<String> = []
    /// Begin from the first bronze version and put aside what the tables hold.
    public var isRebuild = false
    /// Judge again what other rules let in or set aside, by those of now.
    public var isRecheck = false
    /// Take a changed set of tracked columns from now on instead of refusing it.
    public var acceptsTracking = false
    /// Take a full state however much of silver it lacks (`max_delete_percent`).
    public var acceptsDeletes = false
    /// More events than this are announced to a fact's merge before they come: it holds few then.
    var announcedRows: Int64 = 500_000

    public init() {}

    func includes(_ name: String) -> Bool { only.isEmpty || only.contains(name) }
}

/// What a transformation needs of the world.
public struct TransformWorld: Sendable {
    public var storage: any LakeStorage
    public var runID: String
    /// Microseconds UTC: the time of the run, the same for everything in it.
    public var startedAt: Int64
    /// Codec, row groups and pages of the files.
    public var writer = WriterOptions()
    /// Microseconds UTC, for how long things take.
    public var now: @Sendable () -> Int64
    /// Whether a signal asked for the end.
    public var isStopping: @Sendable () -> Bool
    public var observer: any TransformObserver
    /// What keys are compared by, kept from table to table.
    public let collations: CollationLibrary
    /// Members that are in quarantine, kept likewise.
    let absences = AbsenceLibrary()

    public init(
        storage: any LakeStorage, runID: String, startedAt: Int64,
        now: @escaping @Sendable () -> Int64, isStopping: @escaping @Sendable () -> Bool,
        observer: any TransformObserver
    ) {
        self.storage = storage
        collations = CollationLibrary(storage: storage)
        self.runID = runID
        self.startedAt = startedAt
        self.now = now
        self.isStopping = isStopping
        self.observer = observer
    }

    /// Throws when a signal asked for the end; nothing of `subject` is published then.
    func checkStopping(_ subject: String) throws(LakeError) {
        guard isStopping() else { return }
        throw LakeError(
            .interrupted, operation: "transform", subject: subject,
            message: "stopped by a signal; nothing of it was published", hint: "Run again.")
    }
}

/// Hears what a transformation does.
public protocol TransformObserver: Sendable {
    /// A table is begun; `rowsEstimate` events are new for it, nil where that is not known.
    func tableStarted(_ name: String, rowsEstimate: Int64?)
    func rowsRead(_ name: String, rows: Int)
    func note(_ name: String, _ text: String)
    func tableFinished(_ result: TransformResult)
}
