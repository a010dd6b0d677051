import Columnar
@testable import Delta
import LakeTestSupport
import Parquet
import Storage
import Testing

@Suite struct TableCheckTests {
    private func codes(
        _ sample: SampleTable, _ readers: Set<ReaderProfile> = Set(ReaderProfile.allCases),
        least: TableFinding.Severity = .warning
    ) throws -> [String] {
        var options = TableCheck.Options()
        options.profiles = readers
        let result = try TableCheck(sample.table, options: options).run()
        return result.findings.filter { $0.severity <= least }.map {
            "\($0.severity.name) \($0.code)"
        }
    }

    private func everyType(days: [String?] = ["2026-01-02"]) throws -> SampleTable {
        let sample = try SampleTable()
        try EveryType.write(
            sample.table, Array(repeating: EveryType.batch(), count: days.count), days: days)
        return sample
    }

    /// Replaces a text in a commit.
    private func change(_ sample: SampleTable, _ version: Int, _ old: String, _ new: String) throws
    {
        let name = SampleTable.logName(version)
        let text = try sample.folder.text(name)
        #expect(text.contains(old))
        try sample.folder.write(name, text.split(separator: old).joined(separator: new))
    }

    @Test func whatWeWriteIsFineForEveryReader() throws {
        let sample = try everyType(days: (1...12).map { "2026-01-\($0 + 10)" })
        #expect(sample.folder.files().contains { $0.hasSuffix(".checkpoint.parquet") })
        #expect(try codes(sample) == [])
        let result = try TableCheck(sample.table).run()
        #expect(result.version == 12 && result.filesChecked == 12 && result.footersChecked == 12)
    }

    @Test func aPathWithoutATableIsAnError() throws {
        let sample = try SampleTable()
        #expect(throws: DeltaError.self) { try TableCheck(sample.table).run() }
    }

