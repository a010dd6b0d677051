private import CSnappy
private import CZlib
private import CZstd

/// Compresses pages with one codec; keeps the library's state between pages.
///
/// Owns the zstd context, so one compressor serves one writer at a time.
@safe final class Compressor {
    let codec: CompressionCodec
    private let zstd: OpaquePointer?

    /// A compressor for `codec`, one of those that this writer writes.
    init(_ codec: CompressionCodec) throws(ParquetError) {
        self.codec = codec
        if codec == .zstd {
            unsafe zstd = ZSTD_createCCtx()
            if unsafe zstd == nil { throw .failed("zstd: out of memory") }
        } else {
            unsafe zstd = nil
        }
    }

    deinit { unsafe ZSTD_freeCCtx(zstd) }

    /// The most bytes `compress` can make of `count`.
    func bound(_ count: Int) -> Int {
        switch codec {
        case .zstd: ZSTD_compressBound(count)
        case .snappy: snappy_max_compressed_length(count)
        case .gzip: Int(compressBound(UInt(count))) + 32
        default: count
        }
    }

    /// Compresses `source` to the start of `target`, which must hold `bound(source.count)` bytes,
    /// at `level` of the codec; returns the number of bytes made.
    func compress(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, level: Int
    ) throws(ParquetError) -> Int {
        precondition(target.count >= bound(source.count), "compression target too small")
        switch codec {
        case .zstd:
            let made = unsafe ZSTD_compressCCtx(
                zstd, target.baseAddress, target.count, source.baseAddress, source.count,
                Int32(level))
            if ZSTD_isError(made) != 0 {
                throw .failed("zstd: \(unsafe String(cString: ZSTD_getErrorName(made)))")
            }
            return made
        case .snappy:
            var made = target.count
            let status = unsafe snappy_compress(
                source.bindMemory(to: CChar.self).baseAddress, source.count,
                target.bindMemory(to: CChar.self).baseAddress, &made)
            if status != SNAPPY_OK {
                throw .failed("snappy: status \(status.rawValue)")
            }
            return made
        case .gzip: return try unsafe gzip(source, into: target, level: level)
        default:
            unsafe target.copyMemory(from: source)
            return source.count
        }
    }

    /// As above, into a new array.
    func compress(_ source: [UInt8], level: Int) throws(ParquetError) -> [UInt8] {
        var failure: ParquetError?
        let result = unsafe [UInt8](unsafeUninitializedCapacity: bound(source.count)) {
            room, made in
            unsafe source.withUnsafeBytes { source in
                do throws(ParquetError) {
                    made = try unsafe compress(
                        source, into: UnsafeMutableRawBufferPointer(room), level: level)
                } catch { failure = error }
            }
        }
        if let failure { throw failure }
        return result
    }

    private func gzip(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, level: Int
    ) throws(ParquetError) -> Int {
        var stream = unsafe z_stream()
        // 15 bits of window; 16 more ask for the gzip wrapping.
        var status = unsafe deflateInit2_(
            &stream, Int32(level), Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .failed("zlib: status \(status)") }
        defer { unsafe _ = deflateEnd(&stream) }
        unsafe stream.next_in = UnsafeMutablePointer(
            mutating: source.bindMemory(to: UInt8.self).baseAddress)
        unsafe stream.avail_in = UInt32(source.count)
        unsafe stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
        unsafe stream.avail_out = UInt32(target.count)
        status = unsafe deflate(&stream, Z_FINISH)
        guard status == Z_STREAM_END else { throw .failed("zlib: status \(status)") }
        return unsafe Int(stream.total_out)
    }
}

extension ParquetError {
    fileprivate static func failed(_ message: String) -> ParquetError {
        ParquetError(.compression, operation: "compress", subject: "page", message: message)
    }
}
