import Columnar
import Delta
public import Lake
import Pipeline
public import Tables

/// Which periods of a One Big Table have to be built again, and which are left although a
/// member's change reaches them.
public struct OneBigTablePlan: Sendable {
    /// Why the whole table is built; nil when only some periods are.
    public internal(set) var fullBuildReason: String?
    /// The first days of the periods to build, ascending.
    public internal(set) var units: [Int32] = []
    /// The first days of periods whose rows show older values of a changed dimension, since this
    /// run or an earlier one.
    public internal(set) var stale: [Int32] = []
    /// Of `units` those of which the table's old rows show what the members hold now.
    public private(set) var current: Set<Int32> = []

    /// Compares what the table has consumed with what there is.
    ///
    /// - Parameters:
    ///   - today: days since 1970-01-01, for `restate: window`.
    ///   - rebuild: build everything whatever changed.
    public init(
        _ table: OneBigTable, today: Int32, rebuild: Bool = false, threads: Int = 2
    ) throws(LakeError) {
        let all = OneBigTablePlan.units(table, table.fact.files)
        if let reason = OneBigTablePlan.fullBuildReason(table, rebuild: rebuild) {
            fullBuildReason = reason
            // Periods that the fact no longer has must go too.
            let old = table.snapshot.map { OneBigTablePlan.oldUnits(table, $0) } ?? []
            units = all.union(old).sorted()
            return
        }
        guard let changed = try OneBigTablePlan.changedUnits(table) else {
            fullBuildReason = "the log of \(table.spec.fact) no longer reaches back"
            units = all.union(table.snapshot.map { OneBigTablePlan.oldUnits(table, $0) } ?? [])
                .sorted()
            return
        }
        let members = try MemberChanges(table)
        var reached = table.stale.intersection(all)
        if members.isUnknown || (!members.isEmpty && table.spec.restate == .all) {
            reached = all
        } else if !members.isEmpty {
            reached.formUnion(try members.units(table, besides: changed, threads: threads))
        }
        var build = changed
        var stale: Set<Int32> = []
        for unit in reached.subtracting(changed) {
            if OneBigTablePlan.restates(table, unit, today) {
                build.insert(unit)
            } else {
                stale.insert(unit)
            }
        }
        units = build.sorted()
        self.stale = stale.sorted()
        // What is spread anew keeps nothing of the old rows.
        if members.isUnknown || table.unitGrain != table.partition { return }
        current = changed.subtracting(table.stale)
        if !members.isEmpty {
            current.subtract(
                try members.units(table, besides: all.subtracting(changed), threads: threads))
        }
    }

    /// Whether an old period follows a member's change.
    private static func restates(_ table: OneBigTable, _ unit: Int32, _ today: Int32) -> Bool {
        switch table.spec.restate {
        case .touched, .all: true
        case .never: false
        case .window(let days):
            // The period's last day is within the window.
            Int(table.unitGrain.end(unit)) > Int(today) - days
        }
    }

    private static func fullBuildReason(_ table: OneBigTable, rebuild: Bool) -> String? {
        guard let snapshot = table.snapshot else { return "there is no table yet" }
        if rebuild { return "a rebuild was asked for" }
        if snapshot.partitionColumns != table.partition.columns { return "its partitions changed" }
        if snapshot.schema != table.schema { return "its columns changed" }
        if snapshot.configuration[OneBigTable.joinProperty] != table.joinText {
            return "its joins changed"
        }
        if table.isAnother(table.fact, table.factTransaction) {
            return "\(table.spec.fact) was made anew"
        }
        for (join, member) in zip(table.spec.joins, table.members) {
            if table.isAnother(member, table.memberTransaction(join)) {
                return "\(join.dimension) was made anew"
            }
        }
        return nil
    }

    private static func units(_ table: OneBigTable, _ files: [AddFile]) -> Set<Int32> {
        Set(files.compactMap { table.unit(ofFact: $0.partitionValues) })
    }

    private static func oldUnits(_ table: OneBigTable, _ snapshot: Snapshot) -> Set<Int32> {
        Set(snapshot.files.compactMap { table.unit(ofRows: $0.partitionValues) })
    }

    /// The periods of files that came to or left the fact since; nil when that cannot be told.
    private static func changedUnits(_ table: OneBigTable) throws(LakeError) -> Set<Int32>? {
        let consumed = table.snapshot?.transactions[table.factTransaction] ?? -1
        let changes: [CommitChanges]
        do throws(DeltaError) {
            changes = try table.fact.table.changes(from: consumed, to: table.fact.version)
        } catch {
            if error.code == .noSuchVersion { return nil }
            throw LakeError(lake: error)
        }
        var units: Set<Int32> = []
        for commit in changes {
            for file in commit.adds where file.dataChange {
                guard let unit = table.unit(ofFact: file.partitionValues) else { return nil }
                units.insert(unit)
            }
            for file in commit.removes where file.dataChange {
                guard let values = file.partitionValues, let unit = table.unit(ofFact: values)
                else { return nil }
                units.insert(unit)
            }
        }
        return units
    }
}

extension DatePartition {
    /// The first day after the period that begins with `start`.
    public func end(_ start: Int32) -> Int32 {
        if self == .whole { return .max }
        var date = CivilDate(daysSinceEpoch: Int(start))
        switch grain {
        case .day: return start + 1
        case .month:
            date.year += date.month == 12 ? 1 : 0
            date.month = date.month % 12 + 1
        case .year: date.year += 1
        }
        return Int32(truncatingIfNeeded: date.daysSinceEpoch)
    }
}
