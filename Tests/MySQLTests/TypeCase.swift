import Columnar
import MySQL
import Source
import TestSupport
import Testing

/// One declared type, values of it, and the server's own text to compare with.
struct TypeCase: CustomTestStringConvertible, Sendable {
    /// The column's declaration.
    var declaration: String
    var type: ColumnType
    /// SQL literals to insert; NULL is added to each case.
    var literals: [String]
    /// The server's expression of the exact value `v`, as text.
    var expression = "CAST(v AS CHAR)"
    var options = TypeOptions()
    /// Raw text by literal for values that have no typed form.
    var invalid: [String: String] = [:]

    var testDescription: String { declaration }

    init(
        _ declaration: String, _ type: ColumnType, _ literals: [String],
        _ expression: String = "CAST(v AS CHAR)", options: TypeOptions = TypeOptions(),
        invalid: [String: String] = [:]
    ) {
        self.declaration = declaration
        self.type = type
        self.literals = literals
        self.expression = expression
        self.options = options
        self.invalid = invalid
    }
}

/// Rows read through a stream, gathered for comparison.
struct ReadRows {
    var batches: [RecordBatch] = []
    var invalidCounts: [String: Int] = [:]

    init(_ stream: any RowStream) throws {
        while let batch = try stream.next() { batches.append(batch) }
        invalidCounts = stream.invalidCounts
    }

    var count: Int { batches.reduce(0) { $0 + $1.count } }

    /// The texts of a column in the order read; nil for null.
    func texts(_ name: String) -> [[UInt8]?] {
        batches.flatMap { batch -> [[UInt8]?] in
            guard let column = batch[name] else { return [] }
            return (0..<batch.count).map { column.isNull($0) ? nil : column.textBytes($0) }
        }
    }

    func strings(_ name: String) -> [String?] {
        texts(name).map { $0.map { String(decoding: $0, as: UTF8.self) } }
    }
}

extension PrivateServer {
    /// The bytes of each row's value as the server itself prints them in hexadecimal.
    func hexValues(_ expression: String, from table: String, database: String) throws
        -> [[UInt8]?]
    {
        // An empty value is an empty HEX text; the client would drop a line that is only that.
        let query =
            "SELECT COALESCE(CONCAT('x', HEX(CONCAT(\(expression)))), 'null') "
            + "FROM \(table) ORDER BY id"
        return try sql(query, database: database).split(separator: "\n").map { line in
            line == "null" ? nil : bytes(line.dropFirst())
        }
    }

    private func bytes(_ digits: Substring) -> [UInt8] {
        let values = digits.compactMap(\.hexDigitValue)
        return stride(from: 0, to: values.count, by: 2).map {
            UInt8(values[$0] << 4 | values[$0 + 1])
        }
    }
}
