import Columnar
import CommandLine
import Config
import Delta
import JSON
import Lake
import Names
import Storage

/// `sluice lake ls|schema|history`: what is in the lake, from the tables' own logs.
struct LakeCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    /// The tables under a folder with version, files, rows and bytes.
    func list() throws(Failure) -> ExitCode {
        let place = try place()
        try place.requireFolder("lake ls")
        let tables = try failing(Failure.init) { () throws(StorageError) in
            try TableWalk(storage: place.storage).tables(under: place.path)
        }
        var entries: [JSONValue] = []
        var text = TextTable([
            .init("table"), .init("version", .right), .init("rows", .right),
            .init("files", .right), .init("bytes", .right),
            .init("changed (UTC)", movesBelow: true),
        ])
        for path in tables {
            let table = DeltaTable(storage: place.storage, path: path)
            guard let snapshot = try current(table) else { continue }
            let time = Timestamp.text(
                microseconds: snapshot.timestamp * 1000, fractionDigits: 3)
            entries.append([
                "table": .string(path), "version": JSONValue(snapshot.version),
                "rows": snapshot.rowCount.map { JSONValue($0) } ?? .null,
                "files": JSONValue(snapshot.files.count), "bytes": JSONValue(snapshot.sizeBytes),
                "changed": .string(time),
            ])
            text.append([
                path, String(snapshot.version), snapshot.rowCount.map { Quantity.count($0) } ?? "?",
                Quantity.count(snapshot.files.count), Quantity.bytes(snapshot.sizeBytes),
                WatermarkText.short(time),
            ])
        }
        let none = "There is no table under \(place.path.isEmpty ? "the lake" : place.path).\n"
        try session.show(
            ["tables": .array(entries)],
            text: entries.isEmpty ? none : text.text(width: session.width))
        return .success
    }

    private func current(_ table: DeltaTable) throws(Failure) -> Snapshot? {
        try failing(Failure.init) { () throws(DeltaError) in try table.snapshot() }
    }

    private func place() throws(Failure) -> LakePath {
        let lake = try session.optionalConfiguration()?.lake
        if let argument = session.invocation.arguments.first {
            return try LakePath(argument, lake: lake)
        }
        guard let lake else {
            throw .usage(
                "lake ls", "there is no agent.conf that names a lake",
                hint: "Name a folder, or give --config FILE.")
        }
        return LakePath(wholeLake: lake)
    }

    /// A table's columns, with the source's types where they are kept.
    func schema() throws(Failure) -> ExitCode {
        let place = try place()
        if let file = try LakeFile(session, place) { return try file.schema() }
        let (_, snapshot) = try place.table()
        let partitions = Set(snapshot.partitionColumns)
        var text = TextTable([
            .init("column"), .init("type"), .init("source type"), .init("partition"),
        ])
        var entries: [JSONValue] = []
        for field in snapshot.schema.fields {
            let isPartition = partitions.contains(field.name)
            text.append([
                field.name, field.type.description, field.metadata[BronzeColumn.sourceType] ?? "",
                isPartition ? "yes" : "",
            ])
            entries.append([
                "column": .string(field.name), "type": .string(field.type.description),
                "nullable": .bool(field.isNullable), "partition": .bool(isPartition),
                "metadata": .object(
                    JSONObject(
                        field.metadata.sorted { $0.key < $1.key }.map {
                            ($0.key, .string($0.value))
                        })
                ),
            ])
        }
        try session.show(
            [
                "table": .string(session.invocation.arguments[0]),
                "version": JSONValue(snapshot.version), "columns": .array(entries),
            ], text: text.text(width: session.width))
        return .success
    }

    /// A table's commits, newest first.
    func history() throws(Failure) -> ExitCode {
        let place = try place()
        try place.requireFolder("lake history")
        let (table, _) = try place.table()
        let limit = session.invocation[Options.limit] ?? .max
        let commits = try failing(Failure.init) { () throws(DeltaError) in
            try table.history(limit: limit)
        }
        var text = TextTable([
            .init("version", .right), .init("time (UTC)"), .init("operation"),
            .init("files +", .right), .init("files -", .right), .init("rows +", .right),
            .init("bytes +", .right), .init("run"),
        ])
        for commit in commits {
            let rows = commit.adds.reduce(Int64(0)) {
                $0 + ($1.rowCount ?? 0)
            }
            text.append([
                String(commit.version), time(commit), commit.info?.operation ?? "",
                String(commit.adds.count), String(commit.removes.count), Quantity.count(rows),
                Quantity.bytes(commit.adds.reduce(0) { $0 + $1.sizeBytes }), run(commit) ?? "",
            ])
        }
        try session.show(
            ["versions": .array(commits.map(entry))], text: text.text(width: session.width))
        return .success
    }

    private func entry(_ commit: CommitChanges) -> JSONValue {
        let rows = commit.adds.reduce(Int64(0)) {
            $0 + ($1.rowCount ?? 0)
        }
        return [
            "version": JSONValue(commit.version), "time": .string(time(commit)),
            "operation": JSONValue(commit.info?.operation),
            "files_added": JSONValue(commit.adds.count),
            "files_removed": JSONValue(commit.removes.count), "rows_added": JSONValue(rows),
            "bytes_added": JSONValue(commit.adds.reduce(0) { $0 + $1.sizeBytes }),
            "run_id": JSONValue(run(commit)),
            "transactions": .object(
                JSONObject(commit.transactions.map { ($0.appID, JSONValue($0.version)) })),
        ]
    }

    private func run(_ commit: CommitChanges) -> String? {
        commit.adds.first?.tags[BronzeTag.run] ?? commit.info?.userMetadata
    }

    private func time(_ commit: CommitChanges) -> String {
        Timestamp.text(microseconds: commit.timestamp * 1000, fractionDigits: 3)
    }
}
