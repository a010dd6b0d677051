import Columnar
import Delta
import Names

/// A Delta table in bronze that another program wrote (Spark, deltalake, Databricks): nothing in it
/// tells when a row came or that one is gone, so each version of it is a full state, and what the
/// next one lacks is gone. Appending to such a table reads all of it again.
public struct ForeignBronze: Sendable {
    let snapshot: Snapshot
    /// What silver can hold of its columns, nullable, times of no zone as those of UTC (as DATETIME
    /// without a configured zone is), with the names that they have in the table. Nested columns
    /// are left out.
    let columns: [(field: Field, name: String)]

    /// The table of `snapshot`; nil when `sluice extract` wrote it, or something took its columns.
    init?(_ snapshot: Snapshot) {
        let own = [BronzeEvents.operation, BronzeEvents.extractedAt]
        guard own.allSatisfy({ snapshot.schema[$0] == nil }) else { return nil }
        self.snapshot = snapshot
        var taken: Set<String> = []
        columns = snapshot.schema.fields.filter { !$0.type.isNested }.map { field in
            let type = field.type == .timestampNtz ? ColumnType.timestamp : field.type
            return (Field(ColumnName.allowed(field.name, besides: &taken), type), field.name)
        }
    }

    /// What the table calls the column that silver knows as `name`.
    func name(of name: String) -> String {
        columns.first { $0.field.name.isSame(as: name) }?.name ?? name
    }

    /// What of the table silver does not have, for people.
    public var notes: [String] {
        let nested = snapshot.schema.fields.filter(\.type.isNested).map(\.name)
        return nested.isEmpty
            ? [] : ["nested columns are left out: " + nested.joined(separator: ", ")]
    }

    /// The table as it is now, when a row of it changed since version `consumed` (-1: before all).
    /// Cost: the log's commits after it.
    func news(since consumed: Int64) throws(DeltaError) -> BronzeHistory.News {
        var changed: CommitChanges?
        var isWhole = true
        do throws(DeltaError) {
            let commits = try snapshot.table.changes(from: consumed, to: snapshot.version)
            changed = commits.last { $0.version > consumed && $0.changesData }
        } catch {
            guard error.code == .noSuchVersion else { throw error }
            isWhole = false
            changed = try snapshot.table.history().first {
                $0.version <= snapshot.version && $0.changesData
            }
        }
        if isWhole, changed == nil, consumed >= 0 { return BronzeHistory.News() }
        let files = snapshot.files.enumerated().map { place, add in
            BronzeEvents.File(
                add: add, version: snapshot.version, index: Int32(clamping: place))
        }
        let newest = snapshot.files.map(\.modificationTime).max() ?? 0
        return BronzeHistory.News(
            files: files, isFullState: true, stateTime: (changed?.timestamp ?? newest) * 1000)
    }
}

extension Column {
    /// Times without a zone as those of UTC, whose digits they keep.
    var inZone: Column {
        guard type == .timestampNtz else { return self }
        return Column(.timestamp, storage: storage, validity: validity)
    }
}
