import Columnar
import Delta
import LakeTestSupport
import Parquet
import Storage

@testable import Transform

/// A lake with a dimension's and a fact's bronze table, and a pipeline over both.
struct TransformLake {
    let fact: BronzeLake
    let dimension: BronzeLake

    init() throws {
        fact = try BronzeLake()
        dimension = BronzeLake(fact, path: "bronze/s/d", source: "s.d")
    }

    var storage: PosixStorage { fact.folder.storage }

    /// The dimension `d` of ids and names; the fact `f` whose `small` must be a member and whose
    /// name must be one of a list.
    var pipeline: Pipeline {
        var pipeline = Pipeline()
        var dimension = DimensionSpec(
            entity: EntitySpec(name: "d", bronzePath: "bronze/s/d", source: "s.d", key: ["id"]))
        dimension.tracked = ["name"]
        var fact = FactSpec(
            entity: EntitySpec(name: "f", bronzePath: "bronze/s/t", source: "s.t", key: ["id"]),
            date: "updated_at")
        fact.entity.rules = [
            RuleSpec(id: "known", kind: .references(dimension: "d", on: ["small": "id"])),
            RuleSpec(
                id: "named", kind: .values(column: "name", ["a", "b", "c"], failsOnNull: true)),
        ]
        pipeline.dimensions = [dimension]
        pipeline.facts = [fact]
        return pipeline
    }

    /// One run over `storage` (the lake's own when nil).
    func run(
        _ id: String = "r", pipeline: Pipeline? = nil, on storage: (any LakeStorage)? = nil,
        _ change: (inout TransformOptions) -> Void = { _ in }
    ) throws -> [TransformResult] {
        var options = TransformOptions()
        change(&options)
        var world = TransformWorld(
            storage: storage ?? self.storage, runID: id, startedAt: 1_000_000_000,
            now: { 1_000_000_000 }, isStopping: { false }, observer: SilentTransform())
        world.writer.codec = .snappy
        return try TransformRun(pipeline ?? self.pipeline, options: options, world: world).run()
    }

    /// The rows of a table, each as its values joined by a bar, sorted; empty when there is none.
    func rows(_ path: String, _ columns: [String]) throws -> [String] {
        let table = DeltaTable(storage: storage, path: path)
        guard let snapshot = try table.snapshot() else { return [] }
        let scan = try DeltaScan(snapshot, columns: columns)
        var lines: [String] = []
        while let batch = try scan.next() {
            for row in 0..<batch.count {
                let values = batch.columns.map { $0.isNull(row) ? "NULL" : $0.text(row) }
                lines.append(values.joined(separator: "|"))
            }
        }
        return lines.sorted()
    }

    func version(_ path: String) throws -> Int64? {
        try DeltaTable(storage: storage, path: path).snapshot()?.version
    }

    /// Everything that counts of silver and quarantine.
    func state() throws -> [String] {
        try rows("silver/d", ["id", "name", "valid_from", "valid_to", "is_current"])
            + rows("silver/f", ["id", "updated_at", "name"])
            + rows("quarantine/f", ["quarantine_id", "rules", "status"])
    }
}

/// Nobody listens.
struct SilentTransform: TransformObserver {
    func tableStarted(_ name: String, rowsEstimate: Int64?) {}
    func rowsRead(_ name: String, rows: Int) {}
    func note(_ name: String, _ text: String) {}
    func tableFinished(_ result: TransformResult) {}
}
