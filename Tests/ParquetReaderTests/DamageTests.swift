import Columnar
import Foundation
import Parquet
import Testing

/// Damaged files must end in an error or in values, never in a crash, a hang or a large allocation.
@Suite("Damaged files")
struct DamageTests {
    /// Small files of every encoding and codec.
    private static let bases = Result {
        try Corpus.arrow.get().cases("damage.json").map { try $0.bytes() }
    }

    @Test("with bytes changed are read or refused", arguments: 0..<24)
    func flips(seed: Int) throws {
        let bases = try Self.bases.get()
        #expect(bases.count == 12)
        var generator = Seeded(UInt64(seed))
        for original in bases {
            for _ in 0..<4 {
                var bytes = original
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let position = Self.position(original, &generator)
                    bytes[position] = Self.changed(bytes[position], &generator)
                }
                _ = Self.outcome(bytes)
            }
        }
    }

    @Test("cut off at any length are refused")
    func truncation() throws {
        for original in try Self.bases.get() {
            for count in stride(from: 0, to: original.count, by: max(1, original.count / 50)) {
                #expect(Self.outcome(Array(original[..<count])) != nil)
            }
        }
    }

    @Test("with a stretch missing or doubled are read or refused", arguments: 0..<8)
    func stretches(seed: Int) throws {
        var generator = Seeded(UInt64(seed) + 1000)
        for original in try Self.bases.get() {
            let start = Int.random(in: 4..<original.count - 8, using: &generator)
            let end = min(original.count - 8, start + Int.random(in: 1..<64, using: &generator))
            _ = Self.outcome(Array(original[..<start] + original[end...]))
            _ = Self.outcome(Array(original[..<end] + original[start...]))
        }
    }

    /// A quarter of the changes hit the footer, where one byte moves whole columns.
    private static func position(_ bytes: [UInt8], _ generator: inout Seeded) -> Int {
        let footer = Int(bytes[bytes.count - 8]) | Int(bytes[bytes.count - 7]) << 8
        if Int.random(in: 0..<4, using: &generator) > 0 {
            return Int.random(in: 0..<bytes.count, using: &generator)
        }
        return bytes.count - 8 - Int.random(in: 0..<footer, using: &generator)
    }

    private static func changed(_ byte: UInt8, _ generator: inout Seeded) -> UInt8 {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: byte ^ (1 << UInt8.random(in: 0..<8, using: &generator))
        case 1: 255
        case 2: 0
        default: UInt8.random(in: 0...255, using: &generator)
        }
    }

    /// Reads everything a file has; the error, if any. Stops where a damaged count promises rows
    /// without end.
    private static func outcome(_ bytes: [UInt8]) -> ParquetError? {
        do throws(ParquetError) {
            let file = try FileReader(source: MemorySource(bytes))
            for group in file.rowGroups {
                for column in group.columns {
                    _ = column.minimum
                    _ = column.maximum
                }
            }
            for group in file.rowGroups.indices {
                let reader = try file.read(rowGroup: group, batchRowCount: 1000)
                for _ in 0..<100 {
                    guard try reader.next() != nil else { break }
                }
            }
            return nil
        } catch {
            return error
        }
    }
}
