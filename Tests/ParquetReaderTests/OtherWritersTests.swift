import Parquet
import Testing

@Suite("Files of other writers")
struct OtherWritersTests {
    @Test("hold the values pyarrow, DuckDB and polars put in, whatever encoding, codec and page")
    func arrow() throws {
        let files = try Corpus.arrow.get().cases("arrow.json")
        #expect(files.count > 80)
        for file in files { try expectSameValues(file) }
    }

    @Test("hold the values Spark put in, in its present and its older form of nested columns")
    func spark() throws {
        let files = try Corpus.spark.get().cases("spark.json")
        #expect(files.count == 4)
        for file in files { try expectSameValues(file) }
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
