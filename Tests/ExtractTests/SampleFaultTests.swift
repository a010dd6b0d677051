import Names
import Profile
import Source
import Synchronization
import Testing

@testable import Extract

/// A look at a table when the source goes away.
@Suite struct SampleFaultTests {
    private let server = FakeServer(
        transactions: [
            FakeTransaction(
                startedAt: Workload.start, listedAt: Workload.start, endsAt: Workload.start + 1,
                commits: true,
                statements: (1...20).map {
                    FakeStatement(
                        at: Workload.start,
                        row: FakeRow(id: $0, updatedAt: Workload.start, note: "n\($0)"))
                })
        ], start: Workload.start + 1_000_000)

    private func sampler(refuses: Bool = false) -> TableSampler {
        let server = server
        let world = ExtractWorld(
            connect: { () throws(SourceError) in
                if refuses {
                    throw SourceError(
                        .refused, operation: "connect", subject: "s", message: "no such user")
                }
                return FakeConnection(server)
            }, now: { 0 }, sleep: { _ in }, isStopping: { false }, observer: SilentObserver())
        var sampler = TableSampler(world)
        sampler.rowMax = 10
        return sampler
    }

    @Test("a lost connection ends the look with the source's own words")
    func lost() throws {
        let plan = try Planner().plan(server.table)
        server.brokenStreams.withLock { $0 = 1 }
        let error = #expect(throws: ExtractError.self) { try sampler().sampleAll([plan]) }
        #expect(error?.sourceCode == .lost)
        // The next look sees both ends.
        let sample = try sampler().sampleAll([plan])["t"]
        #expect(sample?.profile?.rows == 10)
        #expect(sample?.profile?.columns["id"]?.least == 1)
        #expect(sample?.profile?.columns["id"]?.greatest == 20)
    }

    @Test("no connection at all is the source's failure; nothing to look at needs none")
    func refused() throws {
        let plan = try Planner().plan(server.table)
        let error = #expect(throws: ExtractError.self) {
            try sampler(refuses: true).sampleAll([plan])
        }
        #expect(error?.sourceCode == .refused)
        #expect(try sampler(refuses: true).sampleAll([]).isEmpty)
    }
}
