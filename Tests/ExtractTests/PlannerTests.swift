import Columnar
import Names
import Source
import Testing

@testable import Extract

@Suite struct PlannerTests {
    private func column(_ name: String, _ declared: String, _ type: ColumnType = .long)
        -> SourceColumn
    {
        let base = declared.prefix { $0 != "(" && $0 != " " }
        return SourceColumn(name: name, declaredType: declared, typeName: String(base), type: type)
    }

    private func table(rows: Int64 = 10, _ change: (inout SourceTable) -> Void = { _ in })
        -> SourceTable
    {
        var table = SourceTable(schema: "s", name: "t")
        table.engine = "InnoDB"
        table.rowsEstimate = rows
        var id = column("id", "bigint(20)")
        id.isNullable = false
        id.isAutoIncrement = true
        table.columns = [id, column("note", "varchar(20)", .string)]
        table.primaryKey = ["id"]
        table.indexes = [SourceIndex(name: "PRIMARY", isUnique: true, columns: ["id"])]
        change(&table)
        return table
    }

    @Test func onUpdateColumnDrivesIncrements() throws {
        let table = table {
            var touched = column("ts", "timestamp(6)", .timestamp)
            touched.isTouchedOnUpdate = true
            $0.columns.append(touched)
        }
        let plan = try Planner().plan(table)
        #expect(plan.mode == .incremental)
        #expect(plan.watermark?.name == "ts")
        #expect(plan.reason.contains("ON UPDATE"))
    }

    @Test(arguments: ["updated_at", "MODIFIED_AT", "last_modified", "LastUpdated"])
    func conventionalNamesDriveIncrements(_ name: String) throws {
        let table = table { $0.columns.append(column(name, "datetime", .timestamp)) }
        let plan = try Planner().plan(table)
        #expect(plan.mode == .incremental)
        #expect(plan.reason.contains("are missed"))
    }

    @Test func touchedColumnWinsOverConventionalName() throws {
        let table = table {
            var touched = column("ts", "timestamp", .timestamp)
            touched.isTouchedOnUpdate = true
            $0.columns += [column("updated_at", "datetime", .timestamp), touched]
        }
        #expect(try Planner().plan(table).watermark?.name == "ts")
    }

    @Test func largeTableWithoutIndexOnTheWatermarkIsReadWhole() throws {
        let large = table(rows: 5_000_000) {
            $0.columns.append(column("updated_at", "datetime", .timestamp))
        }
        let plan = try Planner().plan(large)
        #expect(plan.mode == .snapshot)
        #expect(plan.reason.contains("no index"))
        var indexed = large
        indexed.indexes.append(SourceIndex(name: "u", isUnique: false, columns: ["updated_at"]))
        #expect(try Planner().plan(indexed).mode == .incremental)
    }

    @Test func autoIncrementAloneIsNotAppendedUnasked() throws {
        let plan = try Planner().plan(table())
        #expect(plan.mode == .snapshot)
        #expect(plan.reason.contains("append") && plan.reason.contains("updates"))
        var override = TableOverride()
        override.mode = .append
        let asked = try Planner().plan(table(), override)
        #expect(asked.mode == .append)
        #expect(asked.watermark?.name == "id")
    }

    @Test func tableWithoutKeyIsReadWhole() throws {
        let keyless = table {
            $0.primaryKey = []
            $0.indexes = []
            $0.columns.append(column("updated_at", "datetime", .timestamp))
        }
        #expect(try Planner().plan(keyless).mode == .snapshot)
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: @Sendable (inout TableOverride) -> Void
        let says: String
    }

    static let refusals = [
        Refusal(testDescription: "unknown key", change: { $0.key = ["idd"] }, says: "idd"),
        Refusal(
            testDescription: "unknown watermark", change: { $0.watermark = "upd" }, says: "upd"),
        Refusal(
            testDescription: "no time column",
            change: { $0.mode = .incremental }, says: "needs a watermark"),
        Refusal(
            testDescription: "watermark is text",
            change: {
                $0.mode = .incremental
                $0.watermark = "note"
            }, says: "varchar"),
        Refusal(
            testDescription: "key excluded", change: { $0.excludedColumns = ["id"] },
            says: "excluded"),
        Refusal(
            testDescription: "masked watermark",
            change: {
                $0.mode = .append
                $0.masks = ["id": .sha256]
            }, says: "masked"),
        Refusal(
            testDescription: "append on text",
            change: {
                $0.mode = .append
                $0.watermark = "note"
            }, says: "integer"),
    ]

    @Test(arguments: refusals) func refusesWhatTheTableCannotDo(_ refusal: Refusal) {
        var override = TableOverride()
        refusal.change(&override)
        let error = #expect(throws: ExtractError.self) {
            try Planner().plan(table(), override)
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(refusal.says) == true)
        #expect(error?.hint != nil)
    }

    @Test func misspeltColumnGetsTheNearestName() {
        var override = TableOverride()
        override.key = ["noet"]
        let error = #expect(throws: ExtractError.self) { try Planner().plan(table(), override) }
        #expect(error?.hint == "Did you mean 'note'?")
    }
}
