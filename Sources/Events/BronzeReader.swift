public import Columnar
import Delta
public import Lake
import Pipeline

/// Reads events in the order of arrival, one file's rows to a batch. One reader belongs to one
/// task.
public final class BronzeReader {
    private let events: BronzeEvents
    private let names: [String]
    private let schema: Schema
    private let batchRowCount: Int
    /// Where portions come from; nil when there is `only` one.
    private let portions: BronzePortions?
    private var only: BronzePortion?
    private var current: (file: BronzeEvents.File, scan: DeltaScan, row: Int64)?
    /// Columns that the current file does not tell.
    private var absent: Set<String> = []
    /// Rows read and not yet handed out, and the number of the first in its file.
    private var pending: (batch: RecordBatch, row: Int64)?

    /// - Parameter only: the portion to read; nil for all of `events`.
    public init(
        _ events: BronzeEvents, columns: [String]? = nil, batchRowCount: Int = 65_536,
        only: BronzePortion? = nil
    ) throws(LakeError) {
        self.events = events
        self.batchRowCount = batchRowCount
        self.only = only
        portions = only == nil ? BronzePortions(events) : nil
        var fields: [Field] = []
        for name in columns ?? events.schema.fields.map(\.name) {
            guard let field = events.schema[name] else {
                throw BronzeEvents.unknown(name, "column", events.entity, events.schema)
            }
            fields.append(field)
        }
        schema = Schema(fields)
        var names = fields.map(\.name)
        if let sequence = events.sequence.column, !names.contains(sequence) {
            names.append(sequence)
        }
        if let foreign = events.foreign {
            self.names = names.map { foreign.name(of: $0) }
            return
        }
        names += [BronzeEvents.operation, BronzeEvents.extractedAt]
        // Told of rows that are set aside, which takes whole rows.
        let invalid = BronzeEvents.invalid
        if columns == nil, events.snapshot.schema[invalid] != nil { names.append(invalid) }
        self.names = names
    }

    /// The next rows; nil after the last.
    public func next() throws(LakeError) -> EventBatch? {
        while true {
            if let batch = try nextOfCurrent() { return batch }
            guard let portion = try nextPortion() else { return nil }
            // Which run brought a row of several, only its own column tells.
            let runs =
                portion.file.add.origin?.isOfSeveralVersions == true ? [BronzeEvents.runID] : []
            let scan = try reading { () throws(DeltaError) in
                try DeltaScan(
                    events.snapshot, portion.file.add, reader: portion.reader,
                    rowGroup: portion.rowGroup, rows: portion.rows, columns: names + runs,
                    batchRowCount: batchRowCount)
            }
            absent = events.absent(portion)
            current = (portion.file, scan, portion.groupStart + Int64(portion.rows.lowerBound))
        }
    }

    private func nextPortion() throws(LakeError) -> BronzePortion? {
        if let portions { return try portions.next() }
        defer { only = nil }
        return only
    }

    private func nextOfCurrent() throws(LakeError) -> EventBatch? {
        guard let (file, scan, row) = current else { return nil }
        return try reading { () throws(DeltaError) in
            if let (batch, row) = pending { return try part(of: batch, file, row) }
            guard let batch = try scan.next() else {
                current = nil
                return nil
            }
            current = (file, scan, row + Int64(batch.count))
            return try part(of: batch, file, row)
        }
    }

    private func reading<Read>(
        _ body: () throws(DeltaError) -> Read
    ) throws(LakeError) -> Read {
        do { return try body() } catch {
            throw LakeError(error, bronze: events.entity)
        }
    }

    /// The rows of a batch that came as one file, whose number they keep; of a joined file these
    /// may be fewer, and the others are next.
    private func part(
        of batch: RecordBatch, _ file: BronzeEvents.File, _ row: Int64
    ) throws(DeltaError) -> EventBatch {
        pending = nil
        guard let origin = file.add.origin else {
            return try events(
                batch, file, BronzePosition(version: file.version, file: file.index, row: row))
        }
        guard let place = origin.place(ofRow: row) else {
            throw damaged(file, "its tag \(BronzeTag.origin) tells of fewer rows than it has")
        }
        let first = BronzePosition(
            version: place.part.version, file: Int32(clamping: place.part.place), row: place.row)
        if place.rowsLeft >= batch.count { return try events(batch, file, first) }
        let count = Int(place.rowsLeft)
        pending = (batch.gather(Array(count..<batch.count)), row + place.rowsLeft)
        return try events(batch.gather(Array(0..<count)), file, first)
    }

