import Collations
import Columnar
import Delta
import Names
import Source
import Storage

/// Keeps in the lake what the collations of key columns hold equal, so that keys can be compared
/// as the source compares them without asking it again. Asked of the server once a collation and
/// version of the server; a run that finds all of them in the lake asks nothing.
struct CollationCopy {
    let storage: any LakeStorage
    let options: ExtractOptions
    /// Whether the lake is written to.
    var keeps = true

    /// Copies the collations of the planned tables' keys, and hands `tell` each that cannot be
    /// matched. What fails is tried again by the next run: until then these keys compare by bytes,
    /// and no row is lost by it.
    func run(
        _ plans: [TablePlan], _ connection: any SourceConnection,
        tell: (_ table: String, _ note: String) -> Void
    ) {
        var known: [String: String?] = [:]
        for plan in plans {
            var told: Set<String> = []
            for column in compared(plan) {
                guard let name = column.collation, let characterSet = column.characterSet,
                    Collation(binary: name) == nil
                else { continue }
                if known[name] == nil {
                    known[name] = .some(copied(name, characterSet, connection))
                }
                guard let reason = known[name] ?? nil, told.insert(name).inserted else { continue }
                tell(
                    plan.table.name,
                    "Keys of \(column.name) compare by bytes: its collation \(name) cannot be "
                        + "matched (\(reason)).")
            }
        }
    }

    /// The text columns that name rows: by the source's primary key and unique indexes, and by the
    /// configuration.
    private func compared(_ plan: TablePlan) -> [SourceColumn] {
        var names = Set(plan.table.primaryKey)
        for index in plan.table.indexes where index.isUnique { names.formUnion(index.columns) }
        let configured = options.comparedColumns[plan.name] ?? []
        return plan.columns.filter { column in
            column.type == .string && plan.masks[ByteName(column.name)] == nil
                && (names.contains(column.name) || configured.contains(column.name))
        }
    }

    /// Copies a collation that the lake does not have of this server's version. Returns why it
    /// cannot be matched, nil when it can.
    private func copied(
        _ name: String, _ characterSet: String, _ connection: any SourceConnection
    ) -> String? {
        let table = CollationTable(name, storage: storage)
        let version = connection.identity.version
        do {
            // What of it cannot be read is asked for anew.
            if (try? table.serverVersion()) == version, let kept = try? table.read() {
                return kept.unmatched
            }
            let collation = try connection.collation(name, characterSet: characterSet)
            if keeps {
                try table.heal()
                try table.write(collation, characterSet: characterSet, serverVersion: version)
            }
            return collation.unmatched
        } catch let error as SourceError {
            return error.message
        } catch let error as DeltaError {
            return error.message
        } catch {
            return "\(error)"
        }
    }
}
