import Columnar
import Delta
import Parquet

/// What can be kept of a period that is built again: the joined columns of its old row groups are
/// those of a row group of the fact that has the very same keys, row by row.
struct OneBigTableRemains {
    private let names: Set<String>
    private let keys: Set<String>
    private let readers: [FileReader]

    /// Of a period of more files than this nothing is kept: all are open at once.
    private static let fileLimit = 16

    /// - Parameters:
    ///   - unit: the period; nil when nothing of it can be kept.
    ///   - keys: the fact's columns that the joined ones depend on.
    init(_ table: OneBigTable, _ unit: Int32?, keys: Set<String>, joined: Set<String>) {
        self.keys = keys
        names = joined
        guard let unit, let snapshot = table.snapshot,
            // The log has it, the files do not; or the table does not have it.
            !keys.contains(where: table.fact.partitionColumns.contains),
            keys.isSubset(of: table.layout.factFields.map(\.name))
        else {
            readers = []
            return
        }
        let files = snapshot.files.filter { table.unit(ofRows: $0.partitionValues) == unit }
        // A file that cannot be read is not needed: its rows are made anew.
        readers =
            files.count > OneBigTableRemains.fileLimit
            ? [] : files.compactMap { try? snapshot.table.reader(of: $0) }
    }

    /// The joined columns for a row group of the fact; nil when no old one has its keys. Cost:
    /// the keys' pages are read, of row groups of as many rows.
    func columns(for fact: FileReader, rowGroup: Int) -> StoredColumns? {
        let count = fact.rowGroups[rowGroup].rowCount
        for reader in readers {
            for (number, group) in reader.rowGroups.enumerated() where group.rowCount == count {
                let old = StoredColumns(reader, rowGroup: number, keys)
                if let isSame = try? old.areStored(in: fact, rowGroup: rowGroup), isSame {
                    return StoredColumns(reader, rowGroup: number, names)
                }
            }
        }
        return nil
    }
}
