import Columnar
import Source

/// Maps a declared type to the column type of the lake (docs/specification/lake.md#types).
enum DeclaredType {
    /// The facts of `information_schema.columns` that decide.
    struct Facts {
        /// `data_type`, lower case.
        var name: String
        /// `column_type`, for example `decimal(12,2) unsigned`.
        var full: String
        var precision: Int
        var scale: Int
        var characterSet: String?
    }

    static func columnType(_ facts: Facts, _ options: TypeOptions) -> ColumnType {
        let isUnsigned = facts.full.contains("unsigned")
        switch facts.name {
        case "tinyint":
            if options.tinyint1IsBoolean, facts.full == "tinyint(1)" { return .boolean }
            return isUnsigned ? .short : .byte
        case "smallint": return isUnsigned ? .integer : .short
        case "mediumint": return .integer
        case "int", "integer": return isUnsigned ? .long : .integer
        case "bigint": return isUnsigned ? .decimal(precision: 20, scale: 0) : .long
        case "decimal", "numeric":
            guard facts.precision <= 38 else { return .string }
            return .decimal(precision: max(1, facts.precision), scale: facts.scale)
        case "float": return .float
        case "double", "real": return .double
        case "bit":
            if options.bit1IsBoolean, facts.precision == 1 { return .boolean }
            return facts.precision <= 63 ? .long : .decimal(precision: 20, scale: 0)
        case "year": return .short
        case "date": return .date
        case "datetime", "timestamp": return .timestamp
        case "time": return options.timeIsMicroseconds ? .long : .string
        case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob": return .binary
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set",
            "json", "uuid", "inet4", "inet6":
            return .string
        case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring",
            "multipolygon", "geometrycollection", "geomcollection", "vector":
            return .binary
        default: return facts.characterSet == nil ? .binary : .string
        }
    }

    /// The labels of an ENUM or SET from its full type: `enum('a','it''s')`.
    static func labels(of full: String) -> [String] {
        guard full.hasPrefix("enum(") || full.hasPrefix("set(") else { return [] }
        var labels: [String] = []
        var label: String.UnicodeScalarView?
        var pending = false
        for character in full.unicodeScalars.drop(while: { $0 != "(" }) {
            if character == "'" {
                if pending {
                    // The second of two quotes inside a label.
                    label?.append(character)
                    pending = false
                } else if label == nil {
                    label = String.UnicodeScalarView()
                } else {
                    pending = true
                }
            } else if pending {
                labels.append(String(label ?? .init()))
                label = nil
                pending = false
            } else {
                label?.append(character)
            }
        }
        return labels
    }
}
