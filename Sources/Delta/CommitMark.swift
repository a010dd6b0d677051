extension DeltaTable {
    /// A number that tells the commit of `version` from any other that might take its place: a
    /// consumer that keeps it notices a table that was made anew, or that lost its last commits and
    /// made others. Nil where the log has the commit no more. Cost: one file of the log.
    public func mark(ofVersion version: Int64) -> Int64? {
        guard let actions = try? actions(ofCommit: version) else { return nil }
        for case .commitInfo(let info) in actions {
            let text = info.txnID ?? "\(info.timestamp ?? 0) \(info.operation ?? "")"
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return Int64(bitPattern: hash >> 1)
        }
        return nil
    }
}
