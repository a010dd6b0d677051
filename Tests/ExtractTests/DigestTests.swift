import Columnar
import Delta
import Foundation
import Source
import Storage
import Synchronization
import Testing

@testable import Extract

/// What tells that a table in mode `snapshot` did not change.
@Suite("Digests")
struct DigestTests {
    /// Rows of every storage, with a null in each column.
    private static let names = ["b", "i", "l", "w", "f", "d", "t", "c"]
    private static let columns: [Column] = {
        let present = Bitmap([true, false, true])
        let dictionary = DictionaryValues(
            lineage: .next(), values: ByteVector(["x", "déjà vu"]))
        return [
            Column(.boolean, storage: .bool([1, 0, 0]), validity: present),
            Column(.integer, storage: .int32([-1, 0, 7]), validity: present),
            Column(.long, storage: .int64([.min, 0, .max]), validity: present),
            Column(
                .decimal(precision: 20, scale: 0),
                storage: .int128([Int128(-5), 0, Int128(UInt64.max) + 5]), validity: present),
            Column(.float, storage: .float([1.5, 0, -0.0]), validity: present),
            Column(.double, storage: .double([0.1, 0, .infinity]), validity: present),
            Column(
                .string, storage: .bytes(ByteVector(["", "", "a text of twenty bytes"])),
                validity: present),
            Column(
                .string, storage: .dictionary(codes: [1, 0, 0], values: dictionary),
                validity: present),
        ]
    }()

