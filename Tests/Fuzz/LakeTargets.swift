import Columnar
import Delta
import JSON
import Parquet
import Storage

/// Files of a lake that other programs write.
enum LakeTargets {
    /// Everything a file has, up to a hundred batches.
    static func parquet(_ input: [UInt8]) {
        guard let file = try? FileReader(source: MemorySource(input)) else { return }
        for group in file.rowGroups {
            for column in group.columns { _ = (column.minimum, column.maximum) }
        }
        for group in file.rowGroups.indices {
            guard let reader = try? file.read(rowGroup: group, batchRowCount: 1000) else {
                continue
            }
            for _ in 0..<100 {
                guard let batch = try? reader.next() else { break }
                for column in batch.columns where column.count != batch.count {
                    violated("columns of different lengths")
                }
            }
        }
    }

    /// A table's first commit: a snapshot, or an error that says where.
    static func commit(_ input: [UInt8]) {
        let storage = MemoryLake(["t/_delta_log/00000000000000000000.json": input])
        do throws(DeltaError) {
            let table = DeltaTable(storage: storage, path: "t")
            guard let snapshot = try table.snapshot() else { return }
            for file in snapshot.files {
                guard let statistics = file.statistics else { continue }
                for field in snapshot.schema.fields {
                    _ = statistics.maximum(column: field.name)
                    _ = statistics.mayHold(column: field.name, text: "a")
                }
            }
            let scan = try DeltaScan(snapshot)
            _ = try scan.next()
        } catch {
            if error.message.isEmpty || error.subject.isEmpty { violated("an error says nothing") }
        }
    }

    /// A schema is written and read again as the same.
    static func schema(_ input: [UInt8]) {
        let text = String(decoding: input, as: UTF8.self)
        guard let schema = try? SchemaJSON.schema(text, subject: "t") else { return }
        let again = try? SchemaJSON.schema(SchemaJSON.text(schema), subject: "t")
        if again != schema { violated("another schema comes back") }
    }

    /// The rows deleted from a file of a hundred: no row comes twice.
    static func deleted(_ input: [UInt8]) {
        let vector: JSONValue = [
            "storageType": "i", "pathOrInlineDv": .string(z85(input)),
            "sizeInBytes": JSONValue(input.count), "cardinality": 3,
        ]
        let lines =
            head + "{\"add\":{\"path\":\"a.parquet\",\"partitionValues\":{},\"size\":\(file.count),"
            + "\"modificationTime\":0,\"dataChange\":true,\"deletionVector\":\(vector)}}\n"
        let storage = MemoryLake([
            "t/_delta_log/00000000000000000000.json": Array(lines.utf8), "t/a.parquet": file,
        ])
        guard let snapshot = try? DeltaTable(storage: storage, path: "t").snapshot(),
            let scan = try? DeltaScan(snapshot)
        else { return }
        var last: Int64 = -1
        while let batch = try? scan.next() {
            guard case .int64(let ids) = batch.columns[0].storage else { violated("no ids") }
            for id in ids {
                if id <= last { violated("a row comes twice") }
                last = id
            }
        }
    }

    private static let head = """
        {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],\
        "writerFeatures":["deletionVectors"]}}
        {"metaData":{"id":"f","format":{"provider":"parquet","options":{}},"schemaString":\
        "{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"id\\",\\"type\\":\\"long\\",\
        \\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":[],"configuration":\
        {"delta.enableDeletionVectors":"true"}}}

        """

    private static let file: [UInt8] = {
        let schema = Schema([Field("id", .long)])
        let sink = MemorySink()
        let ids = Column(.long, storage: .int64(Array(0..<100)))
        guard let writer = try? FileWriter(schema: schema, options: WriterOptions(), sink: sink),
            (try? writer.write(RecordBatch(schema: schema, columns: [ids]))) != nil,
            (try? writer.finish()) != nil
        else { violated("the file to delete from cannot be written") }
        return sink.bytes
    }()

    /// Base 85 in ZeroMQ's alphabet, filled up to four bytes.
    private static func z85(_ bytes: [UInt8]) -> String {
        let alphabet = Array(
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var word = (0..<4).reduce(UInt32(0)) { word, index in
                word << 8 | UInt32(start + index < bytes.count ? bytes[start + index] : 0)
            }
            var letters: [Character] = []
            for _ in 0..<5 {
                letters.append(alphabet[Int(word % 85)])
                word /= 85
            }
            text += String(letters.reversed())
        }
        return text
    }
}
