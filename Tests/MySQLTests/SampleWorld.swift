import Extract
import MySQL
import Names
import Source
import TestSupport

/// A schema of the tests' own server, planned as `sluice init` plans it.
struct SampleWorld {
    let schema: String
    let plans: [ByteName: TablePlan]

    /// Reads the catalog of `schema`.
    init(_ schema: String) throws {
        self.schema = schema
        let connection = try TestConnection.root()
        defer { connection.close() }
        let tables = try connection.tables(
            schema: schema, includeViews: true, options: TypeOptions())
        var plans: [ByteName: TablePlan] = [:]
        for table in tables { plans[ByteName(table.name)] = try Planner().plan(table) }
        self.plans = plans
    }

    /// The plan of a table, of which the catalog believes that it has `estimate` rows.
    func plan(_ name: String, estimate: Int64? = nil) throws -> TablePlan {
        guard var plan = plans[ByteName(name)] else { throw TestFailure("no table \(name)") }
        plan.table.rowsEstimate = estimate ?? plan.table.rowsEstimate
        return plan
    }

    /// A world whose connections log in as `user`, and that is told to stop when `isStopping`.
    static func world(user: String = "root", isStopping: Bool = false) throws -> ExtractWorld {
        var options = TestConnection.options(try PrivateServer.shared())
        options.user = user
        let login = options
        return ExtractWorld(
            connect: { () throws(SourceError) in try MySQLConnection(login) },
            now: { 0 }, sleep: { _ in }, isStopping: { isStopping }, observer: SilentObserver())
    }
}
