import Columnar
import Delta
@testable import EntityTestSupport
import Foundation
@testable import Gold
import JSON
import LakeTestSupport
@testable import Pipeline
import Testing

/// Random nights of headers and lines, some with headers that come late, move or go: what the
/// increments leave is what a rebuild and DuckDB make of the same silver.
@Suite("Increments over headers and lines")
struct HeaderPropertyTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var date: HeaderLake.Date
        var grain: PartitionGrain
        var isAsOf: Bool
        var isCopied: Bool
        var testDescription: String { "seed \(seed) \(date) \(grain) as of: \(isAsOf)" }
    }

    static let shapes: [Shape] = (0..<12).map { (number: Int) -> Shape in
        Shape(
            seed: UInt64(number + 1), date: HeaderLake.Date.allCases[number % 4],
            grain: PartitionGrain.allCases[(number / 4) % 3], isAsOf: number % 3 == 1,
            isCopied: number % 5 < 2)
    }

    private func events(_ random: inout SeededNumbers, _ version: Int, of keys: Int) -> [SaleEvent]
    {
        (0..<Int.random(in: 1...20, using: &random)).map { row in
            let order = Int.random(in: 0..<8, using: &random)
            return SaleEvent(
                id: Int64.random(in: 0..<Int64(keys), using: &random), sequence: Int64(version),
                day: 20_000 + Int32.random(in: -20..<200, using: &random),
                customer: order == 7 ? nil : "o\(order)",
                amount: Int64.random(in: 0..<1000, using: &random),
                isDelete: Int.random(in: 0..<6, using: &random) == 0, version: Int64(version),
                row: Int64(row))
        }
    }

    @Test("increments leave what a rebuild and DuckDB make", arguments: shapes)
    func increments(shape: Shape) throws {
        var random = SeededNumbers(shape.seed)
        var lake = try HeaderLake(shape.date, grain: shape.grain, isAsOf: shape.isAsOf)
        if shape.isCopied { lake.copiedRows = 1 }
        // Then the header's date is in the log alone, that of files which went too.
        if shape.seed.isMultiple(of: 2) { lake.orders.spec.grain = .day }
        if shape.seed.isMultiple(of: 5) {
            lake.spec.columns = .allBut(["amount", "customer_code"])
        }
        let labels = ["a", "b", "c"]
        try lake.write([0: ["a", "b"], 1: ["c"], 2: ["d", "e", "f"]])
        for version in 0..<6 {
            if version == 0 || Bool.random(using: &random) {
                try lake.lines.run(
                    events(&random, version, of: 50), consumed: Int64(version - 1))
            }
            if version == 0 || Bool.random(using: &random) {
                let headers = events(&random, version, of: 4).filter { $0.customer != nil }
                try lake.orders.run(headers, consumed: Int64(version - 1))
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                let label = labels[Int.random(in: 0..<3, using: &random)]
                try lake.write([0: ["a", label], 1: [label], 3: ["g"]])
            }
            try lake.build()
            #expect(try lake.build().filesAdded == 0)
            let increments = try lake.rows()
            var other = lake
            other.spec.name = "rebuilt\(version)"
            try other.build()
            #expect(try other.rows() == increments)
        }
        let report = try lake.build(rebuild: true)
        // The interpreter's start takes most of the time.
        guard [1, 3, 6].contains(shape.seed) else { return }
        let rows = try lake.rows()
        let answer = try Python.json(HeaderPropertyTests.script, [lake.lines.folder.path])
        #expect(answer["missing"] == 0 && answer["extra"] == 0)
        #expect(answer["rows"]?.int64 == Int64(rows.count))
        #expect(answer["lost"]?.int64 == Int64(report.missingMembers["orders"] ?? -1))
        #expect(answer["deltalake"]?.int64 == Int64(rows.count))
    }

    static let script = """
        import sys, json, os, glob, duckdb, duckdb_extension_delta, deltalake
        root = sys.argv[1]
        c = duckdb.connect()
        c.execute("SET TimeZone='UTC'; SET enable_progress_bar=false")
        folder = os.path.dirname(duckdb_extension_delta.__file__)
        c.execute(f"load '{glob.glob(folder + '/**/*.duckdb_extension', recursive=True)[0]}'")
        scan = lambda path: f"delta_scan('{root}/{path}')"
        c.execute(f'''CREATE TABLE wanted AS
            SELECT l.id, l.order_date, l.customer_code, l.amount, l.seq, o.order_date AS ordered,
            o.id AS number, k.label FROM {scan("silver/sales")} l
            LEFT JOIN {scan("silver/orders")} o USING (customer_code)
            LEFT JOIN (SELECT * FROM {scan("silver/kind")}
                QUALIFY row_number() OVER (PARTITION BY number ORDER BY valid_from DESC) = 1) k
            ON o.id = k.number''')
        c.execute(f'''CREATE TABLE got AS SELECT id, order_date, customer_code, amount, seq,
            orders_order_date, orders_id, kind_label FROM {scan("gold/wide")}''')
        count = lambda sql: c.execute(f"SELECT count(*) FROM ({sql})").fetchone()[0]
        print(json.dumps({
            "missing": count("FROM wanted EXCEPT ALL FROM got"),
            "extra": count("FROM got EXCEPT ALL FROM wanted"), "rows": count("FROM got"),
            "lost": count("FROM wanted WHERE ordered IS NULL"),
            "deltalake": deltalake.DeltaTable(f"{root}/gold/wide").to_pyarrow_table().num_rows}))
        """
}
