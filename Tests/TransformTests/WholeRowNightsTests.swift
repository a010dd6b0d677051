@testable import EntityTestSupport
@testable import Pipeline
import Testing
@testable import Transform

/// Random states of a table without a key, against a count of its rows.
@Suite("Random nights of whole rows")
struct WholeRowNightsTests {
    typealias Row = BronzeLake.Row

    @Test("silver, gold and quarantine hold what the last state has", arguments: 0..<8)
    func nights(seed: UInt64) throws {
        var random = SeededNumbers(seed)
        let equalRows: EqualRows = seed.isMultiple(of: 2) ? .drop : .keep
        var lake = try WholeRowLake(equalRows, date: seed % 4 < 2 ? "updated_at" : nil)
        var rows: [Row] = []
        var ids: [String: Set<String>] = [:]
        for night in 1...5 {
            rows.removeAll { _ in Int.random(in: 0..<5, using: &random) == 0 }
            for _ in 0..<Int.random(in: 3...25, using: &random) {
                rows.append(
                    Row(
                        Int64.random(in: 1...4, using: &random),
                        [nil, 100, 86_400_000_100][Int.random(in: 0..<3, using: &random)],
                        [nil, "a", "a ", "b", "bad"][Int.random(in: 0..<5, using: &random)]))
            }
            if Bool.random(using: &random) { rows.shuffle(using: &random) }
            try lake.state(rows)
            try lake.run("r\(night)") {
                $0.acceptsDeletes = true
                $0.announcedRows = Bool.random(using: &random) ? 0 : 1000
            }
            try expect(lake, rows)
            #expect(try lake.run("again").version == nil)
            ids = try persistent(lake, ids)
        }
        try lake.run("rebuilt") { $0.isRebuild = true }
        try expect(lake, rows)
        #expect(try persistent(lake, ids) == ids)
    }

    private func expect(_ lake: WholeRowLake, _ rows: [Row]) throws {
        let isGood = { (row: Row) in
            row.id <= 3 && (row.at != nil || lake.date == nil) && row.name != "bad"
        }
        let (good, bad) = (rows.filter(isGood), rows.filter { !isGood($0) })
        let columns = ["id", "updated_at", "name"]
        #expect(try lake.lake.numbers("silver/f", columns) == lines(good, lake.equalRows))
        #expect(try lake.lake.numbers("gold/o", columns) == lines(good, lake.equalRows))
        let open = try lake.lake.numbers("quarantine/f", columns + ["status"])
            .filter { $0.hasSuffix("|open") }
        #expect(open.map { String($0.dropLast(5)) }.sorted() == lines(bad, lake.equalRows))
    }

    private func lines(_ rows: [Row], _ equalRows: EqualRows) -> [String] {
        let lines = rows.map { row in
            let name = row.name?.replacing(" ", with: "")
            return "\(row.id)|\(row.at.map(String.init) ?? "NULL")|\(name ?? "NULL")"
        }
        return (equalRows == .drop ? Array(Set(lines)) : lines).sorted()
    }

    /// The ids of the open rows by their values: of as many as were there before, the same.
    private func persistent(
        _ lake: WholeRowLake, _ before: [String: Set<String>]
    ) throws -> [String: Set<String>] {
        var now: [String: Set<String>] = [:]
        let columns = ["id", "updated_at", "name", "_sluice_raw", "status", "quarantine_id"]
        for line in try lake.lake.numbers("quarantine/f", columns) where line.contains("|open|") {
            let parts = line.split(separator: "|")
            now[parts.dropLast().joined(separator: "|"), default: []].insert(String(parts[5]))
        }
        if lake.equalRows == .drop { return now }
        for (values, ids) in now {
            let known = before[values] ?? []
            #expect(ids.intersection(known).count == min(ids.count, known.count), "\(values)")
        }
        return now
    }
}
