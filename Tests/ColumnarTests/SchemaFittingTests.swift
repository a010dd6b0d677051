import Columnar
import Testing

@Suite("Rows and schemas that fit each other")
struct SchemaFittingTests {
    private struct Misfit: Error {}

    private static let rows = RecordBatch(
        schema: Schema([Field("a", .integer), Field("b", .string)]),
        columns: [
            Column(.integer, storage: .int32([1, 2])),
            Column(.string, storage: .bytes(ByteVector(["x", "y"]))),
        ])

    @Test("columns come in the wanted order, widened, and NULL where they are not there")
    func fits() {
        let wanted = Schema([Field("b", .string), Field("c", .date), Field("a", .long)])
        let fitted = SchemaFittingTests.rows.fitted(to: wanted)
        #expect(fitted.schema == wanted && fitted.count == 2)
        #expect(fitted.columns[0].text(1) == "y")
        #expect(fitted.columns[1].nullCount == 2)
        #expect(fitted.columns[2].storage == .int64([1, 2]))
    }

    @Test("a column that does not widen is the caller's")
    func misfits() throws {
        let wanted = Schema([Field("b", .long)])
        #expect(throws: Misfit.self) {
            try SchemaFittingTests.rows.fitted(to: wanted) { (_, _) throws(Misfit) in
                throw Misfit()
            }
        }
        let given = SchemaFittingTests.rows.fitted(to: wanted) { field, column in
            Column.nulls(field.type, count: column.count)
        }
        #expect(given.columns[0].nullCount == 2)
    }

    @Test("schemas: what is new comes behind, what is narrower becomes wider, what is gone stays")
    func merges() throws {
        let known = Schema([Field("a", .integer), Field("b", .string), Field("gone", .date)])
        let new = Schema([
            Field("a", .long, metadata: ["k": "v"]), Field("n", .boolean), Field("b", .string),
        ])
        let merged = known.merged(with: new) { known, _ in known.type }
        #expect(
            merged.fields == [
                Field("a", .long), Field("b", .string), Field("gone", .date), Field("n", .boolean),
            ])
        let told = known.merged(with: new, takesMetadata: true) { known, _ in known.type }
        #expect(told.fields[0].metadata == ["k": "v"])
    }

    @Test("names are compared by their bytes, or as readers of lakes tell them apart")
    func names() throws {
        let known = Schema([Field("e\u{301}", .long), Field("Id", .long)])
        let new = Schema([Field("\u{e9}", .long), Field("ID", .string)])
        #expect(known.merged(with: new) { known, _ in known.type }.fields.count == 4)
        let folded = try known.merged(with: new, foldsNames: true) {
            (known, new) throws(Misfit) in
            #expect(known.name == "Id" && new.name == "ID")
            return new.type
        }
        #expect(folded.fields.map(\.type) == [.long, .string])
    }
}
