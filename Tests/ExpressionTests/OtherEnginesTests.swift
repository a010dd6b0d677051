import Columnar
import Expression
import Foundation
import JSON
import LakeTestSupport
import Testing

@Suite("Expressions in other engines")
struct OtherEnginesTests {
    /// The corpus' columns, made by our own casts; texts also as dictionaries.
    static func batch(isDictionary: Bool) throws -> RecordBatch {
        try (isDictionary ? codes : bytes).get()
    }

    private static let bytes = Result { try made(isDictionary: false) }
    private static let codes = Result { try made(isDictionary: true) }

    private static func made(isDictionary: Bool) throws -> RecordBatch {
        var columns: [(String, Column)] = []
        for (name, type, values) in Corpus.columns {
            let text = Samples.strings(values, isDictionary: isDictionary)
            let source = Samples.batch([("v", text)])
            let column =
                type == "STRING" ? text : try Samples.evaluate("CAST(v AS \(type))", source)
            columns.append((name, column))
        }
        return Samples.batch(columns)
    }

    /// Exact texts of results, the same that the script makes.
    private static func results(_ text: String, _ batch: RecordBatch) throws -> [String] {
        let column = try Samples.evaluate(text, batch)
        let rows = (0..<column.count).map { row -> String in
            if column.isNull(row) { return "NULL" }
            switch column.storage {
            case .float(let values): return canonical(Double(values[row]))
            case .double(let values): return canonical(values[row])
            case .int64(let values) where column.type == .timestamp: return String(values[row])
            case .int32(let values) where column.type == .date: return String(values[row])
            default: return column.text(row)
            }
        }
        return [spark(column.type)] + rows
    }

    private static func canonical(_ value: Double) -> String {
        value.isNaN ? "nan" : String(value.bitPattern, radix: 16)
    }

    private static func spark(_ type: ColumnType) -> String {
        switch type {
        case .byte: "tinyint"
        case .short: "smallint"
        case .integer: "int"
        case .long: "bigint"
        default: type.description
        }
    }

    @Test("the corpus has the same types and values in Spark, and where said in DuckDB")
    func corpus() throws {
        let sparkOnly = Corpus.sparkOnly.flatMap(\.expressions)
        let all = Corpus.common + sparkOnly
        #expect(all.count >= 150)
        let folder = try TemporaryFolder()
        let columns = Corpus.columns.map { column in
            JSONValue.array([
                .string(column.name), .string(column.type),
                .array(column.values.map { JSONValue($0) }),
            ])
        }
        let input = JSONValue.object([
            "columns": .array(columns), "spark": .array(all.map { .string($0) }),
            "duckdb": .array(Corpus.common.map { .string($0) }),
        ])
        try folder.write("corpus.json", input.description)
        let answer = try Python.json(OtherEngines.script, [folder.file("corpus.json")])
        let batches = [
            try OtherEnginesTests.batch(isDictionary: false),
            try OtherEnginesTests.batch(isDictionary: true),
        ]
        for engine in ["spark", "duckdb"] {
            let answers = try #require(answer[engine]?.object)
            for member in answers.members {
                let theirs = member.value.array?.map { $0.string ?? "NULL" } ?? []
                for (index, batch) in batches.enumerated() {
                    do {
                        var ours = try OtherEnginesTests.results(member.key, batch)
                        // DuckDB has its own result types.
                        if engine == "duckdb" { ours[0] = theirs.first ?? "" }
                        #expect(ours == theirs, "\(engine): \(member.key)")
                    } catch {
                        Issue.record("\(engine): \(member.key): \(error) (storage \(index))")
                    }
                }
            }
            #expect(answers.count == (engine == "spark" ? all : Corpus.common).count)
        }
    }
}

