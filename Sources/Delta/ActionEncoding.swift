import JSON

extension Action {
    /// Appends the action as one line of a commit, with its line feed.
    func append(to text: inout [UInt8]) {
        let (name, body): (String, JSONObject)
        switch self {
        case .commitInfo(let info): (name, body) = ("commitInfo", info.json)
        case .protocol(let value): (name, body) = ("protocol", value.json)
        case .metaData(let value): (name, body) = ("metaData", value.json)
        case .add(let file): (name, body) = ("add", file.json)
        case .remove(let file): (name, body) = ("remove", file.json)
        case .txn(let value): (name, body) = ("txn", value.json)
        case .domainMetadata(let value): (name, body) = ("domainMetadata", value.json)
        case .sidecar(let path): (name, body) = ("sidecar", ["path": .string(path)])
        case .unknown(let line):
            text += Array(line.utf8) + [10]
            return
        }
        JSONValue.object([name: .object(body)]).append(to: &text)
        text.append(10)
    }
}

extension JSONObject {
    /// Sets `key` unless the value is nil: the log leaves absent things out, it has no nulls.
    fileprivate mutating func set(_ key: String, _ value: JSONValue?) {
        if let value { self[key] = value }
    }

    /// A map of texts in the order of the keys, so that equal actions are equal bytes.
    fileprivate init(map: [String: String]) {
        self.init(map.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) })
    }

    fileprivate init(partitionValues: [String: String?]) {
        self.init(
            partitionValues.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })
    }
}

extension CommitInfo {
    var json: JSONObject {
        var body = JSONObject()
        body.set("timestamp", timestamp.map { JSONValue($0) })
        body.set("operation", operation.map { .string($0) })
        body["operationParameters"] = .object(JSONObject(map: operationParameters))
        body.set("readVersion", readVersion.map { JSONValue($0) })
        body.set("isolationLevel", isolationLevel.map { .string($0) })
        body.set("isBlindAppend", isBlindAppend.map { .bool($0) })
        if !operationMetrics.isEmpty {
            body["operationMetrics"] = .object(JSONObject(map: operationMetrics))
        }
        body.set("engineInfo", engineInfo.map { .string($0) })
        body.set("txnId", txnID.map { .string($0) })
        body.set("userMetadata", userMetadata.map { .string($0) })
        return body
    }
}

extension TableProtocol {
    var json: JSONObject {
        var body: JSONObject = [
            "minReaderVersion": JSONValue(minReaderVersion),
            "minWriterVersion": JSONValue(minWriterVersion),
        ]
        body.set("readerFeatures", readerFeatures.map { .array($0.map { .string($0) }) })
        body.set("writerFeatures", writerFeatures.map { .array($0.map { .string($0) }) })
        return body
    }
}

extension TableMetadata {
    var json: JSONObject {
        var body: JSONObject = ["id": .string(id)]
        body.set("name", name.map { .string($0) })
        body.set("description", description.map { .string($0) })
        body["format"] = ["provider": "parquet", "options": [:]]
        body["schemaString"] = .string(schemaString)
        body["partitionColumns"] = .array(partitionColumns.map { .string($0) })
        body["configuration"] = .object(JSONObject(map: configuration))
        body.set("createdTime", createdTime.map { JSONValue($0) })
        return body
    }
}

extension AddFile {
    var json: JSONObject {
        var body: JSONObject = [
            "path": .string(path),
            "partitionValues": .object(JSONObject(partitionValues: partitionValues)),
            "size": JSONValue(sizeBytes),
            "modificationTime": JSONValue(modificationTime),
            "dataChange": .bool(dataChange),
        ]
        body.set("stats", stats.map { .string($0) })
        if !tags.isEmpty { body["tags"] = .object(JSONObject(map: tags)) }
        return body
    }
}

extension RemoveFile {
    var json: JSONObject {
        var body: JSONObject = ["path": .string(path)]
        body.set("deletionTimestamp", deletionTimestamp.map { JSONValue($0) })
        body["dataChange"] = .bool(dataChange)
        guard let partitionValues, let sizeBytes else { return body }
        body["extendedFileMetadata"] = true
        body["partitionValues"] = .object(JSONObject(partitionValues: partitionValues))
        body["size"] = JSONValue(sizeBytes)
        return body
    }
}

extension TransactionIdentifier {
    var json: JSONObject {
        var body: JSONObject = ["appId": .string(appID), "version": JSONValue(version)]
        body.set("lastUpdated", lastUpdated.map { JSONValue($0) })
        return body
    }
}

extension DomainMetadata {
    var json: JSONObject {
        [
            "domain": .string(domain), "configuration": .string(configuration),
            "removed": .bool(isRemoved),
        ]
    }
}
