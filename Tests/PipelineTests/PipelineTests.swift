import Pipeline
import Testing

@Suite("A pipeline")
struct PipelineTests {
    /// A dimension of `s.<name>` whose rules ask for members of `references`.
    private func dimension(_ name: String, _ references: [String] = []) -> DimensionSpec {
        var entity = EntitySpec(name: name, source: "s.\(name)", key: ["k"])
        entity.rules = references.map {
            RuleSpec(id: "known_\($0)", kind: .references(dimension: $0, on: ["x": "k"]))
        }
        return DimensionSpec(entity: entity)
    }

    @Test(
        "dimensions come after those that their rules refer to, a circle in the order written",
        arguments: [
            ([("a", ["c"]), ("b", []), ("c", [])], "c a b"),
            ([("a", ["b"]), ("b", ["c"]), ("c", [])], "c b a"),
            ([("a", ["b"]), ("b", ["a"]), ("c", ["c"])], "b a c"),
            ([("a", ["gone"]), ("b", [])], "a b"),
        ])
    func order(_ written: [(name: String, references: [String])], expected: String) {
        var pipeline = Pipeline()
        pipeline.dimensions = written.map { dimension($0.name, $0.references) }
        pipeline.orderDimensions()
        #expect(pipeline.dimensions.map(\.entity.name).joined(separator: " ") == expected)
    }

    @Test("the columns to compare are those of keys and of rules on what is unique")
    func compared() {
        var pipeline = Pipeline()
        pipeline.dimensions = [dimension("a"), dimension("b"), dimension("c")]
        pipeline.dimensions[0].entity.rules = [
            RuleSpec(id: "u", kind: .unique(["x", "y"])), RuleSpec(id: "n", kind: .notNull(["z"])),
        ]
        pipeline.dimensions[1].entity.comparesBytes = true
        pipeline.facts = [
            FactSpec(entity: EntitySpec(name: "f", source: "s.c", key: ["m"]), date: nil)
        ]
        #expect(pipeline.comparedColumns == ["s.a": ["k", "x", "y"], "s.c": ["k", "m"]])
        #expect(pipeline.entities.map(\.name) == ["a", "b", "c", "f"])
        #expect(!pipeline.isEmpty && Pipeline().isEmpty)
    }

    @Test("a choice of columns takes names by their bytes")
    func columns() {
        let cafe = "caf\u{e9}"
        let decomposed = "cafe\u{301}"
        #expect(ColumnChoice.all.takes(cafe))
        #expect(ColumnChoice.only([cafe]).takes(cafe))
        #expect(!ColumnChoice.only([cafe]).takes(decomposed))
        #expect(ColumnChoice.allBut([cafe]).takes(decomposed))
        #expect(!ColumnChoice.allBut([cafe]).takes(cafe))
        #expect(ColumnChoice.allBut(["a"]).map { $0 + "_" }.names == ["a_"])
    }
}
