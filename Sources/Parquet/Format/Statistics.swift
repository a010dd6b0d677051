/// What is known of the values of a column chunk or page (parquet.thrift `Statistics`).
///
/// Bounds are PLAIN-encoded without a length. `legacyMin` and `legacyMax` were compared as signed
/// bytes by old writers and are only read, and only for numbers.
struct Statistics: Hashable, Sendable {
    var legacyMax: [UInt8]?
    var legacyMin: [UInt8]?
    var nullCount: Int64?
    var distinctCount: Int64?
    var maxValue: [UInt8]?
    var minValue: [UInt8]?
    /// False when the bound was shortened; nil when not said.
    var isMaxValueExact: Bool?
    var isMinValueExact: Bool?
}

extension Statistics {
    func write(to writer: inout CompactWriter) {
        writer.binary(1, legacyMax)
        writer.binary(2, legacyMin)
        writer.i64(3, nullCount)
        writer.i64(4, distinctCount)
        writer.binary(5, maxValue)
        writer.binary(6, minValue)
        writer.bool(7, isMaxValueExact)
        writer.bool(8, isMinValueExact)
    }
}
