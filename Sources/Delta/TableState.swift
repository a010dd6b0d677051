import Names

/// What replaying actions in order leaves: the protocol's action reconciliation.
struct TableState: Sendable {
    private(set) var tableProtocol: TableProtocol?
    private(set) var metadata: TableMetadata?
    private(set) var transactions: [String: TransactionIdentifier] = [:]
    private(set) var domains: [String: DomainMetadata] = [:]
    /// The newest commitInfo seen.
    private(set) var lastCommit: CommitInfo?
    /// Live files by position; taken-out ones leave nil until `compact`.
    private var slots: [AddFile?] = []
    private var positions: [ByteName: Int] = [:]
    private var tombstonesByKey: [ByteName: RemoveFile] = [:]

    /// The live files in the order they were added.
    var files: [AddFile] { slots.compactMap(\.self) }

    /// The number of live files.
    var fileCount: Int { positions.count }

    /// Removed files that are still remembered, ordered by path.
    var tombstones: [RemoveFile] { tombstonesByKey.values.sorted { $0.path < $1.path } }

    /// Whether a live file has this key.
    func contains(_ key: ByteName) -> Bool { positions[key] != nil }

    /// Takes one action into account. Amortised O(1).
    mutating func apply(_ action: Action) {
        switch action {
        case .commitInfo(let info): lastCommit = info
        case .protocol(let value): tableProtocol = value
        case .metaData(let value): metadata = value
        case .add(let file): add(file)
        case .remove(let file):
            if let position = positions.removeValue(forKey: file.key) { slots[position] = nil }
            tombstonesByKey[file.key] = file
            if slots.count > 64, slots.count > 2 * positions.count { compact() }
        case .txn(let value): transactions[value.appID] = value
        case .domainMetadata(let value):
            domains[value.domain] = value.isRemoved ? nil : value
        case .sidecar, .unknown: break
        }
    }

    private mutating func add(_ file: AddFile) {
        tombstonesByKey[file.key] = nil
        if let position = positions[file.key] {
            slots[position] = file
        } else {
            positions[file.key] = slots.count
            slots.append(file)
        }
    }

    private mutating func compact() {
        slots.removeAll { $0 == nil }
        for (position, file) in slots.enumerated() {
            if let file { positions[file.key] = position }
        }
    }
}
