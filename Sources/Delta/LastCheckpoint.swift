import JSON
import Storage

/// The hint in `_last_checkpoint`: where reading may begin. Missing, damaged or stale, it costs
/// time and nothing else.
struct LastCheckpoint: Hashable, Sendable {
    var version: Int64
    /// Actions in the checkpoint.
    var actionCount: Int64
    var sizeBytes: Int64?
    var addCount: Int64?
    var parts: Int?

    init(
        version: Int64, actionCount: Int64, sizeBytes: Int64? = nil, addCount: Int64? = nil,
        parts: Int? = nil
    ) {
        self.version = version
        self.actionCount = actionCount
        self.sizeBytes = sizeBytes
        self.addCount = addCount
        self.parts = parts
    }

    /// Deletes a hint that is none: readers do without, and some fail on it.
    static func dropDamaged(_ table: DeltaTable) throws(DeltaError) {
        let path = table.logFolder + "/" + LogName.lastCheckpoint
        guard let text = try? table.storage.read(path), LastCheckpoint(text) == nil else { return }
        try storing { () throws(StorageError) in try table.storage.delete(path) }
    }

    /// The hint in `text`, or nil when it is not one.
    init?(_ text: [UInt8]) {
        guard let value = try? JSONValue(parsing: text), let version = value["version"]?.int64,
            version >= 0
        else { return nil }
        self.init(
            version: version, actionCount: value["size"]?.int64 ?? 0,
            sizeBytes: value["sizeInBytes"]?.int64, addCount: value["numOfAddFiles"]?.int64,
            parts: value["parts"]?.int)
    }

    /// The file's content; what is not known is left out, never null.
    var text: [UInt8] {
        var body: JSONObject = ["version": JSONValue(version), "size": JSONValue(actionCount)]
        if let parts { body["parts"] = JSONValue(parts) }
        if let sizeBytes { body["sizeInBytes"] = JSONValue(sizeBytes) }
        if let addCount { body["numOfAddFiles"] = JSONValue(addCount) }
        return JSONValue.object(body).bytes
    }
}
