import Columnar
import Delta
import Keys
import Lake
import Parquet
import Storage
import Tables

/// The events of a dimension that its versions alone do not tell: those inside a run of equal
/// tracked values, the first of a run whose untracked values a later one overwrote, deletes of
/// what was not there (docs/specification/dimensions.md S04, S05, S12 to S16, S18, S20).
///
/// A Delta table of its own at `silver/_scd2/<dimension>`, written before the dimension. Together
/// with the versions it is the whole set of events of a member, which is why any order and any
/// split of the events ends in the same versions (S34). It holds no event that bronze does not, and
/// never more files than a few; only a rebuild empties it. An event in it that the
/// dimension does not show yet (the run died between the two commits) does no harm: every merge
/// lays a touched member out anew and compares with what the dimension has.
struct MemberJournal {
    static let sequence = "_scd2_sequence"
    static let time = "_scd2_time"
    static let operation = "_scd2_op"
    private static let systemFields = [
        Field(sequence, .long), Field(time, .timestamp), Field(operation, .string),
    ]

    let table: DeltaTable
    let layout: DimensionLayout
    let hasher: MemberHasher
    let snapshot: Snapshot?
    /// The dimension names the generation that belongs to it. A rebuild writes to a new one, which
    /// counts once the dimension is committed with its number; should the run die before, the old
    /// dimension still has its own.
    let generation: Int
    let isNew: Bool
    private let files: [AddFile]

    private static let generationTag = "sluice.generation"
    /// With so many files the next append puts them together.
    private static let fileLimit = 8

    /// - Parameter isNew: begins another generation, of which nothing is known yet.
    init(
        _ table: DeltaTable, _ layout: DimensionLayout, _ hasher: MemberHasher, isNew: Bool
    ) throws(DeltaError) {
        self.table = table
        self.layout = layout
        self.hasher = hasher
        self.isNew = isNew
        let snapshot = try table.snapshot()
        self.snapshot = snapshot
        let all = snapshot?.files ?? []
        let newest = all.map(MemberJournal.generation).max()
        let generation = isNew ? newest.map { $0 + 1 } ?? 0 : layout.generation
        self.generation = generation
        files = all.filter { MemberJournal.generation($0) == generation }
    }

    /// The transaction of the dimension that keeps how many events of the journal it counts on.
    static func transactionName(_ dimension: String) -> String {
        TransactionName.journal(dimension)
    }

    /// The events it holds.
    var eventCount: Int64 { files.reduce(0) { $0 + ($1.rowCount ?? 0) } }

    /// Throws `.damagedLog` when it holds less than the dimension counts on: it may hold more, of a
    /// run that died before it came to the dimension.
    func check(against dimension: Snapshot?, _ name: String) throws(DeltaError) {
        let known = dimension?.transactions[MemberJournal.transactionName(name)] ?? 0
        if isNew || eventCount >= known { return }
        throw DeltaError(
            .damagedLog, operation: "read journal", subject: table.path,
            message: "it holds \(eventCount) events, the dimension counts on \(known): "
                + (snapshot == nil ? "the table is gone" : "it lost commits or files"))
    }

    private static func generation(_ file: AddFile) -> Int {
        file.tags[generationTag].flatMap { Int($0) } ?? 0
    }

    static func path(_ lakePath: String, _ dimension: String) -> String {
        (lakePath.isEmpty ? "" : lakePath + "/") + TablePath.journal(dimension)
    }

    /// The events of the members of `intake`. Cost: the journal's row groups that may hold a key of
    /// `range`.
    func events(
        of intake: inout MemberIntake, within range: KeyRange?
    ) throws(DeltaError) -> [MemberEvent] {
        guard let snapshot else { return [] }
        var events: [MemberEvent] = []
        for file in files {
            let reader = try table.reader(of: file)
            let groups = reader.rowGroups.indices.filter { number in
                let chunk = reader.rowGroups[number].columns.first { $0.path == [layout.key[0]] }
                guard let range, let chunk else { return true }
                return range.mayMeet(chunk)
            }
            let scan = try DeltaScan(snapshot, files: [file], rowGroups: Set(groups))
            try take(scan, &intake, &events)
        }
        return events
    }

