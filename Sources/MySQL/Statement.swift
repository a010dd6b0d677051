import CMariaDB
import Source

/// A column of a result as the wire describes it.
struct WireField {
    var name: String
    /// The protocol's type number (`MYSQL_TYPE_…`).
    var type: UInt32
    var isUnsigned: Bool
    var fractionDigits: Int
}

/// A value bound to a statement.
enum Parameter {
    case integer(Int64)
    case unsigned(UInt64)
    case text([UInt8])
    case binary([UInt8])
}

/// A prepared SELECT, executed without a cursor, whose rows are read as packets.
///
/// Rows are taken off the connection directly rather than through `mysql_stmt_fetch`: a packet
/// carries its length, so decoding can be checked against it, and no value is copied to a bind
/// buffer first. With a library of another series than the one compiled for they come through
/// `BoundRow`.
@safe final class Statement {
    private let handle: Handle
    private var pointer: UnsafeMutablePointer<MYSQL_STMT>?
    private(set) var fields: [WireField] = []
    /// The library's public way to the rows; nil where packets are read.
    private var boundRow: BoundRow?
    /// Whether rows may still be on their way.
    private(set) var isReading = false

    /// Prepares and executes `sql`.
    init(_ handle: Handle, _ sql: String, _ parameters: [Parameter]) throws(ServerFailure) {
        self.handle = handle
        guard let mysql = unsafe handle.pointer, let statement = unsafe mysql_stmt_init(mysql)
        else { throw handle.lastFailure }
        unsafe pointer = unsafe statement
        guard unsafe mysql_stmt_prepare(statement, sql, UInt(sql.utf8.count)) == 0 else {
            throw failure
        }
        try execute(parameters)
        isReading = true
        readFields()
        if handle.options.readsPackets { return }
        guard let bound = unsafe BoundRow(statement, fields) else { throw failure }
        boundRow = bound
    }

    deinit { close() }

    /// Frees the statement. Rows that were not read are fetched and dropped by the library, so a
    /// long read is stopped with `cancel` first.
    func close() {
        boundRow = nil
        if let statement = unsafe pointer { unsafe _ = mysql_stmt_close(statement) }
        unsafe pointer = nil
    }

    /// The next packets of rows go to `block`, at most `rowLimit` of them and not many more than
    /// `byteLimit` bytes. Returns whether the end-of-data packet came (P8).
    func read(into block: PacketBlock, rowLimit: Int, byteLimit: Int) throws(ServerFailure) -> Bool
    {
        guard isReading else { return true }
        guard let mysql = unsafe handle.pointer else {
            isReading = false
            throw handle.lastFailure
        }
        let outcome =
            unsafe boundRow?.fill(block, rowLimit: rowLimit, byteLimit: byteLimit)
            ?? block.fill(mysql, rowLimit: rowLimit, byteLimit: byteLimit)
        switch outcome {
        case .more: return false
        case .end:
            finish()
            return true
        case .failed:
            let failure = boundRow == nil ? handle.lastFailure : self.failure
            finish()
            throw failure
        case .malformed:
            isReading = false
            handle.close()
            throw ServerFailure(number: 2027, text: "the server sent a malformed packet")
        }
    }

    /// Ends reading early: asks the server to stop the statement, then takes what is on its way.
    /// When that cannot be asked the connection is closed: rows by the million are not drained.
    func cancel() {
        guard isReading else { return }
        do {
            let killer = try Handle(handle.options)
            defer { killer.close() }
            _ = try killer.query("KILL QUERY \(handle.connectionID)")
            let block = PacketBlock(fieldCount: fields.count)
            while try !read(into: block, rowLimit: 4096, byteLimit: 1 << 20) { block.clear() }
            // The rows ended before the server was asked: what it was asked waits for the next
            // statement, so one is spent on it.
            _ = try? handle.query("DO 0")
        } catch let failure as ServerFailure where failure.number == 1317 {
            // The statement ended as asked.
        } catch {
            isReading = false
            handle.close()
        }
        close()
    }

    /// The result is over on the wire; the library is told so, since it did not read it itself.
    private func finish() {
        isReading = false
        if boundRow == nil {
            if let mysql = unsafe handle.pointer {
                unsafe mysql.pointee.status = MYSQL_STATUS_READY
            }
            if let statement = unsafe pointer {
                unsafe statement.pointee.state = MYSQL_STMT_FETCH_DONE
            }
        }
        close()
    }

    private var failure: ServerFailure {
        guard let statement = unsafe pointer else { return handle.lastFailure }
        let number = unsafe mysql_stmt_errno(statement)
        guard number != 0 else { return handle.lastFailure }
        let text = unsafe mysql_stmt_error(statement).map { unsafe String(cString: $0) }
        return ServerFailure(number: number, text: text ?? "")
    }

    /// Binds and executes; the buffers live until the statement has been sent.
    private func execute(_ parameters: [Parameter]) throws(ServerFailure) {
        guard let statement = unsafe pointer else { throw handle.lastFailure }
        guard unsafe mysql_stmt_param_count(statement) == parameters.count else {
            throw ServerFailure(number: 2031, text: "the condition contains a parameter mark")
        }
        let binds = UnsafeMutablePointer<MYSQL_BIND>.allocate(
            capacity: max(1, parameters.count))
        unsafe binds.initialize(repeating: unsafe MYSQL_BIND(), count: max(1, parameters.count))
        var buffers: [UnsafeMutableRawPointer] = unsafe []
        defer {
            unsafe buffers.forEach { unsafe $0.deallocate() }
            unsafe binds.deallocate()
        }
        for (index, parameter) in parameters.enumerated() {
            let bytes: [UInt8]
            switch parameter {
            case .integer(let value):
                bytes = Statement.littleEndian(UInt64(bitPattern: value))
                unsafe binds[index].buffer_type = MYSQL_TYPE_LONGLONG
            case .unsigned(let value):
                bytes = Statement.littleEndian(value)
                unsafe binds[index].buffer_type = MYSQL_TYPE_LONGLONG
                unsafe binds[index].is_unsigned = 1
            case .text(let text):
                bytes = text
                unsafe binds[index].buffer_type = MYSQL_TYPE_STRING
            case .binary(let content):
                bytes = content
                unsafe binds[index].buffer_type = MYSQL_TYPE_BLOB
            }
            let buffer = UnsafeMutableRawPointer.allocate(
                byteCount: max(8, bytes.count), alignment: 8)
            unsafe buffer.copyMemory(from: bytes, byteCount: bytes.count)
            unsafe buffers.append(buffer)
            unsafe binds[index].buffer = unsafe buffer
            unsafe binds[index].buffer_length = UInt(bytes.count)
        }
        if !parameters.isEmpty, unsafe mysql_stmt_bind_param(statement, binds) != 0 {
            throw failure
        }
        guard unsafe mysql_stmt_execute(statement) == 0 else { throw failure }
    }

    private func readFields() {
        guard let statement = unsafe pointer,
            let described = unsafe mariadb_stmt_fetch_fields(statement)
        else { return }
        let fieldCount = unsafe Int(mysql_stmt_field_count(statement))
        fields = (0..<fieldCount).map { index in
            let field = unsafe described[index]
            return WireField(
                name: unsafe field.name.map { unsafe String(cString: $0) } ?? "",
                type: unsafe field.type.rawValue,
                isUnsigned: unsafe field.flags & UInt32(UNSIGNED_FLAG) != 0,
                fractionDigits: unsafe Int(field.decimals))
        }
    }

    private static func littleEndian(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }
}
