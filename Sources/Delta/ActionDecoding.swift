import JSON

/// Reads the actions of one commit file.
///
/// Unknown actions and fields are passed over; a line that is not a JSON object, or a known action
/// without what it must have, is an error that names file, line and field.
struct CommitReader {
    /// The file's path, for errors.
    let path: String

    /// The actions of a whole commit, in order.
    func actions(_ text: [UInt8]) throws(DeltaError) -> [Action] {
        var actions: [Action] = []
        var lineNumber = 0
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: 10) ?? text.count
            lineNumber += 1
            let line = text[start..<end]
            if !line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) {
                actions.append(try action(line, LineContext(path: path, line: lineNumber)))
            }
            start = end + 1
        }
        if actions.isEmpty {
            throw LineContext(path: path, line: 1).damaged("the commit is empty")
        }
        return actions
    }

    private func action(_ line: ArraySlice<UInt8>, _ context: LineContext) throws(DeltaError)
        -> Action
    {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: line)
        } catch {
            throw context.damaged("not JSON: \(error)")
        }
        guard let object = value.object else { throw context.damaged("not a JSON object") }
        for member in object.members {
            guard let read = CommitReader.readers[member.key] else { continue }
            if member.value.isNull { continue }
            return try read(ActionFields(member.key, member.value, context))
        }
        return .unknown(String(decoding: line, as: UTF8.self))
    }

    private typealias Reader = @Sendable (ActionFields) throws(DeltaError) -> Action

    private static let readers: [String: Reader] = [
        "add": { fields throws(DeltaError) in .add(try AddFile(fields)) },
        "remove": { fields throws(DeltaError) in .remove(try RemoveFile(fields)) },
        "metaData": { fields throws(DeltaError) in .metaData(try TableMetadata(fields)) },
        "protocol": { fields throws(DeltaError) in .protocol(try TableProtocol(fields)) },
        "txn": { fields throws(DeltaError) in .txn(try TransactionIdentifier(fields)) },
        "commitInfo": { fields throws(DeltaError) in .commitInfo(CommitInfo(fields)) },
        "domainMetadata": { fields throws(DeltaError) in
            .domainMetadata(try DomainMetadata(fields))
        },
        "sidecar": { fields throws(DeltaError) in
            .sidecar(try fields.required("path", \.string))
        },
    ]
}

/// Where in the log an error is.
struct LineContext {
    let path: String
    let line: Int

    func damaged(_ message: String) -> DeltaError {
        DeltaError(
            .damagedLog, operation: "read log", subject: path,
            message: "line \(line): \(message)",
            hint: "The commit file is damaged. Restore it from a backup; if it is the newest, "
                + "moving it away loses exactly that commit.")
    }
}

/// The members of one action, with errors that name them.
struct ActionFields {
    private let name: String
    private let value: JSONValue
    private let context: LineContext

    init(_ name: String, _ value: JSONValue, _ context: LineContext) {
        self.name = name
        self.value = value
        self.context = context
    }

    subscript(key: String) -> JSONValue? {
        value[key].flatMap { $0.isNull ? nil : $0 }
    }

    func required<T>(_ key: String, _ read: (JSONValue) -> T?) throws(DeltaError) -> T {
        guard let result = self[key].flatMap(read) else {
            throw context.damaged("\(name) has no usable \"\(key)\"")
        }
        return result
    }

    func texts(_ key: String) -> [String]? { self[key]?.array?.compactMap(\.string) }

    /// A map of texts; values that are not texts are kept as their JSON.
    func map(_ key: String) -> [String: String]? {
        guard let members = self[key]?.object?.members else { return nil }
        var map: [String: String] = [:]
        for member in members where !member.value.isNull {
            map[member.key] = member.value.string ?? member.value.description
        }
        return map
    }

    /// Nil when there are none. A value that is neither a text nor null is damage: taken for NULL
    /// it would give rows to another partition.
    func partitionValues() throws(DeltaError) -> [String: String?]? {
        guard let value = self["partitionValues"] else { return nil }
        guard let members = value.object?.members else {
            throw context.damaged("the \"partitionValues\" of \(name) are not an object")
        }
        var map: [String: String?] = [:]
        for member in members {
            guard member.value.isNull || member.value.string != nil else {
                throw context.damaged(
                    "the partition value of \"\(member.key)\" is not a text: \(member.value)")
            }
            map.updateValue(member.value.string, forKey: member.key)
        }
        return map
    }

