import Parquet
import Testing

@Suite("Files of other writers")
struct OtherWritersTests {
    @Test("hold the values pyarrow put in, whatever encoding, codec, page version and batch size")
    func arrow() throws {
        for file in try Corpus.arrow.get().cases("arrow.json") {
            try expectSameValues(file)
        }
    }
}

/// Reads a case in large and in small batches and compares every value.
func expectSameValues(
    _ file: Corpus.Case, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let expected = try file.columns()
    let reader: FileReader
    do {
        reader = try FileReader(source: MemorySource(try file.bytes()))
    } catch {
        Issue.record("\(file.name): \(error)", sourceLocation: sourceLocation)
        return
    }
    for batchRowCount in [65_536, 37] {
        do {
            let found = try readAll(reader, batchRowCount: batchRowCount)
            #expect(Set(found.keys) == Set(expected.keys), "\(file.name)")
            for (name, values) in expected where found[name] != values {
                let column = found[name] ?? []
                let row = zip(values, column).enumerated().first { $1.0 != $1.1 }
                Issue.record(
                    """
                    \(file.name), column \(name), batches of \(batchRowCount): \
                    \(column.count) values for \(values.count), first difference \
                    \(String(describing: row))
                    """, sourceLocation: sourceLocation)
            }
        } catch {
            Issue.record("\(file.name): \(error)", sourceLocation: sourceLocation)
        }
    }
}
