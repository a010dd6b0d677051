import Columnar
@testable import Dimensions
@testable import Events
@testable import Lake
@testable import Pipeline
import Testing

@Suite("SCD2 complete snapshots")
struct Scd2SnapshotTests {
    /// A lake whose sequence is the time of extraction, with members 1 to 10 as of time 10.
    private func lake() throws -> DimensionLake {
        let lake = try DimensionLake()
        lake.options.kind = .extraction
        try lake.run(all(10), complete: CompleteSnapshot(observedAt: 10))
        return lake
    }

    /// Members 1 to 10 but for `missing`, as extracted at `time`.
    private func all(_ time: Int64, missing: Set<Int64> = []) -> [Event] {
        (1...10).filter { !missing.contains($0) }.map { .up($0, time, "A") }
    }

    @Test("S21 a member that a complete snapshot lacks is closed at its time, and only then")
    func missing() throws {
        let lake = try lake()
        let partial = try lake.run(all(20, missing: [1]))
        #expect(partial.isUnchanged)
        let report = try lake.run(
            all(30, missing: [1]), complete: CompleteSnapshot(observedAt: 30))
        #expect(report.missingMembers == 1 && report.rowsClosed == 1)
        #expect(try lake.picture(1) == "[10,30)A deleted")
        #expect(try lake.picture(2) == "[10,∞)A")
    }

    @Test("S18 a member missing in two snapshots running is closed once")
    func missingTwice() throws {
        let lake = try lake()
        try lake.run(all(30, missing: [1]), complete: CompleteSnapshot(observedAt: 30))
        let again = try lake.run(
            all(40, missing: [1]), complete: CompleteSnapshot(observedAt: 40))
        #expect(again.isUnchanged && again.filesAdded == 0)
    }

    @Test("S19 a member that is back in a snapshot is opened at its time")
    func back() throws {
        let lake = try lake()
        try lake.run(all(30, missing: [1]), complete: CompleteSnapshot(observedAt: 30))
        try lake.run(all(40), complete: CompleteSnapshot(observedAt: 40))
        #expect(try lake.picture(1) == "[10,30)A [40,∞)A")
    }

    @Test("S19 it is opened although the source's own sequence did not move")
    func backWithOldSequence() throws {
        let lake = try DimensionLake()
        let both: [Event] = [.up(1, 10, "A", at: 15), .up(2, 10, "A", at: 15)]
        lake.spec.maxDeletePercent = 50
        try lake.run(both, complete: CompleteSnapshot(observedAt: 15))
        try lake.run([both[1]], complete: CompleteSnapshot(observedAt: 20))
        #expect(try lake.picture(1) == "[10,20)A deleted")
        try lake.run(both, complete: CompleteSnapshot(observedAt: 30))
        #expect(try lake.picture(1) == "[10,20)A [30,∞)A")
        let again = try lake.run(both, complete: CompleteSnapshot(observedAt: 40))
        #expect(again.isUnchanged)
    }

    @Test("S19 so is one that was deleted and made again between two snapshots, older than it was")
    func backUnseen() throws {
        let lake = try DimensionLake()
        let other = Event.up(2, 10, "X", at: 20)
        try lake.run([.up(1, 20, "A", at: 20), other], complete: CompleteSnapshot(observedAt: 20))
        for time in [30, 40] as [Int64] {
            let report = try lake.run(
                [.up(1, 15, "B", at: time), other], complete: CompleteSnapshot(observedAt: time))
            #expect(report.refused.isEmpty && report.isUnchanged == (time == 40))
            #expect(try lake.picture(1) == "[20,30)A [30,∞)B")
        }
    }

    /// A member deleted at 20 and back at 30 with `back`, then seen at 40 as it is.
    private func remade(
        _ type: ColumnType, _ first: [Event], _ back: Event, at times: (Int64, Int64, Int64)
    ) throws -> DimensionLake {
        let lake = try DimensionLake.sequenced(type)
        lake.spec.maxDeletePercent = 50
        let other = Event.up(2, 10, "X", at: 15)
        for event in first {
            let time = event.extractedAt ?? 0
            try lake.run([event, other], complete: CompleteSnapshot(observedAt: time))
        }
        try lake.run([other], complete: CompleteSnapshot(observedAt: times.0))
        for time in [times.1, times.2] {
            var event = back
            event.extractedAt = time
            let report = try lake.run([event, other], complete: CompleteSnapshot(observedAt: time))
            #expect(report.refused.isEmpty)
            #expect(time == times.1 || report.isUnchanged && report.journaled == 0)
        }
        return lake
    }

