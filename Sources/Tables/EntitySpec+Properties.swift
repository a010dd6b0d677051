public import Delta
import JSON
import Keys
public import Lake
import Parquet
public import Pipeline

extension EntitySpec {
    /// The property of a silver table that names the key by which its rows were merged.
    private static let keyProperty = "sluice.key"

    /// Of whole rows no columns, since these come and go.
    private var keyText: String {
        switch equalRows {
        case .drop: JSONValue.string("all").description
        case .keep: JSONValue.string("all, equal rows kept").description
        case nil: JSONValue.array(key.map { .string($0) }).description
        }
    }

    /// `properties` with the key, what it is compared by and what the rows are built by.
    public func keeping(_ properties: [String: String]) -> [String: String] {
        var kept = properties
        kept[EntitySpec.keyProperty] = keyText
        kept[EntitySpec.collationsProperty] = collationText
        for (name, value) in built { kept[name] = value }
        return kept
    }

    /// Says of which columns silver's files get filters: bytes tell nothing of texts that are equal
    /// by a collation.
    public func bloomColumns(isFact: Bool) -> String? {
        let columns = isWholeRow ? [] : key.filter { collations[$0] == nil }
        guard hasBloomFilters ?? isFact, !columns.isEmpty else { return nil }
        let use: WriterOptions.BloomUse = hasBloomFilters == nil ? .unordered : .always
        return use.rawValue + ":" + columns.joined(separator: ",")
    }

    /// Throws `.drift` when the rows of `snapshot` were merged by another key: what is one member
    /// or fact by this one may be several by that one.
    public func checkKey(of snapshot: Snapshot) throws(LakeError) {
        guard let known = snapshot.configuration[EntitySpec.keyProperty], known != keyText else {
            return
        }
        throw LakeError(
            .drift, operation: "plan", subject: name,
            message: "the table was built with the key \(known), the configuration says "
                + "\(keyText)",
            hint: "Set the key back, or run `sluice transform --only \(name) --rebuild`.")
    }
}
