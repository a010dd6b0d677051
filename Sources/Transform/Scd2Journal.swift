import Columnar
import Delta
import Parquet
import Storage

/// The events of a dimension that its versions alone do not tell: those inside a run of equal
/// tracked values, the first of a run whose untracked values a later one overwrote, deletes of
/// what was not there (spec/scd2.md S04, S05, S12 to S16, S18, S20).
///
/// A Delta table of its own at `silver/_scd2/<dimension>`, written before the dimension. Together
/// with the versions it is the whole set of events of a member, which is why any order and any
/// split of the events ends in the same versions (S34). It only grows, and an event in it that the
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
    /// Whether what is there is put aside.
    let isReplaced: Bool

    init(
        _ table: DeltaTable, _ layout: DimensionLayout, _ hasher: MemberHasher,
        replaces isReplaced: Bool = false
    ) throws(DeltaError) {
        self.isReplaced = isReplaced
        self.table = table
        self.layout = layout
        self.hasher = hasher
        snapshot = try table.snapshot()
    }

    static func path(_ lakePath: String, _ dimension: String) -> String {
        (lakePath.isEmpty ? "" : lakePath + "/") + "silver/_scd2/" + dimension
    }

    /// The events of the members of `intake`. Cost: the whole journal.
    func events(
        of intake: inout MemberIntake
    ) throws(DeltaError) -> [MemberEvent] {
        guard let snapshot, !isReplaced else { return [] }
        var events: [MemberEvent] = []
        let scan = try DeltaScan(snapshot)
        while let all = try scan.next() {
            let members = hasher.hashes(all, layout.key).map { intake.index.find($0) }
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
            layout.addLoose(cleaned, times: time, isGiven: false, hasher, to: &intake.loose)
            for row in 0..<batch.count {
                events.append(
                    MemberEvent(
                        sequence: sequence[row], time: time[row],
                        isDelete: operation.textBytes(row) == [UInt8(ascii: "d")], isKnown: true,
                        isJournaled: true, member: members[rows[row]],
                        ordinal: Int32(truncatingIfNeeded: events.count),
                        tracked: hashes.tracked[row], untracked: hashes.untracked[row],
                        row: RowReference(batch: number, row: Int32(row))))
            }
        }
        return events
    }

    /// Appends events in one commit; the table is made with the first.
    func append(
        _ events: [MemberEvent], of store: RowStore, options: WriterOptions
    ) throws(DeltaError) {
        let schema = Schema(layout.cleaned.fields + MemberJournal.systemFields)
        let isEmptied = isReplaced && snapshot?.files.isEmpty == false
        if events.isEmpty, !isEmptied { return }
        var transaction = Transaction(table, reading: snapshot)
        if let snapshot, isReplaced {
            try transaction.updateMetadata(schema: schema, replacingAllFiles: true)
            for file in snapshot.files { transaction.remove(file) }
        } else if let snapshot {
            if snapshot.schema != schema { try transaction.updateMetadata(schema: schema) }
        } else {
            try transaction.create(schema: schema)
        }
        if !events.isEmpty { transaction.add(try write(events, of: store, schema, options)) }
        switch try transaction.commit(operation: "WRITE") {
        case .committed: return
        case .conflicted(let conflict):
            throw DeltaError(
                .storage, operation: "commit journal", subject: table.path,
                message: conflict.message, hint: "Another run is at work: run again.")
        }
    }

    private func write(
        _ events: [MemberEvent], of store: RowStore, _ schema: Schema, _ options: WriterOptions
    ) throws(DeltaError) -> AddFile {
        let writer = try DataFileWriter(table: table, schema: schema, options: options)
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
        try writer.finish()
        return try writer.publish()
    }
}
