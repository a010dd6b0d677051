import CSQLite

/// A value bound to a statement or read from a row.
enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
    init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
    init(_ value: String?) { self = value.map { .text($0) } ?? .null }

    var int64: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }
    var int: Int? { int64.map { Int($0) } }
    var double: Double? {
        switch self {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
    var string: String? {
        if case .text(let value) = self { value } else { nil }
    }
}

/// One SQLite connection, closed when it goes away. Values are always bound, never pasted into
/// text. The target's only file that speaks to SQLite.
@safe struct Database: ~Copyable {
    private let handle: OpaquePointer
    private let path: String

    /// Opens the existing file at `path`.
    init(_ path: String) throws(StateError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
        let status = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard let opened = unsafe opened, status == SQLITE_OK else {
            let error = unsafe Database.error(status, opened, path)
            unsafe sqlite3_close_v2(opened)
            throw error
        }
        unsafe handle = opened
        self.path = path
        unsafe sqlite3_extended_result_codes(opened, 1)
        unsafe sqlite3_busy_timeout(opened, 10_000)
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// Executes statements without values or results.
    func execute(_ script: String) throws(StateError) {
        let status = unsafe sqlite3_exec(handle, script, nil, nil, nil)
        if status != SQLITE_OK { throw unsafe Database.error(status, handle, path) }
    }

    /// Executes one statement with `values` bound to its parameters and returns all its rows.
    @discardableResult
    func rows(_ statement: String, _ values: [SQLValue] = []) throws(StateError) -> [[SQLValue]] {
        var prepared: OpaquePointer?
        let status = unsafe sqlite3_prepare_v2(handle, statement, -1, &prepared, nil)
        guard status == SQLITE_OK, let query = unsafe prepared else {
            throw unsafe Database.error(status, handle, path)
        }
        defer { unsafe sqlite3_finalize(query) }
        for (index, value) in values.enumerated() {
            let status = unsafe Database.bind(value, Int32(index + 1), query)
            if status != SQLITE_OK { throw unsafe Database.error(status, handle, path) }
        }
        let columnCount = unsafe sqlite3_column_count(query)
        var rows: [[SQLValue]] = []
        while true {
            let status = unsafe sqlite3_step(query)
            if status == SQLITE_DONE { return rows }
            if status != SQLITE_ROW { throw unsafe Database.error(status, handle, path) }
            rows.append(
                (0..<columnCount).map {
                    unsafe Database.value($0, query)
                })
        }
    }

    /// Executes `body` in one transaction that takes the write lock at once; an error undoes it.
    borrowing func transaction(
        _ body: (borrowing Database) throws(StateError) -> Void
    ) throws(StateError) {
        try execute("BEGIN IMMEDIATE")
        do throws(StateError) {
            try body(self)
            try execute("COMMIT")
        } catch {
            // The first error is the one that tells; a failed rollback follows from it.
            try? execute("ROLLBACK")
            throw error
        }
    }

    /// The number a pragma answers.
    func pragma(_ name: String) throws(StateError) -> Int64 {
        try rows("PRAGMA \(name)").first?.first?.int64 ?? 0
    }

    private static func bind(_ value: SQLValue, _ index: Int32, _ query: OpaquePointer) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(query, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(query, index, number)
        case .real(let number): return unsafe sqlite3_bind_double(query, index, number)
        case .text(let text):
            // SQLITE_TRANSIENT: SQLite copies the text before the call returns.
            let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            return unsafe sqlite3_bind_text64(
                query, index, text, UInt64(text.utf8.count), copied, UInt8(SQLITE_UTF8))
        }
    }

    private static func value(_ index: Int32, _ query: OpaquePointer) -> SQLValue {
        switch unsafe sqlite3_column_type(query, index) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(query, index))
        case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(query, index))
        case SQLITE_TEXT, SQLITE_BLOB:
            guard let bytes = unsafe sqlite3_column_blob(query, index) else { return .text("") }
            let count = Int(unsafe sqlite3_column_bytes(query, index))
            let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
            return unsafe .text(String(decoding: buffer, as: UTF8.self))
        default: return .null
        }
    }

    private static func error(
        _ status: Int32, _ handle: OpaquePointer?, _ path: String
    ) -> StateError {
        let words = unsafe handle.map { unsafe String(cString: sqlite3_errmsg($0)) }
        let general = unsafe String(cString: sqlite3_errstr(status))
        let message = words ?? general
        let (code, hint): (StateError.Code, String?) =
            switch status & 0xFF {
            case SQLITE_CORRUPT, SQLITE_NOTADB:
                (.damaged, "Move \(path) away: it holds history only, the lake is the truth.")
            case SQLITE_BUSY, SQLITE_LOCKED:
                (.busy, "Another program keeps the file locked; end it and run again.")
            case SQLITE_FULL: (.noSpace, "Free disk space and run again.")
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH:
                (
                    .unusable,
                    "Give the user that runs sluice write access to the file and its folder."
                )
            default: (.unusable, nil)
            }
        return StateError(
            code, operation: "use the state", subject: path,
            message: "\(message) (SQLite \(status))", hint: hint)
    }
}
