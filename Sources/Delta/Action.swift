import Names

/// The reader and writer versions a table asks for, and the features they name.
public struct TableProtocol: Hashable, Sendable {
    public var minReaderVersion: Int
    public var minWriterVersion: Int
    /// Nil unless `minReaderVersion` is 3.
    public var readerFeatures: [String]?
    /// Nil unless `minWriterVersion` is 7.
    public var writerFeatures: [String]?

    public init(
        minReaderVersion: Int = 1, minWriterVersion: Int = 2, readerFeatures: [String]? = nil,
        writerFeatures: [String]? = nil
    ) {
        self.minReaderVersion = minReaderVersion
        self.minWriterVersion = minWriterVersion
        self.readerFeatures = readerFeatures
        self.writerFeatures = writerFeatures
    }
}

/// What a table is: its schema, partitioning and configuration.
public struct TableMetadata: Hashable, Sendable {
    /// A UUID, stable for the table's life.
    public var id: String
    public var name: String?
    public var description: String?
    /// The schema as the log has it, verbatim, so that what we do not model is kept.
    public var schemaString: String
    public var partitionColumns: [String]
    public var configuration: [String: String]
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var createdTime: Int64?

    public init(
        id: String, name: String? = nil, description: String? = nil, schemaString: String,
        partitionColumns: [String] = [], configuration: [String: String] = [:],
        createdTime: Int64? = nil
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.schemaString = schemaString
        self.partitionColumns = partitionColumns
        self.configuration = configuration
        self.createdTime = createdTime
    }
}

/// A data file that becomes part of the table.
public struct AddFile: Hashable, Sendable {
    /// Relative to the table, percent-encoded as the log has it; `filePath` is the real one.
    public var path: String
    /// Text of each partition column's value; a nil value is NULL.
    public var partitionValues: [String: String?]
    public var sizeBytes: Int64
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var modificationTime: Int64
    /// False when the rows were in the table before, as after a compaction.
    public var dataChange: Bool
    /// Statistics, a JSON document.
    public var stats: String?
    public var tags: [String: String]
    /// The rows that were deleted from the file since; nil when none were.
    public var deletionVector: DeletionVector?

    public init(
        path: String, partitionValues: [String: String?] = [:], sizeBytes: Int64,
        modificationTime: Int64, dataChange: Bool = true, stats: String? = nil,
        tags: [String: String] = [:], deletionVector: DeletionVector? = nil
    ) {
        self.deletionVector = deletionVector
        self.path = path
        self.partitionValues = partitionValues
        self.sizeBytes = sizeBytes
        self.modificationTime = modificationTime
        self.dataChange = dataChange
        self.stats = stats
        self.tags = tags
    }

    /// The number of rows that are part of the table: those of the file but for the deleted ones;
    /// nil when the statistics do not tell it.
    public var rowCount: Int64? {
        guard let vector = deletionVector, let stored = storedRowCount else {
            return storedRowCount
        }
        let (rows, overflow) = stored.subtractingReportingOverflow(vector.cardinality)
        return overflow || rows < 0 ? nil : rows
    }

    /// The number of rows in the file, `numRecords` of the statistics; nil when they do not tell
    /// it. Cheap where they begin with it, as ours do.
    var storedRowCount: Int64? {
        let head = Array(#"{"numRecords":"#.utf8)
        guard let text = stats?.utf8, text.starts(with: head) else {
            return FileStatistics(stats)?.numRecords
        }
        let digits = text.dropFirst(head.count).prefix { 0x30...0x39 ~= $0 }
        let next = text[digits.endIndex...].first
        guard next == UInt8(ascii: ",") || next == UInt8(ascii: "}"),
            let count = Int64(Substring(digits))
        else { return FileStatistics(stats)?.numRecords }
        return count
    }

    /// The tombstone that takes this file out of the table at `deletionTimestamp` (milliseconds).
    public func removed(at deletionTimestamp: Int64, dataChange: Bool = true) -> RemoveFile {
        RemoveFile(
            path: path, deletionTimestamp: deletionTimestamp, dataChange: dataChange,
            partitionValues: partitionValues, sizeBytes: sizeBytes, deletionVector: deletionVector)
    }

    /// What names the file together with its deletion vector: of one data file with two vectors one
    /// may come while the other goes.
    var key: ByteName {
        ByteName(path + (deletionVector.map { "\u{0}" + $0.uniqueID } ?? ""))
    }
}

/// A data file that stops being part of the table.
public struct RemoveFile: Hashable, Sendable {
    /// Exactly as it was added.
    public var path: String
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var deletionTimestamp: Int64?
    public var dataChange: Bool
    /// Nil when the log has no extended file metadata.
    public var partitionValues: [String: String?]?
    public var sizeBytes: Int64?
    /// The deletion vector the file had when it was removed.
    public var deletionVector: DeletionVector?

