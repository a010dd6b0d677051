import Columnar
import Source

final class TableStream: RowStream {
    let schema: Schema
    var invalidCounts: [String: Int] { [:] }
    init(_ request: ReadRequest, _ statement: Statement) throws(SourceError) { schema = Schema([]) }
    func next() throws(SourceError) -> RecordBatch? { nil }
    func cancel() {}
}