    func damaged(_ message: String) -> DeltaError { context.damaged(message) }

    /// Nil when the file has no deletion vector.
    func deletionVector() throws(DeltaError) -> DeletionVector? {
        guard let value = self["deletionVector"] else { return nil }
        guard let place = value["storageType"]?.string.flatMap(DeletionVector.Place.init),
            let path = value["pathOrInlineDv"]?.string, let size = value["sizeInBytes"]?.int64,
            let cardinality = value["cardinality"]?.int64
        else { throw context.damaged("the \"deletionVector\" of \(name) is not one: \(value)") }
        return DeletionVector(
            place: place, pathOrInline: path, offset: value["offset"]?.int64, sizeBytes: size,
            cardinality: cardinality)
    }
}

extension AddFile {
    init(_ fields: ActionFields) throws(DeltaError) {
        guard let partitionValues = try fields.partitionValues() else {
            throw fields.damaged("add has no usable \"partitionValues\"")
        }
        self.init(
            path: try fields.required("path", \.string), partitionValues: partitionValues,
            sizeBytes: try fields.required("size", \.int64),
            modificationTime: fields["modificationTime"]?.int64 ?? 0,
            dataChange: fields["dataChange"]?.bool ?? true,
            stats: fields["stats"]?.string, tags: fields.map("tags") ?? [:],
            deletionVector: try fields.deletionVector())
    }
}

extension RemoveFile {
    init(_ fields: ActionFields) throws(DeltaError) {
        self.init(
            path: try fields.required("path", \.string),
            deletionTimestamp: fields["deletionTimestamp"]?.int64,
            dataChange: fields["dataChange"]?.bool ?? true,
            partitionValues: try fields.partitionValues(), sizeBytes: fields["size"]?.int64,
            deletionVector: try fields.deletionVector())
    }
}

extension TableMetadata {
    init(_ fields: ActionFields) throws(DeltaError) {
        self.init(
            id: try fields.required("id", \.string), name: fields["name"]?.string,
            description: fields["description"]?.string,
            schemaString: try fields.required("schemaString", \.string),
            partitionColumns: fields.texts("partitionColumns") ?? [],
            configuration: fields.map("configuration") ?? [:],
            createdTime: fields["createdTime"]?.int64)
    }
}

extension TableProtocol {
    init(_ fields: ActionFields) throws(DeltaError) {
        self.init(
            minReaderVersion: try fields.required("minReaderVersion", \.int),
            minWriterVersion: try fields.required("minWriterVersion", \.int),
            readerFeatures: fields.texts("readerFeatures"),
            writerFeatures: fields.texts("writerFeatures"))
    }
}

extension TransactionIdentifier {
    init(_ fields: ActionFields) throws(DeltaError) {
        self.init(
            appID: try fields.required("appId", \.string),
            version: try fields.required("version", \.int64),
            lastUpdated: fields["lastUpdated"]?.int64)
    }
}

extension DomainMetadata {
    init(_ fields: ActionFields) throws(DeltaError) {
        self.init(
            domain: try fields.required("domain", \.string),
            configuration: fields["configuration"]?.string ?? "",
            isRemoved: fields["removed"]?.bool ?? false)
    }
}

extension CommitInfo {
    init(_ fields: ActionFields) {
        self.init(
            timestamp: fields["timestamp"]?.int64, operation: fields["operation"]?.string,
            operationParameters: fields.map("operationParameters") ?? [:],
            operationMetrics: fields.map("operationMetrics") ?? [:],
            readVersion: fields["readVersion"]?.int64,
            isolationLevel: fields["isolationLevel"]?.string,
            isBlindAppend: fields["isBlindAppend"]?.bool,
            engineInfo: fields["engineInfo"]?.string, txnID: fields["txnId"]?.string,
            userMetadata: fields["userMetadata"]?.string)
    }
}
