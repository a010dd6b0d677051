/// Finds and decodes the footer: the file ends with the metadata, its length in 4 bytes and `PAR1`.
enum Footer {
    static let magic: [UInt8] = Array("PAR1".utf8)
    static let encryptedMagic: [UInt8] = Array("PARE".utf8)
    /// Read at once from the end; most footers are within it.
    private static let tailBytes = 64 << 10

    /// The metadata and where it starts, which is where the last page may end.
    static func read(
        _ source: any ByteSource
    ) throws(ParquetError) -> (metadata: FileMetaData, start: Int) {
        let size = source.sizeBytes
        guard size >= 12 else { throw notParquet("a file of \(size) bytes") }
        let tailCount = min(size, tailBytes)
        var tail = try source.read(at: size - tailCount, count: tailCount)
        guard tail.count == tailCount else { throw notParquet("the source gave too few bytes") }
        let magic = Array(tail.suffix(4))
        if magic == encryptedMagic {
            throw ParquetError(
                .unsupported, operation: "read footer", subject: "file",
                message: "encryption is not supported, and the file's footer is encrypted",
                hint: "Write the file without encryption.")
        }
        guard magic == Footer.magic else {
            throw notParquet("the file does not end with PAR1: cut off, or another format")
        }
        let lengthBytes = tail[(tailCount - 8)..<(tailCount - 4)]
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= size - 12, length <= ReadLimits.footerBytes else {
            throw notParquet("a footer of \(length) bytes in a file of \(size)")
        }
        let start = size - 8 - length
        if length + 8 > tailCount { tail = try source.read(at: start, count: length + 8) }
        guard tail.count >= length + 8 else { throw notParquet("the source gave too few bytes") }
        let range = tail.count - 8 - length..<tail.count - 8
        let metadata = try decoding("read footer", "footer at byte \(start)") {
            () throws(Damage) in
            var reader = CompactReader(tail, in: range)
            return try FileMetaData(from: &reader)
        }
        return (metadata, start)
    }

    private static func notParquet(_ message: String) -> ParquetError {
        ParquetError(
            .notParquet, operation: "read footer", subject: "file", message: message,
            hint: "Check the path. If it was a Parquet file, it is damaged: restore it from a "
                + "backup or write it again.")
    }
}
