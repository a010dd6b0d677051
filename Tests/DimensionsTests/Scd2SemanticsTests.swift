import Columnar
import Delta
@testable import Dimensions
@testable import Events
@testable import Pipeline
import Testing

/// One row of the semantics table of docs/specification/dimensions.md: runs, and the member's
/// versions after them.
struct SemanticsCase: CustomTestStringConvertible, Sendable {
    let id: String
    let runs: [[Event]]
    let versions: String
    /// Shows the untracked column too.
    var showsUntracked = false

    var testDescription: String { id }
}

@Suite("SCD2 semantics")
struct Scd2SemanticsTests {
    static let cases = [
        SemanticsCase(id: "S01 first version", runs: [[.up(1, 10, "A")]], versions: "[10,∞)A"),
        SemanticsCase(
            id: "S02 second version", runs: [[.up(1, 10, "A")], [.up(1, 20, "B")]],
            versions: "[10,20)A [20,∞)B"),
        SemanticsCase(
            id: "S04 same values later", runs: [[.up(1, 10, "A")], [.up(1, 20, "A")]],
            versions: "[10,∞)A"),
        SemanticsCase(
            id: "S05 untracked value overwritten",
            runs: [[.up(1, 10, "A", "u1")], [.up(1, 20, "A", "u2")]], versions: "[10,∞)A/u2",
            showsUntracked: true),
        SemanticsCase(
            id: "S06 three in one batch, out of order",
            runs: [[.up(1, 30, "C"), .up(1, 10, "A"), .up(1, 20, "B")]],
            versions: "[10,20)A [20,30)B [30,∞)C"),
        SemanticsCase(
            id: "S07 a run within a batch",
            runs: [[.up(1, 10, "A"), .up(1, 20, "A"), .up(1, 30, "B")]],
            versions: "[10,30)A [30,∞)B"),
        SemanticsCase(
            id: "S08 back to an old value",
            runs: [[.up(1, 10, "A"), .up(1, 20, "B"), .up(1, 30, "A")]],
            versions: "[10,20)A [20,30)B [30,∞)A"),
        SemanticsCase(
            id: "S09 identical event twice in a batch and again",
            runs: [[.up(1, 10, "A"), .up(1, 10, "A")], [.up(1, 10, "A")]], versions: "[10,∞)A"),
        SemanticsCase(
            id: "S11 delete wins in one batch", runs: [[.del(1, 10), .up(1, 10, "A")]],
            versions: ""),
        SemanticsCase(
            id: "S11 delete wins when it comes later",
            runs: [[.up(1, 10, "A"), .up(1, 20, "B")], [.del(1, 20)]],
            versions: "[10,20)A deleted"),
        SemanticsCase(
            id: "S11 delete wins when it came before",
            runs: [[.up(1, 10, "A"), .del(1, 20)], [.up(1, 20, "B")]],
            versions: "[10,20)A deleted"),
        SemanticsCase(
            id: "S12 late event between two versions",
            runs: [[.up(1, 10, "A"), .up(1, 30, "C")], [.up(1, 20, "B")]],
            versions: "[10,20)A [20,30)B [30,∞)C"),
        SemanticsCase(
            id: "S13 late event of the same value",
            runs: [[.up(1, 10, "A"), .up(1, 30, "C")], [.up(1, 20, "A")]],
            versions: "[10,30)A [30,∞)C"),
        SemanticsCase(
            id: "S14 late event moves a start back",
            runs: [[.up(1, 10, "A"), .up(1, 30, "C")], [.up(1, 20, "C")]],
            versions: "[10,20)A [20,∞)C"),
        SemanticsCase(
            id: "S15 late event before the first", runs: [[.up(1, 10, "A")], [.up(1, 5, "Z")]],
            versions: "[5,10)Z [10,∞)A"),
        SemanticsCase(
            id: "S16 late delete leaves a gap",
            runs: [[.up(1, 10, "A"), .up(1, 30, "C")], [.del(1, 20)]],
            versions: "[10,20)A [30,∞)C"),
        SemanticsCase(
            id: "S17 delete", runs: [[.up(1, 10, "A")], [.del(1, 20)]],
            versions: "[10,20)A deleted"),
        SemanticsCase(
            id: "S18 delete again", runs: [[.up(1, 10, "A"), .del(1, 20)], [.del(1, 25)]],
            versions: "[10,20)A deleted"),
        SemanticsCase(
            id: "S18 upsert between two deletes",
            runs: [[.up(1, 10, "A"), .del(1, 20)], [.del(1, 25)], [.up(1, 22, "B")]],
            versions: "[10,20)A [22,25)B deleted"),
        SemanticsCase(
            id: "S19 back after a delete",
            runs: [[.up(1, 10, "A")], [.del(1, 20)], [.up(1, 30, "A")]],
            versions: "[10,20)A [30,∞)A"),
        SemanticsCase(
            id: "S20 delete of what is not there", runs: [[.del(1, 20)]], versions: ""),
        SemanticsCase(
            id: "S20 delete before the upsert", runs: [[.del(1, 20)], [.up(1, 10, "A")]],
            versions: "[10,20)A deleted"),
        SemanticsCase(
            id: "S23 NULL stays NULL", runs: [[.up(1, 10, nil)], [.up(1, 20, nil)]],
            versions: "[10,∞)NULL"),
        SemanticsCase(
            id: "S23 NULL becomes a value and back",
            runs: [[.up(1, 10, nil)], [.up(1, 20, "x")], [.up(1, 30, nil)]],
            versions: "[10,20)NULL [20,30)x [30,∞)NULL"),
        SemanticsCase(
            id: "S23 NULL is not the empty text", runs: [[.up(1, 10, nil)], [.up(1, 20, "")]],
            versions: "[10,20)NULL [20,∞)"),
        SemanticsCase(
            id: "S24 VARCHAR keeps trailing spaces",
            runs: [[.up(1, 10, "ab")], [.up(1, 20, "ab  ")]],
            versions: "[10,20)ab [20,∞)ab  "),
        SemanticsCase(
            id: "S26 case is a change", runs: [[.up(1, 10, "Ana")], [.up(1, 20, "ANA")]],
            versions: "[10,20)Ana [20,∞)ANA"),
        SemanticsCase(
            id: "S39 the far future", runs: [[.up(1, 4_102_444_800_000_000, "A")]],
            versions: "[4102444800000000,∞)A"),
        SemanticsCase(
            id: "a run is split by a late event, and its untracked values are those of their time",
            runs: [
                [.up(1, 10, "A", "u1"), .up(1, 20, "A", "u2"), .up(1, 30, "A", "u3")],
                [.up(1, 15, "B", "u9")],
            ], versions: "[10,15)A/u1 [15,20)B/u9 [20,∞)A/u3", showsUntracked: true),
    ]

