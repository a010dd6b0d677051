import Columnar
import Names
import Source

/// The SQL of one read request: quoted names, bound values.
struct Selection {
    /// The condition after WHERE with `?` for values, empty without any.
    private(set) var condition = ""
    private(set) var parameters: [Parameter] = []
    private let request: ReadRequest
    /// Writes values as literals instead of binding them.
    private let usesLiterals: Bool

    /// The protocol counts parameters in 16 bits.
    private static let parameterLimit = 65_535

    init(_ request: ReadRequest, usesLiterals: Bool = false) throws(SourceError) {
        self.request = request
        self.usesLiterals = usesLiterals
        var parts: [String] = []
        for predicate in request.predicates { parts.append(text(of: predicate)) }
        // A line break keeps a trailing `-- comment` from taking the parenthesis with it.
        if let own = request.condition { parts.append("(" + own + "\n)") }
        if !parts.isEmpty { condition = " WHERE " + parts.joined(separator: " AND ") }
        if parameters.count > Selection.parameterLimit {
            throw SourceError(
                .statement, operation: "read", subject: subject,
                message: "\(parameters.count) values in one condition; the protocol takes "
                    + "\(Selection.parameterLimit)")
        }
    }

    /// `schema.table`, for messages.
    var subject: String { request.table.schema + "." + request.table.name }

    /// The named columns, never `*` (P20).
    var rows: String {
        let list = request.columns.map(TextGuard.expression).joined(separator: ", ")
        let distinct = request.isDistinct ? "DISTINCT " : ""
        return "SELECT \(distinct)\(list.isEmpty ? "1" : list)" + from + sorting
    }

    /// A range of the primary key out of nearly all rows is counted by that key: an index over the
    /// other condition, which the server may find cheaper, it would read from end to end.
    var count: String {
        let index = isMostOfKeyRange ? " FORCE INDEX (PRIMARY)" : ""
        return "SELECT COUNT(*) FROM " + SQLText.table(request.table) + index + condition
    }

    /// Whether the primary key is what the request bounds from below, or nothing is.
    private var isMostOfKeyRange: Bool {
        guard request.table.isTransactional, request.condition == nil,
            let key = request.table.primaryKey.first
        else { return false }
        var isBounded = false
        for predicate in request.predicates {
            switch predicate {
            case .greater(let column, _), .atLeast(let column, _):
                guard column.isSame(as: key) else { return false }
                isBounded = true
            case .atMost(let column, _), .less(let column, _):
                isBounded = isBounded || column.isSame(as: key)
            case .isNull, .isNotNull, .anyOf: return false
            }
        }
        return isBounded
    }

    func bounds(of column: SourceColumn) -> String {
        let value = Selection.order(of: column)
        return "SELECT \(Selection.exact("MIN(\(value))", column)), "
            + Selection.exact("MAX(\(value))", column) + from
    }

    func value(of column: SourceColumn, atOffset offset: Int) -> String {
        let value = Selection.order(of: column)
        return "SELECT \(Selection.exact(value, column))\(from) ORDER BY \(value)"
            + " LIMIT 1 OFFSET \(max(0, offset))"
    }

    /// Of each value of the request's only predicate, an `anyOf`, whether a row has it.
    func presence(in column: String) -> String {
        let own = request.condition.map { " AND (" + $0 + "\n)" } ?? ""
        let table = SQLText.table(request.table)
        let one = "EXISTS(SELECT 1 FROM \(table) WHERE \(name(column)) = ?\(own))"
        return "SELECT " + parameters.map { _ in one }.joined(separator: ", ")
    }

    /// The names alone, so that an index can give the order: ENUM, SET and BIT sort by number
    /// without being asked to.
    private var sorting: String {
        let keys = request.order.map {
            SQLText.identifier($0.column) + ($0.isDescending ? " DESC" : "")
        }
        return (keys.isEmpty ? "" : " ORDER BY " + keys.joined(separator: ", "))
            + (request.limit.map { " LIMIT \(max(0, $0))" } ?? "")
    }

    private var from: String { " FROM " + SQLText.table(request.table) + condition }

    private mutating func text(of predicate: RowPredicate) -> String {
        switch predicate {
        case .greater(let column, let value): return compare(column, ">", value)
        case .atLeast(let column, let value): return compare(column, ">=", value)
        case .atMost(let column, let value): return compare(column, "<=", value)
        case .less(let column, let value): return compare(column, "<", value)
        case .isNull(let column): return SQLText.identifier(column) + " IS NULL"
        case .isNotNull(let column): return SQLText.identifier(column) + " IS NOT NULL"
        case .anyOf(let column, let values):
            if values.isEmpty { return "FALSE" }
            var marks: [String] = []
            for value in values { marks.append(bound(value, to: column)) }
            return name(column) + " IN (" + marks.joined(separator: ", ") + ")"
        }
    }

    private mutating func compare(_ column: String, _ sign: String, _ value: SourceValue) -> String
    {
        name(column) + " \(sign) " + bound(value, to: column)
    }

    private func name(_ column: String) -> String {
        guard let known = request.table[column: column] else { return SQLText.identifier(column) }
        return Selection.order(of: known)
    }

    private mutating func bound(_ value: SourceValue, to column: String) -> String {
        let isBinary = request.table[column: column]?.type == .binary
        if usesLiterals { return SQLText.literal(value, isBinary: isBinary) }
        switch value {
        case .integer(let number): parameters.append(.integer(number))
        case .unsigned(let number): parameters.append(.unsigned(number))
        case .text(let bytes): parameters.append(isBinary ? .binary(bytes) : .text(bytes))
        }
        return "?"
    }

    /// The expression whose order the server sorts and compares the column by. ENUM, SET and BIT
    /// sort by number but compare with text as text, so their number is used for both.
    private static func order(of column: SourceColumn) -> String {
        let name = SQLText.identifier(column.name)
        return ["enum", "set", "bit"].contains(column.typeName) ? name + " + 0" : name
    }

    /// The expression in a form whose text or number is exact.
    private static func exact(_ expression: String, _ column: SourceColumn) -> String {
        switch column.typeName {
        case "date", "datetime", "timestamp", "time": "CAST(\(expression) AS CHAR)"
        // FLOAT prints six digits; the double it compares as prints all.
        case "float", "double", "real": "CAST(\(expression) + 0e0 AS CHAR)"
        case "enum", "set", "bit": "CAST(\(expression) AS UNSIGNED)"
        default: expression
        }
    }
}