    @Test("hashes stay what they are in lakes")
    func golden() {
        let folded = FoldedRowHasher().hashes(
            DigestTests.columns, names: DigestTests.names, count: 3)
        #expect(
            folded.map(\.text) == [
                "224df46a5142405a638e7e78bca0ea5e", "9e3779b97f4a7c1623753e44199a90d3",
                "a5b3a44a980c0aed38f76c151b580579",
            ])
        let hashes = RowHasher().hashes(DigestTests.columns, names: DigestTests.names, count: 3)
        #expect(
            hashes.map(\.text) == [
                "f5117c1f4a13a7dd2558d60a9ebe0fca", "e5189a9599e3f86205ea23ef06e28b2d",
                "559ca39d8b05d3a9670789472383713b",
            ])
        var digest = ContentDigest(.xxh3)
        digest.add(hashes)
        #expect(digest.text == "xxh3-3-2fc6ba526efd73e8924a8340c9240c32")
    }

    @Test("a row's hash depends on names and values, not on their order, storage or nulls")
    func content() {
        let hasher = RowHasher()
        let (columns, names) = (DigestTests.columns, DigestTests.names)
        let hashes = hasher.hashes(columns, names: names, count: 3)
        #expect(Set(hashes).count == 3)
        let reversed = hasher.hashes(columns.reversed(), names: names.reversed(), count: 3)
        #expect(reversed == hashes)
        let more = columns + [Column.nulls(.long, count: 3)]
        #expect(hasher.hashes(more, names: names + ["new"], count: 3) == hashes)
        let plain =
            columns.dropLast() + [
                Column(
                    .string, storage: .bytes(ByteVector(["déjà vu", "", "x"])),
                    validity: columns[7].validity)
            ]
        #expect(hasher.hashes(Array(plain), names: names, count: 3) == hashes)
        let long = [Column(.long, storage: .int64([-1, 0, 7]), validity: columns[1].validity)]
        #expect(
            hasher.hashes(long, names: ["i"], count: 3)
                == hasher.hashes([columns[1]], names: ["i"], count: 3))
        let swapped = ["i", "b"] + names.dropFirst(2)
        #expect(hasher.hashes(columns, names: Array(swapped), count: 3)[0] != hashes[0])
        // Values that change places between rows change the sum.
        let left = hasher.hashes([text("a", "b"), text("c", "d")], names: ["x", "y"], count: 2)
        let right = hasher.hashes([text("a", "b"), text("d", "c")], names: ["x", "y"], count: 2)
        #expect(left[0] &+ left[1] != right[0] &+ right[1])
    }

    private func text(_ values: String...) -> Column {
        Column(.string, storage: .bytes(ByteVector(values)))
    }

    /// A table of five rows in mode `snapshot`, and a sixth a minute later.
    private func bronze() -> Bronze {
        func insert(_ ids: ClosedRange<Int64>, at: Int64) -> FakeTransaction {
            let time = Workload.start + at
            return FakeTransaction(
                startedAt: time, listedAt: time, endsAt: time + 1000, commits: true,
                statements: ids.map {
                    FakeStatement(at: time, row: FakeRow(id: $0, updatedAt: time, note: "n\($0)"))
                })
        }
        let server = FakeServer(
            transactions: [insert(1...5, at: 0), insert(6...6, at: 60_000_000)],
            start: Workload.start)
        server.advance(10_000_000)
        var override = TableOverride()
        override.mode = .snapshot
        return Bronze(server, override: override)
    }

    /// What version 0.2 made of the first rows of `bronze`.
    private func formerDigest(rows count: Int64) -> String {
        let times = [Int64](repeating: Workload.start, count: Int(count))
        let columns = [
            Column(.long, storage: .int64(Array(1...count))),
            Column(.timestamp, storage: .int64(times)),
            Column(.string, storage: .bytes(ByteVector((1...count).map { "n\($0)" }))),
        ]
        var digest = ContentDigest(.folded)
        digest.add(
            FoldedRowHasher().hashes(
                columns, names: ["id", "updated_at", "note"], count: Int(count)))
        return digest.text
    }

    private func digests(_ bronze: Bronze) throws -> [String?] {
        let table = DeltaTable(storage: bronze.storage, path: "bronze/s/t")
        return try #require(try table.snapshot()).files.map { $0.tags["sluice.digest"] }
    }

    @Test("a digest that version 0.2 wrote is understood, and replaced when something changes")
    func formerDigest() throws {
        let bronze = bronze()
        defer { bronze.remove() }
        #expect(try bronze.extract().rows == 5)
        let log = bronze.storage.root + "/bronze/s/t/_delta_log/00000000000000000000.json"
        let own = try #require(try digests(bronze).first ?? nil)
        #expect(own.hasPrefix("xxh3-5-"))
        let former = formerDigest(rows: 5)
        let text = try String(contentsOfFile: log, encoding: .utf8)
        try text.replacingOccurrences(of: own, with: former)
            .write(toFile: log, atomically: true, encoding: .utf8)
        #expect(try digests(bronze) == [former])
        for _ in 1...2 {
            let again = try bronze.extract()
            #expect(again.rows == 0 && again.files == 0 && again.version == nil)
            #expect(again.receipt == .verified(rows: 5, chunks: 1))
        }
        #expect(try digests(bronze) == [former])
        bronze.server.advance(60_000_000)
        #expect(try bronze.extract().rows == 6)
        let all = try digests(bronze).compactMap { $0 }
        #expect(all.count == 2 && all.contains { $0.hasPrefix("xxh3-6-") })
        #expect(try bronze.extract().version == nil)
    }

    /// Counts what is written.
    private final class Bytes: ExtractObserver {
        let count = Mutex(0)

        func tableStarted(_ plan: TablePlan) {}
        func rowsRead(table: String, rows: Int) {}
        func bytesWritten(table: String, bytes: Int) { count.withLock { $0 += bytes } }
        func chunkStarted(table: String, chunk: Int, bounds: String) {}
        func chunkFinished(table: String, chunk: Int, rows: Int) {}
        func note(table: String, _ text: String) {}
        func tableFinished(_ result: TableResult) {}
    }

    @Test("a small table that did not change is not encoded, one that did is")
    func unchanged() throws {
        let bronze = bronze()
        defer { bronze.remove() }
        let written = Bytes()
        _ = try bronze.extract(observer: written)
        let first = written.count.withLock { $0 }
        #expect(first > 0)
        #expect(try bronze.extract(observer: written).rowsRead == 5)
        #expect(written.count.withLock { $0 } == first)
        #expect(try bronze.extract(observer: written) { $0.isFull = true }.rows == 5)
        bronze.server.advance(60_000_000)
        #expect(try bronze.extract(observer: written).rows == 6)
        #expect(try bronze.rows().map(\.id).suffix(6) == [1, 2, 3, 4, 5, 6])
    }
}
