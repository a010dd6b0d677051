import Columnar
public import Names
import Profile
import Source

/// Looks at some rows of tables, for a proposal: half from each end of the key, read by its index,
/// without a lock or a snapshot, under a limit of rows, bytes and time.
public struct TableSampler: Sendable {
    /// Rows a table at most.
    public var rowMax = 10_000
    /// Bytes of decoded rows a table, about, after which it is not read on.
    public var byteMax = 16 << 20
    /// Connections at most, all of the sampler's own.
    public var connections = 2
    /// After how many seconds the server ends a read.
    public var statementSeconds = 10
    private let world: ExtractWorld

    public init(_ world: ExtractWorld) { self.world = world }

    /// What was found, by the tables' names. A table that cannot be read has a reason. Throws when
    /// the source is lost and `interrupted` when a signal asks for the end.
    public func sampleAll(_ plans: [TablePlan]) throws(ExtractError) -> [ByteName: TableSample] {
        let crew = ConnectionCrew(
            world: world, connections: connections, statementSeconds: statementSeconds)
        let samples = try crew.run(plans) {
            (plan, connection) throws(ExtractError) -> TableSample in
            try sample(plan, connection)
        }
        return Dictionary(
            zip(plans.map { ByteName($0.table.name) }, samples),
            uniquingKeysWith: { first, _ in first })
    }

    private func sample(_ plan: TablePlan, _ connection: any SourceConnection)
        throws(ExtractError) -> TableSample
    {
        if plan.table.isView { return TableSample(reason: "views are not looked at") }
        let read = TableSampleRead(
            plan: plan, connection: connection, rowMax: rowMax, byteMax: byteMax,
            isStopping: world.isStopping)
        do throws(ExtractError) {
            return TableSample(profile: try read.byKey())
        } catch  where error.endsRun {
            throw error
        } catch  where error.sourceCode == .interrupted {
            return try unordered(read)
        } catch {
            return TableSample(reason: error.message)
        }
    }

    /// The server took too long to sort: the rows that it gives first are better than none.
    private func unordered(_ read: TableSampleRead) throws(ExtractError) -> TableSample {
        do throws(ExtractError) {
            return TableSample(
                profile: try read.unordered(),
                reason: "no index gives its rows in the order of the key")
        } catch  where error.endsRun {
            throw error
        } catch {
            return TableSample(reason: error.message)
        }
    }
}
