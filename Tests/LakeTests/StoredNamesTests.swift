import Columnar
@testable import Lake
import Testing

@Suite("Columns called as the table's own")
struct StoredNamesTests {
    private func schema(_ names: [String]) -> Schema { Schema(names.map { Field($0, .long) }) }

    @Test("a column called as one of the table's own, in whatever case, gets a free number")
    func renamed() {
        let columns = schema(["id", "Is_Deleted", "is_current", "is_current_2", "note"])
        let names = StoredNames(columns, own: ["is_deleted", "is_current"])
        let stored = names.stored(columns)
        #expect(
            stored.fields.map(\.name) == [
                "id", "Is_Deleted_2", "is_current_3", "is_current_2", "note",
            ])
        #expect(names.entity(stored).fields.map(\.name) == columns.fields.map(\.name))
        #expect(
            names.changes.map { "\($0.entity)>\($0.stored)" } == [
                "Is_Deleted>Is_Deleted_2", "is_current>is_current_3",
            ])
    }

    @Test("a name once given stays, whatever columns come later and however they are ordered")
    func sticky() {
        let first = schema(["is_deleted"])
        let own = ["is_deleted"]
        let table = Schema(
            StoredNames(first, own: own).stored(first).fields + [Field("is_deleted", .boolean)])
        for columns in [
            ["is_deleted_2", "is_deleted"], ["is_deleted", "is_deleted_2"], ["is_deleted_2"],
        ] {
            let names = StoredNames(schema(columns), own: own, known: table)
            #expect(names.stored("is_deleted") == "is_deleted_2")
            #expect(names.stored("is_deleted_2") == "is_deleted_2_2")
            let stored = names.stored(schema(columns))
            #expect(names.entity(stored).fields.map(\.name) == columns)
        }
    }

    @Test("a batch by the entity's names leaves the table's own columns of these names out")
    func batches() {
        let names = StoredNames(schema(["id", "is_deleted"]), own: ["is_deleted"])
        let batch = RecordBatch(
            schema: schema(["id", "is_deleted_2", "is_deleted"]),
            columns: [1, 2, 3].map { Column(.long, storage: .int64([$0])) })
        let own = names.entity(batch)
        #expect(own.schema.fields.map(\.name) == ["id", "is_deleted"])
        #expect(own["is_deleted"]?.int64(0) == 2)
    }
}
