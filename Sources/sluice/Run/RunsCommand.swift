import Columnar
import CommandLine
import Config
import JSON
import State

/// `sluice runs` and `sluice runs show`: the history kept in the state store.
struct RunsCommand {
    private let session: Session
    private static let defaultLimit = 20

    init(_ session: Session) { self.session = session }

    /// The newest runs, or the history of one table.
    func list() throws(Failure) -> ExitCode {
        let store = try self.store()
        let limit = session.invocation[Options.limit] ?? RunsCommand.defaultLimit
        if let table = session.invocation[Options.entity] {
            try showHistory(store, table, limit)
            return .success
        }
        let runs = try failing(Failure.init) { () throws(StateError) in
            try store.runs(limit: limit)
        }
        var text = TextTable([
            .init("run"), .init("command"), .init("schema"), .init("started (UTC)"),
            .init("seconds", .right), .init("exit", .right), .init("error", movesBelow: true),
        ])
        for run in runs {
            text.append([
                run.id.text, run.command, run.schema ?? "", time(run.startedAt),
                seconds(run).map { Quantity.decimal($0, digits: 2) } ?? "",
                exit(run), run.error.map(RunsCommand.firstLine) ?? "",
            ])
        }
        try session.show(
            ["runs": .array(runs.map(entry))],
            text: runs.isEmpty ? "No runs yet.\n" : text.text(width: session.width))
        return .success
    }

    /// One run with its tables, receipts and events.
    func show() throws(Failure) -> ExitCode {
        let store = try self.store()
        let detail = try failing(Failure.init) { () throws(StateError) in
            try store.run(matching: session.invocation.arguments[0])
        }
        try session.show(document(detail), text: text(detail))
        return .success
    }

    private func store() throws(Failure) -> StateStore {
        let configuration = try session.configuration()
        return try failing(Failure.init) { () throws(StateError) in
            try StateStore.open(configuration.state, now: Logger.wallClock())
        }
    }

    private func showHistory(_ store: StateStore, _ table: String, _ limit: Int) throws(Failure) {
        let history = try failing(Failure.init) { () throws(StateError) in
            try store.history(table: table, limit: limit)
        }
        var text = resultTable(first: "run")
        for (run, result) in history { text.append([run.text] + cells(result)) }
        let entries = history.map { run, result -> JSONValue in
            var object = entry(result).object ?? JSONObject()
            object["run_id"] = .string(run.text)
            return .object(object)
        }
        try session.show(
            ["table": .string(table), "runs": .array(entries)],
            text: history.isEmpty
                ? "No run has read the table \(table).\n" : text.text(width: session.width))
    }

    private func resultTable(first: String) -> TextTable {
        TextTable([
            .init(first), .init("mode"), .init("rows", .right), .init("bytes", .right),
            .init("files", .right), .init("seconds", .right), .init("watermark", movesBelow: true),
            .init("receipt", movesBelow: true),
        ])
    }

    private func cells(_ result: TableResult) -> [String] {
        [
            result.mode, Quantity.count(result.rows), Quantity.bytes(result.bytes),
            String(result.files), Quantity.decimal(result.seconds, digits: 2),
            WatermarkText.short(result.high),
            result.error ?? result.receipt,
        ]
    }

    private func text(_ detail: RunDetail) -> String {
        let run = detail.run
        var text = "run \(run.id.text): \(run.command)"
        text += (run.schema.map { " \($0)" } ?? "") + ", "
        text += "started \(time(run.startedAt)), exit \(exit(run)), version \(run.version)\n"
        if let error = run.error { text += "error: \(error)\n" }
        var table = resultTable(first: "table")
        for result in detail.tables { table.append([result.table] + cells(result)) }
        text += "\n" + table.text(width: session.width)
        for result in detail.tables where !result.guarantee.isEmpty {
            text += "  \(result.table): \(result.guarantee)\n"
        }
        let open = detail.chunks.filter { $0.finishedAt == nil }
        for chunk in open { text += "  not finished: \(chunk.table), chunk \(chunk.low ?? "")\n" }
        if !detail.events.isEmpty { text += "\nevents:\n" }
        for event in detail.events {
            let place = event.table.map { " \($0):" } ?? ""
            text += "  \(time(event.at)) \(event.level)\(place) \(event.message)\n"
        }
        return text
    }

    private func document(_ detail: RunDetail) -> JSONValue {
        var object = entry(detail.run).object ?? JSONObject()
        object["tables"] = .array(detail.tables.map(entry))
        object["chunks"] = .array(
            detail.chunks.map { chunk in
                [
                    "table": .string(chunk.table), "chunk": JSONValue(chunk.number),
                    "bounds": JSONValue(chunk.low), "attempts": JSONValue(chunk.attempts),
                    "rows": chunk.rows.map { JSONValue($0) } ?? .null,
                    "finished": .bool(chunk.finishedAt != nil),
                ]
            })
        object["receipts"] = .array(
            detail.receipts.map { receipt in
                [
                    "table": .string(receipt.table), "kind": .string(receipt.kind),
                    "source": JSONValue(receipt.sourceCount),
                    "bronze": JSONValue(receipt.bronzeCount),
                    "balanced": .bool(receipt.isBalanced), "detail": JSONValue(receipt.detail),
                ]
            })
        object["events"] = .array(
            detail.events.map { event in
                [
                    "time": .string(time(event.at)), "level": .string(event.level),
                    "table": JSONValue(event.table), "message": .string(event.message),
                ]
            })
        return .object(object)
    }

    private func entry(_ run: RunRecord) -> JSONValue {
        [
            "run_id": .string(run.id.text), "command": .string(run.command),
            "schema": JSONValue(run.schema), "started": .string(time(run.startedAt)),
            "finished": JSONValue(run.finishedAt.map(time)),
            "seconds": seconds(run).map { .number(Quantity.decimal($0, digits: 3)) } ?? .null,
            "exit_code": run.exitCode.map { JSONValue($0) } ?? .null,
            "error": JSONValue(run.error), "version": .string(run.version),
        ]
    }

    private func entry(_ result: TableResult) -> JSONValue {
        [
            "table": .string(result.table), "mode": .string(result.mode),
            "rows": JSONValue(result.rows), "files": JSONValue(result.files),
            "bytes": JSONValue(result.bytes),
            "seconds": .number(Quantity.decimal(result.seconds, digits: 3)),
            "low": JSONValue(result.low), "high": JSONValue(result.high),
            "guarantee": .string(result.guarantee), "receipt": .string(result.receipt),
            "error": JSONValue(result.error), "notes": .string(result.notes),
        ]
    }

    private static func firstLine(_ text: String) -> String {
        text.split(separator: "\n").first.map(String.init) ?? ""
    }

    private func exit(_ run: RunRecord) -> String {
        if let code = run.exitCode { return String(code) }
        return run.isLost ? "killed" : "running"
    }

    private func seconds(_ run: RunRecord) -> Double? {
        run.finishedAt.map { Double($0 - run.startedAt) / 1_000_000 }
    }

    private func time(_ microseconds: Int64) -> String {
        Timestamp.text(microseconds: microseconds, fractionDigits: 0)
    }
}
