import Columnar

/// Random committers: transactions of up to three seconds, rollbacks, ties, updates of own rows,
/// rows without a watermark, and clocks read before a transaction shows up in the server's list.
struct Workload {
    var writers = 5
    /// Microseconds over which the writers work.
    var duration: Int64 = 20_000_000
    var fractionDigits = 6
    /// Whether rows are changed after their insert.
    var updates = true
    var seed: UInt64

    /// When the simulated server starts, microseconds UTC.
    static let start: Int64 = 1_790_000_000_000_000

    private struct Draft {
        var writer: Int
        var transaction: Int
        var at: Int64
        var isInsert: Bool
    }

    /// The transactions, ids given out in the order of the statements as auto-increment does.
    func transactions() -> [FakeTransaction] {
        var random = SeededGenerator(seed: seed)
        var transactions: [FakeTransaction] = []
        var drafts: [Draft] = []
        for writer in 0..<writers {
            var now = Workload.start + Int64.random(in: 0...500_000, using: &random)
            while now < Workload.start + duration {
                let (transaction, times) = draft(&now, &random)
                for at in times {
                    let isInsert = !updates || Int.random(in: 0..<3, using: &random) > 0
                    drafts.append(
                        Draft(
                            writer: writer, transaction: transactions.count, at: at,
                            isInsert: isInsert))
                }
                transactions.append(transaction)
            }
        }
        fill(&transactions, drafts, &random)
        return transactions
    }

    private func draft(_ now: inout Int64, _ random: inout SeededGenerator)
        -> (FakeTransaction, [Int64])
    {
        let first = now
        let listed = first + Int64.random(in: 0...150_000, using: &random)
        var times = [first]
        var last = listed
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            last += Int64.random(in: 1_000...700_000, using: &random)
            times.append(last)
        }
        let end = last + Int64.random(in: 1_000...400_000, using: &random)
        now = end + Int64.random(in: 1_000...300_000, using: &random)
        let commits = Int.random(in: 0..<5, using: &random) > 0
        let transaction = FakeTransaction(
            startedAt: listed, listedAt: listed, endsAt: end, commits: commits, statements: [])
        return (transaction, times)
    }

    private func fill(
        _ transactions: inout [FakeTransaction], _ drafts: [Draft],
        _ random: inout SeededGenerator
    ) {
        let unit = WindowUnit.microseconds(fractionDigits)
        var nextID: Int64 = 1
        // Ids a writer may change: committed ones, and those of its open transaction.
        var committed: [Int: [Int64]] = [:]
        var pending: [Int: (transaction: Int, ids: [Int64])] = [:]
        for draft in drafts.sorted(by: { $0.at < $1.at }) {
            if let last = pending[draft.writer], last.transaction != draft.transaction {
                if transactions[last.transaction].commits {
                    committed[draft.writer, default: []] += last.ids
                }
                pending[draft.writer] = nil
            }
            var own = pending[draft.writer] ?? (draft.transaction, [])
            let candidates = (committed[draft.writer] ?? []) + own.ids
            var id = nextID
            if draft.isInsert || candidates.isEmpty {
                nextID += 1
                own.ids.append(id)
            } else if let chosen = candidates.randomElement(using: &random) {
                id = chosen
            }
            pending[draft.writer] = own
            let isNull = Int.random(in: 0..<20, using: &random) == 0
            let row = FakeRow(
                id: id, updatedAt: isNull ? nil : draft.at.dividedFloor(by: unit) * unit,
                note: "v\(draft.at)-\(draft.writer)")
            transactions[draft.transaction].statements.append(
                FakeStatement(at: draft.at, row: row))
        }
    }
}

/// The step of a time column.
enum WindowUnit {
    static func microseconds(_ fractionDigits: Int) -> Int64 {
        (0..<(6 - fractionDigits)).reduce(1) { unit, _ in unit * 10 }
    }
}