/// The script that asks Spark and DuckDB, in one process: for each expression its type and the
/// exact text of every value, or `["error", message]`.
enum OtherEngines {
    static let script = """
        import sys, os, json, struct, decimal
        decimal.getcontext().prec = 80
        os.environ["PYSPARK_SUBMIT_ARGS"] = "--driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell"
        corpus = json.load(open(sys.argv[1]))
        names = [c[0] for c in corpus["columns"]]
        rows = list(zip(*[c[2] for c in corpus["columns"]]))

        def text(value, kind):
            if value is None: return "NULL"
            if kind in ("date", "timestamp"): return str(value)
            if isinstance(value, bool): return str(value).lower()
            if isinstance(value, float):
                return "nan" if value != value else "%x" % struct.unpack(">Q", struct.pack(">d", value))
            if isinstance(value, decimal.Decimal):
                if "," in kind: value = round(value, int(kind.rstrip(")").split(",")[1]))
                return format(value, "f")
            if isinstance(value, (bytes, bytearray)): return bytes(value).hex()
            return str(value)

        def spark():
            from pyspark.sql import SparkSession
            session = SparkSession.builder.master("local[1]")
            for key, value in {
                "spark.ui.enabled": "false", "spark.sql.ansi.enabled": "false",
                "spark.sql.session.timeZone": "UTC", "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1", "spark.log.level": "OFF",
                "spark.sql.codegen.factoryMode": "NO_CODEGEN",
                "spark.sql.codegen.wholeStage": "false",
            }.items():
                session = session.config(key, value)
            session = session.getOrCreate()
            def literal(v):
                if v is None: return "NULL"
                return "'" + v.replace("\\\\", "\\\\\\\\").replace("'", "\\\\'") + "'"
            values = ", ".join("(" + ", ".join(literal(v) for v in row) + ")" for row in rows)
            casts = ", ".join(f"CAST({c[0]} AS {c[1]}) AS {c[0]}" for c in corpus["columns"])
            table = session.sql(f"SELECT {casts} FROM VALUES {values} AS v({', '.join(names)})")
            table.createOrReplaceTempView("v")
            def exact(frame):
                chosen = []
                for i, field in enumerate(frame.schema):
                    kind = field.dataType.simpleString()
                    name = f"`{field.name}`"
                    if kind == "timestamp": name = f"unix_micros({name})"
                    if kind == "date": name = f"unix_date({name})"
                    chosen.append(f"{name} AS r{i}")
                return [f.dataType.simpleString() for f in frame.schema], frame.selectExpr(*chosen).collect()
            result = {}
            def ask(expressions):
                frame = session.sql("SELECT " + ", ".join(f"({e}) AS e{i}" for i, e in enumerate(expressions)) + " FROM v")
                kinds, found = exact(frame)
                for i, e in enumerate(expressions):
                    result[e] = [kinds[i]] + [text(row[i], kinds[i]) for row in found]
            try:
                ask(corpus["spark"])
            except Exception:
                for e in corpus["spark"]:
                    try: ask([e])
                    except Exception as error: result[e] = ["error", str(error)[:200]]
            return result

        def duck():
            import duckdb
            c = duckdb.connect()
            c.execute("SET TimeZone='UTC'")
            def literal(v):
                return "NULL" if v is None else "'" + v.replace("'", "''") + "'"
            values = ", ".join("(" + ", ".join(literal(v) for v in row) + ")" for row in rows)
            casts = ", ".join(f"CAST({x[0]} AS {x[1]}) AS {x[0]}" for x in corpus["columns"])
            c.execute(f"CREATE TABLE v AS SELECT {casts} FROM (VALUES {values}) AS v({', '.join(names)})")
            result = {}
            for e in corpus["duckdb"]:
                try:
                    kind = c.execute(f"SELECT typeof({e}) FROM v LIMIT 1").fetchone()[0].lower()
                    chosen = e
                    if kind.startswith("timestamp"): kind, chosen = "timestamp", f"epoch_us({e})"
                    if kind == "date": chosen = f"date_diff('day', DATE '1970-01-01', {e})"
                    found = [row[0] for row in c.execute(f"SELECT {chosen} FROM v").fetchall()]
                    result[e] = [kind] + [text(v, kind) for v in found]
                except Exception as error:
                    result[e] = ["error", str(error)[:200]]
            return result

        print(json.dumps({"spark": spark(), "duckdb": duck()}))
        """
}
