@testable import Delta
import Testing

/// Deletion vectors: their text, their bytes, and bytes that are none.
@Suite struct DeletedRowsTests {
    /// What other implementations use as examples.
    @Test func knownVectorsAreRead() throws {
        let inline = "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L"
        let bytes = try #require(Base85.decode(inline[...]))
        let rows = try DeletedRows(bytes[...], rowCount: 100)
        #expect(rows.count == 6)
        #expect(rows.kept(of: 0..<30).count == 24)
        #expect([3, 4, 7, 11, 18, 29].allSatisfy { !rows.isEmpty(in: $0..<$0 + 1) })
        let vector = DeletionVector(
            place: .relative, pathOrInline: "ab^-aqEH.-t@S}K{vb[*k^", offset: 4, sizeBytes: 40,
            cardinality: 6)
        #expect(vector.file == "ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin")
        #expect(vector.uniqueID == "uab^-aqEH.-t@S}K{vb[*k^@4")
    }

    private static let head: [UInt8] = [0xd1, 0xd3, 0x39, 0x64]

    private static func long(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }

    /// One bitmap of one array container with the rows 1 and 5.
    private static let whole =
        head + long(1) + [0, 0, 0, 0, 0x3a, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 16, 0, 0, 0]
        + [1, 0, 5, 0]

    @Test func cutOffAtAnyPlaceItIsRefused() throws {
        let whole = DeletedRowsTests.whole
        #expect(try DeletedRows(whole[...], rowCount: 6).count == 2)
        #expect(try DeletedRows(whole[...], rowCount: 6).kept(of: 1..<6) == [1, 2, 3])
        for count in 0..<whole.count {
            #expect(throws: DeletedRows.Damage.self) {
                try DeletedRows(whole[..<count], rowCount: 6)
            }
        }
        #expect(throws: DeletedRows.Damage.self) { try DeletedRows(whole[...], rowCount: 5) }
        #expect(throws: DeletedRows.Damage.self) {
            try DeletedRows((whole + [0])[...], rowCount: 6)
        }
    }

    /// Counts and rows that no file has end at once, without memory for them.
    @Test(arguments: [
        head + long(.max), head + long(1 << 60) + [0, 0, 0, 0],
        head + long(1) + [255, 255, 255, 255, 0x3a, 0x30, 0, 0, 0, 0, 0, 0],
        head + long(1) + [0, 0, 0, 0, 0x3a, 0x30, 0, 0, 255, 255, 255, 255],
        head + long(1) + [0, 0, 0, 0, 0x3b, 0x30, 255, 255], [1, 2, 3, 4] + long(0),
        // A run of 65,536 rows in a file of ten.
        head + long(1) + [0, 0, 0, 0, 0x3b, 0x30, 0, 0, 1, 0, 0, 255, 255, 1, 0, 0, 0, 255, 255],
        // Runs that overlap.
        head + long(1)
            + [0, 0, 0, 0, 0x3b, 0x30, 0, 0, 1, 0, 0, 3, 0, 2, 0, 0, 0, 3, 0, 2, 0, 1, 0],
    ])
    func whatCannotBeIsRefused(_ bytes: [UInt8]) {
        #expect(throws: DeletedRows.Damage.self) { try DeletedRows(bytes[...], rowCount: 10) }
    }

    @Test(arguments: 0..<40) func anyBytesAreAnErrorOrRows(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<200 {
            var bytes = DeletedRowsTests.whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 4..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? DeletedRows(bytes[...], rowCount: 70_000)
        }
    }

    @Test(arguments: ["1234", "12345é", "\u{7f}2345", "#####"])
    func whatIsNotBase85IsNil(_ text: String) {
        #expect(Base85.decode(text[...]) == nil)
    }
}
