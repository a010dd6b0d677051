@testable import Delta
import Testing

/// The log's lines, byte for byte.
@Suite struct GoldenLineTests {
    struct Line: CustomTestStringConvertible, Sendable {
        let action: Action
        let text: String
        var testDescription: String { String(text.prefix(24)) }
    }

    static let lines: [Line] = [
        Line(
            action: .protocol(TableProtocol()),
            text: #"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}"#),
        Line(
            action: .protocol(
                TableProtocol(
                    minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["timestampNtz"],
                    writerFeatures: ["timestampNtz"])),
            text: #"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"#
                + #""readerFeatures":["timestampNtz"],"writerFeatures":["timestampNtz"]}}"#),
        Line(
            action: .metaData(
                TableMetadata(
                    id: "i", schemaString: #"{"type":"struct","fields":[]}"#,
                    partitionColumns: ["d"], configuration: ["b": "2", "a": "1"],
                    createdTime: 5)),
            text: #"{"metaData":{"id":"i","format":{"provider":"parquet","options":{}},"#
                + #""schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":["d"],"#
                + #""configuration":{"a":"1","b":"2"},"createdTime":5}}"#),
        Line(
            action: .add(
                AddFile(
                    path: "d=2026-01-02/p%20q.parquet",
                    partitionValues: ["d": "2026-01-02", "e": nil], sizeBytes: 10,
                    modificationTime: 11, stats: #"{"numRecords":1}"#, tags: ["t": "u"])),
            text: #"{"add":{"path":"d=2026-01-02/p%20q.parquet","partitionValues":"#
                + #"{"d":"2026-01-02","e":null},"size":10,"modificationTime":11,"#
                + #""dataChange":true,"stats":"{\"numRecords\":1}","tags":{"t":"u"}}}"#),
        Line(
            action: .remove(
                AddFile(path: "p", partitionValues: [:], sizeBytes: 10, modificationTime: 11)
                    .removed(at: 12, dataChange: false)),
            text: #"{"remove":{"path":"p","deletionTimestamp":12,"dataChange":false,"#
                + #""extendedFileMetadata":true,"partitionValues":{},"size":10}}"#),
        Line(
            action: .txn(
                TransactionIdentifier(appID: "sluice/s.t/id", version: -3, lastUpdated: 4)),
            text: #"{"txn":{"appId":"sluice/s.t/id","version":-3,"lastUpdated":4}}"#),
        Line(
            action: .domainMetadata(DomainMetadata(domain: "d", configuration: "{}")),
            text: #"{"domainMetadata":{"domain":"d","configuration":"{}","removed":false}}"#),
        Line(
            action: .commitInfo(
                CommitInfo(
                    timestamp: 1, operation: "WRITE",
                    operationParameters: ["partitionBy": #"["d"]"#],
                    operationMetrics: ["numFiles": "1"], readVersion: 0,
                    isolationLevel: "WriteSerializable", isBlindAppend: true,
                    engineInfo: "sluice", txnID: "x", userMetadata: "r")),
            text: #"{"commitInfo":{"timestamp":1,"operation":"WRITE","operationParameters":"#
                + #"{"partitionBy":"[\"d\"]"},"readVersion":0,"#
                + #""isolationLevel":"WriteSerializable","isBlindAppend":true,"#
                + #""operationMetrics":{"numFiles":"1"},"engineInfo":"sluice","txnId":"x","#
                + #""userMetadata":"r"}}"#),
    ]

    @Test(arguments: lines) func anActionIsThisLine(_ line: Line) throws {
        var text: [UInt8] = []
        line.action.append(to: &text)
        #expect(String(decoding: text, as: UTF8.self) == line.text + "\n")
        #expect(try CommitReader(path: "golden").actions(text) == [line.action])
    }

    @Test func theLastCheckpointHoldsNoNulls() {
        let full = LastCheckpoint(version: 10, actionCount: 12, sizeBytes: 900, addCount: 10)
        #expect(
            String(decoding: full.text, as: UTF8.self)
                == #"{"version":10,"size":12,"sizeInBytes":900,"numOfAddFiles":10}"#)
        #expect(LastCheckpoint(full.text) == full)
        let least = LastCheckpoint(version: 10, actionCount: 12)
        #expect(String(decoding: least.text, as: UTF8.self) == #"{"version":10,"size":12}"#)
        for text in ["", "{}", "[1]", #"{"version":-1}"#, #"{"version":"1"}"#, "\u{FEFF}{}"] {
            #expect(LastCheckpoint(Array(text.utf8)) == nil)
        }
    }

    @Test(arguments: [
        ("00000000000000000012.json", LogName.commit(12)),
        ("00000000000000000012.checkpoint.parquet", .checkpoint(12, part: 1, parts: 1)),
        (
            "00000000000000000012.checkpoint.0000000002.0000000003.parquet",
            .checkpoint(12, part: 2, parts: 3)
        ),
        ("00000000000000000012.checkpoint.0000000004.0000000003.parquet", .other),
        (
            "00000000000000000012.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.parquet",
            .checkpointV2(12)
        ),
        ("00000000000000000012.crc", .checksum(12)),
        (
            "00000000000000000004.00000000000000000006.compacted.json",
            .compacted(from: 4, to: 6)
        ),
        ("99999999999999999999.json", .other), ("0000000000000000012.json", .other),
        ("_last_checkpoint", .other), ("00000000000000000012.json.tmp", .other),
        ("0000000000000000001x.json", .other), (".json", .other), ("", .other),
    ])
    func aLogNameIsTold(name: String, expected: LogName) {
        #expect(LogName(name) == expected)
    }

    @Test(
        arguments: [
            ("interval 30 days", 2_592_000_000), ("interval 1 week", 604_800_000),
            ("INTERVAL 2 HOURS 30 minutes", 9_000_000), ("1 day", 86_400_000),
            ("interval 0 days", 0), ("interval 1 month", nil), ("days", nil), ("", nil),
            ("interval 9223372036854775807 days", nil), ("interval -1 days", nil),
        ] as [(String, Int64?)])
    func anIntervalIsReadAsSparkSpellsIt(text: String, expected: Int64?) {
        #expect(TableProperties.milliseconds(text) == expected)
    }
}
