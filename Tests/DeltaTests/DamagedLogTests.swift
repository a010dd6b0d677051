import Delta
import Foundation
import LakeTestSupport
import Storage
import Testing

@Suite struct DamagedLogTests {
    private func damaged(_ damage: (SampleTable) throws -> Void) throws -> DeltaError? {
        let sample = try SampleTable()
        try sample.create()
        for name in ["a", "b", "c"] { try sample.append([name]) }
        try damage(sample)
        return #expect(throws: DeltaError.self) { try sample.table.snapshot() }
    }

    @Test func aMissingVersionIsNamed() throws {
        let error = try damaged { sample in
            try sample.folder.storage.delete(SampleTable.logName(2))
        }
        #expect(error?.code == .damagedLog)
        #expect(error?.message.contains("version 2 is missing") == true)
        #expect(error?.subject.hasSuffix("00000000000000000002.json") == true)
        #expect(error?.hint != nil)
    }

    @Test func aMissingBeginningIsNamed() throws {
        let error = try damaged { sample in
            try sample.folder.storage.delete(SampleTable.logName(0))
        }
        #expect(error?.message.contains("version 0 is missing") == true)
    }

    @Test func aTruncatedLineIsNamedWithItsNumber() throws {
        let error = try damaged { sample in
            let text = try sample.folder.text(SampleTable.logName(3))
            try sample.folder.write(SampleTable.logName(3), String(text.dropLast(20)))
        }
        #expect(error?.code == .damagedLog)
        #expect(error?.subject.hasSuffix("00000000000000000003.json") == true)
        #expect(error?.message.contains("line 2") == true)
    }

    /// Taken for NULL, the rows would silently go to another partition.
    @Test(arguments: [
        "", #""partitionValues":null,"#, #""partitionValues":[],"#, #""partitionValues":{},"#,
        #""partitionValues":{"Day":"2026-01-02"},"#, #""partitionValues":{"day":20260102},"#,
    ])
    func anAddWithoutPartitionValuesIsDamage(_ member: String) throws {
        let error = try damaged { sample in
            try sample.folder.write(
                SampleTable.logName(3),
                #"{"add":{"path":"x.parquet",\#(member)"size":1,"modificationTime":1,"#
                    + #""dataChange":true}}"# + "\n")
        }
        #expect(error?.code == .damagedLog && error?.hint != nil)
        #expect(error?.message.contains("partition") == true)
    }

    @Test(arguments: [
        "", "\n\n", "null\n", "[]\n", "{\"add\":{}}\n", "{\"add\":{\"path\":1,\"size\":2}}\n",
        "{\"add\":{\"path\":\"x\",\"size\":1e99}}\n", "{\"remove\":{\"path\":null}}\n",
        "{\"protocol\":{\"minReaderVersion\":99999999999999999999}}\n", "\u{0}\u{0}\u{0}",
        "{\"add\":{\"path\":\"x\",\"partitionValues\":{\"day\":null},\"size\":1,"
            + "\"deletionVector\":{\"storageType\":\"u\"}}}\n",
        "{\"txn\":{\"appId\":\"a\",\"version\":\"1\"}}\n", "{\"metaData\":{\"id\":\"x\"}}\n",
        "{\"metaData\":{\"id\":\"x\",\"schemaString\":\"[]\"}}\n",
        "{\"metaData\":{\"id\":\"x\",\"schemaString\":\"{\\\"type\\\":\\\"struct\\\"}\"}}\n",
    ])
    func aCommitThatIsNotOneIsAnError(_ text: String) throws {
        let error = try damaged { sample in
            try sample.folder.write(SampleTable.logName(3), text)
        }
        #expect(error?.code == .damagedLog)
        #expect(error?.message.isEmpty == false)
    }

    @Test func unknownActionsAndFieldsArePassedOver() throws {
        let sample = try SampleTable()
        try sample.create()
        try sample.folder.write(
            SampleTable.logName(1),
            """
            {"futureAction":{"x":1}}
            {"add":{"path":"day=2026-01-02/z.parquet","partitionValues":{"day":"2026-01-02"},\
            "size":1,"modificationTime":1,"dataChange":true,"futureField":{"y":[]}}}\r
            {"add":null,"txn":{"appId":"a","version":3}}
            """)
        let snapshot = try #require(try sample.table.snapshot())
        #expect(try sample.names(snapshot) == ["z"] && snapshot.transactions == ["a": 3])
    }

    struct Unsupported: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let line: String
    }

    @Test(arguments: [
        Unsupported(
            testDescription: "reader 4",
            line: #"{"protocol":{"minReaderVersion":4,"minWriterVersion":7}}"#),
        Unsupported(
            testDescription: "unknown feature",
            line: #"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"#
                + #""readerFeatures":["variantType"],"writerFeatures":["variantType"]}}"#),
    ])
    func whatIsNotKnownIsNamed(_ row: Unsupported) throws {
        let error = try damaged { sample in
            try sample.folder.write(SampleTable.logName(3), row.line + "\n")
        }
        #expect(error?.code == .unsupported)
        #expect(error?.hint != nil)
    }

    @Test(arguments: [
        ["delta.enableChangeDataFeed": "true"], ["delta.constraints.positive": "id > 0"],
        ["delta.enableRowTracking": "true"],
    ])
    func aTableWithPromisesWeDoNotKeepIsNotWritten(_ configuration: [String: String]) throws {
        let sample = try SampleTable()
        try sample.create(configuration: configuration)
        let error = #expect(throws: DeltaError.self) { try sample.append(["a"]) }
        #expect(error?.code == .unsupported)
        #expect(try sample.table.snapshot()?.version == 0, "reading works")
    }

    /// Random damage to a random commit: an error or a table, never a trap.
    @Test(arguments: 0..<60) func anyDamageIsAnErrorOrIsHarmless(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let sample = try SampleTable()
        try sample.create()
        for name in ["a", "b"] { try sample.append([name], txn: ("app", 1)) }
        let name = SampleTable.logName(Int.random(in: 0...2, using: &random))
        for _ in 0..<20 {
            var bytes = try sample.folder.storage.read(name)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
            case 1: bytes[bytes.indices.randomElement(using: &random) ?? 0] ^= 1 << 5
            case 2:
                bytes.insert(
                    Array("{}[],:\"\\0e\n".utf8).randomElement(using: &random) ?? 0,
                    at: Int.random(in: 0...bytes.count, using: &random))
            case 3:
                let start = Int.random(in: 0..<bytes.count, using: &random)
                bytes.removeSubrange(start..<min(bytes.count, start + 7))
            default: bytes += bytes.suffix(Int.random(in: 0...40, using: &random))
            }
            guard !bytes.isEmpty else { break }
            let damaged = DeltaTable(storage: sample.folder.storage, path: "damaged")
            for version in 0...2 {
                let source = SampleTable.logName(version)
                let target = source.replacingOccurrences(of: "table/", with: "damaged/")
                let text = source == name ? bytes : try sample.folder.storage.read(source)
                if version == 0 { try sample.folder.storage.makeFolder("damaged/_delta_log") }
                try sample.folder.storage.replace(target, text)
            }
            do {
                let snapshot = try damaged.snapshot()
                for file in snapshot?.files ?? [] { _ = try? damaged.dataFile(file.path) }
            } catch {
                #expect(error.message.isEmpty == false)
            }
        }
    }
}

/// A small seeded generator (SplitMix64), so that a failing seed can be run again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
