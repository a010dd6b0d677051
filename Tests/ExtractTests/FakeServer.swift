import Columnar
import Source
import Synchronization

@testable import Extract

/// A row of the simulated table `s.t`.
struct FakeRow: Hashable {
    var id: Int64
    /// Microseconds UTC on the column's grid; nil is NULL.
    var updatedAt: Int64?
    var note: String
}

/// One statement of a simulated transaction: when its NOW() is taken and what it writes.
struct FakeStatement {
    var at: Int64
    var row: FakeRow
}

/// A transaction as InnoDB shows it: listed from `listedAt` (its start in whole seconds) until it
/// ends; its rows are seen by snapshots opened after `endsAt` when it commits.
struct FakeTransaction {
    var startedAt: Int64
    var listedAt: Int64
    var endsAt: Int64
    var commits: Bool
    var statements: [FakeStatement]
}

/// A server whose whole future is known: what is committed at a time follows from the time alone,
/// so a simulated second costs nothing and a failing seed can be run again.
final class FakeServer: Sendable {
    let transactions: [FakeTransaction]
    let fractionDigits: Int
    let seesTransactions: Bool
    /// Whether the watermark is a DATETIME; its rows hold what their writer's clock shows.
    let isDatetime: Bool
    /// The zone that the server says is its own.
    let zone: ServerZone
    /// Makes counts wrong by one.
    let miscounts = Mutex(false)
    /// How many of the next streams break after their first batch.
    let brokenStreams = Mutex(0)
    /// How many streams were opened.
    let openedStreams = Mutex(0)
    /// What the catalog believes of the table's size; large ones are cut into chunks.
    let rowsEstimate = Mutex<Int64>(0)
    /// What the column `id` is now.
    let idType = Mutex<ColumnType>(.long)
    /// What the server says of a table, or of `table.column`, that it does not show.
    let refusals = Mutex<[String: SourceError]>([:])
    /// Columns that the catalog does not show.
    let hidden = Mutex<[String]>([])
    /// What the table is called.
    let name = Mutex("t")
    /// When the table was made, and its next number.
    let created = Mutex<(at: String?, next: Int64?)>((nil, nil))
    /// How much older every row is than it was: a restored table.
    let setBack = Mutex<Int64>(0)
    private let time: Mutex<Int64>
    private let noise: Mutex<SeededGenerator>

    init(
        transactions: [FakeTransaction], start: Int64, fractionDigits: Int = 6,
        seesTransactions: Bool = true, seed: UInt64 = 1, isDatetime: Bool = false,
        zone: ServerZone = ServerZone(name: "+00:00")
    ) {
        self.isDatetime = isDatetime
        self.zone = zone
        self.transactions = transactions.sorted { $0.endsAt < $1.endsAt }
        self.fractionDigits = fractionDigits
        self.seesTransactions = seesTransactions
        time = Mutex(start)
        noise = Mutex(SeededGenerator(seed: seed))
    }

    var now: Int64 { time.withLock { $0 } }

    func advance(_ microseconds: Int64) { time.withLock { $0 += max(0, microseconds) } }

    /// Every call takes a little time, so that commits fall between any two of them.
    func tick() {
        let pause = noise.withLock { Int64.random(in: 0...3_000, using: &$0) }
        advance(pause)
    }

    /// The table's rows as a snapshot opened at `moment` sees them.
    func rows(at moment: Int64) -> [Int64: FakeRow] {
        var rows: [Int64: FakeRow] = [:]
        for transaction in transactions where transaction.commits && transaction.endsAt <= moment {
            for statement in transaction.statements {
                var row = statement.row
                row.updatedAt = row.updatedAt.map { $0 - setBack.withLock { $0 } }
                rows[row.id] = row
            }
        }
        return rows
    }

    func open(at moment: Int64) -> [FakeTransaction] {
        transactions.filter { $0.listedAt <= moment && moment < $0.endsAt }
    }

    /// Moves whenever a transaction is listed or ends.
    func counter(at moment: Int64) -> UInt64 {
        UInt64(transactions.count { $0.listedAt <= moment })
            + UInt64(transactions.count { $0.endsAt <= moment })
    }

    var table: SourceTable {
        var table = SourceTable(schema: "s", name: name.withLock { $0 })
        table.engine = "InnoDB"
        var id = SourceColumn(
            name: "id", declaredType: "bigint(20)", typeName: "bigint",
            type: idType.withLock { $0 })
        id.isNullable = false
        id.isAutoIncrement = true
        var touched = SourceColumn(
            name: "updated_at",
            declaredType: "\(isDatetime ? "datetime" : "timestamp")(\(fractionDigits))",
            typeName: isDatetime ? "datetime" : "timestamp", type: .timestamp)
        touched.fractionDigits = fractionDigits
        touched.isTouchedOnUpdate = true
        let note = SourceColumn(
            name: "note", declaredType: "varchar(20)", typeName: "varchar", type: .string)
        table.rowsEstimate = rowsEstimate.withLock { $0 }
        let hidden = hidden.withLock { $0 }
        table.columns = [id, touched, note].filter { !hidden.contains($0.name) }
        (table.createdAt, table.nextNumber) = created.withLock { $0 }
        table.primaryKey = ["id"]
        table.indexes = [SourceIndex(name: "PRIMARY", isUnique: true, columns: ["id"])]
        return table
    }
}

/// SplitMix64: a fixed sequence for a seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
