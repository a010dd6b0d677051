import Testing

@testable import Parquet

@Suite("LZ4")
struct LZ4Tests {
    struct Row: Sendable, CustomStringConvertible {
        let description: String
        let block: [UInt8]
        let text: String?
        var byteCount = 8
    }

    @Test(
        "golden blocks",
        arguments: [
            Row(description: "literals only", block: [0x30, 97, 98, 99], text: "abc"),
            Row(
                description: "a match that overlaps itself",
                block: [0x14, 97, 1, 0, 0xC0] + [UInt8](98..<110), text: "aaaaaaaaabcdefghijklm"),
            Row(
                description: "a match two back",
                block: [0x21, 97, 98, 2, 0, 0xC0] + [UInt8](99..<111),
                text: "abababacdefghijklmn"),
            Row(
                description: "a long literal",
                block: [0xf0, 1] + [UInt8](repeating: 97, count: 16),
                text: String(repeating: "a", count: 16)),
            Row(
                description: "a long match",
                block: [0x1f, 97, 1, 0, 3, 0xC0] + [UInt8](98..<110),
                text: String(repeating: "a", count: 23) + "bcdefghijklm"),
            Row(description: "nothing", block: [0], text: ""),
            Row(description: "literals cut off", block: [0x40, 97], text: nil),
            Row(description: "an offset before the start", block: [0x10, 97, 2, 0, 0], text: nil),
            Row(description: "an offset of zero", block: [0x10, 97, 0, 0, 0], text: nil),
            Row(description: "half an offset", block: [0x10, 97, 1], text: nil),
            Row(description: "a match at the end", block: [0x14, 97, 1, 0], text: nil),
            Row(description: "a length cut off", block: [0xf0, 255], text: nil),
            Row(
                description: "more than announced", block: [0x90] + [UInt8](97..<106), text: nil),
            Row(description: "less than announced", block: [0x30, 97, 98, 99], text: nil),
            Row(description: "no bytes", block: [], text: nil),
        ])
    func block(row: Row) throws {
        if let text = row.text {
            let bytes = try Decompressor().decompress(
                .lz4Raw, row.block, 0..<row.block.count, count: text.utf8.count)
            #expect(bytes == Array(text.utf8))
        } else {
            #expect(throws: Damage.self) {
                try Decompressor().decompress(
                    .lz4Raw, row.block, 0..<row.block.count, count: row.byteCount)
            }
        }
    }

    @Test("Hadoop's frames and a bare block are told apart")
    func hadoop() throws {
        let block: [UInt8] = [0x30, 97, 98, 99]
        let frame: [UInt8] = [0, 0, 0, 3, 0, 0, 0, 4] + block
        func decompressed(_ bytes: [UInt8], _ count: Int) throws -> [UInt8] {
            try Decompressor().decompress(.lz4, bytes, 0..<bytes.count, count: count)
        }
        #expect(try decompressed(frame + frame, 6) == Array("abcabc".utf8))
        #expect(try decompressed(block, 3) == Array("abc".utf8))
        #expect(throws: Damage.self) { try decompressed(frame, 4) }
    }
}
