import Testing

@testable import Transform

@Suite("A fact of which bronze holds full states")
struct SnapshotFactTests {
    typealias Row = BronzeLake.Row

    /// Members 1 to 5, and the facts `rows` as the first full state.
    private func lake(_ rows: [Row]) throws -> TransformLake {
        let lake = try TransformLake()
        try lake.dimension.commit([(1...5).map { Row(Int64($0), 10, "x") }], high: 20)
        try lake.fact.commit([rows], mode: "snapshot", high: 1, at: 10)
        _ = try lake.run()
        return lake
    }

    @Test("the good row of a key stays while its newest row is rejected; what is gone goes")
    func rejected() throws {
        let lake = try lake([Row(1, 100, "a"), Row(2, 200, "b"), Row(3, 300, "c")])
        try lake.fact.commit(
            [[Row(1, 110, "zzz"), Row(2, 210, "c")]], mode: "snapshot", high: 2, at: 20)
        let fact = try #require(try lake.run("r2").last)
        #expect(fact.error == nil && fact.account.isBalanced)
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|c"])
        #expect(try lake.rows("quarantine/f", ["id", "rules", "status"]) == ["1|named|open"])
    }

    @Test("a full state whose rows are all rejected takes nothing away")
    func allRejected() throws {
        let lake = try lake([Row(1, 100, "a"), Row(2, 200, "b")])
        try lake.fact.commit(
            [[Row(1, 110, "zzz"), Row(2, 210, "zzz")]], mode: "snapshot", high: 2, at: 20)
        #expect(try lake.run("r2").allSatisfy { $0.error == nil })
        #expect(try lake.rows("silver/f", ["id", "name"]) == ["1|a", "2|b"])
    }
}
