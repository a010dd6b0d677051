private import CLZ4
private import CSnappy
private import CZlib
private import CZstd

/// Decompresses pages of any codec the C libraries know; keeps zstd's state between pages.
///
/// `damaged` bytes are thrown as `Damage`, since only the reader of the page knows its place.
@safe final class Decompressor {
    private let zstd: OpaquePointer

    init() throws(ParquetError) {
        guard let context = unsafe ZSTD_createDCtx() else {
            throw ParquetError(
                .compression, operation: "decompress", subject: "page",
                message: "zstd: out of memory")
        }
        unsafe zstd = context
    }

    deinit { unsafe ZSTD_freeDCtx(zstd) }

    /// The `count` bytes that `bytes[range]` was compressed from; throws when it was not.
    func decompress(
        _ codec: CompressionCodec, _ bytes: [UInt8], _ range: Range<Int>, count: Int
    ) throws(Damage) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && count >= 0)
        var failure: Damage?
        let result = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, made in
            unsafe bytes.withUnsafeBytes { all in
                let source = unsafe UnsafeRawBufferPointer(rebasing: all[range])
                do throws(Damage) {
                    made = try unsafe fill(UnsafeMutableRawBufferPointer(target), codec, source)
                } catch { failure = error }
            }
        }
        if let failure { throw failure }
        guard result.count == count else { throw Damage("page shorter than announced") }
        return result
    }

    /// Fills the start of `target` and returns how many bytes were made.
    private func fill(
        _ target: UnsafeMutableRawBufferPointer, _ codec: CompressionCodec,
        _ source: UnsafeRawBufferPointer
    ) throws(Damage) -> Int {
        switch codec {
        case .uncompressed:
            guard source.count == target.count else { throw Damage("sizes differ") }
            unsafe target.copyMemory(from: source)
            return source.count
        case .zstd:
            let made = unsafe ZSTD_decompressDCtx(
                zstd, target.baseAddress, target.count, source.baseAddress, source.count)
            if ZSTD_isError(made) != 0 {
                throw Damage("zstd: \(unsafe String(cString: ZSTD_getErrorName(made)))")
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
            else { throw Damage("not snappy, or longer than announced") }
            return made
        case .gzip: return try unsafe gunzip(source, into: target)
        case .lz4Raw: return try unsafe lz4Block(source, into: target)
        case .lz4:
            if let made = unsafe hadoopFrames(source, into: target) { return made }
            return try unsafe lz4Block(source, into: target)
        default: throw .unsupported("compression codec number \(codec.rawValue)")
        }
    }

    private func gunzip(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(Damage) -> Int {
        guard source.count <= Int(UInt32.max), target.count <= Int(UInt32.max) else {
            throw Damage("page of 4 GiB or more")
        }
        var stream = unsafe z_stream()
        // 32 asks for the gzip or zlib wrapping to be recognised.
        guard
            unsafe inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
                == Z_OK
        else { throw Damage("zlib: out of memory") }
        defer { unsafe _ = inflateEnd(&stream) }
        unsafe stream.next_in = UnsafeMutablePointer(
            mutating: source.bindMemory(to: UInt8.self).baseAddress)
        unsafe stream.avail_in = UInt32(source.count)
        unsafe stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
        unsafe stream.avail_out = UInt32(target.count)
        while unsafe stream.avail_in > 0 {
            let status = unsafe inflate(&stream, Z_FINISH)
            guard status == Z_STREAM_END else {
                throw Damage("not gzip, cut off, or longer than announced")
            }
            if unsafe stream.avail_in > 0 { unsafe _ = inflateReset(&stream) }
        }
        return unsafe target.count - Int(stream.avail_out)
    }

    /// One bare block of LZ4 (lz4_Block_format.md), as pages of LZ4_RAW are.
    private func lz4Block(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(Damage) -> Int {
        guard let size = Int32(exactly: source.count), let room = Int32(exactly: target.count)
        else { throw Damage("page of 2 GiB or more") }
        // A target of no bytes has no address, and the library takes none for a fault.
        var nothing: CChar = 0
        let made = unsafe withUnsafeMutablePointer(to: &nothing) { nothing in
            unsafe LZ4_decompress_safe(
                source.bindMemory(to: CChar.self).baseAddress,
                target.bindMemory(to: CChar.self).baseAddress ?? nothing, size, room)
        }
        guard made >= 0 else { throw Damage("not LZ4, or longer than announced") }
        return Int(made)
    }

    /// The deprecated codec LZ4 as Hadoop frames it: the decompressed and the compressed size,
    /// big-endian, before each block. Nil for what is not framed so: some writers made bare blocks.
    private func hadoopFrames(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var read = 0
        var written = 0
        while source.count - read >= 8 {
            let sizes = unsafe UInt64(
                bigEndian: source.loadUnaligned(fromByteOffset: read, as: UInt64.self))
            let expected = Int(sizes >> 32)
            let compressed = Int(sizes & 0xFFFF_FFFF)
            read += 8
            guard compressed <= source.count - read, expected <= target.count - written else {
                return nil
            }
            let block = unsafe UnsafeRawBufferPointer(
                rebasing: source[read..<read + compressed])
            let room = unsafe UnsafeMutableRawBufferPointer(
                rebasing: target[written..<written + expected])
            guard let made = try? unsafe lz4Block(block, into: room), made == expected else {
                return nil
            }
            read += compressed
            written += expected
        }
        return read == source.count && written == target.count ? written : nil
    }
}
