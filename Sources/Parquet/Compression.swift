import CSnappy
import CZlib
import CZstd

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
            if unsafe zstd == nil { throw .failed("compress", "zstd: out of memory") }
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
                throw .failed(
                    "compress", "zstd: \(unsafe String(cString: ZSTD_getErrorName(made)))")
            }
            return made
        case .snappy:
            var made = target.count
            let status = unsafe snappy_compress(
                source.bindMemory(to: CChar.self).baseAddress, source.count,
                target.bindMemory(to: CChar.self).baseAddress, &made)
            if status != SNAPPY_OK {
                throw .failed("compress", "snappy: status \(status.rawValue)")
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
        guard status == Z_OK else { throw .failed("compress", "zlib: status \(status)") }
        defer { unsafe _ = deflateEnd(&stream) }
        unsafe stream.next_in = UnsafeMutablePointer(
            mutating: source.bindMemory(to: UInt8.self).baseAddress)
        unsafe stream.avail_in = UInt32(source.count)
        unsafe stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
        unsafe stream.avail_out = UInt32(target.count)
        status = unsafe deflate(&stream, Z_FINISH)
        guard status == Z_STREAM_END else { throw .failed("compress", "zlib: status \(status)") }
        return unsafe Int(stream.total_out)
    }
}

/// Decompresses pages of any codec the C libraries know; keeps zstd's state between pages.
@safe final class Decompressor {
    private let zstd: OpaquePointer

    init() throws(ParquetError) {
        guard let context = unsafe ZSTD_createDCtx() else {
            throw .failed("decompress", "zstd: out of memory")
        }
        unsafe zstd = context
    }

    deinit { unsafe ZSTD_freeDCtx(zstd) }

    /// The `count` bytes that `bytes[range]` was compressed from; throws `damaged` when it was not.
    /// Uncompressed, snappy, gzip (of any number of members) and zstd; other codecs are
    /// `unsupported`.
    func decompress(
        _ codec: CompressionCodec, _ bytes: [UInt8], _ range: Range<Int>, count: Int
    ) throws(ParquetError) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && count >= 0)
        if codec == .uncompressed {
            guard range.count == count else { throw .damagedPage("sizes differ") }
            return Array(bytes[range])
        }
        var failure: ParquetError?
        let result = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, made in
            unsafe bytes.withUnsafeBytes { all in
                let source = unsafe UnsafeRawBufferPointer(rebasing: all[range])
                do throws(ParquetError) {
                    made = try unsafe fill(UnsafeMutableRawBufferPointer(target), codec, source)
                } catch { failure = error }
            }
        }
        if let failure { throw failure }
        guard result.count == count else { throw .damagedPage("page shorter than announced") }
        return result
    }

    private func fill(
        _ target: UnsafeMutableRawBufferPointer, _ codec: CompressionCodec,
        _ source: UnsafeRawBufferPointer
    ) throws(ParquetError) -> Int {
        switch codec {
        case .zstd:
            let made = unsafe ZSTD_decompressDCtx(
                zstd, target.baseAddress, target.count, source.baseAddress, source.count)
            if ZSTD_isError(made) != 0 {
                throw .damagedPage("zstd: \(unsafe String(cString: ZSTD_getErrorName(made)))")
            }
            return made
        case .snappy:
            var made = 0
            let chars = unsafe source.bindMemory(to: CChar.self).baseAddress
            guard unsafe snappy_uncompressed_length(chars, source.count, &made) == SNAPPY_OK,
                made <= target.count,
                unsafe snappy_uncompress(
                    chars, source.count, target.bindMemory(to: CChar.self).baseAddress, &made)
                    == SNAPPY_OK
            else { throw .damagedPage("not snappy, or longer than announced") }
            return made
        case .gzip: return try unsafe gunzip(source, into: target)
        default:
            throw ParquetError(
                .unsupported, operation: "decompress", subject: "page",
                message: "compression codec \(codec.rawValue) is not supported")
        }
    }

    private func gunzip(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) -> Int {
        var stream = unsafe z_stream()
        // 32 asks for the gzip or zlib wrapping to be recognised.
        guard
            unsafe inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
                == Z_OK
        else { throw .failed("decompress", "zlib: out of memory") }
        defer { unsafe _ = inflateEnd(&stream) }
        guard source.count <= Int(UInt32.max), target.count <= Int(UInt32.max) else {
            throw .damagedPage("page of 4 GiB or more")
        }
        unsafe stream.next_in = UnsafeMutablePointer(
            mutating: source.bindMemory(to: UInt8.self).baseAddress)
        unsafe stream.avail_in = UInt32(source.count)
        unsafe stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
        unsafe stream.avail_out = UInt32(target.count)
        while unsafe stream.avail_in > 0 {
            let status = unsafe inflate(&stream, Z_FINISH)
            guard status == Z_STREAM_END else {
                throw .damagedPage("not gzip, cut off, or longer than announced")
            }
            if unsafe stream.avail_in > 0 { unsafe _ = inflateReset(&stream) }
        }
        return unsafe target.count - Int(stream.avail_out)
    }
}

/// Checksums for what stands beside Parquet files.
public enum Checksum {
    /// CRC-32 as gzip has it.
    public static func crc32(_ bytes: [UInt8]) -> UInt32 {
        UInt32(bitPattern: pageChecksum(bytes, 0..<bytes.count))
    }
}

/// CRC-32 as pages carry it: of gzip, over the stored bytes without the page header.
func pageChecksum(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    let crc = unsafe crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    return Int32(bitPattern: UInt32(truncatingIfNeeded: crc))
}

/// As `pageChecksum` above, of `bytes[range]`.
func pageChecksum(_ bytes: [UInt8], _ range: Range<Int>) -> Int32 {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    return unsafe bytes.withUnsafeBytes {
        unsafe pageChecksum(UnsafeRawBufferPointer(rebasing: $0[range]))
    }
}

extension ParquetError {
    fileprivate static func failed(_ operation: String, _ message: String) -> ParquetError {
        ParquetError(.compression, operation: operation, subject: "page", message: message)
    }

    fileprivate static func damagedPage(_ message: String) -> ParquetError {
        ParquetError(.damaged, operation: "decompress", subject: "page", message: message)
    }
}
