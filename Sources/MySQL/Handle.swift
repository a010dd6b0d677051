import CMariaDB
import Source

/// The one owner of a client library connection handle and of what is read over it.
///
/// Unsafe code: every pointer of the library stays within this file, `Statement.swift` and
/// `PacketReader.swift`.
@safe final class Handle {
    /// Nil once closed.
    private(set) var pointer: UnsafeMutablePointer<MYSQL>?
    let options: ConnectionOptions

    private static let isLibraryReady = mysql_server_init(0, nil, nil) == 0

    /// Connects and logs in.
    init(_ options: ConnectionOptions) throws(SourceError) {
        self.options = options
        guard Handle.isLibraryReady, let mysql = unsafe mysql_init(nil) else {
            throw SourceError(
                .unreachable, operation: "connect", subject: options.description,
                message: "the client library could not be initialised")
        }
        unsafe pointer = unsafe mysql
        set(MYSQL_OPT_CONNECT_TIMEOUT, UInt32(clamping: options.connectTimeoutSeconds))
        set(MYSQL_OPT_READ_TIMEOUT, UInt32(clamping: options.readTimeoutSeconds))
        set(MYSQL_OPT_WRITE_TIMEOUT, UInt32(clamping: options.writeTimeoutSeconds))
        // The server may never ask this client for a file, and a lost session is never replaced
        // silently: its snapshot would be gone.
        set(MYSQL_OPT_LOCAL_INFILE, UInt32(0))
        set(MYSQL_OPT_RECONNECT, my_bool(0))
        set(MYSQL_OPT_MAX_ALLOWED_PACKET, UInt(1 << 30))
        set(MYSQL_SET_CHARSET_NAME, "utf8mb4")
        let usesSocket = options.socket != nil
        set(
            MYSQL_OPT_PROTOCOL,
            UInt32(usesSocket ? MYSQL_PROTOCOL_SOCKET.rawValue : MYSQL_PROTOCOL_TCP.rawValue))
        if options.isCompressed { unsafe mysql_options(mysql, MYSQL_OPT_COMPRESS, nil) }
        setTLS()
        let connected = unsafe mysql_real_connect(
            mysql, usesSocket ? "localhost" : options.host, options.user, options.password, nil,
            UInt32(clamping: options.port), options.socket, 0)
        if unsafe connected == nil {
            let failure = lastFailure
            close()
            throw failure.connectError(options)
        }
    }

    deinit { close() }

    /// Closes the connection. Harmless when it is closed.
    func close() {
        if let mysql = unsafe pointer { unsafe mysql_close(mysql) }
        unsafe pointer = nil
    }

    /// The server's number of this connection.
    var connectionID: UInt {
        guard let mysql = unsafe pointer else { return 0 }
        return unsafe mysql_thread_id(mysql)
    }

    /// The version as the server greets, for example `10.11.6-MariaDB-0+deb12u1`.
    var serverVersion: String {
        guard let mysql = unsafe pointer, let text = unsafe mysql_get_server_info(mysql) else {
            return ""
        }
        return unsafe String(cString: text)
    }

    /// The cipher in use, nil when the connection is not encrypted.
    var tlsCipher: String? {
        guard let mysql = unsafe pointer, let text = unsafe mysql_get_ssl_cipher(mysql) else {
            return nil
        }
        let cipher = unsafe String(cString: text)
        return cipher.isEmpty ? nil : cipher
    }

    /// The library's last error on this connection.
    var lastFailure: ServerFailure {
        guard let mysql = unsafe pointer else {
            return ServerFailure(number: 2006, text: "the connection is closed")
        }
        let text = unsafe mysql_error(mysql).map { unsafe String(cString: $0) } ?? ""
        let number = unsafe mysql_errno(mysql)
        // A broken packet sequence leaves no number behind.
        return ServerFailure(number: number == 0 ? 2013 : number, text: text)
    }

    /// Runs one statement in the text protocol and takes its whole result: for settings and small
    /// catalog results. No rows for statements without a result.
    func query(_ sql: String) throws(ServerFailure) -> [[[UInt8]?]] {
        guard let mysql = unsafe pointer else { throw lastFailure }
        guard unsafe mysql_real_query(mysql, sql, UInt(sql.utf8.count)) == 0 else {
            throw lastFailure
        }
        guard let result = unsafe mysql_store_result(mysql) else {
            if unsafe mysql_errno(mysql) != 0 { throw lastFailure }
            return []
        }
        defer { unsafe mysql_free_result(result) }
        let columnCount = unsafe Int(mysql_num_fields(result))
        var rows: [[[UInt8]?]] = []
        while let row = unsafe mysql_fetch_row(result) {
            guard let lengths = unsafe mysql_fetch_lengths(result) else { break }
            rows.append(
                (0..<columnCount).map { index in
                    guard let value = unsafe row[index] else { return nil }
                    let count = unsafe Int(lengths[index])
                    return unsafe Array(UnsafeRawBufferPointer(start: value, count: count))
                })
        }
        return rows
    }

    private func set<Value>(_ option: mysql_option, _ value: Value) {
        guard let mysql = unsafe pointer else { return }
        unsafe withUnsafePointer(to: value) { unsafe _ = mysql_options(mysql, option, $0) }
    }

    private func set(_ option: mysql_option, _ text: String) {
        guard let mysql = unsafe pointer else { return }
        unsafe text.withCString { unsafe _ = mysql_options(mysql, option, $0) }
    }

    /// Encryption. The library checks a certificate's chain when an authority is set and its host
    /// name when asked to verify; it goes on unencrypted when a server offers no TLS, which
    /// `SessionPreamble` then refuses.
    private func setTLS() {
        switch options.tlsMode {
        case .disabled: return
        case .preferred where options.socket != nil: return
        case .preferred, .required: set(MYSQL_OPT_SSL_ENFORCE, my_bool(1))
        case .verifyAuthority, .verifyIdentity:
            set(MYSQL_OPT_SSL_ENFORCE, my_bool(1))
            set(MYSQL_OPT_SSL_CA, options.tlsAuthority ?? Handle.systemAuthorities)
        }
        if options.tlsMode == .verifyIdentity {
            set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, my_bool(1))
        }
        if let certificate = options.tlsCertificate { set(MYSQL_OPT_SSL_CERT, certificate) }
        if let key = options.tlsKey { set(MYSQL_OPT_SSL_KEY, key) }
    }

    private static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"
}