    private func take(
        _ scan: DeltaScan, _ intake: inout MemberIntake, _ events: inout [MemberEvent]
    ) throws(DeltaError) {
        while let all = try scan.next() {
            let keys = layout.alignedKeys(all)
            let members = hasher.keys(keys, layout.key).map { intake.index.find($0) ?? -1 }
            let rows = members.indices.filter { members[$0] >= 0 }
            if rows.isEmpty { continue }
            let batch = all.gather(rows)
            guard let sequence = batch[MemberJournal.sequence]?.storage.int64s,
                let time = batch[MemberJournal.time]?.storage.int64s,
                let operation = batch[MemberJournal.operation]
            else { continue }
            let cleaned = layout.aligned(batch)
            let number = intake.store.add(cleaned)
            let hashes = layout.hashes(cleaned, hasher)
            layout.addLoose(cleaned, times: time, absent: nil, hasher, to: &intake.loose)
            let sequenced = try layout.sequenced(cleaned)
            for row in 0..<batch.count {
                events.append(
                    MemberEvent(
                        sequence: sequence[row], time: time[row],
                        isDelete: operation.textBytes(row) == [UInt8(ascii: "d")], isKnown: true,
                        isJournaled: true, isUnsequenced: sequenced.map { !$0[row] } ?? false,
                        member: Int32(members[rows[row]]),
                        ordinal: Int32(truncatingIfNeeded: events.count),
                        tracked: hashes.tracked[row], untracked: hashes.untracked[row],
                        row: RowReference(batch: number, row: Int32(row))))
            }
        }
    }

    /// Appends events in one commit; the table is made with the first. Many small files are put
    /// together, and those of generations that nothing refers to any more go.
    func append(
        _ events: [MemberEvent], of store: RowStore, options: WriterOptions
    ) throws(DeltaError) {
        if events.isEmpty { return }
        let schema = Schema(layout.cleaned.fields + MemberJournal.systemFields)
        var transaction = Transaction(table, reading: snapshot)
        var moved: [AddFile] = []
        if let snapshot {
            // A column has one type in all files.
            let isRetyped = snapshot.schema.fields.contains { field in
                schema[field.name].map { $0.type != field.type } ?? false
            }
            if isRetyped || files.count >= MemberJournal.fileLimit { moved = files }
            if snapshot.schema != schema {
                try transaction.updateMetadata(schema: schema, replacingAllFiles: isRetyped)
            }
            // A dimension that is built anew has not yet let go of what it had.
            let isOld = { (file: AddFile) in MemberJournal.generation(file) != generation }
            let gone =
                isNew && !isRetyped
                ? try TableHealing.broken(snapshot).map(\.file) : snapshot.files.filter(isOld)
            for file in gone + moved { transaction.remove(file) }
        } else {
            try transaction.create(schema: schema)
        }
        let writer = try DataFileWriter(table: table, schema: schema, options: options)
        if let snapshot, !moved.isEmpty {
            let scan = try DeltaScan(snapshot, files: moved)
            while let batch = try scan.next() { try writer.write(batch.fitted(to: schema)) }
        }
        try write(events, of: store, schema, to: writer)
        try writer.finish()
        let tags = generation == 0 ? [:] : [MemberJournal.generationTag: "\(generation)"]
        transaction.add(try writer.publish(tags: tags))
        try transaction.commit(operation: "WRITE").committed("commit journal", table.path)
    }

    private func write(
        _ events: [MemberEvent], of store: RowStore, _ schema: Schema, to writer: DataFileWriter
    ) throws(DeltaError) {
        var start = 0
        while start < events.count {
            let slice = events[start..<min(start + 65_536, events.count)]
            start += slice.count
            let rows = slice.map(\.row)
            var columns = layout.cleaned.fields.indices.map { store.gather($0, rows) }
            columns.append(Column(.long, storage: .int64(slice.map(\.sequence))))
            columns.append(Column(.timestamp, storage: .int64(slice.map(\.time))))
            columns.append(
                Column(.string, storage: .bytes(ByteVector(slice.map { $0.isDelete ? "d" : "u" }))))
            try writer.write(RecordBatch(schema: schema, columns: columns))
        }
    }
}
