import Columnar
@testable import Dimensions
@testable import Lake
import Testing

@Suite("SCD2 explanation")
struct Scd2ExplanationTests {
    @Test("the events of a member, what became of each, and its versions")
    func explain() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A", "u1"), .up(1, 20, "A", "u2"), .up(2, 10, "X")])
        try lake.run([.up(1, 30, "B", nil), .del(1, 40), .del(1, 50)])
        let explanation = try #require(try lake.merge.explain(key: ["id": "1"]))
        let keys = explanation.versions.map(\.surrogateKey)
        #expect(
            explanation.lines == [
                "member: id = 1", "", "events (5), oldest first:",
                "  1970-01-01T00:00:00.000010Z  upsert  [journal]  "
                    + "begins a version; later untracked values hold",
                "      a='A' u='u1'",
                "  1970-01-01T00:00:00.000020Z  upsert  [journal]  "
                    + "tracked values are those of the version, its untracked values hold",
                "      u: 'u1' → 'u2'",
                "  1970-01-01T00:00:00.000030Z  upsert  [version]  begins a version",
                "      a: 'A' → 'B', u: 'u2' → NULL",
                "  1970-01-01T00:00:00.000040Z  delete  [version]  ends the version",
                "  1970-01-01T00:00:00.000050Z  delete  [journal]  "
                    + "nothing is open, it ends nothing", "",
                "versions (2):",
                "  [1970-01-01T00:00:00.000010Z, 1970-01-01T00:00:00.000030Z)  "
                    + "surrogate_key \(keys[0])",
                "      a='A' u='u2'",
                "  [1970-01-01T00:00:00.000030Z, 1970-01-01T00:00:00.000040Z)  "
                    + "surrogate_key \(keys[1])  deleted",
                "      a: 'A' → 'B', u: 'u2' → NULL",
            ])
    }

    @Test("events of bronze are laid beside what is known")
    func bronze() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 10, "A")])
        let batch = lake.batch([.up(1, 10, "A"), .up(1, 10, "B"), .up(1, 20, "C"), .up(2, 1, "X")])
        let explanation = try #require(
            try lake.merge.explain(key: ["id": "1"], batches: [batch]))
        let decisions = explanation.steps.map { "\($0.origin.rawValue): \($0.decision)" }
        #expect(
            decisions.sorted() == [
                "bronze: an event of this sequence is there already", "bronze: begins a version",
                "bronze: refused, another one has this sequence and other values",
                "version: begins a version",
            ])
        #expect(explanation.versions.count == 1)
    }

    @Test("an unknown member has no explanation, a wrong key says which columns it takes")
    func unknown() throws {
        let lake = try DimensionLake()
        #expect(try lake.merge.explain(key: ["id": "1"])?.lines == nil)
        try lake.run([.up(1, 10, "A")])
        #expect(try lake.merge.explain(key: ["id": "7"])?.lines == nil)
        let error = #expect(throws: LakeError.self) {
            try lake.merge.explain(key: ["a": "A"])
        }
        #expect(error?.message.contains("id") == true)
    }
}
