public import Columnar
public import Delta
public import Storage

/// The weights of one collation in the lake, at `bronze/_collations/<collation>`: asked of the
/// source once, so that keys can be compared without it. A Delta table of runs of code points and
/// of contractions, each with its weights by level.
public struct CollationTable: Sendable {
    private let table: DeltaTable
    private let name: String

    private static let nameProperty = "sluice.collation"
    private static let characterSetProperty = "sluice.character_set"
    private static let serverProperty = "sluice.server_version"
    private static let levelsProperty = "sluice.levels"
    private static let padProperty = "sluice.pad_spaces"
    private static let unmatchedProperty = "sluice.unmatched"
    private static let levelLimit = 4

    private static let schema = Schema(
        [
            Field("first", .long), Field("last", .long), Field("is_stepped", .boolean),
            Field("following", .string),
        ] + (1...levelLimit).map { Field("level_\($0)", .binary) })

    /// The table of weights of one collation of the lake; nothing is read yet.
    public init(_ collation: String, storage: any LakeStorage) {
        name = collation
        table = DeltaTable(storage: storage, path: CollationTable.path(collation))
    }

    /// The folder of a collation's weights.
    public static func path(_ collation: String) -> String { "bronze/_collations/" + collation }

    /// The version of the server that gave the weights; nil when the lake has none.
    public func serverVersion() throws(DeltaError) -> String? {
        try table.snapshot()?.configuration[CollationTable.serverProperty]
    }

    /// The collation as the lake has it, nil when it does not. Cost: some ten thousand rows.
    public func read() throws(DeltaError) -> Collation? {
        guard let snapshot = try table.snapshot() else { return nil }
        let properties = snapshot.configuration
        let pads = properties[CollationTable.padProperty] == "true"
        if let reason = properties[CollationTable.unmatchedProperty] {
            return Collation(name: name, padsSpaces: pads, weights: nil, unmatched: reason)
        }
        let levels = properties[CollationTable.levelsProperty].flatMap { Int($0) } ?? 1
        guard (1...CollationTable.levelLimit).contains(levels) else { return nil }
        var entries: [CollationWeights.Entry] = []
        let scan = try DeltaScan(
            snapshot, columns: CollationTable.schema.fields.map(\.name))
        while let batch = try scan.next() {
            for row in 0..<batch.count {
                if let entry = CollationTable.entry(batch, row, levels) { entries.append(entry) }
            }
        }
        return Collation(
            name: name, padsSpaces: pads,
            weights: CollationWeights(levelCount: levels, entries: entries))
    }

    private static func entry(
        _ batch: RecordBatch, _ row: Int, _ levels: Int
    ) -> CollationWeights.Entry? {
        guard case .int64(let first) = batch.columns[0].storage,
            case .int64(let last) = batch.columns[1].storage,
            case .bool(let stepped) = batch.columns[2].storage
        else { return nil }
        let following = batch.columns[3].bytes(row).map { text in
            String(decoding: text, as: UTF8.self).unicodeScalars.map(\.value)
        }
        return CollationWeights.Entry(
            first: UInt32(clamping: first[row]), last: UInt32(clamping: last[row]),
            isStepped: stepped[row] != 0, following: following ?? [],
            weights: (0..<levels).map { batch.columns[4 + $0].bytes(row).map { Array($0) } ?? [] })
    }

    /// Moves an unreadable log away, so that the collation can be stored again.
    public func heal() throws(DeltaError) { _ = try TableHealing(table).readable() }

    /// Stores a collation in the lake, replacing the old one. Another run that does the
    /// same at the same time does no harm: whichever is first stays.
    public func write(
        _ collation: Collation, characterSet: String, serverVersion: String
    ) throws(DeltaError) {
        let snapshot = try table.snapshot()
        var properties = snapshot?.configuration ?? [:]
        properties[CollationTable.nameProperty] = name
        properties[CollationTable.characterSetProperty] = characterSet
        properties[CollationTable.serverProperty] = serverVersion
        properties[CollationTable.levelsProperty] = "\(collation.weights?.levelCount ?? 1)"
        properties[CollationTable.padProperty] = "\(collation.padsSpaces)"
        properties[CollationTable.unmatchedProperty] = collation.unmatched
        var transaction = Transaction(table, reading: snapshot)
        if let snapshot {
            try transaction.updateMetadata(
                schema: CollationTable.schema, configuration: properties,
                replacingAllFiles: true)
            for file in snapshot.files { transaction.remove(file) }
        } else {
            try transaction.create(schema: CollationTable.schema, configuration: properties)
        }
        let entries = collation.weights?.entries ?? []
        if !entries.isEmpty {
            let writer = try DataFileWriter(table: table, schema: CollationTable.schema)
            try writer.write(CollationTable.batch(entries))
            try writer.finish()
            transaction.add(try writer.publish())
        }
        _ = try transaction.commit(operation: "WRITE", parameters: ["mode": "Overwrite"])
    }

    private static func batch(_ entries: [CollationWeights.Entry]) -> RecordBatch {
        var following = ByteVector()
        for entry in entries {
            var text = String.UnicodeScalarView()
            for point in entry.following { Unicode.Scalar(point).map { text.append($0) } }
            following.append(String(text).utf8)
        }
        let levels = (0..<levelLimit).map { level in
            var weights = ByteVector()
            for entry in entries {
                weights.append(level < entry.weights.count ? entry.weights[level] : [])
            }
            return Column(.binary, storage: .bytes(weights))
        }
        let columns = [
            Column(.long, storage: .int64(entries.map { Int64($0.first) })),
            Column(.long, storage: .int64(entries.map { Int64($0.last) })),
            Column(.boolean, storage: .bool(entries.map { $0.isStepped ? 1 : 0 })),
            Column(.string, storage: .bytes(following)),
        ]
        return RecordBatch(schema: schema, columns: columns + levels, count: entries.count)
    }
}

extension Column {
    fileprivate func bytes(_ row: Int) -> ArraySlice<UInt8>? {
        if isNull(row) { return nil }
        switch storage {
        case .bytes(let values): return values[row]
        case .dictionary(let codes, let dictionary): return dictionary.values[Int(codes[row])]
        default: return nil
        }
    }
}
