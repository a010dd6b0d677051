import Columnar
import Delta
import JSON
import LakeTestSupport

/// The independent readers and writers of Delta tables, in one Python process a call.
enum Readers {
    /// The rows of tables by every reader, as JSON texts in no order: for each table
    /// `["deltalake": […], "polars": […], "duckdb": […]]`. One process for all of them.
    static func rows(_ paths: [String]) throws -> [[String: [String]]] {
        let script =
            prelude + """

                print(json.dumps([{
                    "deltalake": rows(deltalake.DeltaTable(path).to_pyarrow_table()),
                    "polars": rows(polars.read_delta(path).to_arrow()),
                    "duckdb": rows(duck(path)),
                } for path in sys.argv[1:]]))
                """
        return (try Python.json(script, paths).array ?? []).map { value in
            var result: [String: [String]] = [:]
            for member in value.object?.members ?? [] {
                result[member.key] = member.value.array?.compactMap(\.string) ?? []
            }
            return result
        }
    }

    /// Imports, and `rows`: every row as JSON with exact texts for every value.
    static let prelude = """
        import sys, json, os, glob, struct, datetime
        import deltalake, polars, duckdb, duckdb_extension_delta, pyarrow as pa
        import pyarrow.compute as pc

        def text(column):
            t = column.type
            if pa.types.is_dictionary(t):
                column = column.cast(t.value_type); t = column.type
            if pa.types.is_timestamp(t):
                whole = column.cast(pa.timestamp("us", t.tz)).cast(pa.int64())
                return [None if v is None else str(v) for v in whole.to_pylist()]
            if pa.types.is_date(t):
                return [None if v is None else str(v) for v in column.cast(pa.int32()).to_pylist()]
            if pa.types.is_binary(t) or pa.types.is_large_binary(t) or pa.types.is_binary_view(t):
                return [None if v is None else v.hex() for v in column.to_pylist()]
            if pa.types.is_boolean(t):
                return [None if v is None else str(v).lower() for v in column.to_pylist()]
            if pa.types.is_decimal(t):
                return [None if v is None else format(v, "f") for v in column.to_pylist()]
            if pa.types.is_floating(t):
                values = column.to_pylist()
                return [None if v is None else struct.pack(">d", v).hex() for v in values]
            return [None if v is None else str(v) for v in column.to_pylist()]

        def rows(table):
            names = sorted(table.column_names)
            columns = [text(table.column(n).combine_chunks()) for n in names]
            spell = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
            return [spell(r) for r in zip(*columns)]

        def duck_connection():
            c = duckdb.connect()
            c.execute("SET TimeZone='UTC'; SET enable_progress_bar=false")
            folder = os.path.dirname(duckdb_extension_delta.__file__)
            c.execute(f"load '{glob.glob(folder + '/**/*.duckdb_extension', recursive=True)[0]}'")
            return c

        def duck(path, version=None):
            c = duck_connection()
            at = "" if version is None else f", version := {version}"
            return c.execute(f"select * from delta_scan('{path}'{at})").to_arrow_table()
        """
}

extension Readers {
    /// Our own reading of a snapshot in the same form.
    static func ourRows(_ snapshot: Snapshot) throws -> [String] {
        let scan = try DeltaScan(snapshot)
        let names = scan.schema.fields.map(\.name).sorted {
            $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
        }
        var rows: [String] = []
        while let batch = try scan.next() {
            let columns = names.compactMap { batch[$0] }
            for row in 0..<batch.count {
                let values = columns.map { JSONValue($0.isNull(row) ? nil : text($0, row)) }
                rows.append(JSONValue.array(values).description)
            }
        }
        return rows
    }

    private static func text(_ column: Column, _ row: Int) -> String {
        switch (column.type, column.storage) {
        case (.decimal, _): return column.text(row)
        case (_, .int32(let values)): return String(values[row])
        case (_, .int64(let values)): return String(values[row])
        case (_, .double(let values)): return bits(values[row])
        case (_, .float(let values)): return bits(Double(values[row]))
        default: return column.text(row)
        }
    }

    private static func bits(_ value: Double) -> String {
        let digits = String(value.bitPattern, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