    @Test(
        "S19 a member made again with an old sequence and other values holds from when it was seen",
        arguments: [nil, 5, 10, 12, 15, 19, 20] as [Int64?])
    func remadeWithOldSequence(sequence: Int64?) throws {
        let back = Event.up(1, sequence, "C")
        let lake = try remade(
            .timestamp, [.up(1, 10, "A", at: 11), .up(1, 15, "B", at: 16)], back,
            at: (20, 30, 40))
        let versions = "[10,15)A [15,20)B [30,∞)C"
        #expect(try lake.picture() == versions)
        // Whatever it becomes while its sequence stays old.
        let changed = Event.up(1, sequence, "D", at: 50)
        let other = Event.up(2, 10, "X", at: 15)
        let again = try lake.run([changed, other], complete: CompleteSnapshot(observedAt: 50))
        #expect(again.refused.isEmpty)
        let later = "[10,15)A [15,20)B [30,50)C [50,∞)D"
        #expect(try lake.picture() == later)
        lake.options.isRebuild = true
        lake.options.tieBreak = .lastArrived
        let rebuilt = try lake.run([changed, other], complete: CompleteSnapshot(observedAt: 50))
        #expect(rebuilt.refused.isEmpty)
        #expect(try lake.picture() == later)
    }

    @Test("S19 the same with a number as sequence", arguments: [1, 5, 7, 8] as [Int64])
    func remadeWithOldNumber(sequence: Int64) throws {
        let lake = try remade(
            .long, [.up(1, 5, "A", at: 11), .up(1, 7, "B", at: 16)], .up(1, sequence, "C"),
            at: (20, 30, 40))
        #expect(try lake.picture() == "[11,16)A [16,20)B [30,∞)C")
    }

    @Test("S22 an empty snapshot, or one that lacks too much, closes nothing")
    func guarded() throws {
        let lake = try lake()
        let error = #expect(throws: LakeError.self) {
            try lake.run(
                all(20, missing: [1, 2, 3]), complete: CompleteSnapshot(observedAt: 20))
        }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("3 of 10") == true)
        let empty = #expect(throws: LakeError.self) {
            try lake.run([Event](), complete: CompleteSnapshot(observedAt: 20))
        }
        #expect(empty?.code == .refused)
        lake.spec.maxDeletePercent = 30
        try lake.run(all(20, missing: [1, 2, 3]), complete: CompleteSnapshot(observedAt: 20))
        #expect(try lake.pictures().values.filter { $0.hasSuffix("deleted") }.count == 3)
        lake.spec.maxDeletePercent = 100
        #expect(throws: LakeError.self) {
            try lake.run([Event](), complete: CompleteSnapshot(observedAt: 30))
        }
    }

    @Test("members of quarantined rows are there all the same")
    func quarantined() throws {
        let lake = try lake()
        let other = lake.batch([.up(1, 20, "bad")]).rows
        try lake.run(
            all(20, missing: [1]), complete: CompleteSnapshot(observedAt: 20, others: [other]))
        #expect(try lake.picture(1) == "[10,∞)A")
    }

    @Test("S32 a key twice with different values: all copies are refused, nothing is closed")
    func duplicateKey() throws {
        let lake = try lake()
        var events = all(20)
        events[0].tracked = "B"
        events.append(.up(1, 20, "C"))
        events.append(.up(2, 20, "A"))
        let report = try lake.run(events, complete: CompleteSnapshot(observedAt: 20))
        #expect(report.refused.map(\.rule) == [.duplicateKey, .duplicateKey])
        #expect(report.isUnchanged)
        #expect(try lake.picture(1) == "[10,∞)A")
        #expect(try lake.picture(2) == "[10,∞)A")
    }

    @Test("with deletes: ignore a snapshot closes nothing")
    func ignored() throws {
        let lake = try lake()
        lake.spec.closesDeleted = false
        try lake.run(all(20, missing: [1, 2, 3, 4]), complete: CompleteSnapshot(observedAt: 20))
        #expect(try lake.pictures().values.allSatisfy { $0 == "[10,∞)A" })
    }

    @Test("a number gives the order, the time of extraction the validity")
    func numbers() throws {
        let lake = try DimensionLake()
        lake.options.kind = .number
        try lake.run([.up(1, 1, "A", at: 100), .up(1, 3, "C", at: 200)])
        #expect(try lake.picture() == "[100,200)A [200,∞)C")
        // Seen after its successor: it never showed.
        try lake.run([.up(1, 2, "B", at: 300)])
        #expect(try lake.picture() == "[100,200)A [200,∞)C")
        // Two at once: the greater number holds.
        try lake.run([.up(1, 5, "E", at: 400), .up(1, 4, "D", at: 400)])
        #expect(try lake.picture() == "[100,200)A [200,400)C [400,∞)E")
        try lake.run([.del(1, 6, at: 500)])
        #expect(try lake.picture() == "[100,200)A [200,400)C [400,500)E deleted")
        let again = try lake.run([.del(1, 6, at: 500), .up(1, 5, "E", at: 400)])
        #expect(again.isUnchanged && again.journaled == 0)
    }
}
