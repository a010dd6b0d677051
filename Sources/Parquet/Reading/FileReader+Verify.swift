extension FileReader {
    /// Reads every page of row group `index` and everything in it: checksums, compression, levels,
    /// values. Throws what is wrong first.
    ///
    /// - Parameter isStopping: looked at between batches; a verification that is stopped returns
    ///   false, one that came to the end true.
    ///
    /// Cost: a decoding of the row group; memory of one batch.
    public func verify(
        rowGroup index: Int, isStopping: () -> Bool = { false }
    ) throws(ParquetError) -> Bool {
        let rows = try read(rowGroup: index, batchRowCount: 16_384)
        while try rows.next() != nil {
            if isStopping() { return false }
        }
        return true
    }
}
