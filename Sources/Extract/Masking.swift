import Columnar
import Digest
import JSON
import Names

/// Hides the values of configured columns before anything is written.
struct Masking {
    let masks: [ByteName: Mask]
    /// Prefix of every value before SHA-256; keeps hashes from being looked up in tables.
    let salt: [UInt8]

    /// The type a column has after masking.
    func type(of name: String, _ type: ColumnType) -> ColumnType {
        masks[ByteName(name)] == .sha256 ? .string : type
    }

    /// `column` as it may be written.
    func apply(_ column: Column, named name: String) -> Column {
        switch masks[ByteName(name)] {
        case nil: column
        case .null: Column.nulls(column.type, count: column.count)
        case .sha256: hashed(column)
        }
    }

    /// Takes the raw texts of masked columns out of `_sluice_invalid`.
    func applyToInvalid(_ column: Column) -> Column {
        guard !masks.isEmpty, column.nullCount < column.count else { return column }
        var values = ByteVector()
        var validity = Bitmap()
        for row in 0..<column.count {
            let kept = column.isNull(row) ? nil : unmasked(column.textBytes(row))
            validity.append(kept != nil)
            values.append(kept ?? [])
        }
        return Column(.string, storage: .bytes(values), validity: validity)
    }

    private func unmasked(_ bytes: [UInt8]) -> [UInt8]? {
        guard case .object(let members) = try? JSONValue(parsing: bytes) else { return nil }
        let kept = members.members.filter { masks[ByteName($0.key)] == nil }.map {
            ($0.key, $0.value)
        }
        return kept.isEmpty ? nil : JSONValue.object(JSONObject(kept)).bytes
    }

    private func hashed(_ column: Column) -> Column {
        var values = ByteVector()
        if case .dictionary(let codes, let dictionary) = column.storage {
            for code in 0..<dictionary.values.count {
                values.append(digest(Array(dictionary.values[code])))
            }
            let hashed = DictionaryValues(lineage: dictionary.lineage.derived, values: values)
            let storage = ColumnStorage.dictionary(codes: codes, values: hashed)
            return Column(.string, storage: storage, validity: column.validity)
        }
        for row in 0..<column.count {
            guard !column.isNull(row) else {
                values.append([])
                continue
            }
            values.append(digest(column.textBytes(row)))
        }
        return Column(.string, storage: .bytes(values), validity: column.validity)
    }

    private func digest(_ value: [UInt8]) -> [UInt8] {
        Hexadecimal.bytes(SHA256.digest(of: salt + value))
    }
}
