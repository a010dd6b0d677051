private import CCrypto

/// An incremental SHA-256 (FIPS 180-4), computed by libcrypto.
///
/// libcrypto picks the processor's SHA instructions where there are any. Running out of memory is
/// the only failure it has here, and stops the process.
@safe
public struct SHA256: ~Copyable {
    /// The length of a digest.
    public static let byteCount = 32

    private let context: OpaquePointer

    /// A digest of no bytes so far.
    public init() {
        guard let context = unsafe EVP_MD_CTX_new() else {
            preconditionFailure("no memory for a digest")
        }
        let status = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
        precondition(status == 1, "libcrypto offers no SHA-256")
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Adds `bytes` to what is digested.
    public mutating func update(_ bytes: Span<UInt8>) {
        let status = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        }
        precondition(status == 1, "digest update failed")
    }

    /// Adds `bytes` to what is digested.
    public mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

    /// Adds `bytes` to what is digested.
    public mutating func update(_ bytes: ArraySlice<UInt8>) { update(bytes.span) }

    /// The digest of all bytes added, 32 bytes; the state is spent.
    public consuming func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: SHA256.byteCount)
        let status = unsafe digest.withUnsafeMutableBufferPointer { buffer in
            unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
        }
        precondition(status == 1, "digest could not be finished")
        return digest
    }

    /// The digest of `bytes`, 32 bytes.
    public static func digest(of bytes: [UInt8]) -> [UInt8] { digest(of: bytes.span) }

    /// The digest of `bytes`, 32 bytes.
    public static func digest(of bytes: Span<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }
}