    /// As `AddFile.key`.
    var key: ByteName {
        ByteName(path + (deletionVector.map { "\u{0}" + $0.uniqueID } ?? ""))
    }

    public init(
        path: String, deletionTimestamp: Int64?, dataChange: Bool = true,
        partitionValues: [String: String?]? = nil, sizeBytes: Int64? = nil,
        deletionVector: DeletionVector? = nil
    ) {
        self.deletionVector = deletionVector
        self.path = path
        self.deletionTimestamp = deletionTimestamp
        self.dataChange = dataChange
        self.partitionValues = partitionValues
        self.sizeBytes = sizeBytes
    }
}

/// The newest version an application has committed: what makes its writes idempotent.
public struct TransactionIdentifier: Hashable, Sendable {
    public var appID: String
    public var version: Int64
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var lastUpdated: Int64?

    public init(appID: String, version: Int64, lastUpdated: Int64? = nil) {
        self.appID = appID
        self.version = version
        self.lastUpdated = lastUpdated
    }
}

/// Another writer's named configuration, kept as it is.
public struct DomainMetadata: Hashable, Sendable {
    public var domain: String
    public var configuration: String
    public var isRemoved: Bool

    public init(domain: String, configuration: String, isRemoved: Bool = false) {
        self.domain = domain
        self.configuration = configuration
        self.isRemoved = isRemoved
    }
}

/// What a commit says about itself. Readers may not depend on it; people do.
public struct CommitInfo: Hashable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var timestamp: Int64?
    /// `WRITE`, `CREATE TABLE`, `MERGE`, `DELETE`, `OPTIMIZE`…
    public var operation: String?
    /// The parameters, each a text (JSON where it is structured).
    public var operationParameters: [String: String]
    public var operationMetrics: [String: String]
    public var readVersion: Int64?
    public var isolationLevel: String?
    public var isBlindAppend: Bool?
    public var engineInfo: String?
    /// A UUID that tells our own commit from another's after an ambiguous failure.
    public var txnID: String?
    public var userMetadata: String?

    public init(
        timestamp: Int64? = nil, operation: String? = nil,
        operationParameters: [String: String] = [:], operationMetrics: [String: String] = [:],
        readVersion: Int64? = nil, isolationLevel: String? = nil, isBlindAppend: Bool? = nil,
        engineInfo: String? = nil, txnID: String? = nil, userMetadata: String? = nil
    ) {
        self.timestamp = timestamp
        self.operation = operation
        self.operationParameters = operationParameters
        self.operationMetrics = operationMetrics
        self.readVersion = readVersion
        self.isolationLevel = isolationLevel
        self.isBlindAppend = isBlindAppend
        self.engineInfo = engineInfo
        self.txnID = txnID
        self.userMetadata = userMetadata
    }
}

/// One line of a commit: `docs/specification/delta.md#the-log`.
public enum Action: Hashable, Sendable {
    case commitInfo(CommitInfo)
    case `protocol`(TableProtocol)
    case metaData(TableMetadata)
    case add(AddFile)
    case remove(RemoveFile)
    case txn(TransactionIdentifier)
    case domainMetadata(DomainMetadata)
    /// Of a checkpoint: the path of a file that holds more of its actions.
    case sidecar(String)
    /// An action this code does not know; ignored on reading, as the protocol asks.
    case unknown(String)
}