    @Test func missingAndChangedFilesAreFound() throws {
        let sample = try everyType(days: ["2026-01-02", "2026-01-03", "2026-01-04"])
        let files = try #require(try sample.table.snapshot()).files
        try sample.folder.storage.delete("table/" + files[0].path)
        try sample.folder.write("table/" + files[1].path, "short")
        let length = Int(files[2].sizeBytes)
        try sample.folder.write("table/" + files[2].path, String(repeating: "x", count: length))
        #expect(
            try codes(sample) == ["error missingFile", "error fileSize", "error damagedFile"])
    }

    @Test func aColumnThatIsMissingAlthoughTheLogCountsValuesInItIsFound() throws {
        let sample = try everyType()
        let old = try #require(try sample.table.snapshot())
        var fields = EveryType.schema.fields
        fields.insert(Field("later", .long), at: 0)
        var widening = Transaction(sample.table, reading: old)
        try widening.updateMetadata(schema: Schema(fields))
        _ = try widening.commit(operation: "ADD COLUMNS")
        #expect(try codes(sample) == [], "a column that came later is NULL in older files")
        #expect(try EveryType.rows(try #require(try sample.table.snapshot())).count == 6)
        try change(sample, 1, #"\"nullCount\":{"#, #"\"nullCount\":{\"later\":2,"#)
        #expect(try codes(sample) == ["error missingColumn"])
    }

    @Test func countsOfNullsThatDifferFromTheFootersAreFound() throws {
        let sample = try everyType()
        try change(sample, 1, #"\"int\":1"#, #"\"int\":0"#)
        #expect(try codes(sample) == ["error nullCount"])
    }

    /// A byte of a page, with the footer whole: only its checksum tells.
    @Test func damagedPagesAreFound() throws {
        let sample = try everyType(days: (1...9).map { "2026-01-\($0 + 10)" })
        let files = try #require(try sample.table.snapshot()).files
        func damage(_ file: AddFile) throws {
            let path = "table/" + file.path
            var bytes = try sample.folder.storage.read(path)
            let reader = try FileReader(source: MemorySource(bytes))
            // The last byte of the first page.
            bytes[3 + reader.rowGroups[0].columns[0].compressedSizeBytes] ^= 1
            try sample.folder.storage.replace(path, bytes)
        }
        try damage(files[7])
        #expect(try codes(sample) == [], "not among the sample")
        var options = TableCheck.Options()
        options.isDeep = true
        let deep = try TableCheck(sample.table, options: options).run()
        #expect(deep.findings.filter { $0.severity == .error }.map(\.code) == ["damagedFile"])
        #expect(deep.findings[0].what.contains("checksum") && deep.rowGroupsChecked == 8)
        try damage(files[0])
        #expect(try codes(sample) == ["error damagedFile"], "the first file is in every sample")
    }

    @Test func aGapOfTheLogIsFound() throws {
        let sample = try everyType(days: ["2026-01-02", "2026-01-03", "2026-01-04"])
        try sample.folder.storage.delete(SampleTable.logName(2))
        #expect(try codes(sample) == ["error logGap", "error unreadable"])
    }

    @Test func aNullPartitionFailsSynapseOnly() throws {
        let sample = try everyType(days: [nil])
        #expect(try codes(sample, [.synapse]) == ["error nullPartition"])
        #expect(try codes(sample, [.spark, .fabric, .powerbi]) == [])
    }

    @Test func aPartitionValueOfAnotherTypeIsFound() throws {
        let sample = try everyType()
        try change(sample, 1, #""day":"2026-01-02""#, #""day":"tomorrow""#)
        #expect(try codes(sample) == ["error partitionValue"])
    }

    @Test(arguments: [
        ("columnMapping", #""delta.columnMapping.mode":"name""#, ["error", "warning"]),
        ("deletionVectors", "", ["error", "warning"]), ("timestampNtz", "", ["error"]),
        ("v2Checkpoint", "", ["error", "warning"]), ("typeWidening", "", ["error", "warning"]),
    ])
    func featuresAreJudgedByReader(_ name: String, _ property: String, _ expected: [String]) throws
    {
        let sample = try everyType()
        try change(
            sample, 0, #"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}"#,
            #"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":[""# + name
                + #""],"writerFeatures":[""# + name + #""]}}"#)
        if !property.isEmpty {
            try change(sample, 0, #""configuration":{"#, #""configuration":{"# + property)
        }
        let found = try codes(sample).filter { $0.hasSuffix(" " + name) }
        #expect(found == expected.map { $0 + " " + name })
        // With the mapping on, the sample's columns lack their physical names.
        #expect(
            try codes(sample, [.spark]).filter { $0.hasPrefix("error") }
                == (property.isEmpty ? [] : ["error unreadable"]))
        #expect(try codes(sample, [.synapse]).contains("error readerVersion"))
    }

    @Test func listsOfFeaturesBelowTheirVersionFailSpark() throws {
        let sample = try everyType()
        try change(
            sample, 0, #""minWriterVersion":2}"#,
            #""minWriterVersion":2,"readerFeatures":[],"writerFeatures":[]}"#)
        #expect(try codes(sample, [.spark]) == ["error featureLists"])
    }

    @Test func aHintWithNullsOrWithoutItsCheckpointIsFound() throws {
        let sample = try everyType(days: (1...10).map { "2026-01-\($0 + 10)" })
        let hint = "table/_delta_log/_last_checkpoint"
        try sample.folder.write(hint, #"{"version":10,"size":12,"parts":null}"#)
        #expect(try codes(sample) == ["error nullInHint"])
        try sample.folder.write(hint, #"{"version":9,"size":12}"#)
        #expect(try codes(sample, [.fabric]) == ["error staleHint"])
        try sample.folder.write(hint, "?")
        #expect(try codes(sample, [.powerbi]) == ["error damagedHint"])
        try sample.folder.storage.delete(hint)
        #expect(try codes(sample) == ["warning noHint"])
    }

    @Test func aDictionaryCodedCheckpointFailsFabric() throws {
        let sample = try everyType(days: (1...10).map { "2026-01-\($0 + 10)" })
        let path = "table/_delta_log/00000000000000000010.checkpoint.parquet"
        let reader = try FileReader(source: MemorySource(sample.folder.storage.read(path)))
        let sink = MemorySink()
        let writer = try FileWriter(schema: reader.schema, options: WriterOptions(), sink: sink)
        for group in reader.rowGroups.indices {
            let rows = try reader.read(
                rowGroup: group, columns: reader.schema.fields.map(\.name), batchRowCount: 100)
            while let batch = try rows.next() { try writer.write(batch) }
        }
        _ = try writer.finish()
        try sample.folder.storage.replace(path, sink.bytes)
        #expect(try codes(sample, [.fabric]) == ["error codedCheckpoint"])
        #expect(try codes(sample, [.synapse, .spark]) == [])
    }

    @Test func smallFilesMissingStatisticsAndForgottenWatermarksAreWarnings() throws {
        let sample = try everyType(days: Array(repeating: "2026-01-02", count: 21))
        #expect(try codes(sample) == ["warning smallFiles"])
        let other = try everyType()
        var transaction = Transaction(other.table, reading: try other.table.snapshot())
        try transaction.updateMetadata(configuration: [
            "delta.setTransactionRetentionDuration": "interval 1 day",
            "delta.logRetentionDuration": "a month",
        ])
        var file = try #require(try other.table.snapshot()).files[0]
        file.stats = nil
        transaction.add(file)
        _ = try transaction.commit(operation: "WRITE")
        #expect(
            try codes(other)
                == ["warning watermarksExpire", "warning badInterval", "warning noStatistics"])
    }

    @Test func everyFindingTellsWhatWhyAndWhatToDo() throws {
        let sample = try everyType(days: [nil, "2026-01-03"])
        let files = try #require(try sample.table.snapshot()).files
        try sample.folder.storage.delete("table/" + files[1].path)
        let findings = try TableCheck(sample.table).run().findings
        #expect(findings.count >= 3 && findings[0].severity == .error)
        for finding in findings {
            #expect(!finding.what.isEmpty && !finding.why.isEmpty && !finding.action.isEmpty)
            #expect(!finding.readerText.isEmpty)
        }
    }
}
