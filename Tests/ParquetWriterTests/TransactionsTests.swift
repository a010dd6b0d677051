import Columnar
import Foundation
import Parquet
import Testing

/// The bench's fact table at a small size; `SLUICE_BENCH_ROWS` makes it large and prints figures.
@Suite struct TransactionsTests {
    @Test func `the fact table takes about sixteen bytes a row and reads back equal`() throws {
        let asked = ProcessInfo.processInfo.environment["SLUICE_BENCH_ROWS"].flatMap(Int.init)
        let rows = asked ?? 25_000
        let sink = MemorySink()
        let writer = try FileWriter(
            schema: Transactions.schema, options: WriterOptions(), sink: sink)
        var table = Transactions(rowCount: rows)
        var kept: [RecordBatch] = []
        var spent = Duration.zero
        while let batch = table.next() {
            if asked == nil { kept.append(batch) }
            spent += try ContinuousClock().measure { try writer.write(batch) }
        }
        let summary = try writer.finish()
        let bytesPerRow = Double(summary.bytes) / Double(rows)
        // Small files pay for their dictionaries: 17 bytes a row at ten million, 34 here.
        #expect(bytesPerRow < (asked == nil ? 35 : 17))
        if let asked {
            print("\(asked) rows: \(bytesPerRow) bytes a row, \(spent) in the writer")
            return
        }
        var referee = try Referee()
        try referee.add("transactions", sink.bytes, kept)
        for failure in try referee.verdict().failures { Issue.record("\(failure)") }
    }
}
