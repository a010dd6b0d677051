import Parquet
import Storage

extension DeltaTable {
    /// The rows of a data file that its deletion vector takes out; nil when it has none. `rowCount`
    /// are the rows of the file itself.
    ///
    /// A vector's file holds a byte of version, then vectors: the size (4 bytes, big-endian), the
    /// bytes, their CRC-32 (4 bytes, big-endian). Throws `.damagedFile` when it is missing or not
    /// what the log says.
    func deletedRows(of add: AddFile, rowCount: Int) throws(DeltaError) -> DeletedRows? {
        guard let vector = add.deletionVector else { return nil }
        let (bytes, path) = try self.bytes(of: vector, add)
        let rows: DeletedRows
        do throws(DeletedRows.Damage) {
            rows = try DeletedRows(bytes[...], rowCount: rowCount)
        } catch {
            throw damaged(path, error.reason)
        }
        guard Int64(rows.count) == vector.cardinality else {
            throw damaged(
                path, "it deletes \(rows.count) rows, the log says \(vector.cardinality)")
        }
        return rows
    }

    /// A vector's bytes, and the file they are from.
    private func bytes(
        of vector: DeletionVector, _ add: AddFile
    ) throws(DeltaError) -> ([UInt8], String) {
        guard vector.place != .inline else {
            guard let bytes = Base85.decode(vector.pathOrInline[...]),
                vector.sizeBytes >= 0, Int64(bytes.count) >= vector.sizeBytes,
                Int64(bytes.count) < vector.sizeBytes + 4
            else { throw damaged(add.path, "its inline deletion vector is not base 85") }
            // The text is padded to whole groups.
            return (Array(bytes.prefix(Int(vector.sizeBytes))), add.path)
        }
        guard let name = vector.file else {
            throw damaged(add.path, "the name of its deletion vector is not a UUID in base 85")
        }
        let path = try dataFile(vector.place == .relative ? FilePath.uriEscaped(name) : name)
        let file: any ReadableFile
        do { file = try storage.open(path) } catch {
            guard error.code == .notFound else { throw DeltaError(error) }
            throw damaged(path, "the file of the deletion vector of \(add.path) is missing")
        }
        let offset = vector.offset ?? 1
        guard offset >= 1, vector.sizeBytes >= 0, vector.sizeBytes <= file.sizeBytes,
            offset <= file.sizeBytes - vector.sizeBytes - 8
        else {
            throw damaged(
                path, "\(vector.sizeBytes) bytes at \(offset) are not within the file")
        }
        let size = Int(vector.sizeBytes)
        let framed = try storing { () throws(StorageError) in
            let version = try file.read(at: 0, count: 1)
            return try version + file.read(at: offset, count: size + 8)
        }
        guard framed[0] == 1 else {
            throw DeltaError(
                .unsupported, operation: "read deletion vector", subject: path,
                message: "version \(framed[0]) of deletion vector files is not supported",
                hint: "Read the table with Spark, or purge its deletion vectors there.")
        }
        guard DeltaTable.bigEndian(framed[1..<5]) == UInt32(truncatingIfNeeded: size) else {
            throw damaged(path, "the vector at \(offset) does not have \(size) bytes")
        }
        let bytes = Array(framed[5..<5 + size])
        guard DeltaTable.bigEndian(framed[(5 + size)...]) == Checksum.crc32(bytes) else {
            throw damaged(path, "the checksum of the vector at \(offset) differs from its bytes")
        }
        return (bytes, path)
    }

    private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func damaged(_ path: String, _ message: String) -> DeltaError {
        DeltaError(
            .damagedFile, operation: "read deletion vector", subject: path, message: message,
            hint: "Without it nobody can tell which rows of the data file were deleted. Restore it "
                + "from a backup.")
    }
}