    @Test("the versions of a member", arguments: cases)
    func semantics(row: SemanticsCase) throws {
        let names = row.showsUntracked ? ["a", "u"] : ["a"]
        let lake = try DimensionLake()
        for events in row.runs { try lake.run(events) }
        #expect(try lake.picture(shows: names) == row.versions)
        // The same events at once end in the same table.
        let atOnce = try DimensionLake()
        try atOnce.run(row.runs.flatMap { $0 })
        #expect(try atOnce.picture(shows: names) == row.versions)
        #expect(try atOnce.content() == lake.content())
    }

    @Test("S03 the same batch again changes no file")
    func sameBatchAgain() throws {
        let lake = try DimensionLake()
        let events: [Event] = [.up(1, 10, "A"), .up(1, 20, "B", "u2"), .up(2, 5, "X"), .del(2, 7)]
        try lake.run(events)
        let files = try #require(try lake.table.snapshot()).files
        let again = try lake.run(events)
        #expect(again.isUnchanged)
        #expect(again.filesAdded == 0 && again.filesRemoved == 0)
        #expect(again.duplicates == 4 && again.journaled == 0)
        #expect(try #require(try lake.table.snapshot()).files == files)
    }

    @Test("S10 a conflict of two events is reported and leaves the history alone")
    func conflict() throws {
        let lake = try DimensionLake()
        try lake.run([.up(1, 5, "A")])
        let report = try lake.run([.up(1, 10, "B"), .up(1, 10, "C"), .up(2, 10, "X")])
        #expect(report.refused.map(\.rule) == [.sequenceConflict, .sequenceConflict])
        #expect(report.refused.map(\.row) == [0, 1])
        #expect(try lake.pictures() == [1: "[5,∞)A", 2: "[10,∞)X"])
        let against = try lake.run([.up(2, 10, "Y")])
        #expect(against.refused.map(\.position.text) == ["2.0.0"])
        #expect(try lake.picture(2) == "[10,∞)X")
    }

    @Test("S10 with a secondary order the event that arrived last holds")
    func lastArrived() throws {
        let lake = try DimensionLake()
        lake.options.tieBreak = .lastArrived
        try lake.run([.up(1, 10, "B"), .up(1, 10, "C")])
        #expect(try lake.picture() == "[10,∞)C")
        try lake.run([.up(1, 10, "D"), .up(1, 20, "E")])
        #expect(try lake.picture() == "[10,20)D [20,∞)E")
        try lake.run([.up(1, 15, "F")])
        #expect(try lake.picture() == "[10,15)D [15,20)F [20,∞)E")
    }

    @Test("S31 a NULL key is refused, a NULL sequence behind a version with one too")
    func nulls() throws {
        let lake = try DimensionLake.sequenced()
        let report = try lake.run([.up(nil, 10, "A"), .up(2, 10, "A"), .up(2, nil, "B")])
        #expect(report.refused.map(\.rule) == [.nullKey, .nullSequence])
        #expect(try lake.pictures() == [2: "[10,∞)A"])
    }

    @Test("S39 a sequence beyond the allowed skew is refused when that is asked for")
    func future() throws {
        let lake = try DimensionLake()
        lake.options.latestSequence = 100
        let report = try lake.run([.up(1, 100, "A"), .up(1, 101, "B")])
        #expect(report.refused.map(\.rule) == [.futureSequence])
        #expect(try lake.picture() == "[100,∞)A")
    }

    @Test("deletes: ignore keeps members open")
    func ignoredDeletes() throws {
        let lake = try DimensionLake()
        lake.spec.closesDeleted = false
        try lake.run([.up(1, 10, "A"), .del(1, 20)])
        #expect(try lake.picture() == "[10,∞)A")
    }
}
