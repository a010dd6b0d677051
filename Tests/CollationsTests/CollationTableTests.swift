import Collations
import Columnar
import LakeTestSupport
import Testing

@Suite("Collations in the lake")
struct CollationTableTests {
    private static let weights = CollationWeights(
        levelCount: 2,
        entries: [
            .init(first: 0x20, last: 0x20, weights: [[2, 9], [0, 32]]),
            .init(first: 0x41, last: 0x5A, isStepped: true, weights: [[0x10, 0], [0, 32]]),
            .init(first: 0x301, last: 0x301, weights: [[], [0, 36]]),
            .init(
                first: 0x43, last: 0x43, following: [0x48, 0x1F600], weights: [[0x20, 1], [1]]),
        ])

    @Test("What is written is read: runs, contractions, levels, padding")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let name = "utf8mb4_test_ci"
        let written = Collation(
            name: name, padsSpaces: true, weights: CollationTableTests.weights)
        let table = CollationTable(name, storage: folder.storage)
        #expect(try table.read() == nil)
        try table.write(written, characterSet: "utf8mb4", serverVersion: "10.11")
        #expect(try table.serverVersion() == "10.11")
        let read = try #require(try CollationLibrary(storage: folder.storage).collation(name))
        #expect(read.weights?.entries == written.weights?.entries)
        #expect(read.padsSpaces && read.unmatched == nil)
        for text in ["ABC ", "CH😀", "Z\u{301}", "é"] {
            let bytes = Array(text.utf8)
            #expect(read.folded(bytes[...]) == written.folded(bytes[...]))
        }
    }

    @Test("Another version of the server takes the place of what there was")
    func replaced() throws {
        let folder = try TemporaryFolder()
        let table = CollationTable("c", storage: folder.storage)
        let collation = Collation(
            name: "c", padsSpaces: false, weights: CollationTableTests.weights)
        try table.write(collation, characterSet: "utf8mb4", serverVersion: "1")
        let unmatched = Collation(
            name: "c", padsSpaces: false, weights: nil, unmatched: "it reorders")
        try table.write(unmatched, characterSet: "utf8mb4", serverVersion: "2")
        #expect(try table.read()?.unmatched == "it reorders")
        #expect(try table.serverVersion() == "2")
        try table.write(collation, characterSet: "utf8mb4", serverVersion: "3")
        #expect(try table.read()?.weights?.entries.count == 4)
    }

    @Test("Collations that compare bytes need no table")
    func binary() throws {
        let library = CollationLibrary(storage: try TemporaryFolder().storage)
        #expect(try library.collation("latin1_bin")?.padsSpaces == true)
        #expect(try library.collation("utf8mb4_nopad_bin")?.isPlain == true)
        #expect(try library.collation("utf8mb4_general_ci") == nil)
    }
}
