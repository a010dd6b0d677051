/// Bytes that are not what the format says, without a place: the page or footer reader that knows
/// file offset, column and page turns it into a `ParquetError`.
struct Damage: Error {
    /// What is wrong, as a clause: `a run ends after the page`.
    let reason: String
    /// Whether the bytes may be sound and only this reader cannot read them.
    let isUnsupported: Bool

    init(_ reason: String) {
        self.reason = reason
        isUnsupported = false
    }

    private init(unsupported reason: String) {
        self.reason = reason
        isUnsupported = true
    }

    static func unsupported(_ what: String) -> Damage { Damage(unsupported: what) }
}

extension Int {
    /// The product, or `Damage` when it leaves `Int`.
    func times(_ other: Int) throws(Damage) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        if overflow { throw Damage("a size overflows") }
        return product
    }
}