    private func events(
        _ batch: RecordBatch, _ file: BronzeEvents.File, _ first: BronzePosition
    ) throws(DeltaError) -> EventBatch {
        if events.foreign != nil { return foreign(batch, file, first) }
        let times = try column(BronzeEvents.extractedAt, of: batch)
        guard case .int64(let extractedAt) = times.storage, times.nullCount == 0 else {
            throw damaged(file, "its \(BronzeEvents.extractedAt) holds no time")
        }
        let deletes = try column(BronzeEvents.operation, of: batch).deletes
        var sequence = times
        if let name = events.sequence.column {
            sequence = try column(name, of: batch).asSequence ?? times
            if let deletes { sequence = sequence.seen(deletes, at: extractedAt) }
        }
        let columns = Array(batch.columns.prefix(schema.fields.count))
        var events = EventBatch(
            rows: RecordBatch(schema: schema, columns: columns, count: batch.count),
            sequence: sequence, deletes: deletes, extractedAt: extractedAt,
            runID: batch[BronzeEvents.runID]?.text(0) ?? file.add.tags[BronzeTag.run] ?? "",
            first: first)
        if let invalid = batch[BronzeEvents.invalid], invalid.nullCount < batch.count {
            events.invalid = invalid
        }
        events.absent = absent
        return events
    }

    /// Rows of another program's table: all as of the version's time.
    private func foreign(
        _ batch: RecordBatch, _ file: BronzeEvents.File, _ first: BronzePosition
    ) -> EventBatch {
        let columns = batch.columns.map(\.inZone)
        let time = [Int64](repeating: events.stateTime ?? 0, count: batch.count)
        var sequence = Column(.timestamp, storage: .int64(time))
        if let name = events.sequence.column,
            let place = names.firstIndex(of: events.foreign?.name(of: name) ?? name)
        {
            sequence = columns[place].asSequence ?? sequence
        }
        return EventBatch(
            rows: RecordBatch(
                schema: schema, columns: Array(columns.prefix(schema.fields.count)),
                count: batch.count),
            sequence: sequence, deletes: nil, extractedAt: time,
            runID: file.add.tags[BronzeTag.run] ?? "", first: first)
    }

    private func column(_ name: String, of batch: RecordBatch) throws(DeltaError) -> Column {
        if let column = batch[name] { return column }
        throw DeltaError(
            .schema, operation: "read bronze", subject: events.entity.bronze,
            message: "the table has no column \(name)")
    }

    private func damaged(_ file: BronzeEvents.File, _ message: String) -> DeltaError {
        DeltaError(
            .damagedFile, operation: "read bronze",
            subject: events.snapshot.table.file(file.add.path), message: message)
    }
}

extension Column {
    /// The sequence with the time of extraction for deletes that know no other: they happened when
    /// they were seen.
    public func seen(_ deletes: Bitmap, at times: [Int64]) -> Column {
        guard var validity, case .int64(var values) = storage else { return self }
        for row in 0..<count where deletes[row] && !validity[row] {
            values[row] = times[row]
            validity.set(row, to: true)
        }
        return Column(type, storage: .int64(values), validity: validity)
    }

    /// Which rows say that their key was deleted; nil when none does. The column is `_sluice_op`.
    fileprivate var deletes: Bitmap? {
        let delete = UInt8(ascii: "d")
        var found: Bitmap
        switch storage {
        case .dictionary(let codes, let values):
            let isDelete = (0..<values.values.count).map {
                values.values[$0].elementsEqual([delete])
            }
            guard isDelete.contains(true) else { return nil }
            found = Bitmap(codes.lazy.map { isDelete[Int($0)] })
        case .bytes(let values):
            found = Bitmap((0..<values.count).lazy.map { values[$0].elementsEqual([delete]) })
        default: return nil
        }
        if let validity {
            for row in 0..<count where !validity[row] { found.set(row, to: false) }
        }
        return found.setCount == 0 ? nil : found
    }
}
