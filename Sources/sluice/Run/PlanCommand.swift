import CommandLine
import Extract
import JSON
import Source

/// `sluice extract --plan`: windows, chunks and indexes, without reading a row.
struct PlanCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let configuration = try session.configuration()
        let schema = try session.schema(configuration)
        let run = try session.extractRun(
            configuration, schema: schema, storage: try session.lake(configuration),
            observer: SilentObserver())
        let reads = try failing(Failure.init) { () throws(ExtractError) in try run.preview() }
        try session.show(
            ["schema": .string(schema), "tables": .array(reads.map(entry))], text: text(reads))
        return .success
    }

    private func entry(_ read: PlannedRead) -> JSONValue {
        [
            "table": .string(read.plan.table.name), "mode": .string(read.plan.mode.rawValue),
            "watermark": JSONValue(read.plan.watermark?.name), "low": JSONValue(read.low),
            "high": JSONValue(read.high), "guarantee": .string(read.guarantee.text),
            "reason": .string(read.plan.reason),
            "notes": .array(read.notes.map(JSONValue.string)),
            "reads": .array(read.passes.map(pass)),
        ]
    }

    private func pass(_ pass: PlannedRead.Pass) -> JSONValue {
        [
            "read": .string(pass.name), "chunks": .array(pass.chunks.map(JSONValue.string)),
            "index": JSONValue(pass.explained.index),
            "access": .string(pass.explained.accessType),
            "rows_estimate": JSONValue(pass.explained.rowsEstimate),
        ]
    }

    private func text(_ reads: [PlannedRead]) -> String {
        var text = ""
        for read in reads {
            let window = "\(read.low ?? "the beginning") … \(read.high ?? "the end")"
            text += "\(read.plan.table.name): \(read.plan.mode.rawValue), \(window)\n"
            text += "  \(read.plan.reason)\n  guarantee: \(read.guarantee.text)\n"
            for note in read.notes { text += "  note: \(note)\n" }
            for pass in read.passes {
                let index = pass.explained.index.map { "index \($0)" } ?? "no index"
                text += "  \(pass.name): \(index) (\(pass.explained.accessType)), about "
                text += "\(Quantity.count(pass.explained.rowsEstimate)) rows\n"
                for chunk in pass.chunks { text += "    chunk \(chunk)\n" }
            }
        }
        return text.isEmpty ? "There is nothing to read.\n" : text
    }
}
