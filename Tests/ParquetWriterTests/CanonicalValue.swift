import Columnar

/// A value as the referee compares it: see Fixtures/parquet_referee.py.
enum CanonicalValue: Encodable {
    case null
    case text(String)
    case list([CanonicalValue])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .text(let text): try container.encode(text)
        case .list(let values): try container.encode(values)
        }
    }

    static func values(of column: Column) -> [CanonicalValue] {
        (0..<column.count).map { value(column, $0) }
    }

    private static func value(_ column: Column, _ row: Int) -> CanonicalValue {
        if column.isNull(row) { return .null }
        switch column.storage {
        case .bool(let values): return .text(values[row] == 0 ? "false" : "true")
        case .int32(let values): return .text(String(values[row]))
        case .int64(let values): return .text(String(values[row]))
        case .int128(let values): return .text(String(values[row]))
        case .float(let values): return .text(String(values[row].bitPattern))
        case .double(let values): return .text(String(values[row].bitPattern))
        case .bytes(let values): return .text(hex(values[row]))
        case .dictionary(let codes, let values):
            return .text(hex(values.values[Int(codes[row])]))
        case .structure(let children): return .list(children.map { value($0, row) })
        case .list(let offsets, let element):
            return .list((offsets[row]..<offsets[row + 1]).map { value(element, Int($0)) })
        case .map(let offsets, let key, let item):
            return .list(
                (offsets[row]..<offsets[row + 1]).map {
                    .list([value(key, Int($0)), value(item, Int($0))])
                })
        }
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
