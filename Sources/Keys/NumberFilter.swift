/// Which numbers can be among some: a bit for each of the equal parts of their range.
struct NumberFilter: Sendable {
    private let low: Int64
    private let high: Int64
    private let shift: UInt64
    private var bits: [UInt64]

    /// At most 128 KiB, so that it stays in the processor's cache.
    private static let bitLimit = 1 << 20

    /// - Parameter sorted: at least one number, ascending.
    init?(_ sorted: [Int64]) {
        guard let low = sorted.first, let high = sorted.last else { return nil }
        self.low = low
        self.high = high
        var parts = 64
        while parts < sorted.count * 8, parts < NumberFilter.bitLimit { parts *= 2 }
        let span = UInt64(bitPattern: high &- low)
        var shift: UInt64 = 0
        while span >> shift >= parts { shift += 1 }
        self.shift = shift
        bits = Array(repeating: 0, count: parts / 64)
        for number in sorted {
            let part = UInt64(bitPattern: number &- low) >> shift
            bits[Int(part / 64)] |= 1 << (part % 64)
        }
    }

    /// False when `number` is not among them.
    func mayHold(_ number: Int64) -> Bool {
        if number < low || number > high { return false }
        let part = UInt64(bitPattern: number &- low) >> shift
        return bits[Int(part / 64)] & 1 << (part % 64) != 0
    }
}
