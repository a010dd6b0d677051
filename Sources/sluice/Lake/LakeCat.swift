import Columnar
import CommandLine
import Config
import Delta
import JSON
import Parquet
import Storage

/// `sluice lake cat`: the rows of a Delta table or of one Parquet file.
struct LakeCat {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws(Failure) -> ExitCode {
        let lake = try session.optionalConfiguration()?.lake
        let place = try LakePath(session.invocation.arguments[0], lake: lake)
        if try place.isFile() { return try printFile(place) }
        let (_, snapshot) = try place.table()
        let scan = try failing(Failure.init) { () throws(DeltaError) in
            try DeltaScan(snapshot)
        }
        try printRows(snapshot.schema) { () throws(Failure) in
            try failing(Failure.init) { () throws(DeltaError) in try scan.next() }
        }
        return .success
    }

    private func printFile(_ place: LakePath) throws(Failure) -> ExitCode {
        let file = try failing(Failure.init) { () throws(StorageError) in
            try place.storage.open(place.path)
        }
        let rows = try failing({ Failure($0, file: place.path) }) {
            () throws(ParquetError) in try ParquetRows(file)
        }
        try printRows(rows.schema) { () throws(Failure) in
            try failing({ Failure($0, file: place.path) }) {
                () throws(ParquetError) in try rows.next()
            }
        }
        return .success
    }

    private var format: RowFormat {
        session.invocation[Options.rowFormat] ?? (session.invocation.isJSON ? .jsonl : .table)
    }

    private func printRows(_ schema: Schema, _ next: () throws(Failure) -> RecordBatch?)
        throws(Failure)
    {
        // Without a limit a table for people would have to hold every row to align them.
        let limit = session.invocation[Options.limit] ?? (format == .table ? 50 : .max)
        if format == .table { return try printTable(schema, limit, next) }
        let rows = RowText(schema: schema, format: format)
        try session.output.write(rows.header)
        var left = limit
        while left > 0, let batch = try next() {
            for index in 0..<min(left, batch.count) {
                var line: [UInt8] = []
                rows.append(batch, row: index, to: &line)
                try session.output.write(line)
                if session.output.isClosed || Interruption.isRequested { return }
            }
            left -= min(left, batch.count)
        }
    }

    private func printTable(
        _ schema: Schema, _ limit: Int, _ next: () throws(Failure) -> RecordBatch?
    ) throws(Failure) {
        var table = TextTable(schema.fields.map { .init($0.name, isFlexible: true) })
        var left = limit
        while left > 0, let batch = try next() {
            for index in 0..<min(left, batch.count) {
                table.append(
                    batch.columns.map { $0.isNull(index) ? "NULL" : $0.text(index) })
            }
            left -= min(left, batch.count)
        }
        let isCut = left == 0 && session.invocation[Options.limit] == nil
        try session.output.print(table.text(width: session.width))
        if isCut { session.logger.info("only the first \(limit) rows; --limit N shows more") }
    }
}
