import Source

/// What one run may say of one table's completeness, made of what happened in that run.
///
/// Facts are added where they come about; the text and the lists of `--json` are made of them
/// alone, so that nothing is claimed which no fact carries.
public struct Guarantee: Hashable, Sendable {
    /// What happened, in the order in which it is told. Without facts there is no guarantee.
    public private(set) var facts: [Fact] = []

    public init() {}

    /// Adds what happened; the same fact is told once.
    public mutating func add(_ fact: Fact) {
        if !facts.contains(fact) { facts.append(fact) }
    }

    /// Rows that the source showed and this run did not take.
    public var withheld: Int { facts.reduce(0) { $0 + $1.withheldRows } }

    /// What would have to be known for the table to be complete and exact, a sentence's part each.
    public var notProven: [String] { facts.filter { !$0.isProven }.map(\.text) }

    /// All of it in one line: the state that was read, what is complete, what is not.
    public var text: String {
        facts.compactMap { $0.words(beside: facts) }.joined(separator: "; ")
    }
}

extension Guarantee {
    /// One thing that happened in a run and bears on completeness.
    public enum Fact: Hashable, Sendable {
        /// How far the rows belong to one state of the source, in words.
        case state(String)
        /// Every row is taken whose transaction had committed; false where `isRefuted` says so.
        case everyCommittedRow
        /// Every id is taken whose transaction had committed.
        case everyCommittedID
        /// The table as it stood in one state, so that what is gone is known.
        case wholeTable
        /// Rows behind the bound because a transaction older than they is open, with its start
        /// and, where the server tells, who holds it.
        case withheld(rows: Int, since: String, holder: String?)
        /// Rows dated beyond the clock, read and compared.
        case beyondClock(rows: Int)
        /// Rows dated beyond the clock, too many to be compared with bronze in each run.
        case beyondClockUnread(rows: Int, limit: Int)
        /// Open transactions could not be listed; what is late by no more than this is included.
        case unseenTransactions(minutes: Int64)
        /// The engine knows no snapshots.
        case noSnapshots(engine: String)
        /// A view: nothing tells the engines of the tables below it.
        case unknownEngines
        /// A connection was lost, so that chunks are of different states.
        case connectionLost
        /// Rows whose watermark was set below this point are outside of what was read.
        case belowWindow(column: String, from: String)
        case deletesNotTracked
        case updatesNotTracked
        /// Rows and bronze were not compared by number.
        case notCounted
        /// The operator's `where` leaves rows out.
        case filtered
        /// Something else that holds, said by who adds it.
        case holds(String)
        /// Something else that is not proven.
        case unproven(String)

        /// A sentence's part, without a full stop.
        public var text: String {
            switch self {
            case .state(let words): words
            case .everyCommittedRow: "every row committed before the run, late commits included"
            case .everyCommittedID: "every id committed before the run, late commits included"
            case .wholeTable: "the whole table as it was, deletes included"
            case .withheld(let rows, let since, let holder):
                "\(counted(rows)) withheld: a transaction is open since \(since)"
                    + (holder.map { " (\($0))" } ?? "")
            case .beyondClock(let rows): "\(counted(rows)) dated beyond the clock included"
            case .beyondClockUnread(let rows, let limit):
                "\(counted(rows)) dated beyond the clock not read: more than \(limit)"
            case .unseenTransactions(let minutes):
                "complete only if no transaction lives longer than \(minutes) min "
                    + "(no PROCESS privilege)"
            case .noSnapshots(let engine):
                "rows that changed while they were read (\(engine) knows no snapshots)"
            case .unknownEngines: "a view, the engines below it are not known"
            case .connectionLost: "a connection was lost: one snapshot per chunk"
            case .belowWindow(let column, let from):
                "rows that come with \(column) before \(from) are not read"
            case .deletesNotTracked: "deletes not tracked"
            case .updatesNotTracked: "updates not tracked"
            case .notCounted: "rows not counted (verify: off)"
            case .filtered: "rows outside `where` left out"
            case .holds(let words), .unproven(let words): words
            }
        }

        /// Whether it is no doubt about what bronze holds.
        var isProven: Bool {
            switch self {
            case .state, .everyCommittedRow, .everyCommittedID, .wholeTable, .beyondClock,
                .filtered, .holds:
                true
            default: false
            }
        }

        /// Rows seen and not taken.
        var withheldRows: Int {
            switch self {
            case .withheld(let rows, _, _), .beyondClockUnread(let rows, _): rows
            default: 0
            }
        }

        /// The fact's part of the guarantee's text; nil where `facts` take away what it claims.
        func words(beside facts: [Fact]) -> String? {
            switch self {
            case .everyCommittedRow, .everyCommittedID:
                if facts.contains(where: \.isDoubtful) { return nil }
                let others = facts.contains { $0.withheldRows > 0 }
                return others
                    ? text.replacing("every ", with: "every other ", maxReplacements: 1) : text
            case .wholeTable: return facts.contains(where: \.isDoubtful) ? nil : text
            default: return text
            }
        }

        /// Whether it leaves open how many rows are missing.
        private var isDoubtful: Bool {
            switch self {
            case .unseenTransactions, .noSnapshots, .unknownEngines: true
            default: false
            }
        }

        private func counted(_ rows: Int) -> String { rows == 1 ? "1 row" : "\(rows) rows" }
    }
}

extension Guarantee {
    /// What is known of any table when its read begins: the state that is read, the engine.
    init(_ table: SourceTable, _ moment: SourceMoment) {
        let isTorn = !table.isSnapshotCapable
        add(.state((isTorn ? ConsistencyGrade.none : moment.grade).text))
        if isTorn { add(.noSnapshots(engine: table.engine ?? "the engine")) }
        if table.isView { add(.unknownEngines) }
    }
}
